"""Comparisons: the same metric for other days. Rows: project/data.sql, whose as-of day is 20 April 2026."""

from datetime import date
from decimal import Decimal

import pytest

from rapport.editions.changes import change
from rapport.errors import UsageError
from rapport.metrics.calendars import FiscalCalendar
from rapport.metrics.periods import parse_period
from rapport.metrics.questions import open_figures
from rapport.metrics.windows import windowed

from .conftest import COMPANY, asked

AS_OF = date(2026, 11, 20)
RETAIL = FiscalCalendar(2, "4-5-4", 6)  # weeks from Sunday, the year from the Sunday nearest to 1 February


@pytest.mark.parametrize(
    ("text", "name", "days", "before", "year_before"),
    [
        ("2026-10", "year_to_date", "2026-01-01..2026-10-31", "2025-01-01..2025-10-31", "2025-01-01..2025-10-31"),
        ("2026-11", "month_to_date", "2026-11-01..2026-11-19", "2026-10-01..2026-10-19", "2025-11-01..2025-11-19"),
        ("2026-11", "quarter_to_date", "2026-10-01..2026-11-19", "2026-07-01..2026-08-19", "2025-10-01..2025-11-19"),
        ("2026-02", "year_to_date", "2026-01-01..2026-02-28", "2025-01-01..2025-02-28", "2025-01-01..2025-02-28"),
        ("2025-02", "year_to_date", "2025-01-01..2025-02-28", "2024-01-01..2024-02-29", "2024-01-01..2024-02-29"),
        ("2024-02-29", "year_to_date", "2024-01-01..2024-02-29", "2023-01-01..2023-02-28", "2023-01-01..2023-02-28"),
        ("2026-03-30", "month_to_date", "2026-03-01..2026-03-30", "2026-02-01..2026-02-28", "2025-03-01..2025-03-30"),
        ("2026-W47", "week_to_date", "2026-11-16..2026-11-19", "2026-11-09..2026-11-12", "2025-11-17..2025-11-20"),
        ("2026-10", "rolling_12m", "2025-11-01..2026-10-31", "2024-11-01..2025-10-31", "2024-11-01..2025-10-31"),
        ("2026-11", "rolling_12m", "2025-11-20..2026-11-19", "2024-11-20..2025-11-19", "2024-11-20..2025-11-19"),
        ("2026-02", "rolling_3m", "2025-12-01..2026-02-28", "2025-09-01..2025-11-30", "2024-12-01..2025-02-28"),
        ("2026-10", "rolling_90d", "2026-08-03..2026-10-31", "2026-05-05..2026-08-02", "2025-08-03..2025-10-31"),
        ("2026-W47", "rolling_4w", "2026-10-23..2026-11-19", "2026-09-25..2026-10-22", "2025-10-23..2025-11-19"),
    ],
)
def test_a_window_and_what_it_is_compared_with(text, name, days, before, year_before):
    window = windowed(parse_period(text), name, AS_OF)

    assert (window.text, window.previous().text, window.previous_year().text) == (days, before, year_before)


def test_a_fiscal_year_to_date_is_compared_with_as_many_days_of_the_year_before():
    of_months = windowed(parse_period("2026-05", calendar=FiscalCalendar(4)), "fiscal_year_to_date", AS_OF)
    of_weeks = windowed(parse_period("FY2026-P02", calendar=RETAIL), "fiscal_year_to_date", AS_OF)

    assert (of_months.text, of_months.previous_year().text) == ("2026-04-01..2026-05-31", "2025-04-01..2025-05-31")
    assert (of_weeks.text, of_weeks.previous_year().text) == ("2025-02-02..2025-04-05", "2024-02-04..2024-04-06")


def test_a_metric_is_asked_to_date_rolling_and_compared_like_for_like(answer):
    (year,) = answer("gross_revenue", period="2026-02", window="year_to_date")
    (before,) = answer("gross_revenue", period="2026-02", window="year_to_date", comparison="previous_year")
    (rolling,) = answer("gross_revenue", period="2026-01", window="rolling_13m")
    (beside,) = answer("gross_revenue", period="2026-02", comparison="year_to_date")
    (plan,) = answer("net_revenue", period="2026-01", window="year_to_date", comparison="plan")

    assert (year.id, year.value) == ("gross_revenue@2026-02~year_to_date", Decimal("550.50"))
    assert (before.id, before.value) == ("gross_revenue@2026-02~year_to_date~previous_year", Decimal("300.00"))
    assert rolling.value == Decimal("650.50")
    assert (beside.id, beside.value) == ("gross_revenue@2026-02~year_to_date", Decimal("550.50"))
    assert plan.value == Decimal("300.00")


def test_a_rolling_trend_has_a_window_for_each_period(answer):
    months = answer("gross_revenue", period="2026-01..2026-03", by=["month"], window="rolling_2m")

    assert [(one.period.text, one.value) for one in months] == [
        ("2025-12-01..2026-01-31", Decimal("350.50")),
        ("2026-01-01..2026-02-28", Decimal("550.50")),
        ("2026-02-01..2026-03-31", Decimal("250.00")),
    ]


@pytest.mark.parametrize("wrong", [{"window": "rolling_12"}, {"window": "since_ever"}, {"comparison": "last_year"}])
def test_what_is_no_window_and_no_comparison_is_refused(answer, wrong):
    with pytest.raises(UsageError, match="12m"):
        answer("orders", period="2026-01", **wrong)


