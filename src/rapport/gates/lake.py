"""The database that the raw gate asks: views over exactly the lake's current files."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from rapport.gates.freshness import Freshness
from rapport.settings import Settings
from rapport.warehouse.connections import hardened, path_literal, quoted

if TYPE_CHECKING:
    from rapport.exports.export import Export
    from rapport.exports.lake import LakeDelivery, LakeFile

OWN_VIEWS = {"files", "exports"}  # what the gate offers beside the exports, under the schema `lake`
_REASONS = 'struct("column" varchar, "rule" varchar, "value" varchar)[]'
_REJECTS = {"_file_id": "varchar", "_row": "bigint", "_line": "bigint", "text": "varchar", "reasons": _REASONS}


def open_lake(
    settings: Settings,
    exports: Mapping[tuple[str, str], "Export"],
    files: Sequence["LakeFile"],
    freshness: Mapping[tuple[str, str], Freshness],
    as_of: datetime,
) -> Any:
    """Open a hardened in-memory DuckDB with views over exactly the given files.

    `<system>.<table>`: every current row; `…__latest`: those of the newest delivery; `…__rejects`: what was not accepted;
    `lake.files`: one row per delivery, unless one of the same name and time has replaced it; `lake.exports`: one row per
    declared export that is expected, with its freshness.
    """
    connection = hardened(settings, folders=[settings.lake])
    expected = {key: export for key, export in exports.items() if export.is_expected(settings.company.feeds)}
    create_own_views(connection, expected, freshness, as_of, ZoneInfo(settings.company.timezone))
    _list_files(connection, files)
    for schema in dict.fromkeys(system for system, _ in exports):
        connection.execute(f"create schema {quoted(schema)}")
    for (system, table), export in exports.items():
        own = [file for file in files if (file.system, file.table) == (system, table)]
        newest = max(own, key=lambda file: max(map(_order, file.deliveries)), default=None)
        for suffix, rows in (
            ("", _rows(export, own)),
            ("__latest", _rows(export, [newest] if newest else [])),
            ("__rejects", _parquet([file.rejects_path for file in own if file.rejects_path], _REJECTS)),
        ):
            connection.execute(f"create view {quoted(system)}.{quoted(table + suffix)} as {rows}")
    return connection


def _order(delivery: "LakeDelivery") -> tuple[datetime, str, int]:
    """As builds order deliveries (`rapport.warehouse.registration`): of one name and time, the later arrival is the newer."""
    return delivery.exported_at, delivery.name, delivery.delivery_id


def columns_of(export: "Export") -> dict[str, str]:
    """The columns that a suite may ask about: name → DuckDB type."""
    return {column.name: column.data_type for column in export.columns} | {"_file_id": "varchar", "_row": "bigint"}


def create_own_views(
    connection: Any,
    exports: Mapping[tuple[str, str], "Export"],
    freshness: Mapping[tuple[str, str], Freshness],
    as_of: datetime,
    zone: ZoneInfo,
) -> None:
    """Create `lake.files`, over the still empty table `lake.deliveries`, and `lake.exports`."""
    connection.execute(
        """
        create schema lake;
        create table lake.declared (
            system varchar, table_name varchar, load varchar,
            warn_after_hours double, error_after_hours double, as_of timestamptz, as_of_on date
        );
        create table lake.deliveries (
            system varchar, table_name varchar, file_id varchar, name varchar, exported_at timestamptz,
            rows_in_file bigint, rows_good bigint, rows_rejected bigint, rows_skipped bigint, delivery_id bigint
        );
        create view lake.files as
        select
            *,
            -- 1 is the newest delivery of its export
            row_number() over (
                partition by system, table_name order by exported_at desc, name desc, delivery_id desc
            ) as position
        from (
            select * from lake.deliveries
            -- a file that was mended and dropped again under its name has taken the place of the one before
            qualify row_number() over (partition by system, table_name, name, exported_at order by delivery_id desc) = 1
        );
        create view lake.exports as
        select
            declared.*,
            coalesce(arrived.deliveries, 0) as deliveries,
            arrived.newest_exported_at,
            date_diff('second', arrived.newest_exported_at, declared.as_of) / 3600 as age_hours
        from lake.declared
        left join (
            select system, table_name, count(*) as deliveries, max(exported_at) as newest_exported_at
            from lake.deliveries
            group by system, table_name
        ) as arrived using (system, table_name);
        """
    )
    for key, export in exports.items():
        age = freshness.get(key, Freshness())
        row = [*key, export.load, age.warn_after_hours, age.error_after_hours, as_of, as_of.astimezone(zone).date()]
        connection.execute("insert into lake.declared values (?, ?, ?, ?, ?, ?, ?)", row)


def _list_files(connection: Any, files: Sequence["LakeFile"]) -> None:
    rows = [
        [
            *(file.system, file.table, file.file_id, delivery.name, delivery.exported_at),
            *(file.rows_in_file, file.rows_good, file.rows_rejected, file.rows_skipped, delivery.delivery_id),
        ]
        for file in files
        for delivery in file.deliveries
    ]
    if rows:
        connection.executemany("insert into lake.deliveries values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)


def _rows(export: "Export", files: Sequence["LakeFile"]) -> str:
    return _parquet([file.path for file in files], columns_of(export))


def _parquet(paths: Sequence, types: Mapping[str, str]) -> str:
    """The rows of exactly these files; typed, and none, when there are no files."""
    if not paths:
        return f"select {', '.join(f'null::{kind} as {quoted(name)}' for name, kind in types.items())} where false"
    columns = ", ".join(map(quoted, types))
    return f"select {columns} from read_parquet([{', '.join(map(path_literal, paths))}], hive_partitioning = false)"
