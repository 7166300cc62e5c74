"""Publishing: whole, numbered, only when open and only when something changed; whatever kills it."""

import shutil
import signal
import threading
from datetime import timedelta

import duckdb
import pytest
from made import AS_OF, finished_build, readable_amounts
from publish_newest import publish_in_a_process
from sqlalchemy import select

from rapport.errors import GateClosed, RapportError, WarehouseBusy
from rapport.state import open_state
from rapport.state.tables import snapshots
from rapport.warehouse import snapshots as snapshots_module
from rapport.warehouse.connections import open_published
from rapport.warehouse.lock import warehouse_lock
from rapport.warehouse.snapshots import publish


def published_numbers(state) -> list[int]:
    with state.read() as connection:
        return list(connection.execute(select(snapshots.c.number).order_by(snapshots.c.number)).scalars())


def test_a_snapshot_holds_published_marts_and_the_builds_own_tables_and_nothing_else(settings, state):
    publish(settings, state, finished_build(settings, state, [10, 20]))

    with open_published(settings) as connection:
        tables = connection.execute("select schema_name, table_name from duckdb_tables() order by all").fetchall()
    assert tables == [("marts", "sales_lines"), ("rapport", "lake_files"), ("rapport", "this_build")]
    assert readable_amounts(settings) == ["10.0000", "20.0000"]
    assert (settings.published / "000001" / "semantic_manifest.json").read_text() == "{}"


def test_unchanged_content_publishes_nothing_even_after_another_build_in_another_order(settings, state):
    publish(settings, state, finished_build(settings, state, [10, 20]))

    again = publish(settings, state, finished_build(settings, state, [10, 20], backwards=True))

    assert (again.number, again.unchanged) == (1, True)
    assert published_numbers(state) == [1]


@pytest.mark.parametrize("amounts", [[10, 21], [10], [10, 20, 0], [20, 10]], ids=["another", "fewer", "more", "swapped"])
def test_other_content_is_a_new_snapshot(settings, state, amounts):
    publish(settings, state, finished_build(settings, state, [10, 20]))

    again = publish(settings, state, finished_build(settings, state, amounts))

    assert (again.number, again.unchanged) == (2, False)
    assert readable_amounts(settings) == [f"{amount}.0000" for amount in amounts]


def test_the_same_rows_as_of_a_later_day_are_a_new_snapshot(settings, state):
    publish(settings, state, finished_build(settings, state, [10]))

    assert publish(settings, state, finished_build(settings, state, [10], as_of=AS_OF + timedelta(days=1))).number == 2


def test_another_definition_of_a_metric_over_the_same_rows_is_a_new_snapshot_but_another_order_is_not(settings, state):
    meaning = settings.home / "dbt" / "target" / "semantic_manifest.json"
    numbers = []
    for text in (
        '{"metrics": [{"name": "a", "expr": "amount"}, {"name": "b"}]}',
        '{"metrics": [{"name": "b"}, {"expr": "amount", "name": "a"}]}',
        '{"metrics": [{"name": "a", "expr": "amount * 2"}, {"name": "b"}]}',
    ):
        number = finished_build(settings, state, [10])
        meaning.write_text(text)
        numbers.append(publish(settings, state, number).number)

    assert numbers == [1, 1, 2]
    assert "amount * 2" in (settings.published / "000002" / "semantic_manifest.json").read_text()


@pytest.mark.parametrize(
    ("gates", "words"),
    [
        ((False, True), "the raw gate is closed"),
        ((True, False), "the marts gate is closed"),
        ((None, True), "the exports that it was built from have not been checked"),
        ((True, None), "its marts have not been checked"),
    ],
)
def test_a_gate_that_is_closed_or_was_not_asked_publishes_nothing(settings, state, gates, words):
    publish(settings, state, finished_build(settings, state, [10]))

    with state.engine.begin() as connection:  # the raw gate was asked about another lake
        connection.exec_driver_sql("update verdicts set lake_hash = 'yesterday' where gate = 'raw'")
    number = finished_build(settings, state, [99], gates=gates)
    with pytest.raises(GateClosed, match=words):
        publish(settings, state, number)

    assert readable_amounts(settings) == ["10.0000"]
    assert published_numbers(state) == [1]


def test_only_the_newest_build_can_be_published_and_only_if_it_finished(settings, state):
    first = finished_build(settings, state, [10])
    second = finished_build(settings, state, [20], status="failed")

    with pytest.raises(RapportError, match="no longer holds build 1"):
        publish(settings, state, first)
    with pytest.raises(RapportError, match="did not finish"):
        publish(settings, state, second)


def test_publishing_waits_for_nobody_while_another_process_builds(settings, state):
    number = finished_build(settings, state, [10])
    outcome = []

    def elsewhere():  # a thread stands for a process: the lock is per thread
        try:
            publish(settings, state, number)
        except WarehouseBusy as error:
            outcome.append(error.what)

    with warehouse_lock(settings):
        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join()
    assert "in use by" in outcome[0]


