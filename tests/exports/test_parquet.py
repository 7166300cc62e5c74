"""Parquet files: what becomes a row, what a reject and what a refused file."""

from datetime import UTC, date, datetime
from decimal import Decimal

import duckdb
import pytest

from rapport.exports.load import LARGE

COLUMNS = """\
- name: orders
  config: {meta: {export: {files: ["orders*.csv", "orders*.parquet"], format: [csv, parquet], load: upsert}}}
  columns:
    - {name: order_no, data_type: varchar, config: {meta: {key: true}}}
    - {name: placed_at, data_type: timestamptz}
    - {name: ordered_on, data_type: date}
    - {name: amount, data_type: "decimal(18,4)"}
    - {name: units, data_type: integer}
    - {name: weight, data_type: double}
    - {name: is_gift, data_type: boolean}
"""


@pytest.fixture
def parquet_shop(shop):
    shop.declare(COLUMNS)
    return shop


def drop_parquet(shop, select: str, name: str = "orders.parquet", options: str = "") -> None:
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'Asia/Tokyo'")
        connection.execute(f"copy ({select}) to '{shop.drops / name}' (format parquet{options})")


TYPED = """
    select
        'A' as order_no, timestamptz '2026-10-31 08:15:30.25+01' as placed_at, date '2026-10-31' as ordered_on,
        1.5::decimal(9, 2) as amount, 3::tinyint as units, 0.1::double + 0.2::double as weight, true as is_gift
    union all select 'B', null, null, null, null, null, null
"""


def test_typed_columns_are_taken_as_the_declaration_types_them(parquet_shop):
    drop_parquet(parquet_shop, TYPED)

    result = parquet_shop.take()

    assert (result.rows_good, result.rows_rejected, result.notices) == (2, 0, [])
    at = datetime(2026, 10, 31, 7, 15, 30, 250000, tzinfo=UTC)
    assert parquet_shop.rows("order_no, placed_at, ordered_on, amount, units, weight, is_gift, _row") == [
        ("A", at, date(2026, 10, 31), Decimal("1.5000"), 3, 0.1 + 0.2, True, 1),
        ("B", None, None, None, None, None, None, 2),
    ]


def test_the_same_rows_as_csv_and_as_parquet_are_the_same_in_the_lake(parquet_shop, make_shop):
    drop_parquet(parquet_shop, TYPED)
    other = make_shop()
    other.declare(COLUMNS)
    text = "A,2026-10-31T08:15:30.25+01:00,2026-10-31,1.5,3,0.30000000000000004,true\nB,,,,,,\n"
    other.drop("orders.csv", "order_no,placed_at,ordered_on,amount,units,weight,is_gift\n" + text)
    parquet_shop.take()
    other.take()

    typed = "* exclude (_file_id, _exported_at, _loaded_at)"
    assert parquet_shop.rows(typed) == other.rows(typed)


def test_times_without_a_zone_are_the_companys_and_dates_may_come_as_midnights(parquet_shop):
    drop_parquet(
        parquet_shop,
        "select 'A' as order_no, timestamp_ns '2026-07-01 12:00:00.5' as placed_at, timestamp '2026-07-01' as ordered_on",
    )
    result = parquet_shop.take()

    assert parquet_shop.rows("placed_at, ordered_on") == [
        (datetime(2026, 7, 1, 10, 0, 0, 500000, tzinfo=UTC), date(2026, 7, 1))
    ]
    assert result.notices == [
        "shop.orders: orders.parquet: empty, not in the file: 'amount', 'units', 'weight', 'is_gift'",
    ]


def test_binary_fractions_become_the_decimal_that_was_meant(parquet_shop):
    drop_parquet(
        parquet_shop,
        "select 'A' || i as order_no, v::double as amount, w::double as units from (values"
        " (1, '0.1'::double + '0.2'::double, 2), (2, 261.96, 1e6), (3, 1e-4, 0), (4, 123456789012.25, -7)) as t (i, v, w)",
    )
    parquet_shop.take()

    assert parquet_shop.rows("amount, units") == [
        (Decimal("0.3"), 2),
        (Decimal("261.96"), 1_000_000),
        (Decimal("0.0001"), 0),
        (Decimal("123456789012.25"), -7),
    ]


