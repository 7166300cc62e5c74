"""Zendesk's export of tickets, from the drop to core: the sample of examples/zendesk against what was worked out by hand."""

from datetime import UTC, datetime

import pytest
from tests.conftest import PROJECT
from tests.dbt_project.ready_systems import ReadySystem

COLUMNS = (
    "kind, topic, channel, priority, status, created_at, first_response_at, solved_at, reopened_count, csat_score,"
    " csat_scale_max"
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    helpdesk = ReadySystem(tmp_path_factory.mktemp("zendesk"), "zendesk")
    helpdesk.drop()
    return helpdesk, helpdesk.load()


@pytest.fixture(scope="module")
def helpdesk(loaded) -> ReadySystem:
    helpdesk, _ = loaded
    helpdesk.build()
    return helpdesk


def test_a_deleted_ticket_is_skipped_and_a_day_in_another_order_rejected(loaded):
    _, result = loaded

    counts = (result.files, result.rows_good, result.rows_skipped, result.rows_rejected, result.refused)
    assert counts == (2, 5 + 5, 1, 1, [])


def test_subjects_and_mail_addresses_never_reach_the_lake(loaded):
    _, result = loaded

    assert all(f"'{name}'" in result.notices[0] for name in ("Subject", "Requester email", "Submitter", "Assignee"))


def test_a_ticket_is_what_the_newest_file_says(helpdesk):
    assert helpdesk.core(f"select ticket_id, {COLUMNS} from core.tickets order by 1") == [
        ("zendesk:101", "inquiry", "Orders", "email", "normal", "closed", at("2026-01-06 08:00"), at("2026-01-06 08:45"),
         at("2026-01-06 14:30"), 0, 2, 2),
        ("zendesk:102", "complaint", "Orders", "web", "high", "closed", at("2026-02-13 09:00"), at("2026-02-13 11:00"),
         at("2026-02-16 10:00"), 1, 1, 2),
        ("zendesk:103", "request", "Billing", "email", "low", "solved", at("2026-02-18 15:00"), at("2026-02-18 16:00"),
         at("2026-02-19 08:00"), 0, None, None),
        ("zendesk:104", "technical", "Orders", "phone", "urgent", "solved", at("2026-02-27 16:45"), at("2026-02-27 16:45"),
         at("2026-03-03 07:15"), 2, 2, 2),
        ("zendesk:105", "inquiry", "Orders", "chat", None, "closed", at("2026-02-28 22:50"), at("2026-03-02 08:10"),
         at("2026-03-02 09:00"), 0, None, None),
        ("zendesk:106", "inquiry", "Orders", "email", "normal", "pending", at("2026-03-29 01:30"), at("2026-03-29 02:00"),
         None, 0, None, None),
        ("zendesk:107", "request", "Billing", "web", "normal", "open", at("2026-03-30 10:00"), None, None, 0, None, None),
        ("zendesk:109", "complaint", "Orders", "chat", "normal", "solved", at("2026-03-30 12:00"), at("2026-03-30 12:10"),
         at("2026-03-30 12:40"), 0, 2, 2),
    ]  # fmt: skip


def test_who_asked_is_the_organisation_or_else_the_user(helpdesk):
    assert helpdesk.core("select customer_id, customer_name, customer_type from core.customers order by 1") == [
        ("zendesk:organization:Hafen GmbH", "Hafen GmbH", "enterprise"),
        ("zendesk:user:9001", "Ada Berg", "individual"),
        ("zendesk:user:9004", "Bo Klein", "individual"),
        ("zendesk:user:9005", "Dee River", "individual"),
        ("zendesk:user:9006", "Finn Lake", "individual"),
        ("zendesk:user:9007", "Nora Neu", "individual"),
    ]
    of_hafen = "select ticket_id from core.tickets where customer_id = 'zendesk:organization:Hafen GmbH' order by 1"
    assert helpdesk.core(of_hafen) == [("zendesk:102",), ("zendesk:103",), ("zendesk:107",)]


def test_good_and_bad_are_a_scale_that_reports_know():
    seed = (PROJECT / "dbt_project/seeds/csat_scales.csv").read_text(encoding="utf-8").splitlines()

    assert "1,2,2,bad-good" in seed  # worst, best, satisfied from