def test_readers_of_the_pointer_never_fail_and_never_see_a_mixture_while_twenty_snapshots_are_published(settings, state):
    publish(settings, state, finished_build(settings, state, [0, 0, 0]))
    seen, failures, done = set(), [], threading.Event()

    def read():
        while not done.is_set():
            try:
                amounts = readable_amounts(settings)
            except Exception as error:
                failures.append(error)
                return
            seen.add(tuple(amounts))

    reader = threading.Thread(target=read)
    reader.start()
    for round_ in range(1, 21):
        publish(settings, state, finished_build(settings, state, [round_] * 3))
    done.set()
    reader.join()

    assert not failures
    assert all(len(set(amounts)) == 1 for amounts in seen), "a reader saw two snapshots at once"
    assert len(seen) > 1
    assert readable_amounts(settings) == ["20.0000"] * 3


def test_every_so_many_snapshots_one_is_written_whole_so_that_files_do_not_grow(settings, state, monkeypatch):
    monkeypatch.setattr(snapshots_module, "_WHOLE_EVERY", 3)
    begun, copyfile = [], shutil.copyfile
    monkeypatch.setattr(shutil, "copyfile", lambda last, new: (begun.append(last.name), copyfile(last, new)))

    for amount in range(1, 5):
        publish(settings, state, finished_build(settings, state, [amount]))

    assert begun == ["000001.duckdb", "000003.duckdb"]
    assert readable_amounts(settings) == ["4.0000"]


def test_a_last_snapshot_that_nobody_can_open_does_not_keep_the_next_from_being_published(settings, state):
    publish(settings, state, finished_build(settings, state, [1]))
    broken = settings.published / "000001.duckdb"
    broken.chmod(0o600)
    broken.write_bytes(b"no database any more" * 1000)

    assert publish(settings, state, finished_build(settings, state, [2])).number == 2
    assert readable_amounts(settings) == ["2.0000"]


def test_a_published_file_is_read_only_and_has_no_log_beside_it(settings, state):
    publish(settings, state, finished_build(settings, state, [10]))

    assert sorted(path.name for path in settings.published.iterdir()) == ["000001", "000001.duckdb", "current"]
    assert (settings.published / "000001.duckdb").stat().st_mode & 0o222 == 0
    with open_published(settings) as connection, pytest.raises(duckdb.Error):
        connection.execute("delete from warehouse.marts.sales_lines")


def test_a_kill_at_any_point_of_publishing_is_healed_by_the_next_plain_publish(settings, state):
    publish(settings, state, finished_build(settings, state, [1]))
    finished_build(settings, state, [2, 3])
    before = shutil.copytree(settings.home, settings.home.with_name("before"), symlinks=True)
    log = settings.home.with_name("points")
    assert publish_in_a_process(settings, RAPPORT_CRASH_LOG=str(log)) == 0
    points = log.read_text().split()
    assert {"publish.snapshot.copied", "publish.snapshot.renamed", "publish.pointer.replaced", "state.publish.recorded"} <= set(
        points
    )

    for point in points:
        shutil.rmtree(settings.home)
        shutil.copytree(before, settings.home, symlinks=True)
        assert publish_in_a_process(settings, RAPPORT_CRASH_AT=point) == -signal.SIGKILL, point
        assert readable_amounts(settings) in (["1.0000"], ["2.0000", "3.0000"]), f"a reader after a kill at {point}"

        healed = publish(settings, open_state(settings.state_url), 2)

        assert readable_amounts(settings) == ["2.0000", "3.0000"], point
        assert published_numbers(open_state(settings.state_url)) == [1, healed.number], point
        left = {path.name for path in settings.published.iterdir()}
        assert left == {"000001", "000001.duckdb", f"{healed.number:06}", f"{healed.number:06}.duckdb", "current"}, point
        assert not list(settings.scratch.glob("publish-*")), point


def test_a_number_is_not_used_again_when_its_snapshot_was_never_finished(settings, state):
    finished_build(settings, state, [1])
    assert publish_in_a_process(settings, RAPPORT_CRASH_AT="publish.snapshot.copied") == -signal.SIGKILL

    assert publish(settings, state, 1).number == 2


def test_a_lost_state_learns_its_snapshots_from_the_files(settings, state):
    publish(settings, state, finished_build(settings, state, [1]))
    state.engine.dispose()
    for file in settings.home.glob("state.sqlite*"):
        file.unlink()
    fresh = open_state(settings.state_url)

    assert publish(settings, fresh, finished_build(settings, fresh, [2])).number == 2
    assert published_numbers(fresh) == [1, 2]


def test_a_snapshot_that_was_taken_away_by_hand_is_published_again_under_a_new_number(settings, state):
    publish(settings, state, finished_build(settings, state, [1]))
    (settings.published / "000001.duckdb").unlink()

    assert publish(settings, state, finished_build(settings, state, [1])).number == 2
    assert published_numbers(state) == [2]


def test_reading_before_anything_is_published_says_what_to_do(settings):
    with pytest.raises(RapportError, match="Nothing has been published yet") as raised:
        open_published(settings)
    assert "rapport run" in raised.value.fix
