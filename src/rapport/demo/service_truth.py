"""What must come out about service and voice, counted from the story itself, day by day; only tests read it."""

from datetime import UTC, date, datetime, time, timedelta
from math import sqrt
from zoneinfo import ZoneInfo

from rapport.demo.calendars import exceptions
from rapport.demo.cases import Event
from rapport.demo.days import Window, first_of, last_of
from rapport.demo.feedback import Requirement
from rapport.demo.service import ZONE, Ticket
from rapport.demo.voice import Answer

_SOLVE_WITHIN = {"urgent": 480, "high": 960, "normal": 1800, "low": 3600}
_ZONES = {"CN": ZoneInfo("Asia/Shanghai")}


def holiday_tickets(window: Window, tickets: list[Ticket], events: list[Event]) -> list[dict[str, object]]:
    """Plain tickets that took longer than allowed by the wall clock and lay over a holiday on a weekday.

    Plain is what was never pending, reopened or given another priority; `is_within` says whether business minutes are in time.
    """
    steps = {event.ticket.ticket_no for event in events if event.event in ("pending", "reopened")}
    steps |= {event.ticket.ticket_no for event in events if event.event == "priority_set" and event.actor == "agent"}
    known = {country_day: works for year in _years(window) for country_day, works in _days_of(year)}
    found = []
    for ticket in (ticket for ticket in tickets if ticket.ticket_no not in steps and ticket.solved_on in window):
        country, zone = ticket.account.country, _ZONES.get(ticket.account.country, ZONE)
        first, last = (at.astimezone(zone).date() for at in (ticket.created_at, ticket.solved_at))
        between = [first + timedelta(days=place) for place in range((last - first).days + 1)]
        over_holiday = any(day.weekday() < 5 and known.get((country, day)) is False for day in between)
        allowed = _SOLVE_WITHIN[ticket.priority]
        wall = (ticket.solved_at - ticket.created_at).total_seconds() / 60
        if over_holiday and wall > allowed:
            hours = (9 if country == "CN" else 8, 18)
            minutes = sum(_open_minutes(ticket, day, zone, hours) for day in between if _works(known, country, day))
            found.append({"ticket": ticket.ticket_no, "minutes": int(minutes), "is_within": minutes <= allowed})
    return found


def _years(window: Window) -> range:
    return range(window.first.year, window.last.year + 1)


def _days_of(year: int) -> list[tuple[tuple[str, date], bool]]:
    return [((country, day), works) for country, day, works, _ in exceptions(year)]


def _works(known: dict[tuple[str, date], bool], country: str, day: date) -> bool:
    return known.get((country, day), day.weekday() < 5)


def _open_minutes(ticket: Ticket, day: date, zone: ZoneInfo, hours: tuple[int, int]) -> float:
    opens, closes = (datetime.combine(day, time(hour), zone).astimezone(UTC) for hour in hours)
    seconds = (min(closes, ticket.solved_at) - max(opens, ticket.created_at)).total_seconds()
    return max(0.0, seconds) / 60


def nps_drops(window: Window, answers: list[Answer]) -> dict[str, str]:
    """The latest month whose NPS fell against the month before by more than chance explains, and the latest where by less."""
    drops: dict[str, str] = {}
    for month in window.months[3:]:
        (before, error_before), (now, error) = (_nps(answers, end) for end in (month - 1, month))
        if now < before:
            noise = 1.96 * sqrt(error_before**2 + error**2)
            drops["outside_noise" if before - now > noise else "inside_noise"] = f"{first_of(month):%Y-%m}"
    return drops


def _nps(answers: list[Answer], last_month: int) -> tuple[float, float]:
    """NPS of the three months to a month's end and its standard error, clustered by account."""
    first, last = first_of(last_month - 2), last_of(last_month)
    sums: dict[str, tuple[int, int]] = {}
    for answer in answers:
        if answer.kind == "nps" and first <= answer.answered_at.date() <= last:
            account = answer.invitation.account.account_no
            s, n = sums.get(account, (0, 0))
            sums[account] = (s + (answer.score >= 9) - (answer.score <= 6), n + 1)
    total = sum(n for _, n in sums.values())
    share = sum(s for s, _ in sums.values()) / total
    return 100 * share, 100 * sqrt(sum((s - share * n) ** 2 for s, n in sums.values())) / total


def detractors(window: Window, answers: list[Answer]) -> list[dict[str, str]]:
    """Who did not recommend in the last month, and when."""
    return [
        {"answer": one.answer_no, "account": one.invitation.account.account_no, "on": f"{one.answered_at.date()}"}
        for one in answers
        if one.kind == "nps" and one.score <= 6 and one.answered_at.date() >= first_of(window.months[-1])
    ]


def overdue(window: Window, requirements: list[Requirement]) -> list[dict[str, object]]:
    """Needs whose day had passed at the window's end, neither delivered nor declined by then."""
    return [
        {"requirement": one.requirement_no, "due_on": f"{one.due_on}", "value": one.value // 100}
        for one in requirements
        if one.due_on <= window.last and one.created_on in window
        if not (one.delivered_on and one.delivered_on <= window.last)
        and not (one.declined_on and one.declined_on <= window.last)
    ]
