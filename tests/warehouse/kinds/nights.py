"""Nights of the project: whole ones with dbt, and ones in milliseconds that run the SQL which dbt made of the macros."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb
from sqlalchemy import create_engine
from tests.warehouse.kinds.project import RESULT, TABLES, Delivery, make_project, without_repeats

from rapport.exports.declarations import read_declarations
from rapport.exports.lake import LakeDelivery, LakeFile
from rapport.exports.load import load
from rapport.exports.pull import pull
from rapport.settings import Settings
from rapport.state import open_state
from rapport.state.database import State
from rapport.state.tables import registrations
from rapport.warehouse.build import build
from rapport.warehouse.inputs import ThisBuild, write_inputs
from rapport.warehouse.lock import warehouse_lock
from rapport.warehouse.registration import register

AS_OF = datetime(2026, 6, 1, tzinfo=UTC)


def file_id(delivery: Delivery) -> str:
    """As the loader names it."""
    return hashlib.sha256(delivery.text.encode()).hexdigest()


def core(warehouse: Path, table: str) -> list[tuple]:
    """The rows of a core table, without what tells when they came."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        connection.execute("set timezone = 'UTC'")
        return sorted(connection.execute(f"select {RESULT} from core.{table}").fetchall())


class Company:
    """A home whose nights pull, load and build."""

    def __init__(self, folder: Path) -> None:
        make_project(folder)
        self.settings = Settings(project=folder, home=folder / "home", company_file=folder / "company.yml")
        self.drops = folder / "home/drops/feed"
        self.drops.mkdir(parents=True)

    def night(self, deliveries: Iterable[Delivery], *, full: bool = False) -> None:
        """Drop what each export gets of these deliveries, and run.

        Args:
            full: build everything anew.
        """
        for delivery in deliveries:
            for table in TABLES:
                (self.drops / f"{table}{delivery.name}").write_text(delivery.text, encoding="utf-8")
        if full:
            self.settings.warehouse_file.unlink()
        state = open_state(self.settings.state_url)
        with warehouse_lock(self.settings) as lock:
            pull(self.settings, state)
            load(self.settings, state)
            result = build(self.settings, state, AS_OF, lock)
        state.engine.dispose()
        assert result.full_refresh == full, result.why_full

    def sql_of(self, table: str) -> tuple[str, str]:
        """The query of a core table and the statements that store it, of the last build."""
        made = self.settings.home / "dbt/target"
        compiled, run = (made / kind / f"rapport/models/core/{table}.sql" for kind in ("compiled", "run"))
        return compiled.read_text(), run.read_text()


@dataclass(frozen=True)
class Continued:
    """How dbt continues a table: the query of what is new, and what is done with it."""

    query: str
    strategy: str


class QuickNights:
    """Nights that write Parquet files and dbt's inputs, and then run the SQL of a build and of one that continued it.

    Args:
        company: one that was built and then continued; its warehouse is used.
        full: table → query, of the build from nothing.
        from_sequence: what the build that continued took as the last sequence seen, which stands in its SQL.
    """

    def __init__(self, company: Company, full: dict[str, str], from_sequence: int) -> None:
        self.settings, self._full = company.settings, full
        self._exports = read_declarations(self.settings)
        self._continued = {table: self._continuing(*company.sql_of(table), from_sequence) for table in TABLES}
        self._parquet = self.settings.lake / "quick"
        self._parquet.mkdir(parents=True)

    @staticmethod
    def _continuing(query: str, run: str, from_sequence: int) -> Continued | None:
        """None for a table that a continued build makes whole."""
        if "delete from" not in run:
            return None
        query = re.sub(rf"_load > {from_sequence}\b", "_load > (select from_sequence from rapport.this_build)", query)
        return Continued(query, re.sub(r'"\w+__dbt_tmp\d+"', "come", run))

    @property
    def continues(self) -> set[str]:
        """The tables that are continued."""
        return {table for table, continued in self._continued.items() if continued}

    def run(self, nights: Sequence[Sequence[Delivery]]) -> dict[str, list[tuple]]:
        """The core tables after these nights, of which the first builds from nothing."""
        state = State(create_engine("sqlite://"))
        registrations.create(state.engine)
        arrived: list[Delivery] = []
        seen = 0
        for number, night in enumerate(nights, start=1):
            arrived += night
            files = self._lake(without_repeats(arrived))
            registered = register(state, files)
            last = max(row.sequence for row in registered)
            this_build = ThisBuild(number, AS_OF, from_sequence=seen, to_sequence=last, from_build=number - 1)
            write_inputs(self.settings, self.settings.warehouse_file, this_build, self._exports, files, registered)
            with duckdb.connect(str(self.settings.warehouse_file)) as connection:
                connection.execute("set timezone = 'UTC'")
                for table in TABLES:
                    self._make(connection, table, is_first=number == 1)
            seen = last
        state.engine.dispose()
        return {table: core(self.settings.warehouse_file, table) for table in TABLES}

    def _make(self, connection: duckdb.DuckDBPyConnection, table: str, *, is_first: bool) -> None:
        continued = self._continued[table]
        if is_first or continued is None:
            columns = "item_id, value, _system, _file_id, _row, _exported_at, _loaded_at, _load, _removed_at"
            connection.execute(f"create or replace table core.{table} as select {columns} from ({self._full[table]})")
            return
        connection.execute(f"create or replace temporary table come as {continued.query}")
        connection.execute(f"begin; {continued.strategy}; commit")

    def _lake(self, arrived: list[Delivery]) -> list[LakeFile]:
        """The lake of deliveries that arrived in this order, each for every export."""
        by_file: dict[str, list[tuple[int, Delivery]]] = {}
        for number, delivery in enumerate(arrived):
            by_file.setdefault(file_id(delivery), []).append((number, delivery))
        files = []
        for file, deliveries in by_file.items():
            path = self._written(file, deliveries[0][1])
            records = len(deliveries[0][1].records)
            for place, table in enumerate(TABLES):
                came = [
                    LakeDelivery(number * len(TABLES) + place, table + delivery.name, delivery.exported_at)
                    for number, delivery in sorted(deliveries, key=lambda pair: (pair[1].exported_at, pair[0]))
                ]
                declaration = self._exports["feed", table].hash
                files.append(LakeFile("feed", table, file, declaration, path, None, tuple(came), records, records, 0, 0, AS_OF))
        return files

    def _written(self, file: str, delivery: Delivery) -> Path:
        path = self._parquet / f"{file}.parquet"
        if not path.exists():
            rows = [
                (r.no, r.value or None, r.changed_at, r.changed_on, r.op, r.op == "D", file, row)
                for row, r in enumerate(delivery.records, start=1)
            ]
            with duckdb.connect() as connection:
                connection.execute(
                    "create table records (no varchar, value varchar, changed_at timestamptz, changed_on date, op varchar,"
                    " _is_deleted boolean, _file_id varchar, _row bigint)"
                )
                for row in rows:
                    connection.execute("insert into records values (?, ?, ?, ?, ?, ?, ?, ?)", row)
                connection.execute(f"copy (select *, now() as _loaded_at from records) to '{path}' (format parquet)")
        return path
