"""Homes that came the whole way, once per test session: Olist and the demo company, both by the project's own DAG files."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import PROJECT
from tests.whole_way.reckoning import Reckoning

BY_DAGS = """
import sys
from rapport import airflow
from rapport.settings import current_settings

airflow.run_dags(current_settings(), sys.argv[1:])
"""


@dataclass(frozen=True)
class Home:
    """A RAPPORT_HOME with its company, and the command line pointed at it."""

    path: Path
    environment: dict[str, str]

    def rapport(self, *arguments: str, check: bool = True, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run the command line in a process of its own."""
        done = subprocess.run(
            [sys.executable, "-c", "from rapport.cli import main; main()", *arguments],
            env={**os.environ, **self.environment, **environment},
            cwd=PROJECT,
            capture_output=True,
            text=True,
            check=False,
        )
        if check:
            assert done.returncode == 0, f"rapport {' '.join(arguments)}: exit {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    def json(self, *arguments: str) -> dict:
        """Run the command line with --json."""
        return json.loads(self.rapport(*arguments, "--json").stdout)

    def copy_to(self, path: Path) -> "Home":
        """The same home at another place, to be spoilt by a test."""
        shutil.copytree(self.path, path, symlinks=True)
        return Home(path, {**self.environment, "RAPPORT_HOME": str(path)})


def by_dags(home: Home, *dags: str) -> None:
    """Run the project's own DAG files in one process, as `rapport demo` does."""
    done = subprocess.run(
        [sys.executable, "-c", BY_DAGS, *dags],
        env={**os.environ, **home.environment},
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    log = home.path / "airflow-one-process" / "run.log"
    assert done.returncode == 0, f"{done.stderr}\n{log.read_text(errors='replace')[-5000:] if log.exists() else ''}"


@pytest.fixture(scope="session")
def olist(tmp_path_factory: pytest.TempPathFactory, olist_drop: Path) -> Home:
    path = tmp_path_factory.mktemp("olist")
    home = Home(
        path,
        {
            "RAPPORT_HOME": str(path),
            "RAPPORT_COMPANY": str(PROJECT / "examples/olist/company.yml"),
            "RAPPORT_DROPS": json.dumps({"olist": str(olist_drop)}),
        },
    )
    by_dags(home, "warehouse", "report_management_month")
    return home


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Home:
    path = tmp_path_factory.mktemp("demo")
    home = Home(path, {"RAPPORT_HOME": str(path), "RAPPORT_COMPANY": str(PROJECT / "company.yml")})
    home.rapport("demo", "--as-of", "2026-11-20")
    return Home(path, {**home.environment, "RAPPORT_AS_OF": "2026-11-20"})


TINY_COMPANY = """
name: {en: Tiny}
currency: EUR
timezone: Europe/Berlin
history_starts_on: 2026-08-01
systems: {shop: {drops: drops/shop}}
feeds: {products: [shop], orders: [shop], order_lines: [shop], returns: [shop]}
mail: {sender: "Tiny <reports@tiny.example>", server: mailbox}
"""
TINY_FILES = (
    "products_2026-0*",
    "orders_2026-08*",
    "order_lines_2026-08*",
    "returns_2026-08*",
    "orders_2026-09*",
    "order_lines_2026-09*",
)


@dataclass(frozen=True)
class Tiny(Home):
    """Two months of the demo company's shop alone: small enough to be run, killed and run again."""

    more: Path = Path()

    def copy_to(self, path: Path) -> "Tiny":
        shutil.copytree(self.path, path, symlinks=True)
        return Tiny(path, {**self.environment, "RAPPORT_HOME": str(path)}, self.more)

    def drop_more(self) -> None:
        """Drop the returns of September, which change published figures."""
        for file in self.more.glob("returns_2026-09*"):
            shutil.copy(file, self.path / "drops/shop")


@pytest.fixture(scope="session")
def tiny_exports(tmp_path_factory: pytest.TempPathFactory) -> Tiny:
    """A home with the tiny company's exports dropped and nothing run yet."""
    from datetime import date

    from rapport.demo import make_exports

    made, path = tmp_path_factory.mktemp("made"), tmp_path_factory.mktemp("tiny")
    make_exports(made, date(2026, 11, 20))
    (path / "drops/shop").mkdir(parents=True)
    for pattern in TINY_FILES:
        for file in (made / "shop").glob(pattern):
            shutil.copy2(file, path / "drops/shop")
    (path / "company.yml").write_text(TINY_COMPANY, encoding="utf-8")
    (path / "recipients.yml").write_text("groups: {management: [{name: M, address: m@tiny.example}]}", encoding="utf-8")
    environment = {"RAPPORT_HOME": str(path), "RAPPORT_COMPANY": str(path / "company.yml"), "RAPPORT_AS_OF": "2026-10-20"}
    return Tiny(path, environment, made / "shop")


@pytest.fixture(scope="session")
def tiny(tiny_exports: Tiny, tmp_path_factory: pytest.TempPathFactory) -> Tiny:
    """The tiny company after one undisturbed run, which wrote down every crash point that it passed."""
    home = tiny_exports.copy_to(tmp_path_factory.mktemp("tiny") / "run")
    home.rapport("run", RAPPORT_CRASH_LOG=str(home.path / "points.log"))
    return home


@pytest.fixture(scope="module")  # no longer: who reads keeps the next run from writing
def core(demo: Home):
    """The demo company's warehouse: its core tables, and the marts of the last build."""
    import duckdb

    with duckdb.connect(str(demo.path / "warehouse.duckdb"), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def published(demo: Home):
    """The demo company's newest snapshot."""
    import duckdb

    with duckdb.connect(str((demo.path / "published/current").resolve()), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="session")
def reckoning(demo: Home) -> Reckoning:
    """The demo company's customers, reckoned again once."""
    import duckdb

    with duckdb.connect(str(demo.path / "warehouse.duckdb"), read_only=True) as connection:
        return Reckoning(connection)
