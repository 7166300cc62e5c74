"""Accounts that act by a script and not by chance, so that one thing at a time can be seen in what becomes of them.

For each rule of churn one of them fits that rule, and no other, at the end of every month; where a rule cannot fit for long,
accounts take turns. Each order, ticket and answer is numbered apart: nobody else's chance moves.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from rapport.demo.accounts import Account, alike_to, make_account
from rapport.demo.contact import Contact
from rapport.demo.days import Window, first_of, month_of, stream, weekday_from, weekdays_later
from rapport.demo.products import PAIR, Product
from rapport.demo.rates import DOLLAR, dollars
from rapport.demo.service import ZONE, Ticket
from rapport.demo.staff import AGENTS
from rapport.demo.trade import Buyer, Line, Link, Order, Return
from rapport.demo.voice import Answer, Invitation

RULES = ("order_gap", "revenue_trend", "score_drop", "tickets", "contract_end", "overdue_invoices", "contact_silence")
CLIMBS, IN_DOLLARS = "climbs", "in dollars"
_PARTS = (
    *(("order_gap", turn) for turn in range(3)),
    *(("revenue_trend", turn) for turn in range(2)),
    *(("score_drop", turn) for turn in range(2)),
    *((rule, 0) for rule in RULES[3:]),
    (CLIMBS, 0),
    *((IN_DOLLARS, turn) for turn in range(2)),
)
"""What each account is there for, and its turn among those that are there for the same."""
_FIRST_INDEX = 1900
PLAYERS = range(_FIRST_INDEX, _FIRST_INDEX + len(_PARTS))
"""All of them, by index. They have a framework contract, so that BG/NBD, which is for those without one, leaves them out."""
SIGNS_BY_QUARTER = {_FIRST_INDEX + place for place, (plays, _) in enumerate(_PARTS) if plays == "contract_end"}
"""Of them, whose contract is about to end at the end of every month."""
_SINCE = date(2021, 3, 1)
_WORTH = 100_000
"""What an order is worth, in cents as of 2022."""
_CHEAP = 10_000
_ESTIMATED_SPEND = 2_000_000
_LOW, _HIGH = 0.05, 6
_GOOD, _BAD = 9, 3
_DAYS = {"order_gap": (3, 11, 19, 27), "revenue_trend": (6, 20), IN_DOLLARS: (13, 14)}
"""Days of the month on which orders are placed; the tenth for all others. Who buys in dollars, does so at weekends too."""


@dataclass(frozen=True)
class Part:
    """An account, and what it is there for."""

    account: Account
    buyer: Buyer
    plays: str
    turn: int

    def acts_in(self, month: int) -> bool:
        """Whether its rule fits at the end of a month; for who climbs, whether it is one of the large years."""
        if self.plays == "order_gap":  # silent from the third on in every third month
            return month % 3 == self.turn
        if self.plays == "revenue_trend":  # the last two of three poor months, and the first rich one after them
            return (month - 3 * self.turn) % 6 in (1, 2, 3)
        if self.plays == "score_drop":  # asked in the first month of a quarter, it is content every second time
            return month // 3 % 2 == self.turn
        return self.plays != CLIMBS or month // 12 % 2 == 0

    def worth_in(self, month: int) -> float:
        """What an order of a month is worth, against a plain one."""
        if self.plays == "revenue_trend":
            return _LOW if (month - 3 * self.turn) % 6 < 3 else 1.0
        return _HIGH if self.plays == CLIMBS and self.acts_in(month) else 1.0

    @property
    def suffix(self) -> str:
        """What tells its numbers from those of others on the same day."""
        return f"R{self.account.index - _FIRST_INDEX:02d}"


@dataclass(frozen=True)
class Scripted:
    """Who they are, and all that they do within a window; orders also of the quarter before it, which has its rebate in it."""

    parts: list[Part]
    links: list[Link]
    orders: list[Order]
    returns: list[Return]
    tickets: list[Ticket]
    invitations: list[Invitation]
    answers: list[Answer]
    contacts: list[Contact]

    @property
    def accounts(self) -> list[Account]:
        return [part.account for part in self.parts]

    @property
    def in_dollars(self) -> list[Account]:
        return [part.account for part in self.parts if part.plays == IN_DOLLARS]


def make_scripted(seed: int, window: Window, others: list[Account], products: list[Product]) -> Scripted:
    """All of them; `others` have taken their names already."""
    taken = {name for account in others for name in (account.name, alike_to(account.name, account.city))}
    parts = [_part(seed, _FIRST_INDEX + place, *what, taken) for place, what in enumerate(_PARTS)]
    cheap = [product for place, product in enumerate(products) if product.base_price <= _CHEAP and place not in PAIR]
    orders = [order for part in parts for order in _orders(seed, part, window.widened(), cheap)]
    asked = [pair for part in parts if part.plays == "score_drop" for pair in _answers(part, window)]
    return Scripted(
        parts=parts,
        links=[Link(part.buyer.buyer_no, part.account, _SINCE) for part in parts],
        orders=orders,
        returns=[
            back for order in orders for back in _returns(order) if back.returned_on in window and order.ordered_on in window
        ],
        tickets=[ticket for part in parts if part.plays == "tickets" for ticket in _tickets(part, window)],
        invitations=[invitation for invitation, _ in asked],
        answers=[answer for _, answer in asked],
        contacts=[contact for part in parts if part.plays != "contact_silence" for contact in _contacts(part, window)],
    )


def _part(seed: int, index: int, plays: str, turn: int, taken: set[str]) -> Part:
    """An account as any other, but one that stays as it is."""
    drawn = make_account(seed, index, _SINCE, taken, "CN" if plays == IN_DOLLARS else "")
    account = replace(drawn, changes=(), estimated_spend=_ESTIMATED_SPEND, strategic_fit=3)
    buyer = Buyer(f"S{80000 + index}", account, account.depot, 0.0, 0.0, 0, _SINCE, None, (1000.0, 0.0, 0.0))
    buyer = replace(buyer, currency=DOLLAR) if plays == IN_DOLLARS else buyer
    return Part(account, buyer, plays, turn)


def _orders(seed: int, part: Part, window: Window, cheap: list[Product]) -> Iterator[Order]:
    for month in window.months:
        days = _DAYS.get(part.plays, (10,))
        if part.plays == IN_DOLLARS:
            yield _order(seed, part, first_of(month).replace(day=days[part.turn]), cheap)
            continue
        for day in days[:1] if part.plays == "order_gap" and part.acts_in(month) else days:
            yield _order(seed, part, weekday_from(first_of(month).replace(day=day)), cheap)


def _order(seed: int, part: Part, day: date, cheap: list[Product]) -> Order:
    """One product, so that no order is a basket; delivered as promised, and paid in time unless that is the part."""
    order_no = f"SO{day:%y%m%d}-{part.suffix}"
    chance, delivered = stream(seed, "script", order_no), weekdays_later(day, 2)
    product = chance.choice(cheap)
    quantity = max(1, round(_WORTH * part.worth_in(month_of(day)) / product.base_price))
    price, cost = product.price(day.year), product.cost(day.year)
    if part.plays == IN_DOLLARS:
        price, cost = dollars(price), dollars(cost)
    return Order(
        order_no=order_no,
        buyer=part.buyer,
        ordered_at=datetime.combine(day, time(chance.randrange(7, 19), chance.randrange(60))),
        channel="edi",
        promised_on=delivered,
        shipped_on=weekdays_later(day, 1),
        delivered_on=delivered,
        cancelled_on=None,
        lines=(Line(f"{order_no}-1", product, quantity, price, 0, quantity * cost),),
        paid_on=weekday_from(delivered + timedelta(days=80 if part.plays == "overdue_invoices" else 20)),
    )


def _returns(order: Order) -> Iterator[Return]:
    """Of every third order in dollars one piece comes back."""
    (line,) = order.lines
    if order.buyer.currency == DOLLAR and order.ordered_on.month % 3 == 0:
        returned_on = weekday_from(order.delivered_on + timedelta(days=21))
        yield Return(f"R{line.line_no[2:]}", order, line, returned_on, 1, line.unit_price, "surplus")


def _tickets(part: Part, window: Window) -> Iterator[Ticket]:
    """A complaint in two of three months, answered and solved on the same day."""
    for month in (month for month in window.months if month % 3 != 1):
        day = weekday_from(first_of(month).replace(day=8))
        created_at = datetime.combine(day, time(9, 30), ZONE).astimezone(UTC)
        yield Ticket(
            ticket_no=f"T-{day:%y%m%d}-{part.suffix}",
            account=part.account,
            order=None,
            agent_no=AGENTS[0],
            kind="complaint",
            topic="damaged goods",
            channel="phone",
            priority="normal",
            created_at=created_at,
            first_response_at=created_at + timedelta(minutes=40),
            solved_at=created_at + timedelta(hours=5),
            reopened=0,
            score=None,
        )


def _answers(part: Part, window: Window) -> Iterator[tuple[Invitation, Answer]]:
    contact = part.account.contacts[0]
    for month in (month for month in window.months if month % 3 == 0):
        sent_at = datetime.combine(weekday_from(first_of(month).replace(day=6)), time(10))
        number = f"N{month}-{contact.contact_no[2:]}"
        invitation = Invitation(f"I-{number}", f"NPS-{sent_at:%Y-%m}", part.account, contact, sent_at)
        score = _BAD if part.acts_in(month) else _GOOD
        yield invitation, Answer(f"A-{number}", invitation, "nps", None, score, "", sent_at + timedelta(hours=3))


def _contacts(part: Part, window: Window) -> Iterator[Contact]:
    for month in window.months:
        yield Contact(part.account, weekday_from(first_of(month).replace(day=12)), f"{month}", None)


def churners(made: Scripted, window: Window) -> dict[str, dict[str, str]]:
    """Rule → the account that fits it, and no other rule, at the window's end."""
    return {
        part.plays: {"account": part.account.account_no, "name": part.account.name}
        for part in made.parts
        if part.plays in RULES and part.acts_in(window.months[-1])
    }


def climber(made: Scripted, window: Window) -> dict[str, object]:
    """Who buys six times as much in every second year, and from when on, where ten months of such a year are told."""
    (part,) = (part for part in made.parts if part.plays == CLIMBS)
    starts = [month for month in window.months if month % 12 == 0 and part.acts_in(month) and month + 9 in window.months]
    return {"account": part.account.account_no, "rises_from": [f"{first_of(month)}" for month in starts]}
