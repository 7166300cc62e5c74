"""A snapshot that begins as the last one: whatever changed, it ends as if it had been copied whole."""

from datetime import date, timedelta

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rapport.warehouse.content import content_of
from rapport.warehouse.copying import copy_tables

ROWS = st.lists(
    st.tuples(
        st.none() | st.integers(0, 5).map(lambda days: date(2026, 10, 1) + timedelta(days=days)),
        st.none() | st.integers(0, 3),
        st.sampled_from(["", "a", "b"]),
    ),
    max_size=12,
)


@pytest.fixture
def connection():
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as warehouse")
        connection.execute("attach ':memory:' as snapshot")
        connection.execute("create schema warehouse.marts")
        yield connection


def fill(connection, rows, *, columns: str = "day date, amount integer, note varchar", table: str = "facts") -> None:
    connection.execute(f"create or replace table warehouse.marts.{table} ({columns})")
    if rows:
        connection.executemany(f"insert into warehouse.marts.{table} values ({', '.join('?' for _ in rows[0])})", rows)


def publish(connection, *tables: str) -> None:
    copy_tables(connection, {("marts", table): content_of(connection, "marts", table) for table in tables or ("facts",)})


def read(connection, catalog: str, table: str = "facts") -> list[tuple]:
    return sorted(connection.execute(f"select * from {catalog}.marts.{table}").fetchall(), key=repr)


@settings(max_examples=150, deadline=None)
@given(nights=st.lists(ROWS, min_size=2, max_size=4))
def test_after_any_nights_the_snapshot_holds_the_rows_of_the_last(nights):
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as warehouse")
        connection.execute("attach ':memory:' as snapshot")
        connection.execute("create schema warehouse.marts")
        for rows in nights:
            fill(connection, rows)
            publish(connection)
            assert read(connection, "snapshot") == read(connection, "warehouse")


def test_of_many_days_only_the_one_that_changed_is_written(connection):
    days = [(date(2026, 1, 1) + timedelta(days=number), number, "x") for number in range(100)]
    fill(connection, days)
    publish(connection)
    connection.execute("create table kept as select rowid as place, day from snapshot.marts.facts")

    fill(connection, [*days[:50], (days[50][0], -1, "corrected"), *days[51:]])
    publish(connection)

    moved = connection.execute(
        "select now.day from snapshot.marts.facts as now left join kept on kept.place = now.rowid and kept.day = now.day "
        "where kept.day is null"
    ).fetchall()
    assert moved == [(days[50][0],)]
    assert read(connection, "snapshot") == read(connection, "warehouse")


def test_a_last_snapshot_that_was_changed_behind_our_back_does_not_spoil_the_next(connection):
    rows = [(date(2026, 10, day), day, "x") for day in range(1, 31)]
    fill(connection, rows)
    publish(connection)
    connection.execute("update snapshot.marts.facts set amount = 1000 where day = '2026-10-07'")
    connection.execute("delete from snapshot.marts.facts where day = '2026-10-09'")

    publish(connection)

    assert read(connection, "snapshot") == sorted(rows, key=repr)


def test_another_type_another_column_and_a_table_that_is_published_no_more(connection):
    fill(connection, [(date(2026, 10, 1), 1, "x")])
    fill(connection, [(1,)], columns="number integer", table="gone")
    publish(connection, "facts", "gone")

    fill(
        connection, [(date(2026, 10, 1), 1.5, "x", True)], columns="day date, amount decimal(18, 4), note varchar, told boolean"
    )
    publish(connection, "facts")

    assert read(connection, "snapshot") == read(connection, "warehouse")
    assert connection.execute("select table_name from duckdb_tables() where database_name = 'snapshot'").fetchall() == [
        ("facts",)
    ]


def test_descriptions_follow_the_warehouse(connection):
    fill(connection, [(date(2026, 10, 1), 1, "x")])
    connection.execute("comment on table warehouse.marts.facts is 'One row per day.'")
    connection.execute("comment on column warehouse.marts.facts.note is 'What was noted.'")
    publish(connection)
    connection.execute("comment on table warehouse.marts.facts is 'One row per day and note.'")
    connection.execute("comment on column warehouse.marts.facts.note is null")

    publish(connection)

    told = connection.execute("select comment from duckdb_tables() where database_name = 'snapshot'").fetchall()
    assert told == [("One row per day and note.",)]
    assert (
        connection.execute(
            "select column_name from duckdb_columns() where database_name = 'snapshot' and comment is not null"
        ).fetchall()
        == []
    )
