"""What happened to each ticket, step by step, and what customers said of the effort: files that already are core tables."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from rapport.demo.days import Window, stream
from rapport.demo.records import ExportFile, Record, Table, merged
from rapport.demo.service import ZONE, Ticket
from rapport.demo.words import EFFORT, spoken_by

EVENTS = Table("canonical", "ticket_events", ("ticket_id", "event_at", "event", "actor_type", "value"))
ANSWERS = Table(
    "canonical", "survey_responses",
    ("response_id", "survey_id", "kind", "customer_id", "contact_id", "ticket_id", "touchpoint", "score", "scale_min",
     "scale_max", "comment", "language", "responded_at"),
)  # fmt: skip

_BELOW = {"urgent": "high", "high": "normal"}


@dataclass(frozen=True)
class Event:
    """One step of a ticket; time in UTC."""

    ticket: Ticket
    at: datetime
    event: str
    actor: str
    value: str = ""

    @property
    def day(self) -> date:
        return self.at.astimezone(ZONE).date()


def make_events(seed: int, tickets: list[Ticket]) -> list[Event]:
    """All that will ever happen to the tickets, in the order of time; what a ticket itself says holds to the second."""
    return sorted(
        (event for ticket in tickets for event in _steps(seed, ticket)),
        key=lambda event: (event.at, event.ticket.ticket_no, event.event),
    )


def _steps(seed: int, ticket: Ticket) -> Iterator[Event]:
    chance = stream(seed, "case", ticket.ticket_no)
    raised, waits, long, turns = chance.random() < 0.35, chance.random() < 0.35, chance.random() < 0.55, chance.random
    asked, answered, solved = ticket.created_at, ticket.first_response_at, ticket.solved_at

    def between(share: float) -> datetime:
        return answered + timedelta(seconds=int((solved - answered).total_seconds() * share))

    first = _BELOW.get(ticket.priority, ticket.priority) if raised else ticket.priority
    first = "normal" if ticket.priority == "low" and chance.random() < 0.05 else first
    yield Event(ticket, asked, "created", "customer")
    yield Event(ticket, asked, "priority_set", "system", first)
    if first != ticket.priority:
        set_at = asked + timedelta(seconds=int((solved - asked).total_seconds() * (0.1 + 0.5 * turns())))
        yield Event(ticket, set_at, "priority_set", "agent", ticket.priority)
    yield Event(ticket, answered, "replied", "agent")
    if waits:
        pending_at, resumed_at = between(0.02 + 0.06 * turns()), between(0.15 + 0.3 * turns())
        yield Event(ticket, pending_at, "pending", "agent")
        yield Event(ticket, resumed_at, "replied", "customer")
        yield Event(ticket, resumed_at, "resumed", "system")
    if ticket.reopened:
        yield Event(ticket, between(0.5 + 0.1 * turns()), "solved", "agent")
        yield Event(ticket, between(0.7 + 0.1 * turns()), "reopened", "customer")
    if long or ticket.reopened:
        yield Event(ticket, solved, "replied", "agent")
    yield Event(ticket, solved, "solved", "agent")


def make_efforts(seed: int, tickets: list[Ticket]) -> list[tuple[Ticket, datetime, int, str, str]]:
    """(ticket, when, score of 7, comment, its language): how easy customers found it, for three of ten tickets."""
    told = []
    for ticket in tickets:
        chance = stream(seed, "effort", ticket.ticket_no)
        days = (ticket.solved_at - ticket.created_at).total_seconds() / 86400
        score = min(7, max(1, round(6.3 - 0.5 * min(days, 5) - 1.5 * ticket.reopened + chance.gauss(0, 0.9))))
        at = ticket.solved_at + timedelta(minutes=chance.randint(30, 2800))
        tone = "hard" if score <= 3 else "easy" if score >= 6 else ""
        language = spoken_by(ticket.account)
        comment = chance.choice(EFFORT[tone][language]) if tone and chance.random() < 0.6 else ""
        if chance.random() < 0.3:
            told.append((ticket, at, score, comment, language))
    return told


def case_files(window: Window, events: list[Event], efforts: list[tuple[Ticket, datetime, int, str, str]]) -> list[ExportFile]:
    """A file of events and one of answers a month."""
    return [
        *merged(EVENTS, map(_event, events), window, period="monthly"),
        *merged(ANSWERS, (_effort(*effort) for effort in efforts), window, period="monthly"),
    ]


def _event(event: Event) -> Record:
    cells = (f"helpdesk:{event.ticket.ticket_no}", utc(event.at), event.event, event.actor, event.value)
    return Record(event.day, f"{event.ticket.ticket_no} {event.at} {event.event}", cells)


def _effort(ticket: Ticket, at: datetime, score: int, comment: str, language: str) -> Record:
    cells = (
        f"helpdesk:E-{ticket.ticket_no}", "helpdesk:effort", "ces", f"crm:{ticket.account.account_no}",
        f"crm:{ticket.account.contacts[0].contact_no}", f"helpdesk:{ticket.ticket_no}", "service", f"{score}", "1", "7",
        comment, language, utc(at),
    )  # fmt: skip
    return Record(at.astimezone(ZONE).date(), ticket.ticket_no, cells)


def utc(moment: datetime | None) -> str:
    """An instant as canonical files write it."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}" if moment else ""
