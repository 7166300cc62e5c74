"""Whom Nordhaven Supply talks to, what its reviews agree on, and what is paid in parts: files that already are core tables."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from rapport.demo.accounts import Account
from rapport.demo.days import Window, first_of, month_of, stream, weekday_from, weekdays_later
from rapport.demo.records import ExportFile, Record, Table, merged, money
from rapport.demo.staff import Assignment, manager_on
from rapport.demo.trade import Order

INTERACTIONS = Table(
    "canonical", "interactions",
    ("interaction_id", "customer_id", "contact_id", "employee_id", "occurred_at", "channel", "direction", "outcome", "minutes",
     "subject", "next_step_on"),
)  # fmt: skip
DECISIONS = Table(
    "canonical", "decisions",
    ("decision_id", "edition_id", "customer_id", "action", "owner_id", "agreed_on", "due_on", "closed_on", "outcome",
     "value_in_play", "currency"),
)  # fmt: skip
PAYMENTS = Table(
    "canonical", "payments",
    ("payment_id", "customer_id", "invoice_id", "paid_on", "amount", "method", "currency"),
)  # fmt: skip

_EPOCH = date(2022, 1, 3)
_LARGEST = 20
"""Accounts that are key accounts from the start; two of them are neglected in every month, in turn."""
_CHANNELS = {"phone": 40, "email": 35, "visit": 12, "chat": 8, "event": 5}
_MINUTES = {"phone": 12, "email": 6, "visit": 90, "chat": 10, "event": 45}
_SUBJECTS = ("yearly terms", "late deliveries", "new products", "open offer", "forecast of needs", "complaint")
_ACTIONS = ("visit the account", "offer new terms", "clear the complaint", "review the delivery times", "present the range")
_KEEPS = {"E-01": 0.95, "E-02": 0.8, "E-03": 0.75, "E-05": 0.9, "E-06": 0.85, "E-07": 0.7, "E-08": 0.6, "E-09": 0.8}
"""How often an owner closes an agreed action in time; who is not named never does."""


@dataclass(frozen=True)
class Contact:
    """One call, mail, visit, chat or meeting at an event; `next_step_on` is the day that was agreed for the next."""

    account: Account
    day: date
    turn: str
    next_step_on: date | None


@dataclass(frozen=True)
class Decision:
    """An action agreed in a monthly review."""

    decision_no: str
    account: Account
    owner_no: str
    agreed_on: date
    due_on: date
    closed_on: date | None


@dataclass(frozen=True)
class Payment:
    """A part of an invoice that was paid; the amount in cents."""

    order: Order
    part: int
    paid_on: date
    amount: int


def neglected(month: int) -> tuple[int, int]:
    """The two key accounts, by index, that nobody contacts from ten days before a month to its end."""
    return 2 * month % _LARGEST, (2 * month + 1) % _LARGEST


def _is_neglected(account: Account, day: date) -> bool:
    return account.index in (*neglected(month_of(day)), *(neglected(month_of(day + timedelta(days=10)))))


def make_contacts(seed: int, window: Window, accounts: list[Account]) -> list[Contact]:
    """All contacts in the window: each account in a rhythm of its own, and three of four agreed next steps on their day."""
    return sorted(
        (contact for account in accounts for contact in _contacts(seed, window, account)),
        key=lambda contact: (contact.day, contact.account.index, contact.turn),
    )


def _contacts(seed: int, window: Window, account: Account) -> Iterator[Contact]:
    chance = stream(seed, "talks", account.index)
    gap = (
        chance.uniform(9, 13)
        if account.index < _LARGEST
        else chance.uniform(20, 32)
        if account.has_terms
        else chance.uniform(40, 80)
    )
    first, last = (int((day - _EPOCH).days / gap) for day in (window.first, window.last))
    for turn in range(first - 2, last + 2):
        chance = stream(seed, "talk", account.index, turn)
        day = weekday_from(_EPOCH + timedelta(days=int(gap * (turn + chance.uniform(-0.3, 0.3)))))
        has_next, is_kept = chance.random() < 0.25, chance.random() < 0.75
        next_step_on = weekdays_later(day, chance.randint(4, 15)) if has_next else None
        if _may_talk(account, day):
            yield from _within(window, Contact(account, day, f"{turn}", next_step_on))
            if next_step_on and is_kept and _may_talk(account, next_step_on):
                yield from _within(window, Contact(account, next_step_on, f"{turn}b", None))


def _within(window: Window, contact: Contact) -> Iterator[Contact]:
    if contact.day in window:
        yield contact


def _may_talk(account: Account, day: date) -> bool:
    is_there = account.created_on <= day and (account.stops_on is None or day < account.stops_on)
    return is_there and not _is_neglected(account, day)


def make_decisions(seed: int, window: Window, accounts: list[Account], care: dict[str, list[Assignment]]) -> list[Decision]:
    """What each month's review agreed: five actions for five of the sixty largest accounts, owned by their managers."""
    decisions = []
    for month in window.months:
        chance, agreed_on = stream(seed, "review", month), weekday_from(first_of(month) + timedelta(days=5))
        for place, index in enumerate(chance.sample(range(60), 5), start=1):
            owner = manager_on(care[accounts[index].account_no], agreed_on)
            due_on = weekdays_later(agreed_on, chance.randint(8, 30))
            in_time, late, at_all = chance.random() < _KEEPS.get(owner, 0), chance.randint(2, 25), chance.random() < 0.6
            closed_on = weekdays_later(due_on, -chance.randint(0, 5) if in_time else late) if in_time or at_all else None
            decisions.append(Decision(f"D{agreed_on:%y%m}-{place}", accounts[index], owner, agreed_on, due_on, closed_on))
    return decisions


