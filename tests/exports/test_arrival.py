"""Arrival: when a file is complete, which of several are taken, and where the original goes."""

import os
import signal
from datetime import UTC, datetime, timedelta
from textwrap import dedent
from time import sleep

import pytest
from sqlalchemy import select

from rapport.errors import UsageError
from rapport.exports import pull as pull_module
from rapport.exports.arrival import Arrival, completeness
from rapport.exports.declarations import read_declarations
from rapport.exports.places import Dropped, Status
from rapport.state.tables import deliveries

from .test_crash import take
from .test_pull import A, B, seen, sha


def declare(shop, arrival: str, more: str = "") -> None:
    shop.declare(f"""\
        - name: orders
          config: {{meta: {{export: {{files: "orders*", load: append, arrival: {arrival}{more}}}}}}}
          columns: [{{name: order_no, data_type: varchar}}]
        """)


@pytest.fixture
def naps(monkeypatch):
    """The seconds for which a pull slept; what is done meanwhile can be appended as a function."""
    taken: list = []

    def nap(seconds):
        for happening in [entry for entry in taken if callable(entry)]:
            happening()
        taken.append(seconds)

    monkeypatch.setattr(pull_module, "sleep", nap)
    return taken


def ago(seconds: float) -> str:
    return (datetime.now(UTC) - timedelta(seconds=seconds)).replace(tzinfo=None).isoformat()


def test_a_file_that_has_been_quiet_is_taken_without_waiting(shop, naps):
    declare(shop, "{stable_seconds: 30}")
    shop.drop("orders.csv", A, modified=ago(31))

    assert shop.pull().counts()["new"] == 1
    assert naps == []


def test_a_young_file_is_waited_for_as_long_as_its_rule_says_and_no_longer(shop, monkeypatch):
    declare(shop, "{stable_seconds: 1}")
    shop.pull()  # makes the state, which takes longer than the file is young
    naps = []
    monkeypatch.setattr(pull_module, "sleep", lambda seconds: (naps.append(seconds), sleep(seconds)))
    shop.drop("orders.csv", A, modified=ago(0.6))

    assert shop.pull().counts()["new"] == 1
    assert 0 < naps[-1] <= 0.4


def test_a_file_that_grows_meanwhile_is_left_for_the_next_pull(shop, naps):
    declare(shop, "{stable_seconds: 30}")
    shop.drop("orders.csv", A, modified=ago(1))
    naps.append(lambda: shop.drop("orders.csv", A + "C,31/12/2024,1,1\n"))

    result = shop.pull()

    assert result.unfinished == ["shop: orders.csv"]
    assert seen(shop) == []


def listed(name: str, modified_at: datetime | None, size: int = 1) -> Dropped:
    return Dropped("place", name, size, modified_at or datetime.now(UTC), Status(size, modified_at), None)


def test_a_clock_that_goes_ahead_is_not_believed_but_two_looks_are():
    rule, at = Arrival(stable_seconds=60), datetime(2026, 1, 1, tzinfo=UTC)
    ahead = listed("a", at + timedelta(hours=1))

    first = completeness(rule, [ahead], {"a"}, at, {})
    assert (first.young, first.until) == ([ahead], at + timedelta(seconds=60))
    later = at + timedelta(seconds=60)
    assert completeness(rule, [ahead], {"a"}, later, {"a": (at, ahead.listed)}).complete == [ahead]
    grown = listed("a", at + timedelta(hours=1), size=2)
    assert completeness(rule, [grown], {"a"}, later, {"a": (at, ahead.listed)}).young == [grown]


@pytest.mark.parametrize(
    ("marker", "beside"),
    [
        (".done", "orders.csv.done"),
        ("'{stem}.ok'", "orders.ok"),
        ("_SUCCESS", "_SUCCESS"),
        ("manifest", "orders.csv.sha256"),
        ("manifest", "orders.csv.manifest.json"),
    ],
)
def test_a_file_waits_for_its_marker_which_is_no_export(shop, marker, beside):
    declare(shop, f"{{marker: {marker}}}")
    shop.drop("orders.csv", A)
    assert shop.pull().unfinished == ["shop: orders.csv"]

    shop.drop(beside, f"{sha(A)}  orders.csv\n" if beside.endswith("256") else "{}")
    result = shop.pull()

    assert seen(shop) == [("orders.csv", sha(A))]
    assert result.unmatched == []


def test_a_marker_alone_is_neither_export_nor_unknown(shop):
    declare(shop, "{marker: .done}")
    shop.drop("orders.csv.done", "")
    shop.drop("orders.csv.sha256", sha(A))

    assert set(shop.pull().counts().values()) == {0}


def test_of_several_files_only_the_newest_is_taken(shop):
    declare(shop, "{take: newest}", ", exported_at: 'orders-(....-..-..)'")
    for day, content in (("01", A), ("03", B), ("02", A)):
        shop.drop(f"orders-2025-01-{day}.csv", content)

    counts = shop.pull().tables["shop", "orders"]

    assert (counts["new"], counts["older"]) == (1, 2)
    assert seen(shop) == [("orders-2025-01-03.csv", sha(B))]


def test_what_is_older_than_a_taken_and_moved_one_is_not_taken_later(shop):
    declare(shop, "{take: newest, then: {move: done}}", ", exported_at: 'orders-(....-..-..)'")
    shop.drop("orders-2025-01-01.csv", A)
    shop.drop("orders-2025-01-03.csv", B)
    shop.pull()

    counts = shop.pull().tables["shop", "orders"]

    assert (counts["new"], counts["older"]) == (0, 1)
    assert (shop.drops / "done" / "orders-2025-01-03.csv").exists()
    assert (shop.drops / "orders-2025-01-01.csv").exists()


