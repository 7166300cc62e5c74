"""Copying what is published into a snapshot's file: whole, or onto the last snapshot, of which most days have not changed."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from rapport.warehouse.connections import literal, quoted
from rapport.warehouse.content import Content, content_of

if TYPE_CHECKING:
    import duckdb

_MOST_CHANGED = 0.5  # of a table's rows; beyond it, writing all of them in order costs less and reads better


def copy_tables(connection: "duckdb.DuckDBPyConnection", tables: Mapping[tuple[str, str], Content]) -> None:
    """Make catalog `snapshot`, empty or an earlier snapshot, hold these tables of catalog `warehouse` and nothing else.

    What an earlier snapshot holds is read, not believed: a day that is not what it should be is replaced, whatever the reason.
    """
    held = connection.execute("select schema_name, table_name from duckdb_tables() where database_name = 'snapshot'").fetchall()
    for schema, table in set(held) - set(tables):
        connection.execute(f"drop table snapshot.{quoted(schema)}.{quoted(table)}")
    for (schema, table), now in tables.items():
        # The build's own tables have columns that are no content and change with every build.
        before = content_of(connection, schema, table, "snapshot") if (schema, table) in held and schema != "rapport" else None
        if before is None or before.columns != now.columns:
            _copy_whole(connection, schema, table, now)
        else:
            _copy_changes(connection, schema, table, before, now)
    _describe(connection, tables)


def _copy_changes(connection: "duckdb.DuckDBPyConnection", schema: str, table: str, before: Content, now: Content) -> None:
    """Replace the days that are not what they were."""
    changed = [day for day in {*before.parts, *now.parts} if before.parts.get(day) != now.parts.get(day)]
    rows = sum(now.parts[day].rows for day in changed if day in now.parts)
    if rows > _MOST_CHANGED * sum(part.rows for part in now.parts.values()) or (changed and now.day is None):
        _copy_whole(connection, schema, table, now)
    elif changed:
        name, day = f"{quoted(schema)}.{quoted(table)}", quoted(now.day)
        known = [when for when in changed if when is not None]
        which = f"({day} in (select unnest($days::date[])){f' or {day} is null' if None in changed else ''})"
        connection.execute(f"delete from snapshot.{name} where {which}", {"days": known})
        connection.execute(
            f"insert into snapshot.{name} select * from warehouse.{name} where {which} order by {day}", {"days": known}
        )


def _copy_whole(connection: "duckdb.DuckDBPyConnection", schema: str, table: str, content: Content) -> None:
    """Copy all rows, oldest day first, so that a question about a month reads a part; a total order would cost too much."""
    order = f" order by {quoted(content.day)}" if content.day else ""
    name = f"{quoted(schema)}.{quoted(table)}"
    connection.execute(f"create schema if not exists snapshot.{quoted(schema)}")
    connection.execute(f"create or replace table snapshot.{name} as select * from warehouse.{name}{order}")


def _describe(connection: "duckdb.DuckDBPyConnection", tables: Mapping[tuple[str, str], Content]) -> None:
    """Comment the tables and their columns as the warehouse does, where they are not yet."""
    wanted, there = _descriptions(connection, "warehouse"), _descriptions(connection, "snapshot")
    for schema, table, column in {*wanted, *there}:
        words = wanted.get((schema, table, column))
        if (schema, table) in tables and words != there.get((schema, table, column)):
            name = f"snapshot.{quoted(schema)}.{quoted(table)}"
            subject = f"column {name}.{quoted(column)}" if column else f"table {name}"
            connection.execute(f"comment on {subject} is {literal(words) if words else 'null'}")


def _descriptions(connection: "duckdb.DuckDBPyConnection", catalog: str) -> dict[tuple[str, str, str], str]:
    """The comments of a catalogue by (schema, table or view, column); the table's own under the empty column."""
    found = connection.execute(
        "select schema_name, table_name, '', comment from duckdb_tables() where database_name = $catalog union all "
        "select schema_name, view_name, '', comment from duckdb_views() where database_name = $catalog union all "
        "select schema_name, table_name, column_name, comment from duckdb_columns() where database_name = $catalog",
        {"catalog": catalog},
    ).fetchall()
    return {(schema, table, column): comment for schema, table, column, comment in found if comment}
