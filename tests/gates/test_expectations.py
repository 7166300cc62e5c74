"""Every expectation that a suite uses gives the right answer on DuckDB, for rows that were counted by hand."""

from pathlib import Path

import pytest
from planted import PROJECT

from rapport.gates.evaluation import evaluate
from rapport.gates.suites import Suite, read_suites

ROWS = """
create schema shop;
create table shop.orders as
select * from (values
    ('f1', 1, 'A-1',  'web',  10.00::decimal(18, 4), 1::bigint, date '2026-01-01', timestamptz '2026-01-01 12:00:00+00'),
    ('f1', 2, 'A-2',  'web',  20.00,                 2,         date '2026-01-02', timestamptz '2026-01-03 12:00:00+00'),
    ('f2', 1, 'A-2',  null,   30.00,                 3,         date '2026-01-03', null),
    ('f2', 2, 'B7', 'phone', 1000.00,                1,         date '2026-01-04', timestamptz '2026-01-04 12:00:00+00')
) as orders (_file_id, _row, order_no, channel, price, quantity, ordered_on, paid_at);
"""
# expectation → arguments that hold, arguments that do not, and what is seen of the latter
EXAMPLES = {
    "ExpectTableRowCountToBeBetween": ({"min_value": 4, "max_value": 4}, {"min_value": 5}, "4"),
    "ExpectColumnValuesToNotBeNull": (
        {"column": "channel", "mostly": 0.75},
        {"column": "channel", "mostly": 0.76},
        "1 of 4 rows",
    ),
    "ExpectColumnValuesToBeUnique": ({"column": "ordered_on"}, {"column": "order_no"}, "2 of 4 rows"),
    "ExpectColumnValuesToBeBetween": (
        {"column": "price", "min_value": 10, "max_value": 1000},
        {"column": "price", "min_value": 10, "strict_min": True, "max_value": 100},
        "2 of 4 rows",
    ),
    "ExpectColumnValuesToBeInSet": (
        {"column": "channel", "value_set": ["web", "phone"]},
        {"column": "channel", "value_set": ["web"]},
        "1 of 4 rows",
    ),
    "ExpectColumnValuesToMatchRegex": (
        {"column": "order_no", "regex": r"^[A-Z]-?\d$"},
        {"column": "order_no", "regex": r"^A-\d$"},
        "1 of 4 rows",
    ),
    "ExpectColumnValueLengthsToEqual": (
        {"column": "order_no", "value": 3, "mostly": 0.75},
        {"column": "order_no", "value": 3},
        "1 of 4 rows",
    ),
    "ExpectColumnDistinctValuesToBeInSet": (
        {"column": "channel", "value_set": ["web", "phone", "edi"]},
        {"column": "channel", "value_set": ["web", "edi"]},
        "unexpected: ['phone']",
    ),
    "ExpectColumnMeanToBeBetween": (
        {"column": "quantity", "min_value": 1.75, "max_value": 1.75},
        {"column": "quantity", "min_value": 2},
        "1.75",
    ),
    "ExpectColumnMedianToBeBetween": (
        {"column": "quantity", "min_value": 1.5, "max_value": 1.5},
        {"column": "quantity", "max_value": 1},
        "1.5",
    ),
    "ExpectColumnPairValuesAToBeGreaterThanB": (
        {"column_A": "price", "column_B": "quantity"},
        {"column_A": "quantity", "column_B": "_row", "or_equal": False},
        "3 of 4 rows",
    ),
    "UnexpectedRowsExpectation": (
        {"name": "query", "unexpected_rows_query": "select * from {batch} where price < 0"},
        {"name": "query", "unexpected_rows_query": "select _file_id, _row, price from {batch} where price > 25"},
        "2 rows",
    ),
}


@pytest.fixture(scope="module")
def orders():
    import duckdb

    with duckdb.connect() as connection:
        connection.execute(ROWS)
        yield connection


def ask(orders, expectation: str, arguments: dict):
    entry = {"expect": expectation, "severity": "critical", "description": "A rule.", **arguments}
    suite = Suite(table="lake.shop.orders", gate="raw", file=Path("raw/shop__orders.yml"), expectations=[entry])
    return evaluate(orders, [suite])[0]


def test_every_expectation_that_a_suite_uses_has_an_example():
    used = {
        entry.expect
        for gate in ("raw", "marts")
        for suite in read_suites(PROJECT / "expectations", gate)
        for entry in suite.expectations
    }

    assert used == set(EXAMPLES)


@pytest.mark.parametrize("expectation", EXAMPLES)
def test_what_holds_passes_and_what_does_not_fails(orders, expectation):
    holds, does_not, observed = EXAMPLES[expectation]

    assert ask(orders, expectation, holds).passed
    failed = ask(orders, expectation, does_not)
    assert failed.outcome == "failed"
    assert failed.observed.startswith(observed)


def test_failing_rows_are_named_by_file_and_record(orders):
    nulls = ask(orders, "ExpectColumnValuesToNotBeNull", {"column": "channel"})
    dear = ask(orders, "UnexpectedRowsExpectation", EXAMPLES["UnexpectedRowsExpectation"][1])

    assert [(row["_file_id"], row["_row"]) for row in nulls.samples] == [("f2", 1)]
    assert sorted((row["_file_id"], row["_row"]) for row in dear.samples) == [("f2", 1), ("f2", 2)]


def test_no_more_than_twenty_failing_rows_are_kept_and_all_are_counted():
    import duckdb

    with duckdb.connect() as connection:
        connection.execute(
            "create schema shop; create table shop.orders as select 'f' as _file_id, range as _row, -1 as price from range(500)"
        )
        column = ask(connection, "ExpectColumnValuesToBeBetween", {"column": "price", "min_value": 0})
        query = ask(
            connection,
            "UnexpectedRowsExpectation",
            {"name": "q", "unexpected_rows_query": "select * from {batch} where price < 0"},
        )

    assert (column.failing_rows, len(column.samples)) == (500, 20)
    assert (query.failing_rows, len(query.samples)) == (500, 20)


def test_asking_opens_no_network_connection_and_prints_nothing(orders, monkeypatch, capfd):
    def refuse(*_args):
        raise AssertionError("a gate opened a network connection")

    monkeypatch.setattr("socket.socket.connect", refuse)
    monkeypatch.setattr("socket.create_connection", refuse)

    assert ask(orders, "ExpectColumnValuesToNotBeNull", {"column": "price"}).passed
    assert capfd.readouterr() == ("", "")
