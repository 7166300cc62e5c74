"""A kill at any moment of pull and load, then one plain run: the lake is the same as without it."""

import multiprocessing
import os
import signal
from collections import Counter
from pathlib import Path

import pytest

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


def take(shop, **environment) -> int:
    """The exit code of a second process that pulls and loads; minus the signal that killed it."""
    process = PROCESSES.Process(target=work, args=(str(shop.project), environment))
    process.start()
    process.join(120)
    return process.exitcode


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
