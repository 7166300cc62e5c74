"""A kill at any moment of pull and load, then one plain run: the lake is the same as without it."""

import multiprocessing
import os
import random
import signal
import threading
import time
from collections import Counter
from pathlib import Path

import psutil
import pytest

from rapport.exports import parsing

HEADER = "order_no,ordered_on,amount,units\n"
PROCESSES = multiprocessing.get_context("forkserver")  # a process of its own for each kill, without seconds of imports
PROCESSES.set_forkserver_preload(["duckdb", "rapport.exports.load", "rapport.state.database", "alembic.command"])


def work(project: str, environment: dict[str, str]) -> None:
    """Pull and load, in a second process."""
    from rapport.exports.load import load
    from rapport.exports.pull import pull
    from rapport.settings import Settings
    from rapport.state import open_state

    for name in [name for name in os.environ if name.startswith("RAPPORT_")]:
        del os.environ[name]  # of the test that happened to start the fork server
    os.environ.update(environment)
    settings = Settings(project=Path(project), home=Path(project) / "home")
    state = open_state(settings.state_url)
    pull(settings, state)
    load(settings, state)


def begin(shop, **environment) -> multiprocessing.Process:
    """A second process that pulls and loads."""
    process = PROCESSES.Process(target=work, args=(str(shop.project), environment))
    process.start()
    return process


def take(shop, **environment) -> int:
    """The exit code of a second process that pulls and loads; minus the signal that killed it."""
    process = begin(shop, **environment)
    process.join(120)
    return process.exitcode


def readers(parent: int) -> list[psutil.Process]:
    """The processes that parse for a process, wherever they hang after its death."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        command = process.info["cmdline"] or []
        if "rapport.exports.parsing_child" in command and command[-1] == str(parent):
            found.append(process)
    return found


def fill(shop):
    """Three files, of which one has a reject, one is refused, and one comes under two names."""
    shop.drop("orders1.csv", HEADER + "A,31/12/2024,1,1\nB,x,1,1\n", modified="2024-12-01T00:00")
    shop.drop("orders2.csv", HEADER + "C,31/12/2024,1,1\n", modified="2024-12-02T00:00")
    shop.drop("orders3.csv", HEADER + "C,31/12/2024,1,1\n", modified="2024-12-03T00:00")
    shop.drop("orders4.csv", "", modified="2024-12-04T00:00")


def content(shop):
    """All that matters of a lake: rows without the clock, rejects, deliveries in order, and refusals."""
    arrivals = [(d.name, d.exported_at, f.file_id) for f in shop.files() for d in f.deliveries]
    sidecars = len(list(shop.settings.archive.glob("*.json")))
    leftovers = [path.name for path in (*shop.settings.archive.glob(".tmp/*"), *shop.settings.lake.glob(".tmp/*"))]
    refused = [(file.name, file.what) for file in shop.load().refused]
    rows = shop.rows("* exclude (_loaded_at)")
    return rows, shop.rejects(), arrivals, sidecars, refused, leftovers


def points(log: Path) -> list[str]:
    """The first and the last passing of every crash point, as RAPPORT_CRASH_AT wants them."""
    times = Counter(log.read_text().split())
    return [f"{name}#{time}" for name in times for time in sorted({1, times[name]})]


def test_after_a_kill_at_any_point_one_plain_run_gives_the_same_lake(make_shop, tmp_path):
    undisturbed = make_shop()
    fill(undisturbed)
    log = tmp_path / "points"
    assert take(undisturbed, RAPPORT_CRASH_LOG=str(log)) == 0
    expected = content(undisturbed)
    passed = points(log)
    assert {point.partition("#")[0] for point in passed} == {
        "state.migrated",
        "pull.file.renamed",
        "pull.sidecar.renamed",
        "state.pull.deliveries",
        "load.rejects.renamed",
        "load.parquet.renamed",
        "state.load.recorded",
    }

    for point in passed:
        shop = make_shop()
        fill(shop)
        assert take(shop, RAPPORT_CRASH_AT=point) == -signal.SIGKILL, point
        shop.take()

        assert content(shop) == expected, point


@pytest.mark.parametrize("point", ["pull.sidecar.renamed", "state.pull.deliveries", "load.parquet.renamed"])
def test_a_file_that_changed_after_the_kill_is_a_second_delivery(make_shop, point):
    shop = make_shop()
    first, second = HEADER + "A,31/12/2024,1,1\n", HEADER + "A,31/12/2024,2,2\n"
    shop.drop("orders.csv", first, modified="2024-12-01T00:00")
    assert take(shop, RAPPORT_CRASH_AT=point) == -signal.SIGKILL
    shop.drop("orders.csv", second, modified="2024-12-02T00:00")

    shop.take()

    assert shop.rows("units") == [(1,), (2,)]


def test_the_reader_of_a_killed_load_dies_with_it(make_shop):
    shop = make_shop()
    fill(shop)
    process = begin(shop, RAPPORT_CRASH_AT="load.parquet.renamed")  # by then it has a reader
    process.join(120)

    assert process.exitcode == -signal.SIGKILL
    _, alive = psutil.wait_procs(readers(process.pid), timeout=10)
    assert alive == []


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_after_a_hundred_kills_at_any_time_one_plain_run_gives_the_same_lake(make_shop):
    chance = random.Random(5)
    undisturbed = make_shop()
    fill(undisturbed)
    started = time.monotonic()
    assert take(undisturbed) == 0
    whole = time.monotonic() - started
    expected = content(undisturbed)
    killed = with_reader = 0
    while killed < 100:
        shop = make_shop()
        fill(shop)
        for _ in range(chance.randint(1, 3)):  # one after the other
            process = begin(shop)
            time.sleep(chance.uniform(0, whole))
            with_reader += bool(readers(process.pid))
            process.kill()
            process.join(60)
            killed += process.exitcode == -signal.SIGKILL
            _, alive = psutil.wait_procs(readers(process.pid), timeout=10)
            assert alive == []
        shop.take()

        assert content(shop) == expected
    assert with_reader > 20  # or it was no test of them


def kill_readers(signals: list[int], stop: threading.Event, pause: random.Random) -> None:
    """Kill what parses for this process, with one signal after the other, at random times."""
    while signals and not stop.wait(pause.uniform(0, 1)):
        child = parsing._child
        if child is not None and child.is_usable:
            child._process.send_signal(signals.pop())


@pytest.mark.slow
def test_a_reader_that_is_killed_at_any_time_costs_nothing_and_leaves_no_file_refused_for_ever(make_shop, monkeypatch):
    monkeypatch.setattr("rapport.exports.load._BATCH", 2)  # so that a reader is asked more than once
    chance = random.Random(7)
    undisturbed = make_shop()
    fill(undisturbed)
    undisturbed.take()
    expected = content(undisturbed)
    killed = 0
    for _ in range(40):
        shop, signals, stop = make_shop(), [signal.SIGKILL, signal.SIGTERM] * 4, threading.Event()
        fill(shop)
        parsing.end_parsing()
        killer = threading.Thread(target=kill_readers, args=(signals, stop, chance))
        killer.start()
        shop.pull()
        result = shop.load()  # does not raise
        stop.set()
        killer.join()
        killed += 8 - len(signals)
        lost = {file.name for file in result.refused if "lost its reader" in file.what}
        assert result.files + len(result.refused) == 3

        assert shop.load().files == len(lost - {"orders4.csv"})  # which is refused for what it is, once it is read
        assert content(shop) == expected
    assert killed > 20
