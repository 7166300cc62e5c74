"""The customers of the large demo company that order when it suits them: without a rhythm, and gone one day without a word.

They are drawn as BG/NBD tells it, so that what a fit must find is known. Each has streams of chance of its own: the normal
company's customers, orders and numbers stay exactly as they are.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random

from rapport.demo.accounts import Account, make_account
from rapport.demo.days import Window, stream, weekday_from, weekdays_later
from rapport.demo.products import PAIR, Product
from rapport.demo.trade import Buyer, Line, Link, Order

R, ALPHA, A, B = 1.2, 20.0, 0.9, 4.0
"""BG/NBD: orders a week differ by a gamma distribution (R, ALPHA), leaving after an order by a beta distribution (A, B)."""
PAIR_PER_CENT = 50
"""Who takes the first product of the pair takes the second as well, every second time."""
_JOINS_FROM, _JOINS_TO = date(2022, 1, 1), date(2031, 1, 1)
_FIRST_INDEX = 2000


@dataclass(frozen=True)
class Occasional:
    """Who they are, and all that they order within a window."""

    accounts: list[Account]
    buyers: list[Buyer]
    links: list[Link]
    orders: list[Order]


def make_occasional(seed: int, window: Window, products: list[Product]) -> Occasional:
    """One new customer a day from 2022 on, with the orders that lie in the window."""
    joins_to = min(_JOINS_TO, window.last + timedelta(days=1))  # nobody who joins later is known yet
    accounts = [_account(seed, day) for day in range((joins_to - _JOINS_FROM).days)]
    buyers = [_buyer(account) for account in accounts]
    drafts = sorted(
        (ordered_at, buyer.buyer_no, place)
        for place, buyer in enumerate(buyers)
        for ordered_at in _order_times(seed, window, buyer)
    )
    of_the_day: dict[date, int] = defaultdict(int)
    orders = []
    for ordered_at, _, place in drafts:
        of_the_day[ordered_at.date()] += 1
        order_no = f"SO{ordered_at:%y%m%d}-W{of_the_day[ordered_at.date()]:02d}"
        orders.append(_order(seed, order_no, buyers[place], ordered_at, products))
    links = [Link(buyer.buyer_no, buyer.account, buyer.starts_on) for buyer in buyers]
    return Occasional(accounts, buyers, links, orders)


def _account(seed: int, day: int) -> Account:
    """An account as any other, but numbered by name: there are not names enough for all."""
    account = make_account(seed, _FIRST_INDEX + day, _JOINS_FROM + timedelta(days=day), set())
    return replace(account, name=f"{account.name} {day + 1}")


def _buyer(account: Account) -> Buyer:
    return Buyer(
        f"S{80000 + account.index}", account, account.depot, 0.0, 0.0, 0, account.created_on, None, (1000.0, 0.0, 0.0)
    )  # fmt: skip


def _order_times(seed: int, window: Window, buyer: Buyer) -> Iterator[datetime]:
    """The first order on the day of joining, then by the buyer's own rate until it leaves; on any day of the week."""
    chance = stream(seed, "occasional", buyer.buyer_no)
    rate, leaving = chance.gammavariate(R, 1 / ALPHA), chance.betavariate(A, B)
    weeks, end = 0.0, ((window.last - buyer.starts_on).days + 1) / 7
    while weeks < end:
        day = buyer.starts_on + timedelta(days=int(weeks * 7))
        at = datetime.combine(day, time(chance.randrange(7, 22), chance.randrange(60), chance.randrange(60)))
        if day in window:
            yield at
        if weeks > 0 and chance.random() < leaving:
            return
        weeks += chance.expovariate(max(rate, 1e-6))


def _order(seed: int, order_no: str, buyer: Buyer, ordered_at: datetime, products: list[Product]) -> Order:
    chance, day = stream(seed, "occasional order", buyer.buyer_no, ordered_at), ordered_at.date()
    promised = weekdays_later(day, chance.choice((2, 3, 4)))
    delivered = weekdays_later(promised, chance.choice((0, 0, 0, 0, 1)))
    return Order(
        order_no=order_no,
        buyer=buyer,
        ordered_at=ordered_at,
        channel="web",
        promised_on=promised,
        shipped_on=max(day, weekdays_later(delivered, -1)),
        delivered_on=delivered,
        cancelled_on=None,
        lines=tuple(_lines(seed, chance, order_no, buyer, day, products)),
        paid_on=weekday_from(delivered + timedelta(days=chance.randint(5, 30))),
    )


def _lines(seed: int, chance: Random, order_no: str, buyer: Buyer, day: date, products: list[Product]) -> Iterator[Line]:
    """What a buyer spends at a time varies around a mean of its own, which has nothing to do with how often it orders."""
    own = 600_000 / stream(seed, "occasional spend", buyer.buyer_no).gammavariate(4.0, 1.0)
    worth = own * chance.gammavariate(6.0, 1 / 6.0)
    chosen = chance.sample(products, chance.choice((1, 2, 2, 3, 3, 4)))
    first, second = (products[place] for place in PAIR)
    if first in chosen and second not in chosen and chance.randrange(100) < PAIR_PER_CENT:
        chosen.append(second)
    for place, product in enumerate(chosen):
        price = product.price(day.year)
        quantity = max(1, round(worth / len(chosen) / price))
        yield Line(f"{order_no}-{place + 1}", product, quantity, price, 0, quantity * product.cost(day.year))


def truth_of(made: Occasional, window: Window) -> dict[str, object]:
    """What must be found: the model's parameters, and the accounts that it rules from their first order on."""
    return {
        "r": R, "alpha": ALPHA, "a": A, "b": B,
        "from_account": made.accounts[0].account_no,
        "joined_in_window": sum(1 for account in made.accounts if account.created_on in window),
    }  # fmt: skip
