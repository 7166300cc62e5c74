"""What a figure says besides its value. Rows: project/data.sql."""

from decimal import Decimal
from math import sqrt

import pytest

from rapport.errors import UsageError
from rapport.metrics.questions import open_figures

from .conftest import COMPANY, asked


def test_a_rate_carries_its_parts_its_n_and_its_interval(answer):
    (share,) = answer("express_share", period="2026-01")

    assert (share.value, share.numerator, share.denominator, share.n) == (Decimal("33.3"), 1, 3, 3)
    assert share.interval == (Decimal("6.1"), Decimal("79.2"))  # Wilson for 1 of 3, as published tables have it


def test_below_the_least_n_a_rate_answers_with_counts_and_the_reason(answer):
    (share,) = answer("express_share", period="2026-03-15")

    assert (share.value, share.interval) == (None, None)
    assert (share.numerator, share.denominator, share.n) == (0, 1, 1)
    assert share.reason == "too few to tell: 1, where 2 are needed"


def test_a_ratio_without_a_denominator_says_so(answer):
    (share,) = answer("express_share", period="2025-06")
    (attained,) = answer("plan_attainment", period="2026-02")

    assert (share.value, share.n, share.reason) == (None, 0, "nothing to divide by")
    assert (attained.value, attained.numerator, attained.reason) == (None, Decimal("200.00"), "nothing to divide by")


def test_nps_has_an_interval_that_knows_of_answers_of_one_account(answer):
    (nps,) = answer("nps", period="2026-01")

    r = 5 / 12  # accounts: 6 of 8 answers, −1 of 4
    half = 1.96 * 100 * sqrt((6 - r * 8) ** 2 + (-1 - r * 4) ** 2) / 12
    assert (nps.value, nps.n) == (Decimal("41.7"), 12)
    assert float(nps.interval[0]) == pytest.approx(100 * r - half, abs=0.05)
    assert nps.interval[1] == 100  # the score cannot be more


def test_a_period_that_a_mart_does_not_reach_is_a_reason_not_a_zero(answer):
    (before,) = answer("nps", period="2025-12")
    (after,) = answer("nps", period="2026-03")

    assert (before.value, before.reason) == (None, "the history is too short: the first that can be told is 2026-01")
    assert (after.value, after.reason) == (None, "not known yet: the last that can be told is 2026-02")


def test_nothing_is_zero_or_null_as_the_metric_says(answer):
    revenue, median = answer("gross_revenue", "median_line", period="2025-06")

    assert (revenue.value, revenue.reason) == (Decimal("0.00"), None)
    assert (median.value, median.reason) == (None, "no data in this period")


def test_what_nobody_can_know_is_a_reason_not_a_zero(answer):
    after = answer("gross_revenue", "net_revenue", "orders", "plan_attainment", period="2026-05")
    before = answer("gross_revenue", "net_revenue", "orders", "plan_attainment", period="2024-12")

    assert {(one.value, one.n) for one in (*after, *before)} == {(None, None)}
    assert {one.reason for one in after} == {"2026-05 lies after 2026-04-19, the last day this snapshot knows"}
    assert {one.reason for one in before} == {"2024-12 lies before the history, which starts on 2025-01-01"}


def test_the_last_day_that_is_seen_is_known_and_the_next_is_not(answer):
    (last,) = answer("gross_revenue", period="2026-04-19")
    (next_day,) = answer("gross_revenue", period="2026-04-20")

    assert (last.value, last.reason) == (Decimal("0.00"), None)
    assert next_day.value is None


def test_a_period_that_is_known_in_part_has_a_value_and_says_which_part(answer):
    (running,) = answer("gross_revenue", period="2026")
    (first,) = answer("gross_revenue", period="2024-10-01..2025-01-31")
    (everything,) = answer("gross_revenue", period="all")
    (net,) = answer("net_revenue", period="2026-04")

    assert (running.value, running.reason) == (Decimal("600.50"), "only up to 2026-04-19")
    assert (first.value, first.reason) == (Decimal("300.00"), "only from 2025-01-01")
    assert (everything.value, everything.reason) == (Decimal("900.50"), None)
    assert (net.value, net.reason) == (Decimal("-5.00"), "no system feeds credits; only up to 2026-04-19")


def test_the_year_before_the_history_is_no_zero_to_compare_with(answer):
    (before,) = answer("gross_revenue", period="2025-01", comparison="previous_year")

    assert (before.value, before.reason) == (None, "2024-01 lies before the history, which starts on 2025-01-01")


