"""The records behind a figure add up to it."""

from decimal import Decimal

import pytest

from rapport.errors import RapportError, UsageError
from rapport.metrics.questions import open_figures

from .conftest import asked


def test_a_sum_is_its_records(figures, answer):
    (revenue,) = answer("gross_revenue", period="2026-01")

    assert figures.rows(revenue) == [("f1", 1, Decimal("100")), ("f1", 2, Decimal("50.5")), ("f1", 3, Decimal("200"))]


def test_what_is_taken_off_counts_against(figures, answer):
    (net,) = answer("net_revenue", period="2026-01-31")

    assert figures.rows(net) == [("f1", 3, Decimal("200")), ("f4", 1, Decimal("-25.25"))]


def test_the_records_of_a_member_are_those_of_the_member_with_its_attributes_of_the_day(figures, answer):
    (silver,) = answer("gross_revenue", period="2026-02", by=["tier"])
    unknown = answer("gross_revenue", period="2026-03", by=["channel"])[-1]

    assert figures.rows(silver) == [("f2", 1, Decimal("80")), ("f2", 2, Decimal("120"))]
    assert (unknown.by, figures.rows(unknown)) == ({"channel": None}, [("f2", 3, Decimal("40"))])


def test_the_filter_of_a_metric_and_the_conditions_of_a_question_hold_for_its_records(figures, answer):
    (express,) = answer("express_revenue", period="2026")
    (narrowed,) = answer("gross_revenue", period="2026", where=["quantity >= 2, channel = web"])

    assert figures.rows(express) == [("f1", 1, Decimal("100")), ("f2", 1, Decimal("80"))]
    assert figures.rows(narrowed) == [("f1", 2, Decimal("50.5"))]


def test_what_is_counted_once_is_proved_once_by_its_first_record(figures, answer):
    (orders,) = answer("orders", period="2026-01")

    assert figures.rows(orders) == [("f1", 1, 1), ("f1", 3, 1)]  # order o1 has two lines


def test_a_ratio_is_proved_by_its_parts(figures, answer):
    (share,) = answer("web_share", period="2026-01")
    web, everything = figures.parts(share)

    assert not figures.is_additive(share)
    with pytest.raises(UsageError, match="not a sum of records"):
        figures.rows(share)
    assert [amount for _, _, amount in figures.rows(web)] == [Decimal("100"), Decimal("50.5")]
    assert (web.value, everything.value) == (Decimal("150.50"), Decimal("350.50"))


def test_counts_that_are_too_few_for_a_rate_are_proved_too(figures, answer):
    (share,) = answer("express_share", period="2026-03-15")

    assert share.value is None
    assert [figures.rows(part) for part in figures.parts(share)] == [[], [("f3", 1, 1)]]


def test_a_part_without_a_filter_of_its_own_is_the_figure_that_a_question_gives(figures, answer):
    share, lines = answer("express_share", "order_lines", period="2026-01", where=["channel = web"])

    assert figures.parts(share)[1].id == lines.id == "order_lines@2026-01#channel=web"


def test_a_median_or_a_mart_of_periods_has_no_records(figures, answer):
    median, *_ = answer("median_line", "nps", period="2026-01")

    assert not figures.is_additive(median)
    assert not figures.is_additive(answer("nps", period="2026-01")[0])


def test_records_that_do_not_add_up_are_not_given(publish):
    settings = publish("update marts.sales_lines set _file_id = null, _row = null where order_line_id = 'l3'")

    with open_figures(settings) as figures:
        (revenue,) = asked(figures, "gross_revenue", period="2026-01")
        with pytest.raises(RapportError, match="not say which record"):
            figures.rows(revenue)


def test_the_sql_of_a_figure_gives_its_value(figures, answer):
    for figure in (
        *answer("net_revenue", "express_share", period="2026-01"),
        *answer("net_revenue_retention", period="2026-Q1"),
        *answer("gross_revenue", period="2026-03", by=["channel"]),
        *answer("gross_revenue", period="2026-01", where=["channel in ('$start', web)", "is_express = true"]),
    ):
        (value,) = figures._measuring.connection.execute(figures.sql_of(figure)).fetchone()
        scale = 100 if figure.unit == "percent" else 1
        assert float(figure.value) == pytest.approx(float(value) * scale, abs=0.05)
