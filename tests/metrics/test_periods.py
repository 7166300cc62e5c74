"""What people write as a period, and which days it means."""

from datetime import date

import pytest

from rapport.errors import UsageError
from rapport.metrics.calendars import FiscalCalendar
from rapport.metrics.periods import GRAINS, parse_period, period_of

FROM_APRIL = FiscalCalendar(4)


def days(period) -> tuple[str, str]:
    """First and last day."""
    return period.start.isoformat(), period.last_day.isoformat()


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-11-21", "2026-11-21", "2026-11-21"),
        ("2026-W47", "2026-11-16", "2026-11-22"),
        ("2026-W01", "2025-12-29", "2026-01-04"),  # an ISO week belongs to the year of its Thursday
        ("2026-W53", "2026-12-28", "2027-01-03"),
        ("2026-11", "2026-11-01", "2026-11-30"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2026-12", "2026-12-01", "2026-12-31"),
        ("2026-Q4", "2026-10-01", "2026-12-31"),
        ("2026", "2026-01-01", "2026-12-31"),
        ("FY2026", "2026-01-01", "2026-12-31"),
        ("2026-10-01..2026-10-14", "2026-10-01", "2026-10-14"),
        ("2026-01..2026-03", "2026-01-01", "2026-03-31"),
        ("2024-02-29", "2024-02-29", "2024-02-29"),
    ],
)
def test_a_period_has_a_first_and_a_last_day_and_its_text_gives_it_back(text, first, last):
    period = parse_period(text)

    assert days(period) == (first, last)
    assert parse_period(period.text) == period


@pytest.mark.parametrize(
    "text",
    ["", "2026-13", "2025-W53", "2026-W00", "2025-02-29", "2026-Q5", "yesterday", "2026-10-14..2026-10-01", "a..b", "1..2..3"],
)
def test_what_is_not_a_period_is_refused_with_examples(text):
    with pytest.raises(UsageError, match="2026-W47"):
        parse_period(text)


def test_all_is_every_day_before_the_day_on_which_the_world_is_seen():
    period = parse_period("all", as_of_on=date(2018, 11, 1))

    assert period.last_day == date(2018, 10, 31)
    assert period.text == "all"
    with pytest.raises(UsageError, match="compared"):
        period.previous()


def test_a_fiscal_year_is_named_after_the_year_in_which_it_ends():
    assert days(parse_period("FY2026", calendar=FROM_APRIL)) == ("2025-04-01", "2026-03-31")
    assert days(parse_period("FY2026", calendar=FROM_APRIL).previous()) == ("2024-04-01", "2025-03-31")
    assert parse_period("FY2026", calendar=FROM_APRIL).previous_year().text == "FY2025"


@pytest.mark.parametrize(
    ("text", "before", "year_before"),
    [
        ("2026-03-01", "2026-02-28", "2025-03-01"),
        ("2024-02-29", "2024-02-28", "2023-02-28"),
        ("2026-W01", "2025-W52", "2025-W01"),
        ("2026-W53", "2026-W52", "2025-W52"),  # 2025 has no week 53
        ("2021-W01", "2020-W53", "2020-W01"),
        ("2026-01", "2025-12", "2025-01"),
        ("2026-Q1", "2025-Q4", "2025-Q1"),
        ("2026", "2025", "2025"),
        ("2026-10-01..2026-10-14", "2026-09-17..2026-09-30", "2025-10-01..2025-10-14"),
        ("2024-02-01..2024-02-29", "2024-01-01..2024-01-31", "2023-02-01..2023-02-28"),  # whole months stay whole months
        ("2025-01-01..2025-02-28", "2024-11-01..2024-12-31", "2024-01-01..2024-02-29"),
    ],
)
def test_the_period_before_and_the_same_period_a_year_before(text, before, year_before):
    period = parse_period(text)

    assert period.previous().text == before
    assert period.previous_year().text == year_before


def test_a_trend_of_13_months_ends_with_the_same_month_of_two_years():
    months = parse_period("2026-10").trailing(13)

    assert [months[0].text, months[-1].text, len(months)] == ["2025-10", "2026-10", 13]


def test_parts_that_reach_over_the_edge_of_a_period_are_cut_to_it():
    weeks = [part.text for part in parse_period("2026-10-01..2026-10-14").split("week")]
    months = [part.text for part in parse_period("2026-Q4").split("month")]

    assert weeks == ["2026-10-01..2026-10-04", "2026-W41", "2026-10-12..2026-10-14"]
    assert months == ["2026-10", "2026-11", "2026-12"]


def test_the_parts_of_a_period_cover_it_without_gap_or_overlap():
    for grain in GRAINS:
        parts = list(parse_period("2023-11-17..2026-03-02", calendar=FROM_APRIL).split(grain))
        assert [part.start for part in parts[1:]] == [part.end for part in parts[:-1]]
        assert (parts[0].start, parts[-1].last_day) == (date(2023, 11, 17), date(2026, 3, 2))


def test_a_day_lies_in_one_period_of_each_kind():
    day = date(2024, 12, 30)

    assert [period_of(kind, day, FROM_APRIL).text for kind in ("day", "week", "month", "quarter", "year", "fiscal_year")] == [
        "2024-12-30", "2025-W01", "2024-12", "2024-Q4", "2024", "FY2025",
    ]  # fmt: skip
