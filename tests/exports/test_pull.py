"""Deliveries: what is new, what is a repeat, and what a name tells."""

import hashlib
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from rapport.errors import UsageError
from rapport.exports import pull as pull_module
from rapport.exports.index import rebuild_index
from rapport.state.tables import deliveries

A = "order_no,ordered_on,amount,units\nA,31/12/2024,1,1\n"
B = "order_no,ordered_on,amount,units\nB,31/12/2024,2,2\n"


def seen(shop):
    """(name, first row's content hash) of each delivery, in order."""
    with shop.state.read() as connection:
        return connection.execute(select(deliveries.c.name, deliveries.c.file_id).order_by(deliveries.c.delivery_id)).all()


def sha(text):
    return hashlib.sha256(text.encode()).hexdigest()


def test_a_file_is_kept_under_its_content_with_a_sidecar(shop):
    shop.drop("orders.csv", A)

    shop.pull()

    assert (shop.settings.archive / f"{sha(A)}.csv").read_text() == A
    assert len(list(shop.settings.archive.glob(f"{sha(A)}.*.json"))) == 1


def test_the_same_file_twice_is_one_delivery(shop):
    shop.drop("orders.csv", A)

    assert shop.pull().counts()["new"] == 1
    counts = shop.pull().counts()
    assert counts.pop("known") == 1
    assert set(counts.values()) == {0}
    assert seen(shop) == [("orders.csv", sha(A))]


def test_a_file_that_did_not_change_is_not_read_again(shop, monkeypatch):
    shop.drop("orders.csv", A)
    shop.pull()

    monkeypatch.setattr(pull_module, "keep", lambda *_: pytest.fail("it was read"))

    assert shop.pull().counts()["known"] == 1


def test_a_file_dropped_again_after_midnight_is_a_repeat(shop):
    shop.drop("orders.csv", A, modified="2024-12-31T20:00")
    shop.pull()
    shop.drop("orders.csv", A, modified="2025-01-01T00:10")

    assert shop.pull().counts()["repeats"] == 1
    assert shop.pull().counts()["known"] == 1, "its new time was noted"
    assert seen(shop) == [("orders.csv", sha(A))]


@pytest.mark.parametrize("exported_at", ["", ", exported_at: '(....-..-..)'"])
def test_a_state_that_comes_back_is_a_delivery_of_the_known_file(shop, exported_at):
    shop.declare(f"""\
        - name: orders
          config: {{meta: {{export: {{files: "orders*.csv", load: snapshot{exported_at}}}}}}}
          columns: [{{name: order_no, data_type: varchar}}]
        """)
    for minute, content in enumerate([A, B, A]):
        shop.drop("orders-2024-12-31.csv", content, modified=f"2024-12-31T20:0{minute}")
        shop.take()

    assert [file_id for _, file_id in seen(shop)] == [sha(A), sha(B), sha(A)]
    assert [len(file.deliveries) for file in sorted(shop.files(), key=lambda f: f.file_id != sha(A))] == [2, 1]
    assert len(list(shop.settings.lake.glob("shop/orders/*/*.parquet"))) == 2, "no second Parquet of A"


def test_known_content_under_another_name_is_a_delivery_of_the_known_file(shop):
    shop.drop("orders-1.csv", A, modified="2024-12-30T20:00")
    shop.take()
    shop.drop("orders-2.csv", A, modified="2024-12-31T20:00")
    shop.take()

    (file,) = shop.files()

    assert [arrived.name for arrived in file.deliveries] == ["orders-1.csv", "orders-2.csv"]


def test_an_older_file_that_arrives_late_is_older(shop):
    shop.drop("orders-2.csv", B, modified="2024-12-31T20:00")
    shop.take()
    shop.drop("orders-1.csv", A, modified="2024-12-30T20:00")
    shop.take()

    assert [file.deliveries[0].name for file in shop.files()] == ["orders-1.csv", "orders-2.csv"]


def test_the_name_tells_the_day_in_the_companys_zone(shop):
    shop.declare("""\
        - name: orders
          config:
            meta:
              export: {files: "*.csv", load: append, zone: UTC, exported_at: {name: '_(.{8})', format: "%Y%m%d", at: "06:00"}}
          columns: [{name: order_no, data_type: varchar}]
        """)
    shop.drop("orders_20241231.csv", A)
    shop.take()

    assert shop.files()[0].deliveries[0].exported_at == datetime(2024, 12, 31, 5, tzinfo=UTC)  # 06:00 in Berlin


def test_a_name_that_does_not_tell_is_reported_and_stops_no_other(shop):
    shop.declare("""\
        - name: orders
          config: {meta: {export: {files: "*.csv", load: append, exported_at: '(....-..-..)'}}}
          columns: [{name: order_no, data_type: varchar}]
        """)
    shop.drop("orders_2024-13-31.csv", A)
    shop.drop("orders_2024-12-31.csv", B)

    result = shop.pull()

    assert [name for name, _ in seen(shop)] == ["orders_2024-12-31.csv"]
    assert "orders_2024-13-31.csv" in result.undated[0]


def test_hidden_and_half_uploaded_files_wait_and_strange_ones_are_reported(shop):
    for name in (".orders.csv", "~$orders.csv", "orders.csv.part", "orders1.csv.tmp", ".git/orders.csv", "readme.txt"):
        shop.drop(name, A)
    shop.drop("2024/orders.csv", A)

    result = shop.pull()

    assert seen(shop) == [("2024/orders.csv", sha(A))]
    assert result.unmatched == ["shop: readme.txt"]


def test_a_file_that_is_still_being_written_waits_for_the_next_pull(shop, monkeypatch):
    shop.drop("orders.csv", A)
    monkeypatch.setattr("rapport.exports.places.Dropped.is_unchanged", lambda _: False)

    assert shop.pull().unfinished == ["shop: orders.csv"]
    assert seen(shop) == []
    monkeypatch.undo()
    assert shop.pull().counts()["new"] == 1


def test_brackets_in_a_name_are_no_glob(shop):
    shop.drop("orders1.csv", A)
    shop.drop("orders[1].csv", B)
    shop.take()

    assert {row[0] for row in shop.rows("order_no")} == {"A", "B"}


def test_a_file_that_two_declarations_cover_is_a_mistake(shop):
    shop.declare("""\
        - name: orders
          config: {meta: {export: {files: "orders*.csv", load: append}}}
          columns: [{name: order_no, data_type: varchar}]
        - name: order_lines
          config: {meta: {export: {files: "order*.csv", load: append}}}
          columns: [{name: order_no, data_type: varchar}]
        """)
    shop.drop("orders.csv", A)

    with pytest.raises(UsageError, match="orders, order_lines"):
        shop.pull()


def test_a_missing_drop_says_where_it_should_be(shop):
    shop.drops.rmdir()

    with pytest.raises(UsageError, match="does not exist") as error:
        shop.pull()

    assert error.value.where == str(shop.drops)


def test_the_index_is_made_again_from_the_files(shop):
    for minute, content in enumerate([A, B, A]):
        shop.drop("orders.csv", content, modified=f"2024-12-31T20:0{minute}")
        shop.take()
    before, deliveries_before = shop.files(), seen(shop)
    for file in (shop.project / "home").glob("state.sqlite*"):
        file.unlink()

    assert rebuild_index(shop.settings, shop.state) == {"deliveries": 3, "loads": 2}
    assert shop.files() == before
    assert seen(shop) == deliveries_before
    assert rebuild_index(shop.settings, shop.state) == {"deliveries": 0, "loads": 0}
