"""A home of one system that is ready to use: its example's files, from the drop to core."""

import shutil
from collections.abc import Callable
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

Rows = list[tuple]
PROVENANCE = {"_system", "_file_id", "_row", "_exported_at", "_loaded_at", "_load", "_removed_at"}


class ReadySystem:
    """A project of core and one system in a folder of its own, for the company of `examples/<system>`.

    Attributes:
        sample: the folder of the files that the example holds, by variant where it has more than one.
        drops: the folder that files are dropped into.
        loaded: what the last `load` found: name of the file → (good, rejected, skipped) records.
    """

    def __init__(self, folder: Path, system: str) -> None:
        for part in ("macros", "models/core", f"models/systems/{system}", "tests/generic"):
            shutil.copytree(PROJECT / "dbt_project" / part, folder / "dbt_project" / part)
        for name in ("dbt_project.yml", "profiles.yml"):
            shutil.copy(PROJECT / "dbt_project" / name, folder / "dbt_project")
        example = PROJECT / "examples" / system
        self.sample = example / "drops"
        self.settings = Settings(project=folder, home=folder / "home", company_file=example / "company.yml")
        self.drops = folder / "home/drops" / system
        self.drops.mkdir(parents=True)
        self.settings.scratch.mkdir()
        self.loaded: dict[str, tuple[int, int, int]] = {}
        self._last_build: ThisBuild | None = None

    def drop(self, variant: str = "", change: Callable[[Path, Path], None] = shutil.copy, takes: str = "*") -> None:
        """Drop the files of the sample, or of one variant of it.

        Args:
            variant: folder in the sample; none where the sample has but one.
            change: writes a file to a path; may write another file in the place of a copy.
            takes: pattern of the names of the files to drop.

        Raises:
            FileNotFoundError: no file has such a name.
        """
        files = sorted(file for file in (self.sample / variant).glob(takes) if file.is_file())
        if not files:
            raise FileNotFoundError(f"no file {takes!r} in {self.sample / variant}")
        for file in files:
            change(file, self.drops / file.name)

    def load(self) -> LoadResult:
        """Load what was dropped."""
        state = open_state(self.settings.state_url)
        pull(self.settings, state)
        result = load(self.settings, state)
        self.loaded = {
            delivery.name: (file.rows_good, file.rows_rejected, file.rows_skipped)
            for file in current_files(self.settings, state)
            for delivery in file.deliveries
        }
        return result

    def build(self) -> None:
        """Build core of what was loaded, with the data tests of the system's own models; a second build continues the first."""
        state = open_state(self.settings.state_url)
        with warehouse_lock(self.settings) as lock:
            files = current_files(self.settings, state)
            registered = register(state, files)
            last = self._last_build
            this_build = ThisBuild(
                number=last.number + 1 if last else 1,
                as_of=datetime(2026, 11, 5, tzinfo=UTC),
                from_sequence=last.to_sequence if last else 0,
                to_sequence=max(row.sequence for row in registered),
                from_build=last.number if last else 0,
            )
            declarations = read_declarations(self.settings)
            write_inputs(self.settings, self.settings.warehouse_file, this_build, declarations, files, registered)
            fed = [f"+{table}" for table in self.settings.company.feeds]
            arguments = ["build", "--exclude-resource-types", "unit_test", "--select", *fed]
            run_dbt(self.settings, arguments, places=nightly(self.settings), lock=lock)  # raises, and names what failed
        self._last_build = this_build

    def lake(self) -> dict[str, Rows]:
        """The typed records of each export, in the order of their files, without provenance."""
        held = {}
        files = current_files(self.settings, open_state(self.settings.state_url))
        with duckdb.connect() as connection:
            connection.execute("set timezone = 'UTC'")
            for (_, table), export in read_declarations(self.settings).items():
                paths = [str(self.settings.lake / file.path) for file in files if file.table == table]
                columns = ", ".join(column.name for column in export.columns)
                rows = connection.execute(f"select {columns} from read_parquet($1) order by all", [paths]) if paths else None
                held[table] = rows.fetchall() if rows else []
        return held

    def core(self, sql: str) -> Rows:
        """Rows of a query; times are UTC."""
        with duckdb.connect(str(self.settings.warehouse_file), read_only=True) as connection:
            connection.execute("set timezone = 'UTC'")
            return connection.execute(sql).fetchall()

    def held(self, without: tuple[str, ...] = ()) -> dict[str, Rows]:
        """What each core table that the system feeds holds, in order, without provenance and the columns named."""
        left_out = PROVENANCE | set(without)
        return {
            table: self.core(f"select columns(lambda c: c not in {tuple(sorted(left_out))}) from core.{table} order by all")
            for table in self.settings.company.feeds
        }


def brought(folder: Path, system: str, variant: str) -> ReadySystem:
    """A home with one variant of the example's files, in core."""
    home = ReadySystem(folder, system)
    home.drop(variant)
    home.load()
    home.build()
    return home


def as_gb18030(source: Path, target: Path) -> None:
    """The same file as a Chinese spreadsheet program saves it."""
    target.write_bytes(source.read_text(encoding="utf-8-sig").encode("gb18030"))


def as_workbook(source: Path, target: Path) -> None:
    """The same file as a workbook, every cell a text, as web applications write them."""
    import csv

    import xlsxwriter

    with (
        open(source, encoding="utf-8-sig", newline="") as file,
        xlsxwriter.Workbook(str(target.with_suffix(".xlsx"))) as book,
    ):
        sheet = book.add_worksheet()
        for row, values in enumerate(csv.reader(file)):
            sheet.write_row(row, 0, values)