def test_what_does_not_fit_is_a_reject_with_its_record_and_reasons(parquet_shop):
    drop_parquet(
        parquet_shop,
        "select * from (values ('A', 'x', 'nan'::double, 1.5), (null, '2', 1, 2), ('C', '9999999999', 0.00001, 3))"
        " as t (order_no, units, amount, weight)",
    )
    result = parquet_shop.take()

    assert (result.rows_good, result.rows_rejected) == (0, 3)
    assert [(r.row, r.line, why.column, why.rule, why.value) for r in parquet_shop.rejects() for why in r.reasons] == [
        (1, 1, "amount", "is not a number with decimal mark .", "nan"),
        (1, 1, "units", "is not a whole number", "x"),
        (2, 2, "order_no", "is required", None),
        (3, 3, "amount", "has more than 4 decimals", "0.00001"),
        (3, 3, "units", "is too large for integer", "9999999999"),
    ]
    assert next(r.text for r in parquet_shop.rejects()) == "A\tx\tnan\t1.5"


@pytest.mark.parametrize("rows", [50, 200_000])
def test_a_large_file_is_numbered_and_counted_like_a_small_one(parquet_shop, rows):
    drop_parquet(
        parquet_shop,
        f"select 'A' || i as order_no, if(i % 10 = 7, 'x', left(hash(i)::varchar, 8)) as units, hash(i) % 100 / 8 as amount,"
        f" timestamptz '2026-01-01 00:00:00+00' + to_seconds(i) as placed_at from range(1, {rows + 1}) t (i)",
        options=", row_group_size 20000",
    )
    assert ((parquet_shop.drops / "orders.parquet").stat().st_size >= LARGE) == (rows > 50)
    result = parquet_shop.take()

    assert (result.rows_good, result.rows_rejected) == (rows * 9 // 10, rows // 10)
    found = parquet_shop.rows("order_no, _row")
    assert len(found) == rows * 9 // 10 and all(order_no == f"A{row}" for order_no, row in found)
    assert [reject.row for reject in parquet_shop.rejects()] == list(range(7, rows + 1, 10))


def test_a_file_cut_short_or_not_parquet_is_refused_and_stops_no_other(parquet_shop):
    drop_parquet(parquet_shop, "select 'A' || i as order_no from range(10000) t (i)", "orders1.parquet")
    whole = (parquet_shop.drops / "orders1.parquet").read_bytes()
    page = whole[:200] + bytes(400) + whole[600:]
    parquet_shop.drop("orders2.parquet", whole[: len(whole) // 2])
    parquet_shop.drop("orders3.parquet", "order_no\nA\n")
    parquet_shop.drop("orders4.parquet", b"")
    parquet_shop.drop("orders5.parquet", page)
    parquet_shop.drop("orders6.csv", "order_no\nB\n")

    result = parquet_shop.take()

    assert [file.name for file in result.refused] == [f"orders{n}.parquet" for n in (2, 3, 4, 5)]
    assert all("not a Parquet file that can be read to its end" in file.what for file in result.refused)
    assert result.rows_good == 10_001


def test_a_file_without_a_required_column_is_refused(parquet_shop):
    drop_parquet(parquet_shop, "select 1 as units, 'x' as colour")
    (refused,) = parquet_shop.take().refused

    assert "missing: 'order_no'; not declared: 'colour'" in refused.what


def test_a_name_that_tells_none_of_several_formats_is_refused(parquet_shop):
    parquet_shop.declare(COLUMNS.replace('"orders*.csv", ', '"orders*", ').replace('"orders*.parquet"', '"x"'))
    parquet_shop.drop("orders.dat", "order_no\nA\n")
    (refused,) = parquet_shop.take().refused

    assert "does not tell which of csv, parquet" in refused.what


def test_a_day_in_the_name_says_when_a_file_was_exported_else_its_modification(shop):
    shop.declare(
        COLUMNS.replace("load: upsert", r"load: upsert, exported_at: {name: '(\d{4}-\d\d-\d\d)', else_modified: true}")
    )
    shop.drop("orders_2026-10-31.csv", "order_no\nA\n", modified="2026-11-05T12:00:00")
    shop.drop("orders.csv", "order_no\nB\n", modified="2026-11-05T12:00:00")
    shop.drop("orders_2026-13-31.csv", "order_no\nC\n")

    pulled = shop.pull()
    shop.load()

    assert shop.rows("order_no, _exported_at") == [
        ("A", datetime(2026, 10, 30, 23, tzinfo=UTC)),
        ("B", datetime(2026, 11, 5, 12, tzinfo=UTC)),
    ]
    assert len(pulled.undated) == 1 and "orders_2026-13-31.csv" in pulled.undated[0]
