"""Plans of several scopes: each is told for itself, and met with what was sold. Rows: project/data.sql.

Sold in January: 150.50 to Anker (North); 200 to Birke (South), of which 25.25 came back. Planned: 300 for the company, 160 for
North, 50 for West; 120 for Anker, 40 for Cedar.
"""

from decimal import Decimal

import pytest

from rapport.errors import UsageError
from rapport.metrics.periods import parse_period
from rapport.metrics.questions import open_figures

from .conftest import asked


def values(figures, dimension: str) -> dict[tuple[str, object], Decimal | None]:
    """(metric, member) → value."""
    return {(figure.metric, figure.by[dimension]): figure.value for figure in figures}


def test_the_plan_by_region_stands_beside_what_the_regions_sold(answer):
    found = answer("plan", "net_revenue", "plan_attainment", "plan_gap", period="2026-01", by=["region"])

    assert values(found, "region") == {
        ("plan", "North"): Decimal("160.00"),
        ("plan", "South"): None,  # sold without a plan
        ("plan", "West"): Decimal("50.00"),
        ("net_revenue", "North"): Decimal("150.50"),
        ("net_revenue", "South"): Decimal("174.75"),
        ("net_revenue", "West"): Decimal("0.00"),  # planned and not sold
        ("plan_attainment", "North"): Decimal("94.1"),  # 150.50 / 160
        ("plan_attainment", "South"): None,
        ("plan_attainment", "West"): Decimal("0.0"),
        ("plan_gap", "North"): Decimal("9.50"),
        ("plan_gap", "South"): None,
        ("plan_gap", "West"): Decimal("50.00"),
    }
    assert {one.id for one in found} >= {"plan@2026-01#region=North", "plan_attainment@2026-01#region=West"}


def test_each_plan_is_told_for_itself_and_the_companys_is_no_sum_of_them(answer):
    (company,) = answer("plan", period="2026-01")
    regions = answer("plan", period="2026-01", by=["region"])
    customers = answer("plan", period="2026-01", by=["customer"])

    assert company.value == Decimal("300.00")
    assert values(regions, "region") == {("plan", "North"): Decimal("160.00"), ("plan", "West"): Decimal("50.00")}
    assert values(customers, "customer") == {("plan", "c:1"): Decimal("120.00"), ("plan", "c:3"): Decimal("40.00")}


def test_one_region_is_told_by_a_condition_too(answer):
    plan, attained, missed = answer(
        "plan", "plan_attainment", "plan_missed", period="2026-01", where=["region in (North, West)"]
    )

    assert plan.value == Decimal("210.00")
    assert (attained.value, attained.numerator, attained.denominator) == (Decimal("71.7"), Decimal("150.50"), Decimal("210.00"))
    assert missed.value == Decimal("28.3")  # (210 − 150.50) / 210


def test_the_plan_by_region_runs_over_months(answer):
    found = answer("plan", period="2026-01..2026-02", by=["month", "region"])

    assert {(one.period.text, one.by["region"]): one.value for one in found} == {
        ("2026-01", "North"): Decimal("160.00"),
        ("2026-01", "West"): Decimal("50.00"),
        ("2026-02", "North"): Decimal("250.00"),
        ("2026-02", "West"): None,
    }


def test_two_scopes_are_never_met(answer):
    with pytest.raises(UsageError, match=r"plan cannot be asked by customer and region\.[\s\S]*alone: customer, region"):
        answer("plan", period="2026-01", by=["region", "customer"])
    with pytest.raises(UsageError, match="plan_attainment cannot be asked by customer and region"):
        answer("plan_attainment", period="2026-01", by=["region"], where=["customer = c:1"])
    with pytest.raises(UsageError, match="plan cannot be asked by tier"):
        answer("plan", period="2026-01", by=["tier"])


def test_the_plan_as_a_comparison_has_the_members_of_both(answer):
    now = answer("net_revenue", period="2026-01", by=["region"], beside_plan=True)
    plan = answer("net_revenue", period="2026-01", by=["region"], comparison="plan")

    assert [one.id for one in now] == [one.id.removesuffix("~plan") for one in plan]
    assert values(now, "region")["net_revenue", "West"] == Decimal("0.00")
    assert [one.value for one in plan] == [Decimal("160.00"), None, Decimal("50.00")]


def test_a_comparison_with_a_plan_that_nobody_made_says_so(answer):
    found = answer("net_revenue", period="2026-01", by=["tier"], comparison="plan")

    assert {(one.by["tier"], one.value, one.reason) for one in found} == {("gold", None, "net_revenue is not planned by tier")}


def test_without_a_plan_of_the_company_there_is_a_reason_and_no_sum_of_its_parts(publish):
    settings = publish("update marts.plan_days set amount = null, why_no_total = 'planned_for_parts_only scope=region'")

    with open_figures(settings) as figures:
        plan, attained, gap = asked(figures, "plan", "plan_attainment", "plan_gap", period="2026-01")
    assert (plan.value, attained.value, gap.value) == (None, None, None)
    said = "there is no plan of the whole, only of its parts, by region: ask by one of them"
    assert {plan.reason, attained.reason, gap.reason} == {said}


def test_a_scope_sees_the_plans_of_its_own_customers_and_no_other(shared_settings):
    with open_figures(shared_settings, scope="customer=c:1", period=parse_period("2026-01")) as figures:
        own = asked(figures, "plan", period="2026-01", by=["customer"])
        regions = asked(figures, "plan", period="2026-01", where=["region = North"])

    assert values(own, "customer") == {("plan", "c:1"): Decimal("120.00")}
    assert [one.value for one in regions] == [None]
    assert regions[0].reason == "not told in this scope: plan_of_regions does not say which account a row belongs to"


def test_an_attainment_is_made_of_the_plan_of_its_own_scope(figures):
    attained = next(
        one for one in asked(figures, "plan_attainment", period="2026-01", by=["region"]) if one.by["region"] == "North"
    )

    assert {one.id: one.value for one in figures.parts(attained)} == {
        "net_revenue@2026-01#region=North": Decimal("150.50"),
        "plan@2026-01#region=North": Decimal("160.00"),
    }


def test_the_catalogue_lists_one_plan_with_its_dimensions(figures):
    listed = {one.name for one in figures.catalogue.listed()}

    assert {"plan", "plan_attainment"} <= listed
    assert not any("_by_" in name for name in listed)
    for name in ("plan", "plan_attainment", "plan_gap", "plan_missed"):
        assert {"customer", "region"} <= set(figures.catalogue.dimensions(figures.catalogue.metric(name)))
