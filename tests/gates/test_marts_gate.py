"""The marts gate: bound to one build, compared with the last snapshot of the same company, asked once."""

from dataclasses import replace
from datetime import UTC, datetime
from shutil import copy

import duckdb
import pytest
from planted import PROJECT, _filled
from sqlalchemy import insert

from rapport.errors import GateClosed, RapportError
from rapport.gates.marts import check_marts, last_build
from rapport.gates.verdicts import require_open, store
from rapport.settings import Settings
from rapport.state.database import open_state
from rapport.state.tables import builds, snapshots

WHEN = datetime(2026, 11, 2, tzinfo=UTC)


class House:
    """A home whose warehouse holds build 2, healthy, and whose snapshot 1 was published from build 1."""

    def __init__(self, home) -> None:
        self.settings = Settings(project=PROJECT, company_file=PROJECT / "company.yml", home=home)
        self.state = open_state(self.settings.state_url)
        home.joinpath("published").mkdir()
        copy(_filled("marts") / "warehouse.duckdb", self.settings.warehouse_file)
        copy(_filled("marts") / "previous.duckdb", self.settings.published / "000001.duckdb")
        for number in (1, 2):
            self.record_build(number)

    def record_build(self, number: int, fingerprint: str = "same") -> None:
        row = {"number": number, "status": "finished", "as_of": WHEN, "from_sequence": 0, "to_sequence": 1, "lake_hash": "l"}
        row |= {"fingerprint": fingerprint, "full_refresh": False, "counts": {}, "started_at": WHEN, "finished_at": WHEN}
        with self.state.write("test") as connection:
            connection.execute(insert(builds).values(row))

    def record_snapshot(self, build_number: int) -> None:
        row = {"build_number": build_number, "content_hash": "c", "as_of": WHEN, "published_at": WHEN}
        with self.state.write("test") as connection:
            connection.execute(insert(snapshots).values(row))

    def spoil(self, sql: str) -> None:
        with duckdb.connect(self.settings.warehouse_file) as connection:
            connection.execute(sql)

    def check(self, build_number: int = 2):
        return check_marts(self.settings, self.state, build_number)


@pytest.fixture
def house(tmp_path):
    return House(tmp_path)


def test_the_gate_opens_for_a_healthy_build_and_is_asked_once(house, monkeypatch):
    house.record_snapshot(1)
    first = house.check(last_build(house.state))
    monkeypatch.setattr("rapport.gates.evaluation.evaluate", None)  # calling it would fail
    again = house.check()

    assert first.is_open and first.subject == "2"
    assert {check.outcome for check in first.checks} == {"passed"}
    assert not any("published before" in reason for reason in first.skipped)
    assert (again.id, again.reused, again.checks) == (first.id, True, first.checks)


def test_suites_that_were_changed_and_changed_back_are_asked_again_because_publishing_believes_the_newest_verdict(house):
    first = house.check()
    store(house.state, replace(first, is_open=False), suites="stricter ones", build_number=2)
    again = house.check()

    assert not again.reused
    assert again.id == first.id + 2


def test_lost_history_closes_the_gate_and_the_message_names_the_months(house):
    house.record_snapshot(1)
    house.spoil(
        "delete from marts.sales_lines where ordered_on < date '2025-11-01';"
        "delete from core.orders where ordered_on < date '2025-11-01'; delete from shop.orders where day < date '2025-11-01';"
        "delete from core.order_lines where order_id not in (select order_id from core.orders);"
    )
    verdict = house.check()

    assert "marts/sales_lines/closed_months_shrank" in {check.name for check in verdict.failed}
    with pytest.raises(GateClosed, match=r"month 2025-10-01.*lines_before 40, lines_now 0"):
        require_open(verdict)


def test_a_first_build_has_nothing_to_be_compared_with_and_says_so(house):
    verdict = house.check()

    assert verdict.is_open
    assert "marts/sales_lines/closed_months_shrank: nothing was published before" in verdict.skipped


def test_a_company_that_changed_is_not_compared_with_what_it_was(house):
    house.record_snapshot(1)
    house.record_build(3, fingerprint="another revenue basis")
    house.spoil("update rapport.this_build set number = 3; delete from marts.customer_accounts where customer_id < 'crm:K5'")
    verdict = house.check(3)

    assert verdict.is_open
    assert any("accounts_shrank: systems, feeds, currency" in reason for reason in verdict.skipped)


def test_a_mart_that_the_last_snapshot_does_not_have_yet_is_not_compared(house):
    house.record_snapshot(1)
    with duckdb.connect(house.settings.published / "000001.duckdb") as connection:
        connection.execute("drop table marts.customer_accounts")
    verdict = house.check()

    assert verdict.is_open
    assert any("accounts_shrank: the last snapshot does not have" in reason for reason in verdict.skipped)


def test_a_verdict_is_only_about_the_build_that_the_warehouse_holds(house):
    with pytest.raises(RapportError, match="holds build 2, not 1"):
        house.check(1)


def test_suites_about_what_nobody_feeds_are_skipped_and_named(house, tmp_path):
    company = (PROJECT / "company.yml").read_text(encoding="utf-8").replace("  tickets: [helpdesk]\n", "")
    (tmp_path / "company.yml").write_text(company, encoding="utf-8")
    house.settings = house.settings.model_copy(update={"company_file": tmp_path / "company.yml"})
    house.settings.__dict__.pop("company", None)
    verdict = house.check()

    assert "marts/service_tickets: no system feeds tickets" in verdict.skipped


def test_nothing_built_is_said_with_the_command_that_builds(tmp_path):
    with pytest.raises(RapportError, match="rapport build"):
        last_build(open_state(f"sqlite:///{tmp_path / 'state.sqlite'}"))
