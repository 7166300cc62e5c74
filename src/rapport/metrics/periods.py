"""Periods: the one place where words such as 2026-W47 or FY2026-P03 become a first day and the day after the last."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from rapport.errors import UsageError
from rapport.metrics.calendars import CALENDAR_YEARS, FiscalCalendar

GRAINS = ("day", "week", "month", "quarter", "year", "fiscal_month", "fiscal_quarter", "fiscal_year")
BEGINNING = date(1900, 1, 1)  # where `all` starts: before any business that has exports

_EXAMPLES = "2026-11-21, 2026-W47, 2026-11, 2026-Q4, 2026, FY2026, FY2026-Q2, FY2026-P03, 2026-10-01..2026-10-14 or all"
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_FISCAL = {"fiscal_month": 1, "fiscal_quarter": 3, "fiscal_year": 12}


@dataclass(frozen=True, order=True)
class Period:
    """Days from `start` up to, not including, `end`.

    Args:
        text: how people write it; `parse_period(text)` gives the period back.
        kind: one of GRAINS, range or all.
        calendar: of the company's fiscal years.
        since: of a range that runs from the start of something up to a day, what that is, e.g. year for a year to date.
    """

    start: date
    end: date
    text: str
    kind: str
    calendar: FiscalCalendar = field(default=CALENDAR_YEARS, compare=False, repr=False)
    since: str = field(default="", compare=False, repr=False)

    @property
    def last_day(self) -> date:
        """The last day that belongs to it."""
        return self.end - timedelta(days=1)

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.end - self.start).days

    def previous(self) -> "Period":
        """The period of the same kind that ends where this one starts.

        For a range as many whole months, or else as many days, just before it; for a year to date the year before to the same
        day, and so for months, quarters and weeks to date.

        Raises:
            UsageError: nothing comes before `all`.
        """
        self._refuse_all("the period before it")
        if self.since:
            whole = _of(self.since, self.start, self.calendar)
            return self._as_far(whole, whole.previous())
        if self.kind == "range":
            months = _months_between(self.start, self.end) if self.start.day == self.end.day == 1 else 0
            start = _shifted(self.start, -months) if months else self.start - timedelta(days=self.days)
            return self._range(start, self.start)
        return _of(self.kind, self.start - timedelta(days=1), self.calendar)

    def previous_year(self) -> "Period":
        """The same period a year before.

        A week is the same ISO week of the ISO year before; the year before a week 53 seldom has one, then it is that year's
        last week. Fiscal periods have the same number; a year of 53 weeks is compared with the 52 before. 29 February becomes
        28 February, and where a range ends with a month, so does the one before.

        Raises:
            UsageError: `all` has no year before.
        """
        self._refuse_all("the same period a year before")
        if self.since:
            whole = _of(self.since, self.start, self.calendar)
            return self._as_far(whole, whole.previous_year())
        if self.kind == "week":
            year, week, _ = self.start.isocalendar()
            return _of("week", _monday(year - 1, min(week, _weeks_in(year - 1))), self.calendar)
        if self.kind in _FISCAL:
            year = self.calendar.year_of(self.start)
            number = self.calendar.starts_of(year, _FISCAL[self.kind]).index(self.start)
            return _of(self.kind, self.calendar.starts_of(year - 1, _FISCAL[self.kind])[number], self.calendar)
        if self.kind == "range":
            return self._range(_shifted(self.start, -12), _shifted_end(self.end, -12))
        return _of(self.kind, _shifted(self.start, -12), self.calendar)

    def to_date(self, since: str, as_of_on: date | None = None) -> "Period":
        """From the start of the `since` (one of GRAINS) around its last day to its end, or to the day before `as_of_on`."""
        end = self._seen_end(as_of_on)
        start = _of(since, end - timedelta(days=1), self.calendar).start
        return replace(self._range(start, end), since=since)

    def rolling(self, count: int, unit: str, as_of_on: date | None = None) -> "Period":
        """`count` days, weeks, months, quarters or years up to its end, or to the day before `as_of_on`."""
        end = self._seen_end(as_of_on)
        if unit in _MONTHS:
            return self._range(_shifted_end(end, -count * _MONTHS[unit]), end)
        return self._range(end - timedelta(days=count * {"day": 1, "week": 7}[unit]), end)

    def as_grain(self, grains: tuple[str, ...], *, by_end: bool = False) -> str | None:
        """Which of these calendar grains it is, whatever it is called: FY2026 is a year where it starts in January.

        Args:
            by_end: one that ends with it will do, where it is none of them: half a year ends with a quarter.
        """
        if self.kind in grains:
            return self.kind
        days = (self.start, self.end)
        same = next((one for one in grains if (_of(one, self.start).start, _of(one, self.start).end) == days), None)
        if same or not by_end:
            return same
        return next((one for one in grains if _of(one, self.last_day).end == self.end), None)

    def trailing(self, count: int) -> list["Period"]:
        """`count` periods of this kind, oldest first, of which this is the last."""
        periods = [self]
        while len(periods) < count:
            periods.insert(0, periods[0].previous())
        return periods

    def split(self, grain: str) -> Iterator["Period"]:
        """The days, weeks, months … in it, in order; those that reach over an edge are cut to it."""
        start = self.start
        while start < self.end:
            whole = _of(grain, start, self.calendar)
            inside = whole.start >= self.start and whole.end <= self.end
            yield whole if inside else self._range(start, min(whole.end, self.end))
            start = whole.end

    def _seen_end(self, as_of_on: date | None) -> date:
        return min(self.end, as_of_on) if as_of_on and self.start < as_of_on else self.end

    def _as_far(self, whole: "Period", other: "Period") -> "Period":
        """As much of another period as this one is of `whole`: to the same day, or all of it."""
        if self.end == whole.end:
            end = other.end
        elif whole.kind in {"day", "week"} or (whole.kind in _FISCAL and self.calendar.is_of_weeks):
            end = min(other.start + (self.end - whole.start), other.end)
        else:
            end = min(_shifted_end(self.end, -_months_between(other.start, whole.start)), other.end)
        return replace(self._range(other.start, end), since=self.since)

    def _range(self, start: date, end: date) -> "Period":
        return Period(start, end, f"{start.isoformat()}..{(end - timedelta(days=1)).isoformat()}", "range", self.calendar)

    def _refuse_all(self, what: str) -> None:
        if self.kind == "all":
            raise UsageError(f"`all` cannot be compared with {what}.", fix=f"Ask for a period such as {_EXAMPLES}.")


def period_of(kind: str, day: date, calendar: FiscalCalendar = CALENDAR_YEARS) -> Period:
    """The period of a kind that `day` lies in.

    Args:
        kind: one of GRAINS.
        calendar: of the company's fiscal years.
    """
    return _of(kind, day, calendar)


def parse_period(text: str, *, calendar: FiscalCalendar = CALENDAR_YEARS, as_of_on: date | None = None) -> Period:
    """Resolve what a person wrote to days.

    Args:
        text: a day, ISO week, month, quarter, year, fiscal year (named after the calendar year in which it ends), quarter or
            period of one (FY2026-Q2, FY2026-P03), `A..B` from the start of A to the end of B, or `all`: every day before
            `as_of_on`.
        calendar: of the company's fiscal years.
        as_of_on: the day on which the world is seen; only `all` needs it.

    Raises:
        UsageError: the text is not a period, or names a day or week that the calendar does not have.
    """
    words = text.strip()
    try:
        if words.lower() == "all":
            if as_of_on is None:
                raise ValueError
            return Period(BEGINNING, as_of_on, "all", "all", calendar)
        if ".." in words:
            first, last = (_simple(word.strip(), calendar) for word in words.split(".."))
            if first.start >= last.end:
                raise ValueError
            return Period(first.start, last.end, f"{first.text}..{last.text}", "range", calendar)
        return _simple(words, calendar)
    except ValueError:
        raise UsageError(f"{text!r} is not a period.", fix=f"Write one like {_EXAMPLES}.") from None


def _simple(text: str, calendar: FiscalCalendar) -> Period:
    text = text.upper()
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return _of("day", date.fromisoformat(text), calendar)
    if match := re.fullmatch(r"(\d{4})-W(\d{2})", text):
        return _of("week", _monday(int(match[1]), int(match[2])), calendar)
    if match := re.fullmatch(r"(\d{4})-(\d{2})", text):
        return _of("month", date(int(match[1]), int(match[2]), 1), calendar)
    if match := re.fullmatch(r"(\d{4})-Q([1-4])", text):
        return _of("quarter", date(int(match[1]), 3 * int(match[2]) - 2, 1), calendar)
    if re.fullmatch(r"\d{4}", text):
        return _of("year", date(int(text), 1, 1), calendar)
    if match := re.fullmatch(r"FY(\d{4})(?:-(?:Q([1-4])|P(0[1-9]|1[0-2])))?", text):
        year, quarter, month = match.groups()
        kind = "fiscal_quarter" if quarter else "fiscal_month" if month else "fiscal_year"
        starts = calendar.starts_of(int(year), _FISCAL[kind])
        return _of(kind, starts[int(quarter or month or 1) - 1], calendar)
    raise ValueError


def _of(kind: str, day: date, calendar: FiscalCalendar = CALENDAR_YEARS) -> Period:
    """The period of `kind` around `day`."""
    if kind == "day":
        return Period(day, day + timedelta(days=1), day.isoformat(), kind, calendar)
    if kind == "week":
        start = day - timedelta(days=day.weekday())
        year, week, _ = day.isocalendar()
        return Period(start, start + timedelta(days=7), f"{year:04}-W{week:02}", kind, calendar)
    if kind in _FISCAL:
        year = calendar.year_of(day)
        starts = calendar.starts_of(year, _FISCAL[kind])
        number = sum(start <= day for start in starts)
        part = {"fiscal_month": f"-P{number:02}", "fiscal_quarter": f"-Q{number}", "fiscal_year": ""}[kind]
        return Period(starts[number - 1], starts[number], f"FY{year:04}{part}", kind, calendar)
    months = _MONTHS[kind]
    since_year_0 = day.year * 12 + day.month - 1
    start = _month(since_year_0 - since_year_0 % months)
    names = {"month": f"{start:%Y-%m}", "quarter": f"{start:%Y}-Q{(start.month + 2) // 3}", "year": f"{start:%Y}"}
    return Period(start, _shifted(start, months), names[kind], kind, calendar)


def _month(since_year_0: int) -> date:
    return date(since_year_0 // 12, since_year_0 % 12 + 1, 1)


def _months_between(start: date, end: date) -> int:
    return (end.year - start.year) * 12 + end.month - start.month


def _shifted(day: date, months: int) -> date:
    """The same day some months later; the month's last where it has no such day."""
    first = _month(day.year * 12 + day.month - 1 + months)
    last = _month(first.year * 12 + first.month) - timedelta(days=1)
    return min(first.replace(day=1) + timedelta(days=day.day - 1), last)


def _shifted_end(end: date, months: int) -> date:
    """The day after the last, some months later: what ends with a month still does, and 29 February becomes 28 February."""
    return _shifted(end, months) if end.day == 1 else _shifted(end - timedelta(days=1), months) + timedelta(days=1)


def _monday(iso_year: int, week: int) -> date:
    return date.fromisocalendar(iso_year, week, 1)


def _weeks_in(iso_year: int) -> int:
    return date(iso_year, 12, 28).isocalendar().week  # 28 December always lies in the last ISO week
