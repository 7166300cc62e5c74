"""The demo company's service after the whole way: minutes, promises and metrics, counted again from the export files."""

import csv
import json
from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from statistics import median
from zoneinfo import ZoneInfo

import pytest

from tests.whole_way.test_demo_voice import sheet

BERLIN, SHANGHAI = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Shanghai")
AS_OF = datetime(2026, 11, 20, tzinfo=BERLIN)
ALLOWED = {
    "response": {"urgent": 60, "high": 120, "normal": 240, "low": 600},
    "resolution": {"urgent": 480, "high": 960, "normal": 1800, "low": 3600},
}
YEAR = (date(2025, 1, 1), date(2026, 1, 1))
METRICS = (
    "tickets_opened,tickets_solved,backlog,backlog_age,first_response_minutes,first_response_minutes_p90,resolution_minutes,"
    "resolution_minutes_p90,sla_response,sla_resolution,sla_resolution_history_coverage,reopen_rate,one_touch_rate,ticket_csat,"
    "complaint_rate,complaints,closed_loop_rate,service_cost,service_cost_share,service_cost_rate,tickets_in_contradiction"
)


def canonical(demo, table: str) -> list[dict[str, str]]:
    """All rows of a canonical table's files, oldest first."""
    rows = []
    for path in sorted((demo.path / "drops/canonical").glob(f"{table}_????-??-??.csv")):
        with open(path, encoding="utf-8", newline="") as file:
            rows += csv.DictReader(file)
    return rows


def instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text.replace("Z", "+00:00")) if text else None


