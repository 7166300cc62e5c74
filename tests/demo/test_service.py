"""The demo company's exports hold what service and voice are to find: read from the files, with no help of the generator."""

import csv
from collections import defaultdict
from pathlib import Path

import pytest


def canonical(drops: Path, table: str) -> list[dict[str, str]]:
    rows = []
    for path in sorted((drops / "canonical").glob(f"{table}_????-??-??.csv")):
        with open(path, encoding="utf-8", newline="") as file:
            rows += csv.DictReader(file)
    return rows


@pytest.fixture(scope="module")
def histories(drops) -> dict[str, list[dict[str, str]]]:
    found = defaultdict(list)
    for row in canonical(drops, "ticket_events"):
        found[row["ticket_id"].removeprefix("helpdesk:")].append(row)
    return found


def test_events_say_the_same_as_the_tickets(raw, histories):
    tickets = raw.tickets()
    for number, ticket in tickets.items():
        at = {row["event"]: row["event_at"] for row in histories[number]}  # the last of each kind
        replies = [row["event_at"] for row in histories[number] if (row["event"], row["actor_type"]) == ("replied", "agent")]
        assert at["created"] == ticket["created_at"]
        if ticket["status"] == "solved":
            assert at["solved"] == ticket["solved_at"] == max(at.values())
            assert min(replies) == ticket["first_response_at"]
            assert sum(row["event"] == "reopened" for row in histories[number]) == ticket["reopened"]
            assert [row["value"] for row in histories[number] if row["event"] == "priority_set"][-1] == ticket["priority"]
    assert histories.keys() == tickets.keys()


def test_every_step_of_a_ticket_has_a_moment_of_its_own(histories):
    keys = [(row["ticket_id"], row["event_at"], row["event"], row["actor_type"]) for rows in histories.values() for row in rows]

    assert len(keys) == len(set(keys))
    assert {row["event"] for rows in histories.values() for row in rows} == {
        "created", "replied", "pending", "resumed", "solved", "reopened", "priority_set",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("country", "day", "works"),
    [
        ("DE", "2026-04-03", "false"),  # Good Friday
        ("DE", "2026-05-14", "false"),  # Ascension
        ("DE", "2025-10-03", "false"),
        ("FR", "2026-07-14", "false"),
        ("CN", "2026-02-17", "false"),  # lunar new year
        ("CN", "2026-02-14", "true"),  # a Saturday that is worked for it
        ("CN", "2026-10-10", "true"),
        ("CN", "2024-10-12", "true"),
        ("DE", "2026-10-10", None),
        ("CN", "2026-10-09", None),
    ],
)
def test_calendars_know_holidays_and_the_days_that_are_worked_for_them(drops, country, day, works):
    known = {(row["country"], row["day"]): row["is_business_day"] for row in canonical(drops, "calendar")}

    assert known.get((country, day)) == works


def test_tickets_lie_over_holidays_both_in_time_and_late(truth):
    assert {one["is_within"] for one in truth["holiday_tickets"]} == {True, False}


def test_complaints_about_packaging_rise_until_october(drops, truth):
    counts = [truth["complaints_by_topic"][f"2026-{month:02}"].get("packaging", 0) for month in (5, 6, 10)]
    bodies = [row for row in canonical(drops, "feedback") if row["topic"] == "packaging" and row["kind"] == "complaint"]

    assert counts[2] > 2 * max(counts[:2])
    assert {row["language"] for row in bodies} == {"en", "zh"}


def test_some_complain_by_ticket_and_on_the_web_about_one_order(raw, drops):
    by_ticket = {f"shop:{one['order_no']}" for one in raw.tickets().values() if one["kind"] == "complaint" and one["order_no"]}
    told = {row["feedback_id"]: row["order_id"] for row in canonical(drops, "feedback") if row["order_id"]}

    assert len(told) > 20
    assert set(told.values()) <= by_ticket


def test_there_are_detractors_overdue_needs_and_drops_of_both_kinds(truth):
    assert len(truth["detractors"]) >= 5
    assert truth["requirements_overdue"]
    assert set(truth["nps_drops"]) == {"inside_noise", "outside_noise"}
