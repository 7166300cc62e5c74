"""What Nordhaven Supply plans: net revenue per month, of the company, its account managers and its large accounts."""

from dataclasses import dataclass
from datetime import date

from rapport.demo import story
from rapport.demo.accounts import Account
from rapport.demo.days import Window, first_of
from rapport.demo.staff import EMPLOYEES
from rapport.demo.trade import Buyer, Link

_OF_USUAL_SPEND = 0.9
"""What is left of an account's usual spend after discounts, skipped orders and returns."""
_GROWTH = 1.05


@dataclass(frozen=True)
class Target:
    """A planned amount in cents for the month that begins on `first`."""

    metric: str
    scope_type: str
    scope_id: str
    first: date
    amount: int


def agreed_on(year: int) -> date:
    """The day on which the targets of a year are agreed."""
    return date(year - 1, 12, 15)


def make_targets(window: Window, accounts: list[Account], buyers: list[Buyer], links: list[Link]) -> list[Target]:
    """Targets of each month of the window and of the rest of as_of's year, as agreed in the December before."""
    managers = [employee.employee_no for employee in EMPLOYEES if employee.role == "account_manager"]
    months = range(window.months.start, window.months.stop // 12 * 12 + 12)
    yearly = {year: _of_accounts(year, accounts, buyers, links) for year in {first_of(month).year for month in months}}
    targets = []
    for month in months:
        first = first_of(month)
        growth = _GROWTH ** (first.year - 2022)
        whole = round(story.YEARLY_SPEND * _OF_USUAL_SPEND / 12 * story.season(month) * growth / 100_000) * 100_000
        targets.append(Target("net_revenue", "company", "all", first, whole))
        share = whole // len(managers) // 10_000 * 10_000
        amounts = [whole - share * (len(managers) - 1)] + [share] * (len(managers) - 1)
        targets += [
            Target("net_revenue", "employee", manager, first, amount) for manager, amount in zip(managers, amounts, strict=True)
        ]
        targets += [
            Target("net_revenue", "customer", account_no, first, round(spend / 12 * story.season(month) / 10_000) * 10_000)
            for account_no, spend in yearly[first.year].items()
        ]
    return targets


def _of_accounts(year: int, accounts: list[Account], buyers: list[Buyer], links: list[Link]) -> dict[str, float]:
    """What each account on yearly terms is to spend in a year, in cents: what was usual half a year before, and growth.

    Who drifted up or down since, or falls silent, misses it; that is what a plan is for.
    """
    day, before = agreed_on(year), date(year - 1, 7, 1)
    growth = 1.03 ** (before.year - 2022) * _GROWTH
    of_number = {buyer.buyer_no: buyer for buyer in buyers}
    spend: dict[str, float] = {}
    for account in (account for account in accounts if account.has_terms):
        own = [of_number[link.buyer_no] for link in links if link.account is account and _holds(link, day)]
        spend[account.account_no] = sum(buyer.yearly_spend * buyer.drift(before) for buyer in own) * _OF_USUAL_SPEND * growth
    return spend


def _holds(link: Link, day: date) -> bool:
    return link.valid_from <= day and (link.valid_to is None or day < link.valid_to)
