"""The value of customers through the marts, where enough of them came back: every gate opens, in a tiny project."""

from datetime import date

import pytest

from tests.golden.test_golden_numbers import published
from tests.statistics.formulas import alive_and_worth

FITTED = ("r", "alpha", "a", "b", "p", "q", "gamma")


@pytest.fixture(scope="module")
def home(golden):
    return golden("drawn")


@pytest.fixture(scope="module")
def fitted(home) -> dict[str, float]:
    found = published(home, f"select {', '.join(FITTED)} from marts.value_model_quality where period_end = '1999-01-01'")
    return dict(zip(FITTED, found, strict=True))


def test_what_the_customers_were_drawn_from_is_found(fitted):
    assert fitted["r"] / fitted["alpha"] == pytest.approx(1.2 / 20, rel=0.15), "orders a week"
    assert fitted["a"] / (fitted["a"] + fitted["b"]) == pytest.approx(0.9 / 4.9, rel=0.25), "left after an order"
    mean = fitted["p"] * fitted["gamma"] / (fitted["q"] - 1)
    assert mean == pytest.approx(300 / 3, rel=0.1), "margin of an order day"


def test_value_and_the_chance_of_being_alive_are_printed(home):
    asked = home.json("metric", "clv,p_alive,expected_orders", "--period", "1998-12")["figures"]
    figures = {one["metric"]: one for one in asked}

    assert all(one["value"] is not None and one["reason"] is None for one in asked)
    assert figures["clv"]["value"] > 10_000 and 20 < figures["p_alive"]["value"] < 80


def test_a_customers_value_is_that_of_the_published_formulas(home, fitted):
    """Equation 10 of Fader, Hardie & Lee as it is printed, and equation 5 of the note on Gamma-Gamma."""
    customer, value, alive = published(
        home,
        """
        select customer_id, value::double, p_alive from marts.customer_lifetime_values join marts.order_days using (customer_id)
        where period_end = '1999-01-01' and kind = 'orders'
        group by all having count(*) between 3 and 6 order by count(*) desc, customer_id limit 1
        """,
    )
    days = published(
        home,
        f"""
        select list((ordered_on, margin) order by ordered_on) from (
            select ordered_on, sum(amount - cost)::double as margin
            from marts.sales_lines where customer_id = '{customer}' group by 1
        )
        """,
    )[0]

    expected = alive_and_worth(fitted, days, date(1999, 1, 1))
    assert len(days) > 2
    assert (alive, value) == (pytest.approx(expected[0]), pytest.approx(expected[1], rel=1e-4))
