"""What the management of Nordhaven Supply has planned: net revenue per month, for the company and per account manager."""

from dataclasses import dataclass
from datetime import date

from rapport.demo import story
from rapport.demo.days import Window, first_of
from rapport.demo.staff import EMPLOYEES


@dataclass(frozen=True)
class Target:
    """A planned amount in cents for the month that begins on `first`."""

    metric: str
    scope_type: str
    scope_id: str
    first: date
    amount: int


def make_targets(window: Window) -> list[Target]:
    """Targets of each month of the window and of the rest of as_of's year, as agreed in the December before."""
    managers = [employee.employee_no for employee in EMPLOYEES if employee.role == "account_manager"]
    targets = []
    for month in range(window.months.start, window.months.stop // 12 * 12 + 12):
        first = first_of(month)
        growth = 1.05 ** (first.year - 2022)
        whole = round(story.YEARLY_SPEND * 0.9 / 12 * story.season(month) * growth / 100_000) * 100_000
        targets.append(Target("net_revenue", "company", "all", first, whole))
        share = whole // len(managers) // 10_000 * 10_000
        amounts = [whole - share * (len(managers) - 1)] + [share] * (len(managers) - 1)
        targets += [
            Target("net_revenue", "employee", manager, first, amount) for manager, amount in zip(managers, amounts, strict=True)
        ]
    return targets
