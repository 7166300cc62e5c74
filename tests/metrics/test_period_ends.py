"""What the end of a period alone decides answers for every period that ends so. Rows: customer_values in project/data.sql.

At the end of January Anker and Birke are worth 900 + 100; at the end of February a gate is closed; nothing is known of March.
"""

from decimal import Decimal

import pytest

from rapport.errors import UsageError


@pytest.mark.parametrize(
    "question",
    [
        {"period": "2026-01"},
        {"period": "2025-11..2026-01"},
        {"period": "2025-08-01..2026-01-31"},
        {"period": "2026-01-31"},
        {"period": "2026-01", "window": "rolling_12m"},
        {"period": "2026-01", "window": "fiscal_year_to_date"},
        {"period": "FY2025-P10..FY2026-P10"},
    ],
)
def test_every_period_that_ends_with_a_month_has_the_months_value(answer, question):
    (value,) = answer("future_value", **question)

    assert (value.value, value.reason) == (Decimal("1000.00"), None)


def test_by_customer_and_beside_the_period_before_it_is_the_months_too(answer):
    found = answer("future_value", period="2025-11..2026-01", by=["customer"])
    (before,) = answer("future_value", period="2026-02..2026-04", comparison="previous_period")

    assert {one.by["customer"]: one.value for one in found} == {"c:1": Decimal("900.00"), "c:2": Decimal("100.00")}
    assert before.value == Decimal("1000.00")


def test_a_quarter_split_into_months_has_one_value_each_and_the_quarter_the_last(answer):
    quarter = answer("future_value", period="2025-12..2026-02", by=["quarter"])

    assert [(one.id, one.value) for one in quarter] == [
        ("future_value@2025-12-01..2025-12-31", None),
        ("future_value@2026-01-01..2026-02-28", None),
    ]
    assert quarter[0].reason == "the history is too short: the first that can be told is 2026-01"
    assert quarter[1].reason.startswith("too few customers with repeat orders: 57")  # February's gate


def test_a_quarter_whose_end_is_not_known_yet_says_so(answer):
    (quarter,) = answer("future_value", period="2026-Q1")

    assert (quarter.value, quarter.reason) == (None, "not known yet: the last that can be told is 2026-02")


@pytest.mark.parametrize("period", ["2026-01-01..2026-01-30", "2026-W05", "2026-02-01"])
def test_a_period_that_ends_within_a_month_is_refused(answer, period):
    with pytest.raises(
        UsageError, match=r"known at the end of a calendar month only[\s\S]*another period that ends with a month"
    ):
        answer("future_value", period=period)


def test_a_year_that_still_runs_is_refused_to_date(answer):
    with pytest.raises(UsageError, match=r"2026-01-01\.\.2026-04-19 does not end with one"):
        answer("future_value", period="2026", window="year_to_date")


def test_a_stock_by_week_is_that_of_each_sunday(answer):
    weeks = answer("backlog", period="2026-02-09..2026-03-08", by=["week"])
    customers = answer("backlog", period="2026-02-16..2026-03-08", by=["week", "customer"])

    assert {one.period.text: one.value for one in weeks} == {"2026-W07": 0, "2026-W08": 1, "2026-W09": 1, "2026-W10": 1}
    assert [(one.period.text, one.by["customer"]) for one in customers if one.value] == [
        ("2026-W08", "c:1"),
        ("2026-W09", "c:1"),
        ("2026-W10", "c:2"),
    ]


def test_a_month_by_week_starts_and_ends_with_weeks_cut_at_its_edges(answer):
    found = answer("backlog", period="2026-02-14..2026-02-28", by=["week"])

    assert {one.period.text: one.value for one in found} == {
        "2026-02-14..2026-02-15": 0,
        "2026-W08": 1,
        "2026-02-23..2026-02-28": 1,  # ends with the month
    }


def test_a_week_for_which_no_stock_is_kept_says_from_when_on_it_is(answer):
    (before,) = answer("backlog", period="2026-W06")
    (after,) = answer("backlog", period="2026-W11")

    assert (before.value, before.reason) == (None, "the history is too short: the first that can be told is 2026-W07")
    assert (after.value, after.reason) == (None, "not known yet: the last that can be told is 2026-W10")


def test_a_stock_within_a_week_is_refused(answer):
    with pytest.raises(UsageError, match=r"backlog is known at the end of a calendar month or week only"):
        answer("backlog", period="2026-02-20")
