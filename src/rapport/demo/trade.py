"""What customers buy, get, send back and pay: orders in the rhythm of each buyer."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from math import pi, sin
from random import Random
from typing import NamedTuple

from rapport.demo import story
from rapport.demo.accounts import FOUNDERS, Account, rank_of
from rapport.demo.days import Window, month_of, stream, weekday_from, weekdays_later
from rapport.demo.products import PAIR, Product

_EPOCH = date(2021, 1, 4)
_TWO_NUMBERS = range(20, 28)
_TAKEN_OVER, _FIRST_TAKEOVER = range(100, 110), 2022
_PAIR_PER_CENT = 35
"""Of orders that hold the first of the pair, and room for another product, so many hold the second as well."""
_PER_CENT_LATE, _PER_CENT_LATE_IN_TROUBLE, _PER_CENT_LATE_WHEN_ANNOYED = 6, 38, 60


@dataclass(frozen=True)
class Buyer:
    """A customer number of the shop. The shop does not know the CRM's accounts; `account` is None where nobody does."""

    buyer_no: str
    account: Account | None
    depot: str
    yearly_spend: float
    gap_days: float
    discount_per_cent: int
    starts_on: date
    stops_on: date | None
    wave: tuple[float, float, float]
    currency: str = "EUR"

    def drift(self, day: date) -> float:
        """Slow growth and decline against the usual spend: a wave of two and a half to five years, up to 40 % either way."""
        length, start, height = self.wave
        return 1 + height * sin(2 * pi * (day.toordinal() / length + start))

    def buys_on(self, day: date) -> bool:
        if day < self.starts_on or (self.stops_on is not None and day >= self.stops_on):
            return False
        return self.account is None or not story.is_silent(self.account.index, day)


@dataclass(frozen=True)
class Link:
    """A shop customer number's account during [valid_from, valid_to), as the CRM keeps it."""

    buyer_no: str
    account: Account
    valid_from: date
    valid_to: date | None = None


class Line(NamedTuple):
    """One product on an order; amounts in cents of the buyer's currency."""

    line_no: str
    product: Product
    quantity: int
    unit_price: int
    discount: int
    cost: int

    @property
    def net(self) -> int:
        return self.quantity * self.unit_price - self.discount


@dataclass(frozen=True)
class Order:
    """One order, with all that will ever happen to it; what of it is known on a day is for the exports to say."""

    order_no: str
    buyer: Buyer
    ordered_at: datetime
    channel: str
    promised_on: date
    shipped_on: date
    delivered_on: date
    cancelled_on: date | None
    lines: tuple[Line, ...]
    paid_on: date

    @property
    def ordered_on(self) -> date:
        return self.ordered_at.date()

    @property
    def net(self) -> int:
        return sum(line.net for line in self.lines)

    @property
    def is_late(self) -> bool:
        return self.delivered_on > self.promised_on


@dataclass(frozen=True)
class Return:
    """One returned line; the refund in cents of the buyer's currency."""

    return_no: str
    order: Order
    line: Line
    returned_on: date
    quantity: int
    refund: int
    reason: str


def make_buyers(seed: int, accounts: list[Account]) -> tuple[list[Buyer], list[Link]]:
    """Everybody who buys, and what the CRM knows of who they are.

    Most accounts have one shop number, eight have a second one, one number a year passes to another account in July,
    and four small shops are known to nobody.
    Who takes over is one of the ten largest, so that no restless account seems to order while it is silent.
    """
    unit = story.YEARLY_SPEND / sum(story.weight(rank_of(index)) for index in range(FOUNDERS))
    buyers, links = [], []
    for account in accounts:
        chance = stream(seed, "buyer", account.index)
        buyer = Buyer(
            buyer_no=f"S{50000 + account.index * 7 % 1009}",
            account=account,
            depot=account.depot,
            yearly_spend=unit * story.weight(account.rank),
            gap_days=5 + 33 * (account.rank / 240) ** 0.6 * chance.uniform(0.75, 1.25),
            discount_per_cent=8 if account.rank < 12 else 5 if account.rank < 40 else chance.choice([0, 0, 2, 3]),
            starts_on=account.created_on,
            stops_on=account.stops_on,
            wave=(chance.uniform(900, 1800), chance.random(), chance.uniform(0.1, 0.4)),
        )
        buyers.append(buyer)
        taken_over_on = date(_FIRST_TAKEOVER + _TAKEN_OVER.index(account.index), 7, 1) if account.index in _TAKEN_OVER else None
        links.append(Link(buyer.buyer_no, account, account.created_on, taken_over_on))
        if taken_over_on:
            links.append(Link(buyer.buyer_no, accounts[_TAKEN_OVER.index(account.index)], taken_over_on))
        if account.index in _TWO_NUMBERS:
            second = Buyer(
                f"S{60000 + account.index}", account, account.depot, buyer.yearly_spend / 6, 30.0, 0,
                date(2024, 2, 1) + timedelta(days=_TWO_NUMBERS.index(account.index) * 45), None, buyer.wave,
            )  # fmt: skip
            buyers.append(second)
            links.append(Link(second.buyer_no, account, second.starts_on))
    strangers = [
        Buyer(
            f"S{70000 + place}", None, "south", unit * story.weight(90), 20.0 + place, 0, date(2022, 3, 1), None, (1200, 0, 0.2)
        )
        for place in range(4)
    ]
    return buyers + strangers, links


