"""A ready system's sample, from its drop to core, in a project of core and that system alone."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import duckdb
from tests.conftest import PROJECT

from rapport.exports.declarations import read_declarations
from rapport.exports.lake import current_files
from rapport.exports.load import LoadResult, load
from rapport.exports.pull import pull
from rapport.settings import Settings
from rapport.state import open_state
from rapport.warehouse.dbt import nightly, run_dbt
from rapport.warehouse.inputs import ThisBuild, write_inputs
from rapport.warehouse.lock import warehouse_lock
from rapport.warehouse.registration import register


class ReadySystem:
    """The company of `examples/<system>`, with the files of its sample that `takes` names (all of them) already dropped."""

    def __init__(self, system: str, folder: Path, takes: str = "*") -> None:
        for part in ("macros", "models/core", f"models/systems/{system}", "tests/generic"):
            shutil.copytree(PROJECT / "dbt_project" / part, folder / "dbt_project" / part)
        for name in ("dbt_project.yml", "profiles.yml"):
            shutil.copy(PROJECT / "dbt_project" / name, folder / "dbt_project")
        self.sample = PROJECT / "examples" / system / "drops"
        self.settings = Settings(
            project=folder, home=folder / "home", company_file=PROJECT / "examples" / system / "company.yml"
        )
        self.drops = folder / "home/drops" / system
        self.drops.mkdir(parents=True)
        for file in sorted(self.sample.glob(takes)):
            shutil.copy(file, self.drops)
        self.settings.scratch.mkdir()

    def load(self) -> LoadResult:
        """Load what was dropped."""
        state = open_state(self.settings.state_url)
        pull(self.settings, state)
        return load(self.settings, state)

    def build(self) -> None:
        """Build core of what was loaded, with the tests of its data."""
        settings, state = self.settings, open_state(self.settings.state_url)
        with warehouse_lock(settings) as lock:
            files = current_files(settings, state)
            registered = register(state, files)
            this_build = ThisBuild(1, datetime(2026, 11, 20, tzinfo=UTC), 0, 0, max(row.sequence for row in registered))
            write_inputs(settings, settings.warehouse_file, this_build, read_declarations(settings), files, registered)
            fed = [f"+{table}" for table in settings.company.feeds]
            arguments = ["build", "--full-refresh", "--exclude-resource-types", "unit_test", "--select", *fed]
            run_dbt(settings, arguments, places=nightly(settings), lock=lock)  # raises, and names what failed

    def core(self, sql: str) -> list[tuple]:
        """Rows of a query; times in UTC."""
        with duckdb.connect(str(self.settings.warehouse_file), read_only=True) as connection:
            connection.execute("set timezone = 'UTC'")
            return connection.execute(sql).fetchall()
