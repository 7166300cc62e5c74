"""Due: which period's report should be composed now."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from rapport.editions.background import background_of
from rapport.editions.report import Report
from rapport.errors import RapportError
from rapport.settings import Settings
from rapport.state import open_state

if TYPE_CHECKING:
    from rapport.metrics.periods import Period


def due_periods(settings: Settings, report: Report, as_of: datetime) -> list["Period"]:
    """The newest period whose report is due as of an instant, as a list of one; empty when what is published does not cover it.

    A period's report is due at `due.at` on the nth business day after the period's end, in the company's zone; business days
    are Monday to Friday. So with the third business day at 07:00, on 1 November the newest due month is September: October's
    time has not yet come. The current snapshot, which reports are composed from, covers a period if it was built as of the
    period's end or later; a build of a later day is always a new snapshot, for its day is part of the content.
    """
    from rapport.metrics.periods import period_of

    local = as_of.astimezone(settings.company.zone)
    period = period_of(report.period, local.date()).previous()
    while due_at(report, period, settings) > local:
        period = period.previous()
    covered = _covered_until(settings)
    return [period] if covered and covered >= period.end else []


def due_at(report: Report, period: "Period", settings: Settings) -> datetime:
    """When the report of a period is due, in the company's zone."""
    day = nth_business_day(period.end, report.due.business_day)
    return datetime.combine(day, report.due.at, tzinfo=settings.company.zone)


def nth_business_day(first: date, nth: int) -> date:
    """The nth Monday-to-Friday day, counted from `first`, which counts itself."""
    day, count = first - timedelta(days=1), 0
    while count < nth:
        day += timedelta(days=1)
        count += day.weekday() < 5
    return day


def _covered_until(settings: Settings) -> date | None:
    """The day, in the company's zone, as of which the current snapshot was built."""
    from rapport.warehouse.connections import published_file

    try:
        current = int(published_file(settings).stem)
    except RapportError:  # nothing is published
        return None
    return background_of(open_state(settings.state_url), current).as_of.astimezone(settings.company.zone).date()
