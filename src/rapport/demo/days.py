"""Days, months and streams of chance that depend on nothing but what they are asked for."""

from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import blake2b
from random import Random

MONTHS = 37
"""Full months of history before the month of as_of."""


def stream(seed: int, *what: object) -> Random:
    """A stream of chance of its own for one thing (an order, an account); no other draw can shift it.

    The seed is hashed to 64 bits here because Random's own way with texts costs three times as much.
    """
    return Random(int.from_bytes(blake2b(":".join(map(str, (seed, *what))).encode(), digest_size=8).digest(), "big"))


def month_of(day: date) -> int:
    """The month of a day, counted from year 0, so that months can be subtracted."""
    return day.year * 12 + day.month - 1


def first_of(month: int) -> date:
    """The first day of a month."""
    return date(month // 12, month % 12 + 1, 1)


def last_of(month: int) -> date:
    """The last day of a month."""
    return first_of(month + 1) - timedelta(days=1)


def weekday_from(day: date) -> date:
    """The day itself, or the Monday after a weekend."""
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


def weekdays_later(day: date, count: int) -> date:
    """The weekday that lies `count` weekdays after a day (before it, when negative)."""
    step = timedelta(days=1 if count > 0 else -1)
    for _ in range(abs(count)):
        day += step
        while day.weekday() > 4:
            day += step
    return day


@dataclass(frozen=True)
class Window:
    """The days that exports may tell of: `first` to `last`, both included, whole months."""

    first: date
    last: date

    @classmethod
    def before(cls, as_of: date) -> "Window":
        """The 37 full months before the month of `as_of`."""
        month = month_of(as_of)
        return cls(first_of(month - MONTHS), last_of(month - 1))

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def widened(self) -> "Window":
        """The window and the quarter before it, whose orders may still be talked about in it."""
        return Window(first_of(month_of(self.first) - 3), self.last)

    @property
    def months(self) -> range:
        return range(month_of(self.first), month_of(self.last) + 1)

    @property
    def daily_from(self) -> date:
        """From here on systems that export daily have a file per day; what is older was merged into monthly files."""
        return first_of(self.months[-2])

    @property
    def snapshot_days(self) -> list[date]:
        """The evening before the window, and each month's last: 37 states of the past and the one as it stands now."""
        return [self.first - timedelta(days=1), *map(last_of, self.months)]
