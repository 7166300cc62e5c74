"""The large demo company, the whole way: the gates of customer value open, and the pair that goes together is found."""

import json
from datetime import date

import pytest

from tests.conftest import PROJECT
from tests.statistics.formulas import alive_and_worth
from tests.whole_way.baskets import expected, together
from tests.whole_way.conftest import Home

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def large(tmp_path_factory) -> Home:
    from rapport.demo import make_exports

    path = tmp_path_factory.mktemp("large")
    made = make_exports(path / "drops", date(2026, 11, 20), size="large")
    made.recipients.rename(path / "recipients.yml")
    environment = {"RAPPORT_HOME": str(path), "RAPPORT_COMPANY": str(PROJECT / "company.yml"), "RAPPORT_AS_OF": "2026-11-20"}
    home = Home(path, environment)
    home.rapport("run")
    return home


@pytest.fixture(scope="module")
def published(large):
    import duckdb

    with duckdb.connect(str((large.path / "published/current").resolve()), read_only=True) as connection:
        yield connection


def test_every_gate_is_open_and_value_is_told(large):
    figures = large.json("metric", "clv,p_alive,expected_orders,clv_contractual,basket_lift_low", "--period", "2026-10")[
        "figures"
    ]

    assert all(figure["value"] is not None and figure["reason"] is None for figure in figures)
    assert next(one["value"] for one in figures if one["metric"] == "basket_lift_low") > 1


def test_a_customers_value_is_that_of_the_published_formulas(published):
    names = ("r", "alpha", "a", "b", "p", "q", "gamma")
    (fitted,) = published.sql(
        f"select {', '.join(names)} from marts.value_model_quality where period_end = '2026-11-01'"
    ).fetchall()
    customer, value, alive = published.sql("""
        select customer_id, value::double, p_alive from marts.customer_lifetime_values join marts.order_days using (customer_id)
        where period_end = '2026-11-01' and kind = 'orders'
        group by all having count(*) between 3 and 6 order by count(*), customer_id limit 1
    """).fetchall()[0]
    days = published.sql(
        """
        select ordered_on, sum(amount - cost)::double from marts.sales_lines
        where customer_id = $1 and ordered_on < '2026-11-01' group by 1 order by 1
        """,
        params=[customer],
    ).fetchall()

    expected = alive_and_worth(dict(zip(names, fitted, strict=True)), days, date(2026, 11, 1))
    assert (alive, value) == (pytest.approx(expected[0]), pytest.approx(expected[1], rel=1e-4))


def test_the_pair_that_was_planted_is_found_and_no_other(large, published):
    truth = json.loads((large.path / "drops/demo_truth.json").read_text(encoding="utf-8"))
    baskets = published.sql("""
        select list(distinct product_id) from marts.sales_lines
        where ordered_on >= '2025-11-01' and ordered_on < '2026-11-01' group by order_id having count(distinct product_id) > 1
    """).fetchall()
    baskets = [products for (products,) in baskets]
    pair = tuple(sorted(f"shop:{product}" for product in truth["pair"]))
    found = published.sql("""
        select product_a, product_b, baskets, expected, lift_low from marts.basket_pairs where is_significant
    """).fetchall()

    assert [one[:3] for one in found] == [(*pair, together(baskets)[pair])]
    assert found[0][3] == pytest.approx(expected(baskets, pair)) and found[0][4] > 2
