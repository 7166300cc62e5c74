"""Where MetricFlow answers plausibly and wrongly (FACTS.md), and how the question layer does not. Rows: project/data.sql."""

from decimal import Decimal

import pytest

from rapport.errors import RapportError, UsageError
from rapport.metrics.questions import open_figures

from .conftest import asked


def values(figures) -> dict[str, Decimal | None]:
    """Id → value."""
    return {figure.id: figure.value for figure in figures}


def test_a_window_within_a_month_is_not_widened_to_the_month(answer):
    (within,) = answer("gross_revenue", period="2026-01-06..2026-01-30")
    (edges,) = answer("gross_revenue", period="2026-01-05..2026-01-31")

    assert (within.value, edges.value) == (Decimal("0.00"), Decimal("350.50"))


def test_a_window_holds_for_every_term_of_a_derived_metric(answer):
    found = answer("net_revenue", period="2026-01-01..2026-01-30")

    assert values(found) == {"net_revenue@2026-01-01..2026-01-30": Decimal("150.50")}  # the return is of the 31st


def test_the_year_before_is_the_same_metric_for_those_days_not_an_offset(answer):
    (day,) = answer("gross_revenue", period="2026-01-20", comparison="previous_year")
    (month,) = answer("gross_revenue", period="2026-01", comparison="previous_year")

    assert (day.id, day.period.text, day.value) == ("gross_revenue@2026-01-20~previous_year", "2025-01-20", Decimal("300.00"))
    assert month.value == Decimal("300.00")


@pytest.mark.parametrize("name", ["revenue_growth", "revenue_to_date"])
def test_metrics_with_offsets_or_running_totals_are_refused(answer, name):
    with pytest.raises(UsageError, match="other days than those asked"):
        answer(name, period="2026-01")


def test_a_fiscal_year_works_for_a_derived_metric(answer):
    found = answer("net_revenue", period="FY2026")  # April 2025 to March 2026

    assert values(found) == {"net_revenue@FY2026": Decimal("575.25")}  # 350.50 + 200 + 50 − 25.25


def test_a_change_of_attributes_within_a_month_does_not_split_the_month(answer):
    february = answer("gross_revenue", period="2026-02", by=["tier"])
    both = answer("gross_revenue", period="2026-01..2026-02", by=["month", "tier"])

    # Anker was gold until the 14th and sold on the 10th and the 20th: at the end of February it is silver, with both
    assert values(february) == {"gross_revenue@2026-02#tier=silver": Decimal("200.00")}
    assert values(both) == {
        "gross_revenue@2026-01#tier=gold": Decimal("350.50"),
        "gross_revenue@2026-01#tier=silver": Decimal("0.00"),
        "gross_revenue@2026-02#tier=gold": Decimal("0.00"),
        "gross_revenue@2026-02#tier=silver": Decimal("200.00"),
    }


def test_overlapping_attributes_are_refused_instead_of_counting_a_customer_twice(publish):
    settings = publish("update marts.customer_attributes set valid_to = null where valid_from = '1900-01-01'")

    with open_figures(settings) as figures, pytest.raises(RapportError, match="c:1 has two sets of attributes"):
        asked(figures, "gross_revenue", period="2026-02", by=["tier"])


def test_rows_that_are_already_periods_are_never_added_up(answer):
    assert answer("net_revenue_retention", period="2026-03")[0].value == Decimal("50.0")  # 200 / 400
    assert answer("net_revenue_retention", period="2026-Q1")[0].value == Decimal("32.5")  # 130 / 400, same period end
    with pytest.raises(
        UsageError, match=r"known for a calendar month or quarter only, not for 2026\.[\s\S]*Ask for 2026-12 or 2026-Q4"
    ):
        answer("net_revenue_retention", period="2026")
    with pytest.raises(UsageError, match="Ask for 2026-01"):
        answer("nps", period="2026-01-02..2026-01-31")
    assert answer("nps", period="2026-01-01..2026-01-31")[0].value == answer("nps", period="2026-01")[0].value


def test_no_member_appears_where_there_are_no_facts(answer):
    nothing = answer("lines_on_every_day", period="2025-06", by=["channel"])
    unknown = answer("lines_on_every_day", period="2026-03", by=["channel"])

    assert nothing == []  # MetricFlow says (null, 0)
    assert [(figure.by["channel"], figure.value) for figure in unknown] == [("phone", 1), (None, 1)]


def test_a_frame_has_every_member_in_every_period(answer):
    found = answer("orders", period="2026-01..2026-03", by=["month", "channel"])

    assert values(found) == {
        "orders@2026-01#channel=phone": 1, "orders@2026-01#channel=web": 1, "orders@2026-01#channel=(unknown)": 0,
        "orders@2026-02#channel=phone": 0, "orders@2026-02#channel=web": 2, "orders@2026-02#channel=(unknown)": 0,
        "orders@2026-03#channel=phone": 1, "orders@2026-03#channel=web": 0, "orders@2026-03#channel=(unknown)": 1,
    }  # fmt: skip


def test_a_member_that_only_returned_something_has_a_negative_net_revenue(answer):
    (april,) = answer("net_revenue", period="2026-04", by=["customer"])

    assert (april.id, april.value) == ("net_revenue@2026-04#customer=c%3A3", Decimal("-5.00"))


def test_a_ratio_of_one_metric_to_itself_keeps_its_filter(answer):
    (share,) = answer("web_share", period="2026-01")

    assert (share.value, share.numerator, share.denominator) == (Decimal("42.9"), Decimal("150.50"), Decimal("350.50"))
    with pytest.raises(RapportError, match="alias"):
        answer("web_share_without_alias", period="2026-01")


def test_dimensions_two_steps_away_are_not_offered(figures):
    offered = figures.catalogue.dimensions(figures.catalogue.metric("gross_revenue"))

    assert {one.reference.count("__") for one in offered.values()} == {0, 1}