@pytest.fixture(scope="module")
def tickets(demo) -> dict[str, dict]:
    """The last state of each ticket that can be read, with its instants and days."""
    states = {}
    for path in sorted((demo.path / "drops/helpdesk").glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.endswith("}") and (ticket := json.loads(line))["created_at"].endswith("Z"):
                states[f"helpdesk:{ticket['id']}"] = ticket
    events = defaultdict(list)
    for row in canonical(demo, "ticket_events"):
        events[row["ticket_id"]].append((instant(row["event_at"]), row["event"] != "priority_set", row))
    for number, ticket in states.items():
        ticket["events"] = [row | {"at": at} for at, _, row in sorted(events[number], key=lambda event: event[:2])]
        is_open = ticket["status"] in ("open", "pending")
        ticket["created"], ticket["solved"] = instant(ticket["created_at"]), None if is_open else instant(ticket["solved_at"])
        replies = [event["at"] for event in ticket["events"] if event["event"] == "replied" and event["actor_type"] == "agent"]
        ticket["replies"] = len(replies)
        ticket["answered"] = instant(ticket["first_response_at"]) or min(replies, default=None)
        ticket["opened_on"] = ticket["created"].astimezone(BERLIN).date()
        ticket["solved_on"] = ticket["solved"] and ticket["solved"].astimezone(BERLIN).date()
    return states


@pytest.fixture(scope="module")
def opening(demo):
    """Opening and closing of a country's day as instants, or None on a day off."""
    known = {(row["country"], row["day"]): row["is_business_day"] == "true" for row in canonical(demo, "calendar")}

    def hours(country: str, day: date) -> tuple[datetime, datetime] | None:
        if not known.get((country, f"{day}"), day.weekday() < 5):
            return None
        zone = SHANGHAI if country == "CN" else BERLIN
        return tuple(datetime.combine(day, time(h), zone).astimezone(UTC) for h in (9 if country == "CN" else 8, 18))

    return hours


@pytest.fixture(scope="module")
def country(demo) -> dict[str, str]:
    found = {}
    for path in sorted((demo.path / "drops/crm").glob("customers_????-??-??.csv")):
        with open(path, encoding="gb18030", newline="") as file:
            found |= {row["客户编号"]: row["国家"] for row in csv.DictReader(file, delimiter=";")}
    return found


def walk(ticket: dict, promise: str, land: str, hours) -> dict[str, object]:
    """Go through a ticket's life day by day, with the clock in hand."""
    end = ticket["answered"] if promise == "response" else ticket["solved"]
    until = end or ticket["solved"] or AS_OF
    targets = {priority: 60 * minutes for priority, minutes in ALLOWED[promise].items()}
    changes = [event for event in ticket["events"] if event["event"] not in ("replied", "created") and event["at"] < until]
    first = [event["value"] for event in changes if event["event"] == "priority_set" and event["at"] <= ticket["created"]]
    priority = first[0]
    allowed, elapsed, runs, start = targets[priority], 0.0, True, ticket["created"]
    used_up = due = None
    last = start, allowed
    for event in [*changes, {"at": until, "event": "end"}]:
        if runs:
            last = start, allowed - elapsed
            for opens, closes in spans(start, event["at"], land, hours):
                seconds = (closes - opens).total_seconds()
                if used_up is None and elapsed + seconds >= allowed:
                    used_up = opens + timedelta(seconds=max(0.0, allowed - elapsed))
                if due is None and elapsed + seconds > allowed:
                    due = used_up
                elapsed += seconds
        start = max(start, event["at"])
        if event["event"] == "priority_set":
            target = targets[event["value"]]
            if target < targets[priority]:
                allowed = min(allowed, elapsed + target)
            elif target > targets[priority]:
                allowed = target
            priority, used_up = event["value"], due
        elif event["event"] != "end":
            runs = event["event"] in ("resumed", "reopened")
    return {
        "minutes": int(elapsed // 60) if end else None,
        "is_within": False if due else True if end else None,
        "due": due,
        "would_be_due": due or (ahead(*last, land, hours) if end else None),
    }


def ahead(start: datetime, seconds: float, land: str, hours) -> datetime:
    """When so many seconds of office hours are over, had the clock run on from then."""
    for opens, closes in spans(start, start + timedelta(days=60), land, hours):
        open_for = (closes - opens).total_seconds()
        if open_for >= seconds:
            return opens + timedelta(seconds=seconds)
        seconds -= open_for
    raise AssertionError("no promise takes two months")


def spans(start: datetime, end: datetime, land: str, hours):
    day = start.astimezone(SHANGHAI).date() - timedelta(days=2)
    while day <= end.astimezone(SHANGHAI).date() + timedelta(days=1):
        if span := hours(land, day):
            opens, closes = max(span[0], start), min(span[1], end)
            if opens < closes:
                yield opens, closes
        day += timedelta(days=1)


@pytest.fixture(scope="module")
def promises(tickets, country, opening) -> dict[tuple[str, str], dict]:
    return {
        (number, promise): walk(ticket, promise, country[ticket["account"]], opening)
        for number, ticket in tickets.items()
        for promise in ALLOWED
    }


@pytest.fixture(scope="module")
def figures(demo) -> dict[str, dict]:
    return {one["metric"]: one for one in demo.json("metric", METRICS, "--period", "2025")["figures"]}


def test_every_ticket_took_the_minutes_that_a_walk_through_its_days_counts(published, promises):
    found = published.sql("select ticket_id, promise, minutes, is_within from marts.service_promises").fetchall()

    assert {(number, promise): (minutes, within) for number, promise, minutes, within in found} == {
        key: (walked["minutes"], walked["is_within"]) for key, walked in promises.items()
    }
    assert sum(walked["is_within"] is False for walked in promises.values()) > 50


def test_a_breach_is_due_on_the_day_on_which_its_time_was_used_up(published, promises):
    found = published.sql("select ticket_id, promise, due_on from marts.service_promises where not is_within").fetchall()

    assert {(number, promise): day for number, promise, day in found} == {
        key: walked["due"].astimezone(BERLIN).date() for key, walked in promises.items() if walked["due"]
    }


def test_holidays_make_no_breach_unless_the_working_days_do(demo, published):
    truth = json.loads((demo.path / "drops/demo_truth.json").read_text(encoding="utf-8"))["holiday_tickets"]
    found = published.sql("select ticket_id, minutes, is_within from marts.service_promises where promise = 'resolution'")
    found = {number: (minutes, within) for number, minutes, within in found.fetchall()}

    assert {one["is_within"] for one in truth} == {True, False}
    for one in truth:
        assert found[f"helpdesk:{one['ticket']}"] == (one["minutes"], one["is_within"])


def test_opened_less_solved_is_the_change_of_the_backlog_month_by_month(demo):
    asked = demo.json("metric", "tickets_opened,tickets_solved,backlog", "--period", "2024-01-01..2026-10-31", "--by", "month")
    months = defaultdict(dict)
    for figure in asked["figures"]:
        months[figure["period"]][figure["metric"]] = figure["value"]
    names = sorted(months)

    for before, now in pairwise(names):
        opened, solved = months[now]["tickets_opened"], months[now]["tickets_solved"]
        assert months[now]["backlog"] - months[before]["backlog"] == opened - solved


def test_counts_and_rates_of_a_year_are_those_of_its_tickets(figures, tickets):
    solved = [one for one in tickets.values() if one["solved_on"] and YEAR[0] <= one["solved_on"] < YEAR[1]]
    waiting = [
        one for one in tickets.values() if one["opened_on"] < YEAR[1] and (not one["solved_on"] or one["solved_on"] >= YEAR[1])
    ]
    scored = [one["csat"]["score"] for one in solved if one["csat"]]

    assert figures["tickets_opened"]["value"] == sum(YEAR[0] <= one["opened_on"] < YEAR[1] for one in tickets.values())
    assert figures["tickets_solved"]["value"] == len(solved)
    assert figures["backlog"]["value"] == len(waiting)
    assert parts(figures["reopen_rate"]) == (sum(one["reopened"] > 0 for one in solved), len(solved))
    assert parts(figures["one_touch_rate"]) == (sum(one["replies"] == 1 for one in solved), len(solved))
    assert parts(figures["ticket_csat"]) == (sum(score >= 4 for score in scored), len(scored))
    assert figures["tickets_in_contradiction"]["value"] == 0
    assert figures["backlog_age"]["n"] == len(waiting)
    if len(waiting) >= 5:
        assert figures["backlog_age"]["value"] == median((date(2025, 12, 31) - one["opened_on"]).days for one in waiting)


def parts(figure: dict) -> tuple[int, int]:
    assert figure["value"] == pytest.approx(100 * figure["numerator"] / figure["denominator"], abs=0.05)
    return figure["numerator"], figure["denominator"]


@pytest.mark.parametrize(("promise", "metric"), [("response", "first_response_minutes"), ("resolution", "resolution_minutes")])
def test_medians_and_ninths_of_ten_are_those_of_the_walked_minutes(figures, tickets, promises, promise, metric):
    kept = {number: one["answered"] if promise == "response" else one["solved"] for number, one in tickets.items()}
    days = {number: at.astimezone(BERLIN).date() for number, at in kept.items() if at}
    minutes = sorted(promises[number, promise]["minutes"] for number, day in days.items() if YEAR[0] <= day < YEAR[1])
    place = 0.9 * (len(minutes) - 1)
    below, above = minutes[int(place)], minutes[min(int(place) + 1, len(minutes) - 1)]

    assert figures[metric]["n"] == len(minutes)
    assert figures[metric]["value"] == pytest.approx(median(minutes), abs=0.05)
    assert figures[f"{metric}_p90"]["value"] == pytest.approx(below + (above - below) * (place % 1), abs=0.06)


def test_promises_of_a_year_are_kept_as_often_as_the_walks_say(figures, promises):
    """A promise is the year's in which its time was used up, or would have been, had the clock run on."""
    for promise in ALLOWED:
        year = [
            walked["is_within"]
            for (_, which), walked in promises.items()
            if which == promise and walked["would_be_due"]
            and YEAR[0] <= walked["would_be_due"].astimezone(BERLIN).date() < YEAR[1]
        ]  # fmt: skip

        assert 0 < sum(year) < len(year)
        assert parts(figures[f"sla_{promise}"]) == (sum(year), len(year))
    assert figures["sla_resolution_history_coverage"]["value"] == 100


@pytest.mark.parametrize(
    ("land", "priority", "opened", "answered", "minutes", "due"),
    [
        # Friday 16:00 to Monday 9:00 are two hours and one; four are allowed
        ("DE", "normal", "2025-03-07 16:00", "2025-03-10 09:00", 180, "2025-03-10 10:00"),
        # two are allowed, used up when the doors close
        ("DE", "high", "2025-03-07 16:00", "2025-03-10 09:00", 180, "2025-03-07 18:00"),
        # over 1 May, from Wednesday 17:30 to Friday 9:00
        ("DE", "normal", "2025-04-30 17:30", "2025-05-02 09:00", 90, "2025-05-02 11:30"),
        # from a Saturday that China works to the Tuesday after its new year
        ("CN", "normal", "2026-02-14 17:00", "2026-02-24 10:00", 120, "2026-02-24 12:00"),
    ],
)
def test_the_walk_itself_is_right_where_it_was_gone_by_hand(opening, land, priority, opened, answered, minutes, due):
    zone = SHANGHAI if land == "CN" else BERLIN
    opened, answered, due = (datetime.fromisoformat(text).replace(tzinfo=zone) for text in (opened, answered, due))
    events = [{"event": "priority_set", "value": priority, "at": opened}]
    walked = walk({"created": opened, "answered": answered, "solved": None, "events": events}, "response", land, opening)

    assert (walked["minutes"], walked["is_within"], walked["would_be_due"]) == (minutes, due > answered, due)


@pytest.fixture(scope="module")
def complaints(demo, tickets) -> list[tuple[date, date | None]]:
    """When each complaint was raised and when somebody turned to its customer; one that came both ways is its ticket."""
    by_ticket = [one for one in tickets.values() if one["kind"] == "complaint"]
    orders = {f"shop:{one['order_no']}" for one in by_ticket if one["order_no"]}
    days = defaultdict(list)
    for one in by_ticket:
        days[one["account"], bool(one["order_no"])].append(one["opened_on"])

    def is_told(row: dict, day: date) -> bool:
        account = row["customer_id"].removeprefix("crm:")
        near = days[account, False] if row["order_id"] else days[account, False] + days[account, True]
        return row["order_id"] in orders or any(abs((day - other).days) <= 3 for other in near)

    found = [(one["opened_on"], day_of(one["answered"])) for one in by_ticket]
    for row in {row["feedback_id"]: row for row in canonical(demo, "feedback")}.values():
        day = day_of(instant(row["created_at"]))
        if row["kind"] == "complaint" and not is_told(row, day):
            found.append((day, day_of(instant(row["contacted_at"]))))
    return found


def day_of(moment: datetime | None) -> date | None:
    return moment and moment.astimezone(BERLIN).date()


def test_a_complaint_that_came_both_ways_counts_once(figures, demo, complaints):
    number = sum(YEAR[0] <= raised < YEAR[1] for raised, _ in complaints)
    truth = json.loads((demo.path / "drops/demo_truth.json").read_text(encoding="utf-8"))["months"]
    orders_of_year = sum(values["orders"] for month, values in truth.items() if month.startswith("2025"))

    assert figures["complaints"]["value"] == number
    assert figures["complaint_rate"]["value"] == pytest.approx(1000 * number / orders_of_year, abs=0.06)


def test_the_loop_is_closed_for_whoever_is_contacted_within_five_days(figures, demo, complaints):
    """Complaints by their answer, detractors by the next call, mail or visit to their account."""
    calls = defaultdict(list)
    for row in {row["interaction_id"]: row for row in canonical(demo, "interactions")}.values():
        if row["direction"] == "outbound":
            calls[row["customer_id"].removeprefix("crm:")].append(datetime.fromisoformat(row["occurred_at"]))
    raised = list(complaints)
    for row in sheet(demo, "answers"):
        if row["Kind"] == "nps" and row["Score"] <= 6:
            at = row["Answered at"]
            raised.append((at.date(), min((call.date() for call in calls[row["Account"]] if call > at), default=None)))
    year = [(day, contacted) for day, contacted in raised if YEAR[0] <= day < YEAR[1]]
    closed = sum(contacted is not None and (contacted - day).days <= 5 for day, contacted in year)

    assert len(complaints) < len(raised) and 0 < closed < len(year)
    assert parts(figures["closed_loop_rate"]) == (closed, len(year))


def test_shares_of_service_cost_add_up_and_are_those_of_the_files(demo, figures):
    costs = sum(float(row["amount"]) for row in canonical(demo, "service_costs") if row["period_start"].startswith("2025"))
    by_size = demo.json("metric", "service_cost,service_cost_share", "--period", "2025", "--by", "company_size")["figures"]
    shares = [one["value"] for one in by_size if one["metric"] == "service_cost_share"]

    assert figures["service_cost"]["value"] == pytest.approx(costs, abs=0.01)
    assert figures["service_cost_share"]["value"] == 100
    assert sum(shares) == pytest.approx(100, abs=0.3)
    assert len(shares) >= 4
