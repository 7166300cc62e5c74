"""Runs a story in nights, its files in any order of arrival, and says where the warehouse differs from one built anew.

`python nights.py PROJECT NIGHTS SEED…` prints `{seed: {table: rows that differ}}` as JSON. A night's build may be killed, after
it has built some of its models. dbt runs in this process: its start would cost more than the nights.
"""

import json
import os
import random
import shutil
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from differences import differences
from story import exports

import rapport.warehouse.build as building
from rapport.exports.load import load
from rapport.exports.pull import pull
from rapport.settings import Settings
from rapport.state import open_state
from rapport.warehouse.dbt import DbtResult, dbt_environment, dbt_vars
from rapport.warehouse.lock import warehouse_lock

KILLED = [
    "orders_considered", "order_lines", "order_lines_considered", "account_links", "returns_considered", "credits",
    "tickets", "ticket_events", "service_tickets",
]  # fmt: skip
LAST = datetime(2025, 4, 18, tzinfo=UTC)


class Killed(Exception):
    """The build was killed on purpose."""


class Company:
    """A home whose builds run here."""

    def __init__(self, project: Path) -> None:
        self.settings = Settings(project=project, home=project / "home")
        self.kill_after: str | None = None
        building.run_dbt = self._run_dbt

    def begin(self) -> None:
        for name in ("drops", "archive", "lake"):
            shutil.rmtree(self.settings.home / name, ignore_errors=True)
        for file in [*self.settings.home.glob("state.sqlite*"), *self.settings.home.glob("warehouse.duckdb*")]:
            file.unlink()
        for system in self.settings.company.systems:
            (self.settings.home / "drops" / system).mkdir(parents=True)

    def night(self, files: dict[str, str], as_of: datetime) -> building.BuildResult:
        for name, content in files.items():
            (self.settings.home / "drops" / name).write_text(content)
        state = open_state(self.settings.state_url)
        with warehouse_lock(self.settings) as lock:
            pull(self.settings, state)
            load(self.settings, state)
            try:
                return building.build(self.settings, state, as_of, lock)
            finally:
                state.engine.dispose()

    def _run_dbt(self, settings, arguments, *, places, **_) -> DbtResult:
        from dbt.adapters.duckdb.connections import DuckDBConnectionManager
        from dbt.cli.main import dbtRunner

        os.environ.update(dbt_environment(settings, places))
        only = ["--select", f"+{self.kill_after}"] if self.kill_after else []
        vars_ = json.dumps(dbt_vars(settings))
        result = dbtRunner().invoke([*arguments, *only, "--vars", vars_, "--log-level", "none", "--log-level-file", "none"])
        DuckDBConnectionManager.close_all_connections()
        if not result.success:
            nodes = getattr(result.result, "results", None) or []
            failed = [str(node.message) for node in nodes if str(node.status) in ("error", "fail")]
            raise SystemExit(f"dbt failed: {failed or result.exception}")
        if self.kill_after:
            self.kill_after = None
            raise Killed
        return DbtResult({}, [])


def told(company: Company, seed: int, nights: int) -> dict[str, int]:
    """Play one story and compare."""
    chance = random.Random(-seed)
    company.begin()
    files = list(exports(seed).items())
    chance.shuffle(files)
    cuts = sorted(chance.sample(range(1, len(files)), nights - 1))
    for number, (begin, end) in enumerate(zip([0, *cuts], [*cuts, len(files)], strict=True)):
        as_of = LAST - timedelta(days=chance.choice([0, 2, 9, 30])) if number < nights - 1 else LAST
        if number and chance.random() < 0.3:
            company.kill_after = chance.choice(KILLED)
            try:
                company.night(dict(files[begin:end]), as_of)
            except Killed:
                begin = end if chance.random() < 0.5 else begin
        result = company.night(dict(files[begin:end]), as_of)
        assert not result.full_refresh, result.why_full
    warehouse = company.settings.warehouse_file
    continued = warehouse.with_name("continued.duckdb")
    warehouse.rename(continued)
    assert company.night({}, LAST).full_refresh
    return differences(continued, warehouse)


if __name__ == "__main__":
    company = Company(Path(sys.argv[1]))
    print(json.dumps({seed: told(company, int(seed), int(sys.argv[2])) for seed in sys.argv[3:]}))
