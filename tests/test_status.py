"""Status: what a person must know, quick, and without the heavy libraries."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert

from rapport.cli import main
from rapport.settings import Settings
from rapport.state import open_state
from rapport.state.database import owner
from rapport.state.tables import (
    builds,
    checks,
    deliveries,
    editions,
    files,
    loads,
    messages,
    refusals,
    run_steps,
    runs,
    verdicts,
)
from rapport.status import status

AS_OF = datetime(2026, 11, 1, tzinfo=UTC)
COMPANY = """
name: {en: Tiny}
currency: EUR
timezone: UTC
history_starts_on: 2026-01-01
as_of: 2026-11-01
systems: {shop: {drops: drops/shop}}
feeds: {}
mail: {sender: reports@tiny.example}
"""
SOURCES = """
sources:
  - name: shop
    config: {freshness: {warn_after: {count: 2, period: day}, error_after: {count: 5, period: day}}}
    tables: [{name: orders}, {name: returns}, {name: lines}, {name: products, config: {freshness: null}}]
"""
HEAVY = ("airflow", "alembic", "dbt", "duckdb", "great_expectations", "metricflow", "pandas", "weasyprint")


@pytest.fixture
def settings(tmp_path) -> Settings:
    folder = tmp_path / "dbt_project" / "models" / "systems" / "shop"
    folder.mkdir(parents=True)
    (folder / "_shop__sources.yml").write_text(SOURCES)
    (tmp_path / "company.yml").write_text(COMPANY)
    return Settings(project=tmp_path)


@pytest.fixture
def state(settings):
    return open_state(settings.state_url)


@pytest.fixture
def enter(state):
    """Enters rows into the state: `enter(table, column=value, …)`."""

    def enter_row(table, **columns) -> None:
        with state.write("test") as connection:
            connection.execute(insert(table).values(columns))

    return enter_row


@pytest.fixture
def deliver(enter):
    def deliver_file(table: str, name: str, days_ago: float) -> str:
        at = AS_OF - timedelta(days=days_ago)
        enter(files, file_id=name, suffix=".csv", bytes=1, first_seen_at=at)
        enter(
            deliveries, system="shop", table_name=table, name=name, exported_at=at, file_id=name, place="", bytes=1, seen_at=at
        )
        return name

    return deliver_file


def test_exports_are_late_by_their_own_measure(settings, state, deliver):
    deliver("orders", "orders.csv", days_ago=1)
    deliver("returns", "returns.csv", days_ago=3)
    deliver("lines", "old.csv", days_ago=300)
    deliver("lines", "lines.csv", days_ago=6)
    deliver("products", "products.csv", days_ago=100)

    late = {row["export"]: row["late"] for row in status(settings, state)["exports"]}

    assert late == {
        "shop.orders": None,
        "shop.returns": "late, by 1 d",
        "shop.lines": "too late, by 1 d",
        "shop.products": None,  # its freshness is null: nobody waits for it
    }


def test_an_export_that_never_came_is_said(settings, state):
    late = {row["export"]: row["late"] for row in status(settings, state)["exports"]}
    assert late["shop.orders"] == "never came"
    assert late["shop.products"] is None


def test_rows_are_counted_as_each_file_was_typed_last(settings, state, enter, deliver):
    deliver("orders", "orders.csv", days_ago=1)
    counts = {
        "file_id": "orders.csv",
        "system": "shop",
        "table_name": "orders",
        "path": "",
        "rows_in_file": 9,
        "rows_skipped": 0,
    }
    enter(loads, declaration="old", rows_good=5, rows_rejected=4, loaded_at=AS_OF, **counts)
    enter(loads, declaration="new", rows_good=8, rows_rejected=1, loaded_at=AS_OF + timedelta(hours=1), **counts)

    (orders,) = [row for row in status(settings, state)["exports"] if row["export"] == "shop.orders"]

    assert (orders["rows"], orders["rejects"]) == (8, 1)


def test_a_refused_file_is_told_until_a_new_declaration_takes_it(settings, state, enter, deliver):
    deliver("orders", "orders.csv", days_ago=1)
    key = {"file_id": "orders.csv", "system": "shop", "table_name": "orders"}
    enter(refusals, **key, declaration="old", what="A column is missing.", fix="Add it.", refused_at=AS_OF)

    (refused,) = status(settings, state)["refused_files"]
    assert (refused["file"], refused["what"]) == ("orders.csv", "A column is missing.")

    counts = {"rows_in_file": 1, "rows_good": 1, "rows_rejected": 0, "rows_skipped": 0}
    enter(loads, **key, declaration="new", path="", loaded_at=AS_OF, **counts)
    assert status(settings, state)["refused_files"] == []


def test_only_the_newest_verdict_of_each_gate_counts(settings, state, enter):
    for number, passed in ((1, False), (2, True)):
        enter(verdicts, gate="raw", lake_hash="x", is_open=passed, suites="s", skipped=[], checked_at=AS_OF)
        check = {
            "table_name": "t",
            "expectation": "E",
            "severity": "critical",
            "closes": "all",
            "description": "",
            "samples": [],
        }
        enter(checks, verdict_id=number, name="raw/t/E", passed=passed, **check)
        enter(checks, verdict_id=number, name="raw/t/F", passed=True, **check)
        told = status(settings, state)
        assert [(row["checks"], row["passed"]) for row in told["gates"]] == [(2, 2 if passed else 1)]
        assert [row["name"] for row in told["failing_checks"]] == ([] if passed else ["raw/t/E"])


def test_mail_that_was_not_surely_sent_is_listed_with_the_servers_words(settings, state, enter):
    enter(
        editions,
        edition_id="m.2026-10.all.r1",
        report="m",
        period="2026-10",
        scope="all",
        revision=1,
        status="released",
        snapshot=1,
        content_hash="h",
        folder="f",
        composed_at=AS_OF,
    )
    for recipient, outcome, reply in (("a@x.example", "sent", "250"), ("b@x.example", "failed", "550 no such user")):
        message = {"message_id": recipient, "recipient": recipient, "status": outcome, "reply": reply}
        enter(messages, edition_id="m.2026-10.all.r1", locale="en", attempts=1, planned_at=AS_OF, changed_at=AS_OF, **message)

    told = status(settings, state)

    assert [(row["recipient"], row["reply"]) for row in told["unsent"]] == [("b@x.example", "550 no such user")]
    assert [(row["status"], row["messages"]) for row in told["messages"]] == [("failed", 1), ("sent", 1)]


def test_the_command_prints_everything_as_json_and_imports_nothing_heavy(settings, enter):
    enter(runs, command="run", status="started", owner="me@host:1", started_at=AS_OF)
    enter(run_steps, run_id=1, position=1, step="pull", status="done", counts={}, started_at=AS_OF)
    build = {"lake_hash": "x", "fingerprint": "f", "full_refresh": False, "from_sequence": 0, "to_sequence": 0, "counts": {}}
    enter(builds, number=1, status="failed", as_of=AS_OF, started_at=AS_OF, message="dbt model x failed.", **build)
    script = (
        "import sys\n"
        "from rapport.cli import main\n"
        "try:\n    main(['status', '--json'])\n"
        "except SystemExit: pass\n"
        f"print(sorted(set({HEAVY!r}) & set(sys.modules)), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=os.environ | {"RAPPORT_PROJECT": str(settings.project)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stderr.strip() == "[]"
    told = json.loads(done.stdout)
    assert [(run["status"], run["steps"]) for run in told["runs"]] == [("started", "pull")]
    assert told["builds"][0]["message"] == "dbt model x failed."
    assert told["at_work"] is None


def test_a_run_that_is_at_work_is_not_called_interrupted_and_one_that_was_killed_is(settings, enter, capsys, monkeypatch):
    dead = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True, check=True)
    monkeypatch.setenv("RAPPORT_PROJECT", str(settings.project))
    here = owner().rpartition(":")[0]
    enter(runs, command="send", status="started", owner=owner(), started_at=AS_OF)
    enter(runs, command="compose", status="started", owner=f"{here}:{dead.stdout.strip()}", started_at=AS_OF)
    enter(runs, command="run", status="started", owner="me@another-host:1", started_at=AS_OF)

    with pytest.raises(SystemExit):
        main(["status"])

    told = capsys.readouterr().out
    assert [number for number in (1, 2, 3) if f"Run {number} was interrupted." in told] == [2]