def test_ignored_files_are_neither_taken_nor_named(shop):
    declare(shop, "{ignore: ['*_test.csv', readme.txt]}")
    for name in ("orders_test.csv", "readme.txt", "sub/orders.csv", "other.txt"):
        shop.drop(name, A)

    result = shop.pull()

    assert seen(shop) == [("sub/orders.csv", sha(A))]
    assert result.unmatched == ["shop: other.txt"]


def test_an_original_is_moved_with_what_speaks_of_it(shop):
    declare(shop, "{marker: .done, then: {move: done/}}")
    shop.drop("2024/orders.csv", A)
    shop.drop("2024/orders.csv.done", "")
    shop.drop("2024/orders.csv.sha256", sha(A))

    shop.pull()

    assert sorted(path.name for path in (shop.drops / "done" / "2024").iterdir()) == [
        "orders.csv",
        "orders.csv.done",
        "orders.csv.sha256",
    ]
    assert list((shop.drops / "2024").iterdir()) == []
    assert set(shop.pull().counts().values()) == {0}, "what was moved is not found again"


def test_moving_never_overwrites(shop):
    declare(shop, "{then: {move: done/}}")
    for minute, content in enumerate([A, B, A]):
        shop.drop("orders.csv", content, modified=f"2024-12-31T20:0{minute}")
        shop.pull()

    moved = {path.name: path.read_text() for path in (shop.drops / "done").iterdir()}
    assert moved == {"orders.csv": A, f"orders.{sha(B)[:12]}.csv": B, f"orders.{sha(A)[:12]}.csv": A}
    assert [file_id for _, file_id in seen(shop)] == [sha(A), sha(B), sha(A)]


@pytest.mark.parametrize(
    "point", ["pull.sidecar.renamed", "state.pull.deliveries", "pull.companions.moved", "pull.original.moved"]
)
def test_after_a_kill_the_next_pull_moves_what_is_known(make_shop, point):
    shop = make_shop()
    declare(shop, "{then: {move: done/}}")
    shop.drop("orders.csv", A, modified="2024-12-01T00:00")
    shop.drop("orders.csv.sha256", sha(A))

    assert take(shop, RAPPORT_CRASH_AT=point) == -signal.SIGKILL
    with shop.state.read() as connection:
        noted = connection.execute(select(deliveries.c.name)).all()
    assert noted or (shop.drops / "orders.csv").exists(), "never moved before its delivery is noted"
    shop.pull()

    assert seen(shop) == [("orders.csv", sha(A))]
    assert sorted(os.listdir(shop.drops / "done")) == ["orders.csv", "orders.csv.sha256"]
    assert os.listdir(shop.drops) == ["done"]


def test_a_new_version_that_arrives_before_the_move_stays(shop, monkeypatch):
    declare(shop, "{then: {move: done/}}")
    shop.drop("orders.csv", A, modified="2024-12-01T00:00")
    note = pull_module._note

    def and_a_new_version(*arguments):
        note(*arguments)
        shop.drop("orders.csv", B, modified="2024-12-02T00:00")

    monkeypatch.setattr(pull_module, "_note", and_a_new_version)
    assert shop.pull().unfinished == ["shop: orders.csv"]
    monkeypatch.undo()
    shop.pull()

    assert [file_id for _, file_id in seen(shop)] == [sha(A), sha(B)]
    assert (shop.drops / "done" / "orders.csv").read_text() == B


@pytest.mark.usefixtures("naps")
def test_a_file_that_two_tables_read_is_moved_when_both_have_taken_it(shop):
    table = """\
        - name: {name}
          config: {{meta: {{export: {{files: "*.json", format: json, load: append, records: "{name}[]", arrival: {rules}}}}}}}
          columns: [{{name: order_no, data_type: varchar}}]
        """
    shop.declare(
        dedent(table).format(name="orders", rules="{then: {move: done}}")
        + dedent(table).format(name="lines", rules="{stable_seconds: 30}")
    )
    shop.drop("orders.json", '{"orders": [{"order_no": "A"}], "lines": [{"order_no": "A"}]}', modified=ago(1))
    assert [shop.pull().counts()["new"], (shop.drops / "orders.json").exists()] == [1, True]

    shop.drop("orders.json", (shop.drops / "orders.json").read_bytes(), modified=ago(31))

    assert shop.pull().counts()["new"] == 1
    assert len(seen(shop)) == 2
    assert os.listdir(shop.drops) == ["done"]


@pytest.mark.parametrize("folder", ["/done", "../done", "a/../../b", "."])
def test_originals_stay_below_the_drop(shop, folder):
    declare(shop, f"{{then: {{move: '{folder}'}}}}")

    with pytest.raises(UsageError, match="not a folder below the drop"):
        read_declarations(shop.settings)


def test_how_files_arrive_changes_nothing_of_what_they_say(shop):
    declare(shop, "{}")
    (plain,) = read_declarations(shop.settings).values()
    declare(shop, "{stable_seconds: 9, marker: .done, take: newest, ignore: [x], then: {move: done}}")
    (ruled,) = read_declarations(shop.settings).values()

    assert ruled.arrival.marker == "{name}.done"
    assert plain.hash == ruled.hash
