"""Where the data close a gate, a metric answers with the reason. Rows: project/data.sql."""

from decimal import Decimal

import pytest

from rapport.errors import RapportError
from rapport.metrics.questions import open_figures

from .conftest import asked


def test_a_closed_gate_answers_with_its_reasons_and_an_open_one_with_the_number(answer):
    (told,) = answer("future_value", period="2026-01")
    (closed,) = answer("future_value", period="2026-02")

    assert (told.value, told.reason) == (Decimal("1000.00"), None)
    assert closed.value is None
    assert closed.reason == (
        "too few customers with repeat orders: 57, where 200 are needed;"
        " on held-out months the model was wrong by 31.2 %, at most 20 % are allowed"
    )
    assert [(part.key, part.values) for part in closed.reason.parts] == [
        ("too_few_repeat_buyers", {"n": "57", "needed": "200"}),
        ("holdout_error", {"error": "31.2", "allowed": "20"}),
    ]


def test_a_gate_holds_for_what_is_made_of_the_metric_and_for_every_member(answer):
    (derived,) = answer("value_after_cost", period="2026-02")
    by_customer = answer("future_value", period="2026-02", by=["customer"])
    (open_one,) = answer("value_after_cost", period="2026-01")

    assert derived.value is None and derived.reason.parts[0].key == "too_few_repeat_buyers"
    assert all(one.value is None for one in by_customer)
    assert open_one.value == Decimal("950.00")


def test_a_cell_without_a_value_says_what_its_mart_says_of_it(answer):
    cells = answer("cohort_retention", period="2026-01", by=["cohort_month", "months_since"])

    assert {one.by["months_since"]: (one.value, one.reason) for one in cells} == {
        0: (Decimal("50.0"), None),
        1: (None, "its window is still open"),
    }
    assert {one.by["cohort_month"] for one in cells} == {"2026-01"}


def test_a_metric_that_needs_another_one_is_told_only_where_that_is_enough(answer):
    figures = answer("revenue_with_express", period="2026-01..2026-02", by=["channel"])

    # web: 2 of 4 lines are express, phone: 0 of 1 (below min_n, but the share itself counts), unknown: in March
    assert {one.by["channel"]: (one.value, one.reason) for one in figures} == {
        "web": (Decimal("350.50"), None),
        "phone": (None, "known for 0.0 % only, where 40 % are needed"),
    }


def test_a_reason_that_no_language_can_say_is_an_error_that_names_it(publish):
    settings = publish("update marts.value_quality set reason = 'bad_weather'")

    with open_figures(settings) as figures, pytest.raises(RapportError, match="bad_weather"):
        asked(figures, "future_value", period="2026-01")


def test_a_score_below_its_least_n_tells_its_counts_for_each_member(answer):
    january = answer("nps", period="2026-01", by=["customer"])
    (all_of_january,) = answer("nps", period="2026-01")

    # 8 answers with 6 more promoters than detractors, and 4 with 1 fewer; together 12, of which 10 are needed
    assert {one.by["customer"]: dict(one.counts.numbers) for one in january} == {
        "c:1": {"nps_balance": 6, "nps_answers": 8},
        "c:2": {"nps_balance": -1, "nps_answers": 4},
    }
    assert (all_of_january.value, all_of_january.counts) == (Decimal("41.7"), None)


def test_a_median_rests_on_its_values_and_below_the_least_it_is_not_told(answer):
    (told,) = answer("median_line", period="2026-01")
    (too_few,) = answer("median_line", period="2026-03-15")

    assert (told.value, told.n) == (Decimal("100.00"), 3)
    assert (too_few.value, too_few.n, too_few.reason) == (None, 1, "too few to tell: 1, where 2 are needed")
