"""What dbt reads: one view per declared export, over exactly the registered files, and the tables that say which those are."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from rapport.settings import Settings
from rapport.warehouse.connections import hardened, literal, path_literal, quoted
from rapport.warehouse.registration import Registered

if TYPE_CHECKING:
    import duckdb

    from rapport.exports.export import Export
    from rapport.exports.lake import LakeFile

_PROVENANCE = ("_file_id", "_row", "_exported_at", "_loaded_at", "_load")
_PROVENANCE_TYPES = ("varchar", "bigint", "timestamptz", "timestamptz", "bigint")
_EXPORT = "An export of a system, as registered for this build."  # the comment by which our views are known
_REASONS = 'struct("column" varchar, "rule" varchar, "value" varchar)[]'
_LAKE_FILES = {
    "system": "varchar",
    "table_name": "varchar",
    "file_id": "varchar",
    "declaration": "varchar",
    "name": "varchar",
    "exported_at": "timestamptz",
    "sequence": "bigint",
    "loaded_at": "timestamptz",
    "rows_in_file": "bigint",
    "rows_good": "bigint",
    "rows_rejected": "bigint",
    "rows_skipped": "bigint",
    "is_latest_delivery": "boolean",
}


_CHANGES = {"model": "varchar", "key": "varchar", "day": "date", "build": "bigint"}


@dataclass(frozen=True)
class ThisBuild:
    """The one row of `rapport.this_build`: models read the values of a run here, never from dbt vars."""

    number: int
    as_of: datetime
    from_sequence: int  # exclusive: the last one that the last finished build has seen
    to_sequence: int  # inclusive
    from_build: int = 0  # the last finished build, which this one continues; 0 when everything is built anew


def write_inputs(
    settings: Settings,
    warehouse: Path,
    this_build: ThisBuild,
    exports: Mapping[tuple[str, str], "Export"],
    files: Sequence["LakeFile"],
    registered: Sequence[Registered],
) -> None:
    """Write into the DuckDB file `warehouse` everything that dbt's sources name, replacing what an earlier build left.

    A file that is not registered is invisible. Systems that the company no longer has lose their views.
    """
    warehouse.parent.mkdir(parents=True, exist_ok=True)
    connection = hardened(settings, warehouse, folders=[settings.lake])
    try:
        connection.execute("begin")
        connection.execute("create schema if not exists rapport")
        _write_lake_files(connection, registered)
        _write_this_build(connection, this_build, settings.company.timezone)
        _keep_changes(connection, this_build)
        connection.execute(f"create or replace view rapport.rejects as {_rejects(files)}")
        _drop_views(connection, keep=exports)
        for (system, table), export in exports.items():
            paths = [file.path for file in files if (file.system, file.table) == (system, table)]
            connection.execute(f"create schema if not exists {quoted(system)}")
            view = f"{quoted(system)}.{quoted(table)}"
            connection.execute(f"create or replace view {view} as {_source(export, paths, settings.company.timezone)}")
            connection.execute(f"comment on view {view} is {literal(_EXPORT)}")
        connection.execute("commit")
        connection.execute("checkpoint")
    finally:
        connection.close()


def _write_lake_files(connection: "duckdb.DuckDBPyConnection", registered: Sequence[Registered]) -> None:
    columns = ", ".join(f"{quoted(name)} {kind} not null" for name, kind in _LAKE_FILES.items())
    connection.execute(f"create or replace table rapport.lake_files ({columns})")
    if registered:
        marks = ", ".join("?" for _ in _LAKE_FILES)
        rows = [[getattr(row, field.name) for field in fields(Registered)] for row in registered]
        connection.executemany(f"insert into rapport.lake_files ({', '.join(map(quoted, _LAKE_FILES))}) values ({marks})", rows)


def _write_this_build(connection: "duckdb.DuckDBPyConnection", this_build: ThisBuild, timezone: str) -> None:
    connection.execute(
        """
        create or replace table rapport.this_build as
        select
            ?::bigint as number,
            ?::timestamptz as as_of,
            (?::timestamptz at time zone ?)::date as as_of_on,
            ?::bigint as from_sequence,
            ?::bigint as from_build,
            ?::bigint as to_sequence
        """,
        [
            this_build.number,
            this_build.as_of,
            this_build.as_of,
            timezone,
            this_build.from_sequence,
            this_build.from_build,
            this_build.to_sequence,
        ],
    )


def _keep_changes(connection: "duckdb.DuckDBPyConnection", this_build: ThisBuild) -> None:
    """Keep what builds that did not finish have noted as changed: their models hold it already, and others may not yet."""
    columns = ", ".join(f"{name} {kind}" for name, kind in _CHANGES.items())
    connection.execute(f"create table if not exists rapport.changes ({columns})")
    connection.execute("delete from rapport.changes where build <= ? or ? = 0", [this_build.from_build] * 2)


def _drop_views(connection: "duckdb.DuckDBPyConnection", keep: Iterable[tuple[str, str]]) -> None:
    """Drop the views of exports that are declared no more, so that no model can read them by accident."""
    views = connection.execute("select schema_name, view_name from duckdb_views() where comment = ?", [_EXPORT]).fetchall()
    for system, table in set(views) - set(keep):
        connection.execute(f"drop view {quoted(system)}.{quoted(table)}")


def _source(export: "Export", paths: Sequence[Path], timezone: str) -> str:
    """The rows of all files of one export, with the sequence and time of their newest delivery, or the record's own time."""
    marks = [("_is_deleted", "boolean")] if export.deleted_when else []
    if not paths:
        typed = [(column.name, column.data_type) for column in export.columns]
        typed += [*marks, *zip(_PROVENANCE, _PROVENANCE_TYPES, strict=True)]
        nulls = ", ".join(f"cast(null as {kind}) as {quoted(name)}" for name, kind in typed)
        return f"select {nulls} where false"
    names = [column.name for column in export.columns] + [name for name, _ in marks]
    columns = ", ".join(f"record.{quoted(name)}" for name in names)
    return f"""
        select
            {columns},
            record._file_id,
            record._row,
            {_version(export, timezone)} as _exported_at,
            record._loaded_at,
            lake_file.sequence as _load
        from {_parquet(paths)} as record
        inner join rapport.lake_files as lake_file on record._file_id = lake_file.file_id
        where lake_file.is_latest_delivery
          and lake_file.system = {literal(export.system)}
          and lake_file.table_name = {literal(export.table)}
    """


