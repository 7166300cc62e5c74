"""The helpdesk's exports: JSON lines, a file a month, each ticket as it stood at the month's end."""

from collections.abc import Iterator
from datetime import datetime

from rapport.demo import faults
from rapport.demo.days import Window
from rapport.demo.records import ExportFile, Record, Table, merged
from rapport.demo.service import Ticket

TICKETS = Table(
    "helpdesk", "tickets",
    ("id", "account", "order_no", "agent", "kind", "topic", "channel", "priority", "status", "created_at",
     "first_response_at", "solved_at", "reopened", "csat"),
    suffix="jsonl",
)  # fmt: skip


def helpdesk_files(window: Window, tickets: list[Ticket]) -> list[ExportFile]:
    """All files of the helpdesk."""
    records = [record for ticket in tickets for record in _ticket_records(ticket)]
    return merged(TICKETS, [*records, *faults.planted(TICKETS, window)], window, period="monthly")


def _ticket_records(ticket: Ticket) -> Iterator[Record]:
    yield Record(ticket.created_on, ticket.ticket_no, _cells(ticket, is_solved=False))
    yield Record(ticket.solved_on, ticket.ticket_no, _cells(ticket, is_solved=True))


def _cells(ticket: Ticket, *, is_solved: bool) -> dict:
    return {
        "id": ticket.ticket_no,
        "account": ticket.account.account_no,
        "order_no": ticket.order.order_no if ticket.order else None,
        "agent": ticket.agent_no,
        "kind": ticket.kind,
        "topic": ticket.topic,
        "channel": ticket.channel,
        "priority": ticket.priority,
        "status": "solved" if is_solved else "open",
        "created_at": _utc(ticket.created_at),
        "first_response_at": _utc(ticket.first_response_at) if is_solved else None,
        "solved_at": _utc(ticket.solved_at) if is_solved else None,
        "reopened": ticket.reopened if is_solved else 0,
        "csat": {"score": ticket.score, "max": 5} if is_solved and ticket.score else None,
    }


def _utc(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
