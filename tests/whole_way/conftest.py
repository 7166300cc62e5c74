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
