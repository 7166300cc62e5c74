"""The raw gate: is what arrived plausible, before any model reads it?"""

from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from rapport.errors import UsageError
from rapport.gates.freshness import Freshness, read_freshness
from rapport.gates.suites import Suite, read_suites, suites_hash
from rapport.gates.verdicts import Verdict, find, store
from rapport.settings import Settings
from rapport.state.database import State
from rapport.state.tables import loads

if TYPE_CHECKING:
    from rapport.exports.declarations import Export
    from rapport.exports.lake import LakeFile

_VIEWS = {"files", "exports"}  # what the gate itself offers beside the exports, under the schema `lake`


def check_raw(settings: Settings, state: State, files: Sequence["LakeFile"], as_of: datetime | None = None) -> Verdict:
    """Ask the raw suites of everything that lies in the lake under the current declarations.

    The same lake and the same suites on the same day are asked only once: a second run gets the stored verdict.

    Args:
        files: as `rapport.exports.lake.current_files` gives them.
        as_of: the run's instant, for freshness; the settings' when not given.

    Returns:
        The verdict, open or closed; `require_open` turns a closed one into an error.

    Raises:
        UsageError: there is no suite that fits this company, or a suite is wrong.
    """
    from rapport.exports.declarations import read_declarations
    from rapport.exports.lake import lake_hash

    as_of = as_of or settings.as_of()
    exports = read_declarations(settings)
    freshness = read_freshness(settings)
    suites, skipped = _fitting(read_suites(settings.expectations, "raw"), settings, exports)
    day = as_of.astimezone(settings.company.zone).date().isoformat()
    about, asked = lake_hash(files), suites_hash(suites, *skipped, day, repr(sorted(freshness.items())))
    if known := find(state, "raw", suites=asked, lake_hash=about):
        return known

    from rapport.gates.evaluation import evaluate

    with closing(open_lake(settings, state, exports, files, freshness, as_of)) as connection:
        checks = evaluate(connection, suites)
    is_open = all(check.outcome != "failed" for check in checks)
    return store(state, Verdict(0, "raw", about, is_open, checks, skipped), suites=asked)


def _fitting(suites: list[Suite], settings: Settings, exports: Mapping) -> tuple[list[Suite], list[str]]:
    """The suites of the company's own exports, and why each other one is not asked."""
    fitting, skipped = [], []
    for suite in suites:
        schema, table = suite.relation
        own_view = schema == "lake" and table in _VIEWS
        if schema != "lake" and schema not in settings.company.systems:
            skipped.append(f"{suite.name}: {settings.company_file.name} has no system {schema}")
        elif not own_view and (schema, table) not in exports:
            skipped.append(f"{suite.name}: {suite.table} is not declared")
        else:
            fitting.append(suite)
    if not any(suite.relation[0] != "lake" for suite in fitting):
        raise UsageError(
            "No raw suite is about an export of this company.",
            where=str(settings.expectations / "raw"),
            fix="Add one YAML file per export; a gate that asks nothing cannot open.",
        )
    return fitting, skipped


def open_lake(
    settings: Settings,
    state: State,
    exports: Mapping[tuple[str, str], "Export"],
    files: Sequence["LakeFile"],
    freshness: Mapping[tuple[str, str], Freshness],
    as_of: datetime,
) -> Any:
    """Open a hardened in-memory DuckDB with views over exactly the given files.

    `<system>.<table>`: every current row; `…__latest`: those of the newest delivery; `…__rejects`: what was not accepted;
    `lake.files`: one row per delivery; `lake.exports`: one row per declared export, with its freshness.
    """
    from rapport.warehouse.connections import hardened, quoted

    connection = hardened(settings, folders=[settings.lake])
    connection.execute("create schema lake")
    _create_files(connection, state, files)
    _create_exports(connection, exports, freshness, as_of, settings.company.timezone)
    for schema in dict.fromkeys(system for system, _ in exports):
        connection.execute(f"create schema {quoted(schema)}")
    for (system, table), export in exports.items():
        own = [file for file in files if (file.system, file.table) == (system, table)]
        newest = max(own, key=lambda file: max(delivery.exported_at for delivery in file.deliveries), default=None)
        for suffix, rows in (
            ("", _rows(export, own)),
            ("__latest", _rows(export, [newest] if newest else [])),
            ("__rejects", _rejects(own)),
        ):
            connection.execute(f"create view {quoted(system)}.{quoted(table + suffix)} as {rows}")
    return connection