def _version(export: "Export", timezone: str) -> str:
    """When a record was exported: what its own column says (a date: midnight in the company's zone), else its file."""
    by_column = export.exported_at and export.exported_at.column
    if not by_column:
        return "lake_file.exported_at"
    (column,) = (column for column in export.columns if column.name == by_column)
    own = f"record.{quoted(column.name)}"
    if column.data_type == "date":
        own = f"({own}::timestamp at time zone {literal(timezone)})"
    return f"coalesce({own}, lake_file.exported_at)"


def _rejects(files: Sequence["LakeFile"]) -> str:
    """Every record that was not accepted, of all exports."""
    by_table: dict[tuple[str, str], list[Path]] = {}
    for file in files:
        if file.rejects_path:
            by_table.setdefault((file.system, file.table), []).append(file.rejects_path)
    nothing = f"""
        select null::varchar as system, null::varchar as table_name, null::varchar as file_id, null::bigint as "row",
            null::bigint as line, null::varchar as "text", null::{_REASONS} as reasons
        where false
    """
    return " union all ".join(
        [
            nothing,
            *(
                f'select {literal(system)}, {literal(table)}, _file_id, _row, _line, "text", reasons from {_parquet(paths)}'
                for (system, table), paths in sorted(by_table.items())
            ),
        ]
    )


def _parquet(paths: Iterable[Path]) -> str:
    # One declaration, one schema: no union by name, so that a file of another shape is an error and not a column of nulls.
    return f"read_parquet([{', '.join(path_literal(path) for path in sorted(paths))}], hive_partitioning = false)"