def make_orders(seed: int, window: Window, buyers: list[Buyer], products: list[Product]) -> list[Order]:
    """All orders placed in the window, numbered within each day."""
    drafts = [draft for buyer in buyers for draft in _drafts(seed, window, buyer)]
    drafts.sort(key=lambda draft: (draft[1], draft[0].buyer_no, draft[2]))
    orders, day, number = [], None, 0
    for buyer, ordered_at, turn in drafts:
        number = number + 1 if ordered_at.date() == day else 1
        day = ordered_at.date()
        orders.append(_order(seed, f"SO{day:%y%m%d}-{number:02d}", buyer, ordered_at, turn, products))
    return orders


def _drafts(seed: int, window: Window, buyer: Buyer) -> Iterator[tuple[Buyer, datetime, int]]:
    """When a buyer orders: turn after turn, each a gap after the last, give or take a third of it."""
    gap = buyer.gap_days
    phase = stream(seed, "rhythm", buyer.buyer_no).random() * gap
    first = int(((window.first - _EPOCH).days - phase) / gap - 2)
    last = int(((window.last - _EPOCH).days - phase) / gap + 2)
    for turn in range(first, last + 1):
        chance = stream(seed, "turn", buyer.buyer_no, turn)
        day = weekday_from(_EPOCH + timedelta(days=int(phase + gap * (turn + chance.uniform(-0.3, 0.3)))))
        wants = chance.random() < 0.93 * min(1.0, story.season(month_of(day))) * _appetite(buyer, day)
        if wants and day in window and buyer.buys_on(day):
            yield buyer, datetime.combine(day, time(chance.randrange(7, 19), chance.randrange(60), chance.randrange(60))), turn


def _appetite(buyer: Buyer, day: date) -> float:
    """How often a buyer orders, against the own rhythm."""
    return 0.6 if buyer.account and story.is_annoyed(buyer.account.index, day) else 1.0


def _order(seed: int, order_no: str, buyer: Buyer, ordered_at: datetime, turn: int, products: list[Product]) -> Order:
    chance = stream(seed, "order", buyer.buyer_no, turn)
    day = ordered_at.date()
    promised = weekdays_later(day, chance.choice((2, 3, 3, 4, 5)))
    annoyed = buyer.account is not None and story.is_annoyed(buyer.account.index, day)
    per_cent = (
        _PER_CENT_LATE_WHEN_ANNOYED if annoyed
        else _PER_CENT_LATE_IN_TROUBLE if story.is_troubled(buyer.depot, day)
        else _PER_CENT_LATE
    )  # fmt: skip
    is_late = chance.random() * 100 < per_cent
    delivered = weekdays_later(promised, chance.randint(1, 9) if is_late else -chance.choice((0, 0, 0, 1)))
    days_to_pay = chance.randint(12, 38) + (25 if annoyed else 0)
    return Order(
        order_no=order_no,
        buyer=buyer,
        ordered_at=ordered_at,
        channel=chance.choices(("web", "edi", "phone", "field"), weights=(50, 25, 15, 10))[0],
        promised_on=promised,
        shipped_on=max(day, weekdays_later(delivered, -1)),
        delivered_on=delivered,
        cancelled_on=weekdays_later(day, 1) if chance.random() < 0.02 else None,
        lines=tuple(_lines(chance, order_no, buyer, day, products, stream(seed, "pair", buyer.buyer_no, turn).random() * 100)),
        paid_on=weekday_from(delivered + timedelta(days=days_to_pay)),
    )


def _lines(
    chance: Random, order_no: str, buyer: Buyer, day: date, products: list[Product], draw_of_pair: float
) -> Iterator[Line]:
    season = story.season(month_of(day))
    worth = buyer.yearly_spend * buyer.gap_days / 365 * buyer.drift(day) * max(1.0, season) * 1.03 ** (day.year - 2022)
    worth *= chance.lognormvariate(0.05, 0.35)
    count = chance.choice((1, 2, 2, 3, 3, 4, 4, 5, 6))
    chosen = chance.sample(products, count)
    first, second = (products[place] for place in PAIR)
    if count > 1 and first in chosen and second not in chosen and draw_of_pair < _PAIR_PER_CENT:
        chosen[-1 if chosen[-1] is not first else 0] = second
    for place, product in enumerate(chosen):
        price = product.price(day.year)
        quantity = max(1, round(worth / count * chance.uniform(0.5, 1.5) / price))
        yield Line(
            line_no=f"{order_no}-{place + 1}",
            product=product,
            quantity=quantity,
            unit_price=price,
            discount=(quantity * price * buyer.discount_per_cent + 50) // 100,
            cost=quantity * product.cost(day.year),
        )


def make_returns(seed: int, orders: list[Order]) -> list[Return]:
    """Lines that come back one to three weeks after delivery: one in forty, of late orders one in twelve."""
    returns = []
    for order in orders:
        chance = stream(seed, "return", order.order_no)
        for line in order.lines if order.cancelled_on is None else ():
            comes_back, share, days = chance.random(), chance.random(), chance.randint(5, 20)
            if comes_back >= (1 / 12 if order.is_late else 1 / 40):
                continue
            quantity = max(1, round(line.quantity * share))
            returns.append(
                Return(
                    return_no=f"R{line.line_no[2:]}",
                    order=order,
                    line=line,
                    returned_on=weekday_from(order.delivered_on + timedelta(days=days)),
                    quantity=quantity,
                    refund=(2 * line.net * quantity + line.quantity) // (2 * line.quantity),
                    reason="late" if order.is_late else chance.choice(("damaged", "wrong_item", "surplus")),
                )
            )
    return returns
