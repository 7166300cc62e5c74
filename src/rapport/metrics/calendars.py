"""Calendars: how a company cuts its fiscal years into quarters and periods, by months or by whole weeks."""

from dataclasses import dataclass
from datetime import date, timedelta

WEEK = timedelta(days=7)
PATTERNS = ("months", "4-4-5", "4-5-4", "5-4-4")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

# Countries where business stands still around the lunar new year, which lies between 21 January and 20 February.
LUNAR_NEW_YEAR = frozenset({"CN", "HK", "KR", "MO", "MY", "SG", "TW", "VN"})


@dataclass(frozen=True)
class FiscalCalendar:
    """Fiscal years of twelve periods and four quarters.

    A year of months starts on the first day of its first month. A year of weeks starts on the `week_starts` that is nearest to
    that day, so it has 52 or 53 weeks; the 53rd belongs to its last period. Both are named after the calendar year in which the
    year of months ends.

    Args:
        starts: month (1–12) in which a fiscal year starts.
        pattern: one of PATTERNS: months, or the weeks of the three periods of each quarter.
        week_starts: 0 for Monday … 6 for Sunday; only for patterns of weeks.
    """

    starts: int = 1
    pattern: str = "months"
    week_starts: int = 0

    @property
    def is_of_weeks(self) -> bool:
        """Whether its periods are whole weeks."""
        return self.pattern != "months"

    def first_day(self, year: int) -> date:
        """The day on which fiscal year `year` starts."""
        first = date(year - (self.starts > 1), self.starts, 1)
        if not self.is_of_weeks:
            return first
        late = (first.weekday() - self.week_starts) % 7  # days since the last start of a week
        return first - timedelta(days=late) if late <= 3 else first + timedelta(days=7 - late)

    def year_of(self, day: date) -> int:
        """The fiscal year that a day lies in."""
        year = day.year - 1
        while self.first_day(year + 1) <= day:
            year += 1
        return year

    def starts_of(self, year: int, periods: int) -> list[date]:
        """The first days of the parts of a fiscal year, and the day after its last.

        Args:
            periods: how many of the twelve periods make a part: 1, 3 for quarters, 12 for the year itself.
        """
        first = self.first_day(year)
        if self.is_of_weeks:
            lengths = [int(weeks) for weeks in self.pattern.split("-")] * 4
            all_starts = [first + sum(lengths[:number]) * WEEK for number in range(12)]
        else:
            months = first.year * 12 + first.month - 1
            all_starts = [date((months + number) // 12, (months + number) % 12 + 1, 1) for number in range(12)]
        return [*all_starts[::periods], self.first_day(year + 1)]


CALENDAR_YEARS = FiscalCalendar()
