"""What a few accounts get back of what they bought: one per cent of each quarter, booked after it."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from rapport.demo.accounts import Account
from rapport.demo.days import Window, first_of, month_of, weekday_from
from rapport.demo.records import ExportFile, Record, Table, merged, money
from rapport.demo.trade import Link, Order

CREDITS = Table(
    "canonical", "credits", ("credit_id", "customer_id", "order_id", "kind", "booked_on", "amount", "currency")
)  # fmt: skip
TAKERS = (1, 4, 7)
"""Accounts, by index, whose yearly terms know a rebate."""
_PER_CENT = 1


@dataclass(frozen=True)
class Rebate:
    """A rebate for a quarter; the amount in cents of its currency."""

    account: Account
    booked_on: date
    amount: int
    currency: str


def make_rebates(window: Window, takers: list[Account], orders: list[Order], links: list[Link]) -> list[Rebate]:
    """All rebates booked in the window.

    Args:
        takers: who gets them.
        orders: all orders of the window and of the quarter before it, for which the first rebates are.
        links: who of the takers a buyer was on an order's day.
    """
    bought: Counter = Counter()
    of_taker = [link for link in links if link.account in takers]
    for order in (order for order in orders if not order.cancelled_on):
        for link in of_taker:
            if link.buyer_no == order.buyer.buyer_no and link.valid_from <= order.ordered_on < (link.valid_to or date.max):
                quarter = month_of(order.ordered_on) // 3
                bought[quarter, link.account.index, order.buyer.currency] += order.net
    account_of = {account.index: account for account in takers}
    rebates = [
        Rebate(account_of[index], _booked_on(quarter), (cents * _PER_CENT + 50) // 100, currency)
        for (quarter, index, currency), cents in sorted(bought.items())
    ]
    return [rebate for rebate in rebates if rebate.booked_on in window]


def _booked_on(quarter: int) -> date:
    return weekday_from(first_of(3 * quarter + 3) + timedelta(days=7))


def rebate_files(window: Window, rebates: list[Rebate]) -> list[ExportFile]:
    """A file a quarter."""
    return merged(CREDITS, map(_record, rebates), window, period="quarterly")


def _record(rebate: Rebate) -> Record:
    number = f"crm:G-{rebate.booked_on:%y%m}-{rebate.account.account_no[2:]}"
    cells = (
        number, f"crm:{rebate.account.account_no}", "", "rebate", f"{rebate.booked_on}", money(rebate.amount), rebate.currency,
    )  # fmt: skip
    return Record(rebate.booked_on, number, cells)