def test_a_plan_is_known_before_its_days_come(publish):
    settings = publish("insert into marts.plan_days values ('2026-06-01', 'net_revenue', 70, null)")

    with open_figures(settings) as figures:
        (plan,) = asked(figures, "net_revenue", period="2026-06", comparison="plan")
        (revenue,) = asked(figures, "net_revenue", period="2026-06")
    assert (plan.value, plan.reason) == (Decimal("70.00"), None)
    assert revenue.value is None


def test_what_no_system_feeds_answers_with_the_reason(answer):
    credited, net = answer("credited_revenue", "net_revenue", period="2026-01")

    assert (credited.value, credited.reason) == (None, "no system feeds credits")
    assert (net.value, net.reason) == (Decimal("325.25"), "no system feeds credits")  # a sum stands, and says what it lacks


def test_what_is_fed_but_has_no_rows_is_zero(publish):
    settings = publish(company=COMPANY.replace("customers: [shop],", "customers: [shop], credits: [shop],"))

    with open_figures(settings) as figures:
        (credited,) = asked(figures, "credited_revenue", period="2026-01")
    assert (credited.value, credited.reason) == (Decimal("0.00"), None)


def test_a_ratio_needs_both_of_its_parts_fed(publish):
    settings = publish("delete from marts.plan_days", company=COMPANY.replace("targets: [shop], ", ""))

    with open_figures(settings) as figures:
        attained, planned = asked(figures, "plan_attainment", "plan", period="2026-01")
    assert (attained.value, planned.value) == (None, None)
    assert attained.reason == "no system feeds credits, targets"


def test_the_plan_is_a_comparison(answer):
    (plan,) = answer("net_revenue", period="2026-01", comparison="plan")
    (part,) = answer("net_revenue", period="2026-01-05", comparison="plan")
    (none,) = answer("orders", period="2026-01", comparison="plan")
    (by_tier, *_) = answer("net_revenue", period="2026-01", comparison="plan", where=["tier = gold"])

    assert (plan.id, plan.metric, plan.value) == ("net_revenue@2026-01~plan", "net_revenue", Decimal("300.00"))
    assert part.value == Decimal("150.00")
    assert (none.value, none.reason) == (None, "nothing is planned for orders")
    assert by_tier.value is None


def test_a_table_that_compares_periods_by_segment_has_one_membership(answer):
    now = answer("gross_revenue", period="2026-02", by=["tier"], beside="previous_period")
    before = answer("gross_revenue", period="2026-02", by=["tier"], comparison="previous_period")

    # As of 1 January Anker was gold: in both columns
    assert {one.id: one.value for one in now} == {"gross_revenue@2026-02#tier=gold~beside_previous_period": Decimal("200.00")}
    assert {one.id: one.value for one in before} == {"gross_revenue@2026-02#tier=gold~previous_period": Decimal("350.50")}


def test_a_member_asked_by_and_a_condition_give_the_same_figure(answer):
    by = next(one for one in answer("orders", period="2026-01", by=["channel"]) if one.by["channel"] == "web")
    (where,) = answer("orders", period="2026-01", where=["channel = web"])

    assert (by.id, by.value) == (where.id, where.value) == ("orders@2026-01#channel=web", 1)


def test_all_by_month_starts_with_the_first_fact_and_ends_where_the_world_is_seen(answer):
    months = answer("gross_revenue", period="all", by=["month"])

    assert (months[0].period.text, months[-1].period.text, len(months)) == ("2025-01", "2026-04-01..2026-04-19", 16)
    assert sum(month.value for month in months) == answer("gross_revenue", period="all")[0].value == Decimal("900.50")


def test_a_metric_that_there_is_not_is_answered_with_the_nearest_names(answer):
    with pytest.raises(UsageError, match="net_revenue"):
        answer("net_revenu", period="2026-01")


def test_a_dimension_that_a_metric_lacks_is_answered_with_those_it_has(answer):
    with pytest.raises(UsageError, match="account_manager, customer, region, tier"):
        answer("net_revenue", period="2026-01", by=["channel"])


def test_ten_metrics_by_month_cost_little_once_the_snapshot_is_open(answer):
    from time import process_time

    names = ["gross_revenue", "net_revenue", "returned_revenue", "order_intake", "orders", "order_lines", "express_share",
             "web_share", "median_line", "plan_attainment"]  # fmt: skip
    started = process_time()
    found = answer(*names, period="2025-04..2026-03", by=["month"])

    assert len(found) == 120
    assert process_time() - started < 3