@pytest.mark.parametrize("grain", ["day", "week", "month", "quarter", "year"])
def test_a_trend_is_what_its_periods_are_alone(figures, grain):
    names = (
        "gross_revenue",
        "net_revenue",
        "orders",
        "median_line",
        "express_share",
        "web_share",
        "lines_on_every_day",
        "plan",
    )

    for by in ([], ["channel"] if grain == "month" else ["customer"]):
        metrics = names if not by else names[:6] if by == ["customer"] else ("gross_revenue", "median_line", "express_share")
        trend = asked(figures, *metrics, period="2025-12-30..2026-04-12", by=[grain, *by])
        for one in trend:
            alone = asked(figures, one.metric, period=one.period.text, by=by)
            same = [other for other in alone if other.by == one.by]
            values = (one.value, one.n, one.numerator, one.interval, one.reason)
            if same:
                assert values == (same[0].value, same[0].n, same[0].numerator, same[0].interval, same[0].reason), one.id
            else:  # a member that other periods have
                assert one.value in (None, 0), one.id


def test_a_trend_of_a_period_mart_is_what_its_periods_are_alone(answer):
    months = answer("nps", "net_revenue_retention", period="2025-12..2026-05", by=["month"])

    for one in months:
        (alone,) = answer(one.metric, period=one.period.text)
        assert (one.value, one.n, one.interval, one.reason) == (alone.value, alone.n, alone.interval, alone.reason)
    assert [one.value for one in months if one.value is not None] == [Decimal("41.7"), Decimal("81.3"), Decimal("50.0")]


def test_a_trend_of_an_open_snapshot_asks_once_for_all_periods(figures, monkeypatch):
    asked_for = []
    measure = figures._measuring._asked
    monkeypatch.setattr(figures._measuring, "_asked", lambda *words: asked_for.append(words) or measure(*words))

    asked(figures, "gross_revenue", period="2025-05..2026-04", by=["month"])

    assert len(asked_for) == 1


def test_a_fiscal_year_that_is_a_calendar_year_or_quarter_can_be_asked_of_a_period_mart(publish):
    settings = publish(company=COMPANY)

    with open_figures(settings) as figures:  # fiscal years start in April: FY2026-Q4 is the first quarter of 2026
        (quarter,) = asked(figures, "net_revenue_retention", period="FY2026-Q4")
        (month,) = asked(figures, "net_revenue_retention", period="FY2026-P12")
        with pytest.raises(UsageError, match="calendar month or quarter only, not for FY2026"):
            asked(figures, "net_revenue_retention", period="FY2026")
    assert (quarter.value, month.value) == (Decimal("32.5"), Decimal("50.0"))


def test_fiscal_weeks_are_cut_and_a_53rd_week_is_said_where_it_is_compared(publish):
    weeks = "fiscal_year_starts: 2\nfiscal_calendar: 4-5-4\nweek_starts: sunday"
    settings = publish(
        "insert into marts.sales_lines (order_line_id, order_id, revenue_on, ordered_on, amount)"
        " values ('l9', 'o9', '2024-02-03', '2024-02-03', 7)",  # the last day of the 53rd week
        company=COMPANY.replace("fiscal_year_starts: 4", weeks).replace("2025-01-01", "2023-01-01"),
    )

    with open_figures(settings) as figures:
        period = parse_period("FY2024", calendar=settings.company.fiscal)
        last = parse_period("FY2025-P12", calendar=settings.company.fiscal)
        from rapport.metrics.questions import Question

        (year,) = figures.ask(Question(["gross_revenue"], period))
        (before,) = figures.ask(Question(["gross_revenue"], last, comparison="previous_year"))
        months = figures.ask(Question(["gross_revenue"], period, by=["fiscal_month"]))
    assert (period.days, year.value) == (53 * 7, Decimal("7.00"))
    assert [one.value for one in months] == [*[Decimal("0.00")] * 11, Decimal("7.00")]
    assert (before.period.days, before.value, before.reason) == (35, Decimal("7.00"), "35 days, compared with 28")


def test_where_the_lunar_new_year_moves_january_and_february_are_compared_together(publish):
    settings = publish(company=COMPANY.replace("timezone: Europe/Berlin", "timezone: Asia/Shanghai\ncountry: CN"))

    with open_figures(settings) as figures:
        (now,) = asked(figures, "gross_revenue", period="2026-02")
        (before,) = asked(figures, "gross_revenue", period="2026-02", comparison="previous_year")
        (march,) = asked(figures, "gross_revenue", period="2026-03", comparison="previous_year")
        (both,) = asked(figures, "gross_revenue", period="2026-01..2026-02", comparison="previous_year")
    # 550.50 in January and February 2026, 300.00 in those of 2025, all of it in January
    assert (before.value, before.joint.value, before.joint.other) == (Decimal("0.00"), Decimal("550.50"), Decimal("300.00"))
    assert (march.joint, both.joint) == (None, None)
    changed = change(now, before, "previous_year")
    assert (changed.value, changed.reason) == (
        Decimal("83.5"),
        "compared for 2026-01..2026-02 as a whole, since the lunar new year moves",
    )


def test_january_waits_for_february_and_other_countries_do_not(publish, figures):
    settings = publish(
        "update rapport.this_build set as_of_on = date '2026-02-10'",
        company=COMPANY.replace("timezone: Europe/Berlin", "timezone: Asia/Shanghai\ncountry: CN"),
    )

    with open_figures(settings) as in_china:
        (now,) = asked(in_china, "gross_revenue", period="2026-01")
        (before,) = asked(in_china, "gross_revenue", period="2026-01", comparison="previous_year")
    changed = change(now, before, "previous_year")
    (elsewhere,) = asked(figures, "gross_revenue", period="2026-01", comparison="previous_year")

    assert (changed.value, changed.reason) == (
        None,
        "compared once 2026-01..2026-02 is over, since the lunar new year moves",
    )
    assert elsewhere.joint is None
