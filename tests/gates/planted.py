"""Healthy exports and a healthy warehouse, small and in memory, and the faults that spoil them."""

import atexit
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from zoneinfo import ZoneInfo

import yaml

from rapport.exports.declarations import read_declarations
from rapport.gates.lake import columns_of, create_own_views
from rapport.settings import Settings

PROJECT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent
AS_OF = datetime(2026, 11, 2, tzinfo=UTC)


@cache
def declared_exports() -> dict:
    """Every export of every system of the project, whatever company has it."""
    company = yaml.safe_load((PROJECT / "company.yml").read_text(encoding="utf-8"))
    systems = sorted(file.parent.name for file in (PROJECT / "dbt_project/models/systems").glob("*/_*__sources.yml"))
    company |= {"systems": {system: {"drops": system} for system in systems}, "feeds": {}}
    with TemporaryDirectory() as folder:
        file = Path(folder) / "company.yml"
        file.write_text(yaml.safe_dump(company), encoding="utf-8")
        return read_declarations(Settings(project=PROJECT, company_file=file))


@contextmanager
def healthy(gate: str):
    """A database as the gate opens it, with tables in place of views so that a test can spoil them: a copy for each test."""
    import duckdb

    with TemporaryDirectory() as folder:
        copy = Path(shutil.copytree(_filled(gate), Path(folder) / gate))
        with duckdb.connect(copy / "warehouse.duckdb") as connection:
            connection.execute("set TimeZone = 'UTC'")
            connection.execute(f"attach '{copy / 'previous.duckdb'}' as previous")
            yield connection


@cache
def _filled(gate: str) -> Path:
    """The folder of the healthy database, made once."""
    import duckdb

    folder = Path(mkdtemp(prefix="rapport-healthy-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with duckdb.connect(folder / "warehouse.duckdb") as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(f"attach '{folder / 'previous.duckdb'}' as previous")
        if gate == "raw":
            _declare_lake(connection)
        for file in sorted((HERE / "healthy" / gate).glob("*.sql")):
            connection.execute(file.read_text(encoding="utf-8"))
    return folder


def _declare_lake(connection) -> None:
    """Thirty daily deliveries of a hundred records of every export, the last one a day before as_of; no rows yet."""
    exports = declared_exports()
    create_own_views(connection, exports, {}, AS_OF, ZoneInfo("UTC"))
    for schema in sorted({system for system, _ in exports}):
        connection.execute(f"create schema {schema}")
    for (system, table), export in exports.items():
        columns = ", ".join(f'"{name}" {kind}' for name, kind in columns_of(export).items())
        connection.execute(f"create table {system}.{table} ({columns})")
        connection.execute(f"create view {system}.{table}__latest as from {system}.{table}")
        connection.execute(
            "insert into lake.deliveries select ?, ?, 'file' || i, ? || '-' || i, ?::timestamptz - to_days((31 - i)::int), "
            "100, 100, 0, 0, i from range(1, 31) as numbers (i)",
            [system, table, table, AS_OF],
        )


@dataclass(frozen=True)
class Fault:
    """SQL that spoils healthy data so that one check fails; `also` names those that cannot but fail with it."""

    sql: str
    also: tuple[str, ...] = ()


@cache
def faults(gate: str) -> dict[str, Fault]:
    """The planted fault of each check, by the check's name."""
    planted = {}
    for file in sorted((HERE / "faults" / gate).glob("*.yml")):
        for check, fault in yaml.safe_load(file.read_text(encoding="utf-8")).items():
            planted[check] = Fault(fault["sql"], tuple(fault["also"])) if isinstance(fault, dict) else Fault(fault)
    return planted