def make_payments(seed: int, orders: list[Order]) -> list[Payment]:
    """Both parts of each invoice that is paid in two, one in forty: two fifths a week after delivery, the rest later."""
    return [
        payment
        for order in orders
        if not order.cancelled_on and stream(seed, "parts", order.order_no).random() < 1 / 40
        for payment in (
            Payment(order, 1, order.delivered_on + timedelta(days=7), order.net * 2 // 5),
            Payment(order, 2, order.paid_on, order.net - order.net * 2 // 5),
        )
    ]


def contact_files(
    seed: int,
    window: Window,
    contacts: list[Contact],
    decisions: list[Decision],
    payments: list[Payment],
    care: dict[str, list[Assignment]],
) -> list[ExportFile]:
    """All files: contacts by month, agreed actions and payments by quarter."""
    return [
        *merged(INTERACTIONS, (_interaction(seed, contact, care) for contact in contacts), window, period="monthly"),
        *merged(DECISIONS, (record for one in decisions for record in _decision_records(one)), window, period="quarterly"),
        *merged(PAYMENTS, map(_payment, payments), window, period="quarterly"),
    ]


def _interaction(seed: int, contact: Contact, care: dict[str, list[Assignment]]) -> Record:
    chance = stream(seed, "words", contact.account.index, contact.turn)
    channel = chance.choices(list(_CHANNELS), weights=list(_CHANNELS.values()))[0]
    number = f"crm:I-{contact.account.account_no[2:]}-{contact.turn}"
    person = contact.account.contacts[0]
    at = datetime.combine(contact.day, time(chance.randrange(8, 16), chance.randrange(60)))
    cells = (
        number, f"crm:{contact.account.account_no}", f"crm:{person.contact_no}",
        f"crm:{manager_on(care[contact.account.account_no], contact.day)}", f"{at:%Y-%m-%d %H:%M:%S}", channel,
        "inbound" if channel == "chat" or chance.random() < 0.25 else "outbound",
        "next step agreed" if contact.next_step_on else "informed", str(_MINUTES[channel] + chance.randrange(8)),
        chance.choice(_SUBJECTS), f"{contact.next_step_on or ''}",
    )  # fmt: skip
    return Record(contact.day, number, cells)


def _decision_records(decision: Decision) -> Iterator[Record]:
    """The action as it was agreed, and again when it was closed."""
    chance = stream(0, "action", decision.decision_no)
    action, value = chance.choice(_ACTIONS), chance.randint(5, 60) * 100_000
    for day, closed_on in ((decision.agreed_on, None), (decision.closed_on, decision.closed_on)):
        if day:
            cells = (
                f"crm:{decision.decision_no}", f"management_month.{_month_before(decision.agreed_on)}.all.r1",
                f"crm:{decision.account.account_no}", action, f"crm:{decision.owner_no}", f"{decision.agreed_on}",
                f"{decision.due_on}", f"{closed_on or ''}", "done" if closed_on else "", money(value), "EUR",
            )  # fmt: skip
            yield Record(day, decision.decision_no, cells)


def _month_before(day: date) -> str:
    return f"{first_of(month_of(day) - 1):%Y-%m}"


def _payment(payment: Payment) -> Record:
    number = f"bank:Z{payment.order.order_no[2:]}-{payment.part}"
    cells = (
        number, f"shop:{payment.order.buyer.buyer_no}", f"shop:RE{payment.order.order_no[2:]}", f"{payment.paid_on}",
        money(payment.amount), "transfer", "EUR",
    )  # fmt: skip
    return Record(payment.paid_on, number, cells)
