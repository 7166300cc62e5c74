"""A published snapshot of a company small enough to add up by hand: metrics from dbt, rows from project/data.sql."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from rapport.metrics.questions import Question, open_figures
from rapport.settings import Settings

PROJECT = Path(__file__).parent / "project"

COMPANY = """
name: {en: Small}
currency: EUR
timezone: Europe/Berlin
fiscal_year_starts: 4
history_starts_on: 2025-01-01
systems: {shop: {drops: drops}}
feeds: {customers: [shop], order_lines: [shop], returns: [shop], targets: [shop], survey_responses: [shop]}
mail: {sender: "Small <reports@small.example>"}
"""


@pytest.fixture(scope="session")
def manifests(tmp_path_factory) -> Path:
    """dbt's manifests of the project, made once: parsing costs seconds."""
    folder = tmp_path_factory.mktemp("manifests")
    paths = {"DBT_TARGET_PATH": str(folder), "DBT_LOG_PATH": str(folder / "logs"), "DO_NOT_TRACK": "1"}
    command = [Path(sys.executable).parent / "dbt", "--quiet", "--no-send-anonymous-usage-stats", "parse", "--no-partial-parse"]
    subprocess.run(
        [*command, "--project-dir", PROJECT, "--profiles-dir", PROJECT],
        env=os.environ | paths,
        check=True,
        capture_output=True,
        cwd=folder,
    )
    return folder


@pytest.fixture
def publish(tmp_path, manifests) -> Callable[..., Settings]:
    """Publish the company's snapshot, after changing its rows with SQL; the settings lead to it."""
    import duckdb

    def publish(changes: str = "", company: str = COMPANY) -> Settings:
        (tmp_path / "company.yml").write_text(company, encoding="utf-8")
        settings = Settings(home=tmp_path / "home", company_file=tmp_path / "company.yml")
        folder = settings.published / "000001"
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("manifest.json", "semantic_manifest.json"):
            shutil.copy(manifests / name, folder / name)
        with duckdb.connect(str(settings.published / "000001.duckdb")) as connection:
            connection.execute((PROJECT / "data.sql").read_text(encoding="utf-8"))
            connection.execute(changes or "select 1")
        (settings.published / "current").symlink_to("000001.duckdb")
        return settings

    return publish


@pytest.fixture(scope="session")
def shared_settings(tmp_path_factory, manifests) -> Settings:
    """The company's snapshot as it is, for tests that only ask."""
    import duckdb

    home = tmp_path_factory.mktemp("small")
    (home / "company.yml").write_text(COMPANY, encoding="utf-8")
    settings = Settings(home=home, company_file=home / "company.yml")
    shutil.copytree(manifests, settings.published / "000001")
    with duckdb.connect(str(settings.published / "000001.duckdb")) as connection:
        connection.execute((PROJECT / "data.sql").read_text(encoding="utf-8"))
    (settings.published / "current").symlink_to("000001.duckdb")
    return settings


@pytest.fixture
def figures(shared_settings):
    """The snapshot, open for questions about everything."""
    with open_figures(shared_settings) as opened:
        yield opened


@pytest.fixture
def answer(figures):
    """Ask one question about the whole company; the period as text."""
    return lambda *metrics, period, **question: asked(figures, *metrics, period=period, **question)


def asked(figures, *metrics: str, period: str, **question) -> list:
    """Ask on an open snapshot; the period as text."""
    from rapport.metrics.calendars import FiscalCalendar
    from rapport.metrics.periods import parse_period

    resolved = parse_period(period, calendar=FiscalCalendar(4), as_of_on=figures.as_of_on)
    return figures.ask(Question(metrics, resolved, **question))
