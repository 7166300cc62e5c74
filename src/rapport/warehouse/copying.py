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
        _copy_descriptions(connection, schema, table)


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


def _copy_descriptions(connection: "duckdb.DuckDBPyConnection", schema: str, table: str) -> None:
    """Comment the table and its columns as the warehouse does, where they are not yet."""
    wanted, there = (_descriptions(connection, catalog, schema, table) for catalog in ("warehouse", "snapshot"))
    name = f"snapshot.{quoted(schema)}.{quoted(table)}"
    for column in {*wanted, *there}:
        if wanted.get(column) != there.get(column):
            subject = f"column {name}.{quoted(column)}" if column else f"table {name}"
            words = wanted.get(column)
            connection.execute(f"comment on {subject} is {literal(words) if words else 'null'}")


def _descriptions(connection: "duckdb.DuckDBPyConnection", catalog: str, schema: str, table: str) -> dict[str, str]:
    """Comments by column, and the table's own under the empty name."""
    found = connection.execute(
        "select '', comment from duckdb_tables() "
        "where database_name = $catalog and schema_name = $schema and table_name = $name union all "
        "select '', comment from duckdb_views() where database_name = $catalog and schema_name = $schema and view_name = $name "
        "union all select column_name, comment from duckdb_columns() "
        "where database_name = $catalog and schema_name = $schema and table_name = $name",
        {"catalog": catalog, "schema": schema, "name": table},
    ).fetchall()
    return {column: comment for column, comment in found if comment}
