"""Windows: other days that the same metric is asked for, such as the year to date or the last twelve months."""

import re
from datetime import date

from rapport.errors import UsageError
from rapport.metrics.periods import GRAINS, Period

PAST = ("previous_period", "previous_year")
COMPARISONS = (*PAST, "plan")

_UNITS = {"d": "day", "w": "week", "m": "month", "q": "quarter", "y": "year"}
WINDOW = rf"(?P<since>{'|'.join(GRAINS)})_to_date|rolling_(?P<count>[1-9]\d{{0,3}})(?P<unit>[dwmqy])"


def is_window(name: str) -> bool:
    """Whether it is `<grain>_to_date` or `rolling_<number><d|w|m|q|y>`."""
    return re.fullmatch(WINDOW, name) is not None


def checked_window(name: str) -> str:
    """The name of a window.

    Raises:
        UsageError: it is none.
    """
    if name and not is_window(name):
        raise UsageError(
            f"{name!r} is not a window.",
            fix=f"To date: one of {', '.join(GRAINS)}; rolling: a number of d, w, m, q or y, such as 12m.",
        )
    return name


def checked_comparison(name: str | None) -> str | None:
    """What a figure may be compared with.

    Raises:
        UsageError: it is no comparison.
    """
    if name and name not in COMPARISONS and not is_window(name):
        raise UsageError(
            f"{name!r} is not a comparison.",
            fix=f"Choose one of: {', '.join(COMPARISONS)}, year_to_date (or another grain), rolling_12m (or another length).",
        )
    return name


def windowed(period: Period, name: str, as_of_on: date) -> Period:
    """The days of a window that belongs to a period; a period that still runs is seen up to the day before `as_of_on`."""
    match = re.fullmatch(WINDOW, name)
    if match is None:
        return period
    if match["since"]:
        return period.to_date(match["since"], as_of_on)
    return period.rolling(int(match["count"]), _UNITS[match["unit"]], as_of_on)


def compared(period: Period, comparison: str) -> Period:
    """The period before, or the same a year before."""
    return period.previous() if comparison == "previous_period" else period.previous_year()
