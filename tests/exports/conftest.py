"""A project of its own: one system with small declarations, a drop, and a home."""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from textwrap import dedent, indent

import pytest

from rapport.exports.lake import current_files, read_rejects
from rapport.exports.load import LoadResult, load
from rapport.exports.parquet import engine_over
from rapport.exports.parsing import Parser
from rapport.exports.pull import PullResult, pull
from rapport.exports.typing_files import Source, Typist
from rapport.settings import Settings
from rapport.state import State, open_state

COMPANY = """\
name: {en: Test}
currency: EUR
timezone: Europe/Berlin
history_starts_on: 2024-01-01
systems:
  shop: {drops: drops/shop}
feeds: {}
mail: {sender: "a@b.example"}
"""

ORDERS = """\
- name: orders
  config:
    meta:
      export: {files: "orders*.csv", load: append}
  columns:
    - {name: order_no, data_type: varchar, config: {meta: {key: true}}}
    - {name: ordered_on, data_type: date, config: {meta: {format: "%d/%m/%Y"}}}
    - {name: amount, data_type: "decimal(18,4)"}
    - {name: units, data_type: integer}
"""


@dataclass
class Shop:
    """The project under test."""

    project: Path

    @property
    def settings(self) -> Settings:
        return Settings(project=self.project, home=self.project / "home")

    @property
    def state(self) -> State:
        return open_state(self.settings.state_url)

    @property
    def drops(self) -> Path:
        return self.project / "home" / "drops" / "shop"

    def declare(self, tables: str) -> None:
        """Declare these tables (YAML list items) as the system's exports."""
        file = self.project / "dbt_project" / "models" / "systems" / "shop" / "_shop__sources.yml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("sources:\n  - name: shop\n    tables:\n" + indent(dedent(tables), "      "), encoding="utf-8")

    def drop(self, name: str, content: str | bytes, *, modified: str | None = None) -> Path:
        """Drop a file, as it was last modified at an ISO instant (UTC)."""
        file = self.drops / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        if modified:
            instant = datetime.fromisoformat(modified).replace(tzinfo=UTC).timestamp()
            os.utime(file, (instant, instant))
        return file

    def pull(self) -> PullResult:
        return pull(self.settings, self.state)

    def load(self) -> LoadResult:
        return load(self.settings, self.state)

    def take(self) -> LoadResult:
        """Pull, then load."""
        self.pull()
        return self.load()

    def files(self) -> list:
        return current_files(self.settings, self.state)

    def rows(self, columns: str = "*", table: str = "orders") -> list[tuple]:
        """What the lake holds, by file and record, in plain DuckDB: independent of the code under test."""
        return self.ask(f"{columns} from rows order by _exported_at, _file_id, _row", table)

    def ask(self, select: str, table: str = "orders") -> list[tuple]:
        """The rest of a `select` from `rows`, which are what the lake holds of a table."""
        import duckdb

        paths = [str(file.path) for file in self.files() if file.table == table]
        with duckdb.connect() as connection:
            connection.execute("set timezone = 'UTC'")
            query = f"with rows as (from read_parquet(?, hive_partitioning = false)) select {select}"
            return connection.execute(query, [paths]).fetchall()

    def rejects(self) -> list:
        return list(read_rejects(self.settings, self.files()))


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    for name in [name for name in os.environ if name.startswith("RAPPORT_")]:
        monkeypatch.delenv(name)
    (tmp_path / "company.yml").write_text(COMPANY, encoding="utf-8")
    shop = Shop(tmp_path)
    shop.drops.mkdir(parents=True)
    shop.declare(ORDERS)
    yield shop


@pytest.fixture
def parsed_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are parsed in this process and not in a child, so that a test can spoil their readers."""

    class Here(Parser):
        def type(self, batch: Sequence[Source], *, by_engine: bool) -> Iterator[tuple[Source, object]]:
            with engine_over(self._folders, self._scratch / "duckdb") as engine:
                yield from Typist(engine, self._export, self._scratch, self._loaded_at).type(batch, by_engine=by_engine)

    monkeypatch.setattr("rapport.exports.load.Parser", Here)


@pytest.fixture
def make_shop(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Shop]:
    """A maker of further shops, for tests that compare two."""

    def make() -> Shop:
        project = tmp_path_factory.mktemp("shop")
        (project / "company.yml").write_text(COMPANY, encoding="utf-8")
        made = Shop(project)
        made.drops.mkdir(parents=True)
        made.declare(ORDERS)
        return made

    return make
