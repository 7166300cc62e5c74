"""What customers say unasked, what they need, and what becomes of it: told by files that already are core tables."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from rapport.demo import story
from rapport.demo.accounts import Account
from rapport.demo.cases import utc
from rapport.demo.days import Window, first_of, last_of, stream
from rapport.demo.records import ExportFile, Record, Table, merged
from rapport.demo.service import ZONE, Ticket
from rapport.demo.staff import AGENTS
from rapport.demo.words import COMPLAINTS, PRAISE, SUGGESTIONS, spoken_by

FEEDBACK = Table(
    "canonical", "feedback",
    ("feedback_id", "customer_id", "order_id", "source", "kind", "topic", "rating", "rating_max", "body", "language",
     "created_at", "owner_id", "status", "contacted_at", "decided_on", "is_adopted", "closed_on"),
)  # fmt: skip
REQUIREMENTS = Table(
    "canonical", "requirements",
    ("requirement_id", "customer_id", "title", "class", "priority", "value_at_stake", "currency", "created_on", "owner_id",
     "status", "due_on", "delivered_on"),
)  # fmt: skip

_RISES = {7: 2, 8: 4, 9: 7, 10: 11}
"""Weight of packaging among complaints by month, against 6 of all others: damp boxes from July on, every year."""
_TEXTS = {"complaint": COMPLAINTS, "praise": PRAISE, "suggestion": SUGGESTIONS}


@dataclass(frozen=True)
class Feedback:
    """One complaint, praise or suggestion, with all that will ever become of it; times in UTC."""

    feedback_no: str
    account: Account
    kind: str
    source: str
    topic: str
    body: str
    created_at: datetime
    order_no: str
    contacted_at: datetime | None
    decided_on: date | None
    is_adopted: bool

    @property
    def day(self) -> date:
        return self.created_at.astimezone(ZONE).date()

    @property
    def contacted_on(self) -> date | None:
        return self.contacted_at and self.contacted_at.astimezone(ZONE).date()


@dataclass(frozen=True)
class Requirement:
    """One stated need, with its end; `declined_on` ends it without delivery."""

    requirement_no: str
    account: Account
    title: str
    kind: str
    priority: str
    value: int
    created_on: date
    due_on: date
    delivered_on: date | None
    declined_on: date | None


def make_feedback(seed: int, window: Window, accounts: list[Account], tickets: list[Ticket]) -> list[Feedback]:
    """All feedback of the window: unasked, and from some of those who complained by a ticket already."""
    told = [one for account in accounts for month in window.months for one in _unasked(seed, account, month)]
    told += [one for ticket in tickets for one in _again(seed, ticket)]
    return sorted((one for one in told if one.day in window), key=lambda one: (one.created_at, one.feedback_no))


def _unasked(seed: int, account: Account, month: int) -> Iterator[Feedback]:
    chance = stream(seed, "feedback", account.index, month)
    day = first_of(month) + timedelta(days=chance.randrange(28))
    asks, kind = chance.random(), chance.choices(("complaint", "praise", "suggestion"), weights=(40, 35, 25))[0]
    if (
        asks < (0.35 if account.country == "CN" else 0.15)
        and account.is_known_on(day)
        and not story.is_silent(account.index, day)
    ):
        yield _feedback(seed, f"F{month}-{account.account_no[2:]}", account, day, kind)


def _again(seed: int, ticket: Ticket) -> Iterator[Feedback]:
    """One in six who complained about an order complains about it on the web as well, within three days."""
    chance = stream(seed, "again", ticket.ticket_no)
    if ticket.kind == "complaint" and ticket.order and chance.random() < 1 / 6:
        topic = "packaging" if ticket.topic == "damaged goods" else "delivery"
        day = ticket.created_on + timedelta(days=chance.randint(0, 3))
        yield _feedback(seed, f"F{ticket.ticket_no[1:]}", ticket.account, day, "complaint", topic, ticket.order.order_no)


def _feedback(seed: int, number: str, account: Account, day: date, kind: str, topic: str = "", order_no: str = "") -> Feedback:
    chance = stream(seed, "said", number)
    texts = _TEXTS[kind]
    weights = [_RISES.get(day.month, 1) if name == "packaging" else 2 for name in texts] if kind == "complaint" else None
    topic = topic or chance.choices(list(texts), weights=weights)[0]
    created_at = datetime.combine(day, time(chance.randrange(7, 21), chance.randrange(60)), ZONE).astimezone(UTC)
    answers = chance.random()
    hours = chance.uniform(2, 90) if answers < 0.7 else chance.uniform(24 * 7, 24 * 20) if answers < 0.9 else None
    decided = day + timedelta(days=chance.randint(10, 70)) if kind == "suggestion" and chance.random() < 0.8 else None
    return Feedback(
        feedback_no=number,
        account=account,
        kind=kind,
        source=chance.choice(("review", "form", "social", "community")),
        topic=topic,
        body=chance.choice(texts[topic][spoken_by(account)]),
        created_at=created_at,
        order_no=order_no,
        contacted_at=created_at + timedelta(hours=hours) if kind == "complaint" and hours else None,
        decided_on=decided,
        is_adopted=chance.random() < 0.4,
    )


def make_requirements(seed: int, window: Window, accounts: list[Account]) -> list[Requirement]:
    """All needs that the sixty largest accounts stated in the window, or before and then delivered in it."""
    told = []
    for account in (account for account in accounts if account.has_terms):
        for month in range(window.months.start - 8, window.months.stop):  # delivered in the window, whenever they were stated
            chance = stream(seed, "need", account.index, month)
            created_on = first_of(month) + timedelta(days=chance.randrange(28))
            if chance.random() < 0.07:
                told.append(_requirement(seed, account, created_on))
    return sorted(told, key=lambda one: (one.created_on, one.requirement_no))


def _requirement(seed: int, account: Account, created_on: date) -> Requirement:
    number = f"Q-{created_on:%y%m}-{account.account_no[2:]}"
    chance = stream(seed, "needed", number)
    due_on = created_on + timedelta(days=chance.randint(30, 150))
    ends = chance.random()
    delivered_on = due_on + timedelta(days=chance.randint(-20, 0) if ends < 0.6 else chance.randint(3, 60))
    title, kind = chance.choice([
        ("delivery notes in electronic form", "basic"), ("delivery before seven", "performance"),
        ("own packaging sizes", "performance"), ("stock held for the account", "basic"), ("order status by app", "delight"),
    ])  # fmt: skip
    return Requirement(
        requirement_no=number,
        account=account,
        title=title,
        kind=kind,
        priority=chance.choices(("must", "should", "could"), weights=(30, 45, 25))[0],
        value=chance.randint(5, 120) * 100_000,
        created_on=created_on,
        due_on=due_on,
        delivered_on=max(delivered_on, created_on + timedelta(days=5)) if ends < 0.8 else None,
        declined_on=created_on + timedelta(days=chance.randint(10, 25)) if ends > 0.92 else None,
    )


def feedback_files(window: Window, feedback: list[Feedback], requirements: list[Requirement]) -> list[ExportFile]:
    """A file of feedback and one of requirements a month, each as it stood then."""
    return [
        *merged(FEEDBACK, (record for one in feedback for record in _states(one)), window, period="monthly"),
        *merged(REQUIREMENTS, (record for one in requirements for record in _ends(one)), window, period="monthly"),
    ]


def _states(one: Feedback) -> Iterator[Record]:
    for day in sorted({one.day, *(day for day in (one.contacted_on, one.decided_on) if day)}):
        yield Record(day, one.feedback_no, _cells(one, day))


def _cells(one: Feedback, day: date) -> tuple:
    contacted_at = one.contacted_at if one.contacted_on and one.contacted_on <= day else None
    decided_on = one.decided_on if one.decided_on and one.decided_on <= day else None
    rating = {"complaint": "1", "praise": "5", "suggestion": ""}[one.kind]
    status = "done" if contacted_at or (decided_on and one.is_adopted) else "rejected" if decided_on else "new"
    return (
        f"canonical:{one.feedback_no}", f"crm:{one.account.account_no}", f"shop:{one.order_no}" if one.order_no else "",
        one.source, one.kind, one.topic, rating, "5" if rating else "", one.body, spoken_by(one.account), utc(one.created_at),
        f"crm:{AGENTS[one.account.index % 3]}", status, utc(contacted_at), f"{decided_on or ''}",
        ("true" if one.is_adopted else "false") if decided_on else "", f"{decided_on or ''}",
    )  # fmt: skip


def _ends(one: Requirement) -> Iterator[Record]:
    states = [(one.created_on, "accepted"), (one.declined_on, "declined")]
    states.append((None if one.declined_on else one.delivered_on, "delivered"))
    for day, status in states:
        if day:
            cells = (
                f"canonical:{one.requirement_no}", f"crm:{one.account.account_no}", one.title, one.kind, one.priority,
                f"{one.value // 100}.00", "EUR", f"{one.created_on}", f"crm:{AGENTS[one.account.index % 3]}", status,
                f"{one.due_on}", f"{day}" if status == "delivered" else "",
            )  # fmt: skip
            yield Record(day, one.requirement_no, cells)


def topics_of(feedback: list[Feedback], window: Window) -> dict[str, dict[str, int]]:
    """Complaints per month and topic, as they were meant."""
    counts: dict[str, dict[str, int]] = {f"{first_of(month):%Y-%m}": {} for month in window.months}
    for one in feedback:
        if one.kind == "complaint" and one.day <= last_of(window.months[-1]):
            month = counts[f"{one.day:%Y-%m}"]
            month[one.topic] = month.get(one.topic, 0) + 1
    return counts
