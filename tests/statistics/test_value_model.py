"""The model of customers' value on the large demo company: what was planted is found, and every gate opens."""

from collections import defaultdict
from datetime import date, timedelta

import numpy as np
import pytest

from rapport.demo.accounts import make_accounts
from rapport.demo.days import Window
from rapport.demo.exports import SEED
from rapport.demo.occasional import ALPHA, A, B, R, make_occasional
from rapport.demo.products import PAIR, make_products
from rapport.demo.trade import make_buyers, make_orders
from rapport.statistics import purchases, value_model

AS_OF, END = date(2026, 11, 20), date(2026, 11, 1)
MIDDLE = END - timedelta(days=365)
LEAST = 200


@pytest.fixture(scope="module")
def company():
    """The window, the occasional customers, and everybody's orders, as the exports tell them."""
    window, products, accounts = Window.before(AS_OF), make_products(SEED), make_accounts(SEED)
    few = make_occasional(SEED, window, products)
    return window, few, few.orders + make_orders(SEED, window, make_buyers(SEED, accounts)[0], products), products


def test_what_the_occasional_customers_were_drawn_from_is_found(company):
    window, few, _, _ = company
    fitted = _fit([order for order in few.orders if order.buyer.starts_on >= window.first])
    found = [fitted[name][0] for name in ("r", "alpha", "a", "b")]

    assert fitted["converged"][0] == 1
    assert found[0] / found[1] == pytest.approx(R / ALPHA, rel=0.1), "orders a week"
    assert found[2] / (found[2] + found[3]) == pytest.approx(A / (A + B), rel=0.15), "left after an order"
    year = [purchases.expected_purchases(one, 0, 0, 1e-9, 52.0) for one in (tuple(found), (R, ALPHA, A, B))]
    assert year[0] == pytest.approx(year[1], rel=0.05)


def test_every_gate_opens_for_the_large_company(company):
    *_, orders, _ = company
    fitted = _fit([order for order in orders if order.buyer.account and not order.buyer.account.has_terms])

    assert fitted["repeat_buyers"][0] >= LEAST and fitted["converged"][0] == fitted["spend_converged"][0] == 1
    assert abs(fitted["holdout_expected"][0] / fitted["holdout_came"][0] - 1) <= 0.2
    assert abs(fitted["correlation"][0]) < 0.3


def test_a_years_value_is_what_its_months_bring(company):
    """Undiscounted, the months' orders add up to the year's; discounted they lose something, but less than the whole rate."""
    window, few, _, _ = company
    histories = _histories([order for order in few.orders if order.buyer.starts_on >= window.first], END)
    fitted = value_model.fit(histories, {"frequency": np.array([])}, LEAST)
    plain, dear = (value_model.expectations(histories, fitted, rate) for rate in (0.0, 0.1))

    assert plain["discounted_orders"] == pytest.approx(plain["expected_orders"])
    assert np.all(dear["discounted_orders"] < plain["expected_orders"])
    assert np.all(dear["discounted_orders"] > plain["expected_orders"] / 1.1)
    once = histories["frequency"] == 0
    assert np.all(np.isnan(plain["p_alive"][once])) and not np.any(np.isnan(plain["p_alive"][~once]))


def test_customers_in_another_order_are_fitted_to_the_last_digit_alike(company):
    """A build on the same files must publish the same numbers, and the engine gives rows in any order."""
    _, few, _, _ = company
    shuffled = np.random.default_rng(5)
    told = [_histories(few.orders, until) for until in (END, MIDDLE)]
    other = []
    for columns in told:
        order = shuffled.permutation(len(columns["frequency"]))
        other.append({name: column[order] for name, column in columns.items()})

    np.testing.assert_array_equal(*(list(value_model.fit(*one, LEAST).values()) for one in (told, other)))


def test_too_few_repeat_buyers_are_not_fitted():
    histories = {name: np.ones(LEAST - 1) for name in ("frequency", "recency", "age", "mean_value")}
    fitted = value_model.fit(histories, {"frequency": np.array([])}, LEAST)

    assert fitted["repeat_buyers"][0] == LEAST - 1 and np.isnan(fitted["converged"][0])


def test_the_planted_pair_is_together_more_often_than_any_other(company):
    window, _, orders, products = company
    one, other = (products[place] for place in PAIR)
    baskets = [{line.product for line in order.lines} for order in orders if order.ordered_on >= MIDDLE]
    together = sum(1 for basket in baskets if {one, other} <= basket)
    most = max(
        sum(1 for basket in baskets if {one, third} <= basket) for third in products if third not in (one, other)
    )  # fmt: skip

    assert together >= 20 and together > 2 * most
    assert window.last < AS_OF


def _fit(orders) -> dict:
    return value_model.fit(_histories(orders, END), _histories(orders, MIDDLE), LEAST)


def _histories(orders, until: date) -> dict[str, np.ndarray]:
    """Order days and margins per account, as METRICS.md has them: cancelled orders count nowhere."""
    margins: dict[str, dict[date, float]] = defaultdict(lambda: defaultdict(float))
    for order in orders:
        if order.cancelled_on is None and order.buyer.account is not None:
            margins[order.buyer.account.account_no][order.ordered_on] += sum(line.net - line.cost for line in order.lines) / 100
    columns: dict[str, list[float]] = defaultdict(list)
    for days in margins.values():
        if known := sorted(day for day in days if day < until):
            columns["frequency"].append(len(known) - 1)
            columns["recency"].append((known[-1] - known[0]).days)
            columns["age"].append((until - known[0]).days - 1)
            columns["mean_value"].append(np.mean([days[day] for day in known[1:]]) if known[1:] else np.nan)
            columns["later_order_days"].append(len(days) - len(known))
            columns["holdout_days"].append((END - until).days)
    return {name: np.array(values, dtype=float) for name, values in columns.items()}
