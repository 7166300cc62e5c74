"""Which period is due; the days were read from a calendar."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import update

from rapport.editions.due import due_periods, nth_business_day
from rapport.editions.report import read_report
from rapport.errors import RapportError
from rapport.state.tables import snapshots

pytestmark = pytest.mark.usefixtures("answers")  # which publish snapshot 7


def covered_until(state, as_of: datetime) -> None:
    with state.write("test") as connection:
        connection.execute(update(snapshots).values(as_of=as_of))


@pytest.mark.parametrize(
    ("as_of", "period"),
    [
        (datetime(2026, 11, 4, 6, 0, tzinfo=UTC), "2026-10"),  # Wednesday 4 November 07:00 in Berlin: due this minute
        (datetime(2026, 11, 4, 5, 59, tzinfo=UTC), "2026-09"),
        (datetime(2026, 11, 30, 22, 59, tzinfo=UTC), "2026-10"),
        (datetime(2026, 11, 30, 23, 1, tzinfo=UTC), "2026-10"),  # already December in Berlin, and November is not yet due
    ],
)
def test_the_newest_period_whose_time_has_come_is_due(settings, state, as_of, period):
    covered_until(state, datetime(2026, 12, 1, tzinfo=UTC))

    (due,) = due_periods(settings, read_report(settings, "management_month"), as_of)

    assert due.text == period


def test_nothing_is_due_that_no_snapshot_covers(settings, state):
    covered_until(state, datetime(2026, 10, 31, 22, tzinfo=UTC))  # 31 October in Berlin: October is not over

    assert due_periods(settings, read_report(settings, "management_month"), datetime(2026, 11, 5, tzinfo=UTC)) == []


def test_a_snapshot_that_covers_a_period_counts_only_while_it_is_the_one_that_reports_are_composed_from(settings, state):
    covered_until(state, datetime(2026, 10, 31, 22, tzinfo=UTC))
    with state.write("test") as connection:  # an earlier one, of a later day
        row = {"number": 6, "build_number": 8, "content_hash": "h", "as_of": datetime(2026, 12, 1, tzinfo=UTC)}
        connection.execute(snapshots.insert(), {**row, "published_at": datetime(2026, 12, 1, tzinfo=UTC)})

    assert due_periods(settings, read_report(settings, "management_month"), datetime(2026, 11, 5, tzinfo=UTC)) == []


def test_nothing_is_due_before_anything_is_published(settings, monkeypatch):
    def nothing(*_):
        raise RapportError("Nothing has been published yet.")

    monkeypatch.setattr("rapport.warehouse.connections.published_file", nothing)

    assert due_periods(settings, read_report(settings, "management_month"), datetime(2026, 11, 5, tzinfo=UTC)) == []


@pytest.mark.parametrize(
    ("first", "nth", "day"),
    [
        (date(2026, 11, 1), 1, date(2026, 11, 2)),  # a Sunday
        (date(2026, 11, 1), 3, date(2026, 11, 4)),
        (date(2026, 12, 1), 4, date(2026, 12, 4)),  # Tuesday to Friday
        (date(2026, 12, 1), 5, date(2026, 12, 7)),
    ],
)
def test_weekends_are_no_business_days(first, nth, day):
    assert nth_business_day(first, nth) == day
