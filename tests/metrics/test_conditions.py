"""Conditions are read, never run."""

from decimal import Decimal

import pytest

from rapport.errors import UsageError
from rapport.metrics.conditions import Condition, parse_conditions


@pytest.mark.parametrize(
    ("text", "conditions"),
    [
        ("channel = web", [Condition("channel", "=", ("web",))]),
        ("channel=web shop, quantity >= 2", [Condition("channel", "=", ("web shop",)), Condition("quantity", ">=", ("2",))]),
        ("country in (DE, AT)", [Condition("country", "in", ("DE", "AT"))]),
        ("country NOT  IN ('a,b', 'c)')", [Condition("country", "not in", ("a,b", "c)"))]),
        ("name != 'O''Neil, Ltd'", [Condition("name", "!=", ("O'Neil, Ltd",))]),
        ("客户 = 北港", [Condition("客户", "=", ("北港",))]),
    ],
)
def test_a_condition_is_a_dimension_an_operator_and_values(text, conditions):
    assert parse_conditions(text) == conditions


@pytest.mark.parametrize(
    "text",
    [
        "",
        "channel",
        "channel =",
        "= web",
        "channel = web,",
        "channel like 'w%'",
        "channel in ()",
        "a = 'b",
        "1 = 1; drop table x",
    ],
)
def test_what_is_not_a_condition_is_refused_with_an_example(text):
    with pytest.raises(UsageError, match="channel = web"):
        parse_conditions(text)


@pytest.mark.parametrize(
    ("where", "value"),
    [
        ("channel = web", "150.50"),
        ("channel != web", "200.00"),
        ("channel in (web, phone)", "350.50"),
        ("is_express = true", "100.00"),
        ("quantity >= 2", "250.50"),
        ("quantity > 2, channel = phone", "200.00"),
        ("region = South", "200.00"),
        ("customer = 'c:2'", "200.00"),
    ],
)
def test_conditions_narrow_a_figure(answer, where, value):
    (figure,) = answer("gross_revenue", period="2026-01", where=[where])

    assert figure.value == Decimal(value)


def test_the_unknown_is_other_than_any_value(answer):
    other, not_in = (
        answer("gross_revenue", period="2026-03", where=[text])[0] for text in ("channel != phone", "channel not in (phone)")
    )

    assert other.value == not_in.value == Decimal("40.00")


@pytest.mark.parametrize(
    "hostile",
    [
        "x' or 1=1 --",
        "'; drop view marts.sales_lines; --",
        "{{ Dimension('customer__tier') }}",
        "§start§",
        "$start",
        "%s",
        "\\'",
    ],
)
def test_a_hostile_value_is_only_a_value(figures, answer, hostile):
    quoted = "'" + hostile.replace("'", "''") + "'"
    (figure,) = answer("gross_revenue", period="2026-01", where=[f"channel = {quoted}"])

    assert figure.value == Decimal("0.00")
    assert figures.query("select count(*) as lines from marts.sales_lines") == [{"lines": 8}]


def test_a_value_of_another_type_is_refused(answer):
    with pytest.raises(UsageError, match="'many' is not a value of quantity"):
        answer("gross_revenue", period="2026-01", where=["quantity >= many"])
