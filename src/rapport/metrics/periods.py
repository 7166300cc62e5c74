"""Periods: the one place where words such as 2026-W47 or FY2026 become a first day and the day after the last."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from rapport.errors import UsageError

GRAINS = ("day", "week", "month", "quarter", "year", "fiscal_year")
BEGINNING = date(1900, 1, 1)  # where `all` starts: before any business that has exports

_EXAMPLES = "2026-11-21, 2026-W47, 2026-11, 2026-Q4, 2026, FY2026, 2026-10-01..2026-10-14 or all"
_MONTHS = {"month": 1, "quarter": 3, "year": 12, "fiscal_year": 12}


@dataclass(frozen=True, order=True)
class Period:
    """Days from `start` up to, not including, `end`.

    Args:
        text: how people write it; `parse_period(text)` gives the period back.
        kind: day, week, month, quarter, year, fiscal_year, range or all.
    """

    start: date
    end: date
    text: str
    kind: str

    @property
    def last_day(self) -> date:
        """The last day that belongs to it."""
        return self.end - timedelta(days=1)

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.end - self.start).days

    def previous(self) -> "Period":
        """The period of the same kind that ends where this one starts; for a range as many days just before it.

        Raises:
            UsageError: nothing comes before `all`.
        """
        self._refuse_all("the period before it")
        if self.kind == "range":
            return _range(self.start - timedelta(days=self.days), self.start)
        return _of(self.kind, self.start - timedelta(days=1), self.start.month)

    def previous_year(self) -> "Period":
        """The same period a year before.

        A week is the same ISO week of the ISO year before; the year before a week 53 seldom has one, then it is that year's
        last week. 29 February becomes 28 February.

        Raises:
            UsageError: `all` has no year before.
        """
        self._refuse_all("the same period a year before")
        if self.kind == "week":
            year, week, _ = self.start.isocalendar()
            return _of("week", _monday(year - 1, min(week, _weeks_in(year - 1))))
        if self.kind == "range":
            return _range(_year_before(self.start), _year_before(self.last_day) + timedelta(days=1))
        return _of(self.kind, _year_before(self.start), self.start.month)

    def trailing(self, count: int) -> list["Period"]:
        """`count` periods of this kind, oldest first, of which this is the last."""
        periods = [self]
        while len(periods) < count:
            periods.insert(0, periods[0].previous())
        return periods

    def split(self, grain: str, fiscal_year_starts: int = 1) -> Iterator["Period"]:
        """The days, weeks, months, quarters or years in it, in order; those that reach over an edge are cut to it."""
        start = self.start
        while start < self.end:
            whole = _of(grain, start, fiscal_year_starts)
            inside = whole.start >= self.start and whole.end <= self.end
            yield whole if inside else _range(start, min(whole.end, self.end))
            start = whole.end

    def _refuse_all(self, what: str) -> None:
        if self.kind == "all":
            raise UsageError(f"`all` cannot be compared with {what}.", fix=f"Ask for a period such as {_EXAMPLES}.")


def period_of(kind: str, day: date, fiscal_year_starts: int = 1) -> Period:
    """The period of a kind that `day` lies in.

    Args:
        kind: one of GRAINS.
        fiscal_year_starts: month (1–12) in which a fiscal year starts.
    """
    return _of(kind, day, fiscal_year_starts)


def parse_period(text: str, *, fiscal_year_starts: int = 1, as_of_on: date | None = None) -> Period:
    """Resolve what a person wrote to days.

    Args:
        text: a day, ISO week, month, quarter, year, fiscal year (named after the calendar year in which it ends), `A..B` from
            the start of A to the end of B, or `all`: every day before `as_of_on`.
        fiscal_year_starts: month (1–12) in which a fiscal year starts.
        as_of_on: the day on which the world is seen; only `all` needs it.

    Raises:
        UsageError: the text is not a period, or names a day or week that the calendar does not have.
    """
    words = text.strip()
    try:
        if words.lower() == "all":
            if as_of_on is None:
                raise ValueError
            return Period(BEGINNING, as_of_on, "all", "all")
        if ".." in words:
            first, last = (_simple(word.strip(), fiscal_year_starts) for word in words.split(".."))
            if first.start >= last.end:
                raise ValueError
            return Period(first.start, last.end, f"{first.text}..{last.text}", "range")
        return _simple(words, fiscal_year_starts)
    except ValueError:
        raise UsageError(f"{text!r} is not a period.", fix=f"Write one like {_EXAMPLES}.") from None


def _simple(text: str, fiscal_year_starts: int) -> Period:
    text = text.upper()
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return _of("day", date.fromisoformat(text))
    if match := re.fullmatch(r"(\d{4})-W(\d{2})", text):
        return _of("week", _monday(int(match[1]), int(match[2])))
    if match := re.fullmatch(r"(\d{4})-(\d{2})", text):
        return _of("month", date(int(match[1]), int(match[2]), 1))
    if match := re.fullmatch(r"(\d{4})-Q([1-4])", text):
        return _of("quarter", date(int(match[1]), 3 * int(match[2]) - 2, 1))
    if re.fullmatch(r"\d{4}", text):
        return _of("year", date(int(text), 1, 1))
    if match := re.fullmatch(r"FY(\d{4})", text):
        year = int(match[1]) - (fiscal_year_starts > 1)
        return _of("fiscal_year", date(year, fiscal_year_starts, 1), fiscal_year_starts)
    raise ValueError


def _of(kind: str, day: date, first_month: int = 1) -> Period:
    """The period of `kind` around `day`; `first_month` matters for fiscal years only."""
    if kind == "day":
        return Period(day, day + timedelta(days=1), day.isoformat(), kind)
    if kind == "week":
        start = day - timedelta(days=day.weekday())
        year, week, _ = day.isocalendar()
        return Period(start, start + timedelta(days=7), f"{year:04}-W{week:02}", kind)
    months = _MONTHS[kind]
    offset = first_month - 1 if kind == "fiscal_year" else 0
    since_year_0 = day.year * 12 + day.month - 1 - offset
    start = _month(since_year_0 - since_year_0 % months + offset)
    end = _month(start.year * 12 + start.month - 1 + months)
    names = {
        "month": f"{start:%Y-%m}",
        "quarter": f"{start:%Y}-Q{(start.month + 2) // 3}",
        "year": f"{start:%Y}",
        "fiscal_year": f"FY{(end - timedelta(days=1)):%Y}",
    }
    return Period(start, end, names[kind], kind)


def _month(since_year_0: int) -> date:
    return date(since_year_0 // 12, since_year_0 % 12 + 1, 1)


def _range(start: date, end: date) -> Period:
    return Period(start, end, f"{start.isoformat()}..{(end - timedelta(days=1)).isoformat()}", "range")


def _monday(iso_year: int, week: int) -> date:
    return date.fromisocalendar(iso_year, week, 1)


def _weeks_in(iso_year: int) -> int:
    return date(iso_year, 12, 28).isocalendar().week  # 28 December always lies in the last ISO week


def _year_before(day: date) -> date:
    return day.replace(year=day.year - 1, day=28) if (day.month, day.day) == (2, 29) else day.replace(year=day.year - 1)
