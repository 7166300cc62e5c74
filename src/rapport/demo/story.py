"""The story of Nordhaven Supply: seasons, prices, a troubled depot, accounts that drift away.

Everything is told in absolute days, in a yearly or three-yearly round, so that any as_of finds the same kinds of trouble
and no day's rows depend on when they are looked at.
"""

from datetime import date

from rapport.demo.days import first_of, month_of

YEARLY_SPEND = 1_440_000_000
"""What all founding accounts together spend in a plain year, in cents."""

_SEASON = (0.86, 0.90, 1.04, 1.02, 1.03, 1.00, 0.92, 0.86, 1.08, 1.14, 1.17, 0.98)
_TROUBLE = (8, 9, 10)
_ROUND = 36
"""Months after which a restless account stops ordering again."""
_PAUSE = 9
_RESTLESS = range(10, 82)
"""Larger accounts, but not the largest ten: two of these 72 stop in every month of the round."""


def season(month: int) -> float:
    """How a month compares with a plain one."""
    return _SEASON[month % 12]


def weight(rank: float) -> float:
    """What an account of a rank spends, against the others: the largest ten of 240 buy two fifths of everything."""
    return (rank + 2) ** -0.95


def is_troubled(depot: str, day: date) -> bool:
    """The north depot delivers late from August to October, every year: the peak comes before the helpers do."""
    return depot == "north" and day.month in _TROUBLE


def _months_since_stop(account_index: int, month: int) -> int | None:
    """Months since a restless account's latest stop, 0 in the month of it; None for all other accounts."""
    if account_index not in _RESTLESS:
        return None
    return (month - (account_index - _RESTLESS.start) // 2) % _ROUND


def is_silent(account_index: int, day: date) -> bool:
    """Whether a restless account orders nothing: for nine months from the first of the month in which it stops."""
    since = _months_since_stop(account_index, month_of(day))
    return since is not None and since < _PAUSE


def is_annoyed(account_index: int, day: date) -> bool:
    """Whether an account is about to stop: in the three months before, deliveries fail, complaints come, scores fall."""
    since = _months_since_stop(account_index, month_of(day))
    return since is not None and since >= _ROUND - 3


def stopped_lately(account_index: int, as_of: date) -> date | None:
    """The day from which a restless account orders nothing, if that is two to four months before the month of `as_of`."""
    month = month_of(as_of)
    since = _months_since_stop(account_index, month)
    return first_of(month - since) if since in (2, 3, 4) else None


def list_price(base: int, year: int) -> int:
    """A product's price in cents in a year: 3 % more each January."""
    return round(base * 1.03 ** (year - 2022))
