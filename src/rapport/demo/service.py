"""What customers ask and complain about: more of it, and slower answers, when the north depot is in trouble."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from rapport.demo import story
from rapport.demo.accounts import Account
from rapport.demo.days import Window, first_of, last_of, stream
from rapport.demo.staff import AGENTS
from rapport.demo.trade import Order

ZONE = ZoneInfo("Europe/Berlin")


@dataclass(frozen=True)
class Ticket:
    """One service case, with all that will ever happen to it; times in UTC."""

    ticket_no: str
    account: Account
    order: Order | None
    agent_no: str
    kind: str
    topic: str
    channel: str
    priority: str
    created_at: datetime
    first_response_at: datetime
    solved_at: datetime
    reopened: int
    score: int | None

    @property
    def created_on(self) -> date:
        """The day in Berlin, which is not always the day in the export's UTC time."""
        return self.created_at.astimezone(ZONE).date()

    @property
    def solved_on(self) -> date:
        return self.solved_at.astimezone(ZONE).date()


def make_tickets(seed: int, window: Window, accounts: list[Account], orders: list[Order]) -> list[Ticket]:
    """All tickets opened in the window, numbered within each day.

    `orders` may reach back before the window, so that the numbers of its first days do not depend on where it begins.
    """
    wishes = [wish for order in orders for wish in _about_order(seed, order)]
    wishes += [wish for account in accounts for wish in _about_anything(seed, window, account)]
    wishes += [_statement(accounts, month) for month in window.months]
    wishes.sort(key=lambda wish: (wish["created_on"], wish["account"].account_no, wish["topic"]))
    tickets, day, number = [], None, 0
    for wish in wishes:
        number = number + 1 if wish["created_on"] == day else 1
        day = wish["created_on"]
        if day in window and (wish["order"] is None or wish["order"].ordered_on in window):
            tickets.append(_ticket(seed, f"T-{day:%y%m%d}-{number:02d}", **wish))
    return tickets


def _about_order(seed: int, order: Order) -> Iterator[dict]:
    if order.buyer.account is None or order.cancelled_on:
        return
    chance = stream(seed, "grief", order.order_no)
    draw, days = chance.random(), chance.randint(1, 4)
    if order.is_late and draw < 0.3:
        wish = {"created_on": order.promised_on + timedelta(days=days), "kind": "complaint", "topic": "late delivery"}
    elif draw < 0.02:
        wish = {"created_on": order.delivered_on + timedelta(days=days), "kind": "complaint", "topic": "damaged goods"}
    else:
        return
    yield wish | {"account": order.buyer.account, "order": order}


def _about_anything(seed: int, window: Window, account: Account) -> Iterator[dict]:
    for month in window.months:
        if not account.is_known_on(first_of(month)) or story.is_silent(account.index, last_of(month)):
            continue
        chance = stream(seed, "question", account.index, month)
        day = first_of(month) + timedelta(days=chance.randrange(28))
        asks, kind, topic = chance.random(), *chance.choice(_TOPICS)
        if asks < 0.16:
            yield {"created_on": day, "kind": kind, "topic": topic, "account": account, "order": None}


def _statement(accounts: list[Account], month: int) -> dict:
    """A large customer's robot asks on the first of each month, right after midnight, when UTC is still in the month before."""
    return {
        "created_on": first_of(month),
        "kind": "request",
        "topic": _STATEMENT,
        "account": accounts[month % 10],
        "order": None,
    }


_STATEMENT = "monthly statement"
_TOPICS = [
    ("inquiry", "price"),
    ("inquiry", "stock"),
    ("technical", "product use"),
    ("technical", "spare parts"),
    ("request", "invoice copy"),
    ("request", "catalogue"),
]
_PRIORITIES = ("urgent", "high", "normal", "low")


def _ticket(
    seed: int, ticket_no: str, created_on: date, kind: str, topic: str, account: Account, order: Order | None
) -> Ticket:
    chance = stream(seed, "ticket", account.index, created_on, topic)
    channel = chance.choices(("email", "phone", "web"), weights=(50, 30, 20))[0]
    hour = 0 if topic == _STATEMENT else chance.randrange(24) if channel == "web" else chance.randrange(8, 18)
    created_at = datetime.combine(created_on, time(hour, chance.randrange(60), chance.randrange(60)), ZONE).astimezone(UTC)
    slow = 3 if story.is_troubled(account.depot, created_on) else 1
    answered_at = created_at + timedelta(minutes=round(chance.lognormvariate(4.6, 0.8) * slow))
    solved_at = answered_at + timedelta(minutes=round(chance.lognormvariate(6.6, 0.9) * slow))
    mood = 4.4 - (1.6 if slow > 1 else 0) - (1.2 if kind == "complaint" else 0) + chance.gauss(0, 0.7)
    return Ticket(
        ticket_no=ticket_no,
        account=account,
        order=order,
        agent_no=chance.choice(AGENTS),
        kind=kind,
        topic=topic,
        channel=channel,
        priority=chance.choices(_PRIORITIES, weights=(3, 17, 60, 20) if kind == "complaint" else (1, 6, 68, 25))[0],
        created_at=created_at,
        first_response_at=answered_at,
        solved_at=solved_at,
        reopened=int(chance.random() < 0.05 * slow),
        score=min(5, max(1, round(mood))) if chance.random() < 0.4 else None,
    )