def _rows(export: "Export", files: Sequence["LakeFile"]) -> str:
    types = {column.name: column.data_type for column in export.columns}
    return _parquet([file.path for file in files], types | {"_file_id": "varchar", "_row": "bigint"})


def _rejects(files: Sequence["LakeFile"]) -> str:
    types = {
        "_file_id": "varchar",
        "_row": "bigint",
        "_line": "bigint",
        "text": "varchar",
        "reasons": 'struct("column" varchar, "rule" varchar, "value" varchar)[]',
    }
    return _parquet([file.rejects_path for file in files if file.rejects_path], types)


def _parquet(paths: Sequence, types: Mapping[str, str]) -> str:
    from rapport.warehouse.connections import path_literal, quoted

    if not paths:
        return f"select {', '.join(f'null::{kind} as {quoted(name)}' for name, kind in types.items())} where false"
    columns = ", ".join(map(quoted, types))
    return f"select {columns} from read_parquet([{', '.join(map(path_literal, paths))}], hive_partitioning = false)"


def _create_files(connection: Any, state: State, files: Sequence["LakeFile"]) -> None:
    connection.execute(
        """
        create table lake.files (
            system varchar, table_name varchar, file_id varchar, name varchar, exported_at timestamptz,
            rows_in_file bigint, rows_good bigint, rows_rejected bigint, rows_skipped bigint,
            is_latest_delivery boolean,  -- of its file
            position bigint              -- among the deliveries of its export, newest first
        )
        """
    )
    with state.read() as database:
        counted = {
            (row.system, row.table_name, row.file_id, row.declaration): (
                row.rows_in_file,
                row.rows_good,
                row.rows_rejected,
                row.rows_skipped,
            )
            for row in database.execute(select(loads))
        }
    rows = [
        (file.system, file.table, file.file_id, delivery.name, delivery.exported_at)
        + counted[file.system, file.table, file.file_id, file.declaration]
        for file in files
        for delivery in file.deliveries
    ]
    if rows:
        connection.execute("create temp table deliveries as from lake.files limit 0")
        connection.executemany(f"insert into deliveries values ({', '.join('?' * len(rows[0]))}, null, null)", rows)
        connection.execute(
            """
            insert into lake.files
            select
                * exclude (is_latest_delivery, position),
                row_number() over (partition by system, table_name, file_id order by exported_at desc, name desc) = 1,
                row_number() over (partition by system, table_name order by exported_at desc, name desc)
            from deliveries
            """
        )
        connection.execute("drop table deliveries")


def _create_exports(
    connection: Any,
    exports: Mapping[tuple[str, str], "Export"],
    freshness: Mapping[tuple[str, str], Freshness],
    as_of: datetime,
    zone: str,
) -> None:
    connection.execute(
        """
        create table lake.declared (
            system varchar, table_name varchar, load varchar, warn_after interval, error_after interval,
            as_of timestamptz, as_of_on date
        )
        """
    )
    day = as_of.astimezone(ZoneInfo(zone)).date()
    rows = [
        (system, table, export.load, ages.warn_after, ages.error_after, as_of, day)
        for (system, table), export in exports.items()
        for ages in [freshness.get((system, table), Freshness())]
    ]
    connection.executemany("insert into lake.declared values (?, ?, ?, ?, ?, ?, ?)", rows)
    connection.execute(
        """
        create view lake.exports as
        select
            declared.*,
            count(files.file_id) as deliveries,
            max(files.exported_at) as newest_exported_at,
            declared.as_of - max(files.exported_at) as age
        from lake.declared
        left join lake.files using (system, table_name)
        group by all
        """
    )
