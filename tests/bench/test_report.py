"""The bench of a report composes it twice, from the home's own snapshot, and leaves the home as it was."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from rapport.bench.composing import STEPS, composed_twice
from rapport.bench.report import Cost, Run, as_json, newest_period, scratch_home
from rapport.editions.compose import compose
from rapport.state import open_state
from rapport.state.tables import checks, editions, snapshots
from tests.editions import conftest


@pytest.fixture
def settings(tmp_path, monkeypatch):
    """October of the small company, without its PDF: that takes seconds."""
    conftest.ask(conftest.october(), monkeypatch)
    monkeypatch.setattr("rapport.editions.pdf.write_pdf", lambda *_: b"%PDF")
    return conftest.settings_at(tmp_path, monkeypatch)


@pytest.fixture
def state(settings):
    return conftest.state_of(settings)


def count(state, table) -> int:
    with state.read() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def test_a_report_is_composed_whole_twice_and_each_step_is_counted(settings, state):
    cold, warm = composed_twice(settings, state, "management_month", "2026-10")

    assert (cold["run"], warm["run"]) == ("cold", "warm")
    for run in (cold, warm):
        assert set(run["steps"]) == set(STEPS)
        assert 0 < sum(run["steps"].values()) <= run["seconds"]
        assert {"en/index.html", "en/report.pdf", "en/report.xlsx", "en/mail.html", "figures.json"} <= set(run["sizes"])
    assert {**cold["sizes"]} == {**warm["sizes"]}


def test_what_the_bench_composed_is_forgotten(settings, state):
    composed_twice(settings, state, "management_month", "2026-10")

    assert count(state, editions) == 0
    assert not list(settings.editions.rglob("manifest.json"))


def test_the_bench_works_beside_a_home_of_which_it_takes_snapshots_and_state_but_no_editions(settings, state):
    compose(settings, state, "management_month", "2026-10")
    settings.published.mkdir()
    (settings.published / "000007.duckdb").write_text("a snapshot", encoding="utf-8")

    with scratch_home(settings) as home:
        assert (home / "published" / "000007.duckdb").read_text(encoding="utf-8") == "a snapshot"
        copy = open_state(f"sqlite:///{home / 'state.sqlite'}")
        assert [count(copy, table) for table in (snapshots, checks, editions)] == [1, 2, 0]
        copy.engine.dispose()

    assert not home.exists() and count(state, editions) == 1
    assert (settings.published / "000007.duckdb").exists()  # the link went, not what it led to


def test_the_newest_period_is_the_last_that_was_over_when_the_snapshot_was_built(settings, state, monkeypatch):
    monkeypatch.setattr("rapport.warehouse.connections.published_file", lambda *_: Path("published/000007.duckdb"))
    assert count(state, snapshots) == 1

    assert newest_period(settings, "management_month").text == "2026-10"  # built on 4 November


@pytest.mark.parametrize(("warm", "is_within"), [(7.9, True), (8.1, False)])
def test_both_goals_have_to_be_met(warm, is_within):
    cost = Cost("management_month", "2026-10", ["en"], [Run("cold", 11.0, {}, {}), Run("warm", warm, {}, {})])

    assert as_json(cost)["within"] is is_within
