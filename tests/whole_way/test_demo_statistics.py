"""Statistics of the demo company, each against a short computation over core, from the definition and not from the mart."""

import json
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from statistics import fmean, median

import numpy as np
import pytest

from tests.whole_way.baskets import expected, together

ASKED = (
    "clv", "p_alive", "clv_contractual",
    "forecast_revenue", "forecast_revenue_low", "forecast_revenue_high", "expected_landing",
    "forecast_wape", "forecast_bias", "naive_forecast_wape", "naive_forecast_bias",
    "expected_next_order", "expected_next_order_value", "orders_overdue", "orders_overdue_value", "expected_orders_came_rate",
    "orders_foreseen_rate", "same_gap_foreseen_rate", "next_order_days_off", "same_gap_days_off",
    "basket_pairs_found", "basket_lift", "next_best_product", "preference_index",
    "net_retention_by_chance", "retention_by_chance",
)  # fmt: skip
END = date(2026, 11, 1)


@pytest.fixture(scope="module")
def figures(demo) -> dict[str, dict]:
    """Everything asked for October 2026, in one process."""
    asked = demo.rapport("metric", ",".join(ASKED), "--period", "2026-10", "--json").stdout
    return {figure["metric"]: figure for figure in json.loads(asked, parse_float=Decimal)["figures"]}


@pytest.fixture(scope="module")
def core(demo):
    """Core, with `sold`: the lines that count, each with its account on the day, by the links alone."""
    import duckdb

    with duckdb.connect() as connection:
        connection.execute(f"attach '{demo.path / 'warehouse.duckdb'}' as warehouse (read_only)")
        connection.execute("""
            create macro in_euros(amount, own_currency, day) as
                round(amount::decimal(26, 4) * if(own_currency = 'EUR', 1, (
                    select max_by(rate, rate_on) from warehouse.core.fx_rates
                    where from_currency = own_currency and rate_on <= day
                )), 4)
        """)
        connection.execute("""
            create table sold as
            select orders.order_id, orders.ordered_on, links.customer_id, lines.product_id,
                in_euros(lines.net_amount, lines.currency, orders.ordered_on) as net_amount,
                in_euros(lines.cost_amount, lines.currency, orders.ordered_on) as cost_amount
            from warehouse.core.orders as orders
            join warehouse.core.order_lines as lines on orders.order_id = lines.order_id
            left join warehouse.core.customer_links as links
                on orders.customer_id = links.system_customer_id and orders.ordered_on >= links.valid_from
                and (links.valid_to is null or orders.ordered_on < links.valid_to)
            where orders.status <> 'cancelled' and not coalesce(orders.is_intercompany, false)
        """)
        yield connection


@pytest.fixture(scope="module")
def months(demo) -> list[float]:
    """Net revenue of the 37 months, as the truth has it."""
    truth = json.loads((demo.path / "drops/demo_truth.json").read_text(encoding="utf-8"))
    return [float(values["net_revenue"]) for _, values in sorted(truth["months"].items())]


def test_without_enough_repeat_buyers_the_reason_is_told_and_no_value(figures):
    for metric in ("clv", "p_alive"):
        assert figures[metric]["value"] is None and "too few customers with repeat orders" in figures[metric]["reason"]


def test_contracts_are_worth_their_margin_times_the_renewals(figures, core):
    core.execute("create temp table terms as from warehouse.core.contracts where _removed_at is null")
    ((ended, renewed),) = core.sql("""
        select count(*), count(*) filter (contract_id in (select renews_contract_id from terms))
        from terms where ends_on >= '2024-11-01' and ends_on < '2026-11-01'
    """).fetchall()
    ((margin,),) = core.sql("""
        select sum(net_amount - cost_amount)::double from sold
        where ordered_on >= '2025-11-01' and ordered_on < '2026-11-01' and customer_id in (
            select customer_id from terms where starts_on < '2026-11-01' and ends_on >= '2026-11-01'
        )
    """).fetchall()
    worth = sum(margin / 12 * (renewed / ended / 1.1) ** (month / 12) for month in range(1, 13))

    assert float(figures["clv_contractual"]["value"]) == pytest.approx(worth, rel=1e-6)


def test_forecasts_are_judged_beside_last_years_value_and_beat_it(figures, months):
    came, before = months[-12:], months[-24:-12]
    naive = 100 * sum(abs(a - b) for a, b in zip(came, before, strict=True)) / sum(came)

    assert float(figures["naive_forecast_wape"]["value"]) == pytest.approx(naive, abs=0.051)
    assert float(figures["naive_forecast_bias"]["value"]) == pytest.approx(100 * (sum(before) / sum(came) - 1), abs=0.051)
    assert figures["forecast_wape"]["value"] < figures["naive_forecast_wape"]["value"]


def test_a_closed_month_lands_where_it_landed_and_was_forecast_within_its_interval(figures, months):
    assert float(figures["expected_landing"]["value"]) == pytest.approx(months[-1], abs=0.01)
    low, high = figures["forecast_revenue_low"]["value"], figures["forecast_revenue_high"]["value"]
    assert low < figures["forecast_revenue"]["value"] < high and low < months[-1] < high


def by_theta(months: list[float]) -> float:
    """The next month by numpy: shrunken ratios to the centred average, the best of twenty smoothings, half the line's slope."""
    known = np.array(months)
    n = len(known)
    average = np.convolve(known, np.r_[0.5, np.ones(11), 0.5] / 12, "valid")
    place = (np.arange(6, n - 6) - n) % 12
    index = np.array([(known[6 : n - 6] / average)[place == one].mean() for one in range(12)])
    index = (index / index.mean()) ** 0.7
    index /= index.mean()
    adjusted = known / index[(np.arange(n) - n) % 12]

    def smoothed(share: float) -> tuple[float, float, float]:
        level, error = adjusted[:3].mean(), 0.0
        for value in adjusted:
            error, level = error + (value - level) ** 2, level + share * (value - level)
        return error, share, level

    _, share, level = min(smoothed(step / 20) for step in range(1, 21))
    drift = np.polyfit(np.arange(n), adjusted, 1)[0] / 2
    return (level + drift * (1 - (1 - share) ** n) / share) * index[0]


def test_the_forecast_is_the_theta_method_of_what_was_known_then(figures, months):
    assert float(figures["forecast_revenue"]["value"]) == pytest.approx(by_theta(months[:-1]), rel=1e-6)


def test_a_years_forecasts_of_the_next_month_err_as_far_as_is_told_and_to_that_side(figures, months):
    """The third year's forecasts, each from what was known then; the theta method made them all, as its year was not over."""
    errors = [by_theta(months[:place]) - months[place] for place in range(len(months) - 12, len(months))]
    came = sum(abs(value) for value in months[-12:])

    assert float(figures["forecast_bias"]["value"]) == pytest.approx(100 * sum(errors) / came, abs=0.051)
    assert float(figures["forecast_wape"]["value"]) == pytest.approx(100 * sum(map(abs, errors)) / came, abs=0.051)
    assert 0 < abs(sum(errors)) < sum(map(abs, errors)), "they err to both sides"


def test_expected_orders_are_those_of_each_customers_rhythm(figures, core):
    """Median of the last twelve gaps in business days; late ones are waited for up to twice the gap."""
    rows = core.sql("""
        select customer_id, ordered_on, sum(net_amount)::double
        from sold where customer_id is not null group by all order by all
    """).fetchall()
    holidays = dict(core.sql("select day, is_business_day from warehouse.core.calendar where country = 'DE'").fetchall())
    first = date(2023, 1, 1)
    days = [first + timedelta(days=one) for one in range(365 * 6)]
    business = [holidays.get(day, day.weekday() < 5) for day in days]
    number = dict(zip(days, np.cumsum(business).tolist(), strict=True))
    day_of = {number[day]: day for day, is_one in zip(days, business, strict=True) if is_one}

    def standing(until: date) -> dict[str, tuple]:
        """customer → (due in the next month, due by the last gap, overdue, value, expected number, by the last gap)."""
        known = defaultdict(list)
        for customer, day, amount in rows:
            if day < until:
                known[customer].append((day, amount))
        next_end = (until + timedelta(days=32)).replace(day=1)
        found = {}
        for customer, orders in known.items():
            if len(orders) < 4:
                continue
            gaps = np.diff([number[day] for day, _ in orders])
            last, silence = number[orders[-1][0]], number[until - timedelta(days=1)] - number[orders[-1][0]]
            usual = max(1, median(gaps[-12:].tolist()))
            step, same = max(1, int(usual + 0.5)), max(1, int(gaps[-1]))
            value = fmean(amount for _, amount in orders[-min(12, len(gaps)):])  # fmt: skip
            due, by_same = day_of[last + step], day_of[last + same]
            found[customer] = (
                due < next_end and (due >= until or silence <= 2 * usual),
                by_same < next_end and (by_same >= until or silence <= 2 * same),
                due < until and silence <= 2 * usual,
                value, last + step, last + same,
            )  # fmt: skip
        return found

    before, now = standing(date(2026, 10, 1)), standing(END)
    came = {}
    for customer, day, _ in rows:
        if date(2026, 10, 1) <= day < END:
            came.setdefault(customer, number[day])
    with_rhythm = [customer for customer in before if customer in came]
    expected = [customer for customer, state in before.items() if state[0]]

    assert figures["expected_next_order"]["value"] == sum(state[0] for state in now.values())
    assert figures["orders_overdue"]["value"] == sum(state[2] for state in now.values())
    overdue = sum(state[3] for state in now.values() if state[2])
    assert float(figures["orders_overdue_value"]["value"]) == pytest.approx(overdue, rel=1e-6)
    awaited = sum(state[3] for state in now.values() if state[0])
    assert float(figures["expected_next_order_value"]["value"]) == pytest.approx(awaited, rel=1e-6)
    hits = 100 * sum(customer in came for customer in expected) / len(expected)
    assert float(figures["expected_orders_came_rate"]["value"]) == pytest.approx(hits, abs=0.051)
    off, off_same = (fmean(abs(came[customer] - before[customer][place]) for customer in with_rhythm) for place in (4, 5))
    assert float(figures["next_order_days_off"]["value"]) == pytest.approx(off, abs=0.051)
    assert float(figures["same_gap_days_off"]["value"]) == pytest.approx(off_same, abs=0.051)


def test_expected_orders_beat_the_same_gap_as_last_time(figures):
    assert figures["next_order_days_off"]["value"] < Decimal("0.8") * figures["same_gap_days_off"]["value"]
    assert figures["orders_foreseen_rate"]["value"] > figures["same_gap_foreseen_rate"]["value"] + 5


@pytest.fixture(scope="module")
def baskets(core) -> list[list[str]]:
    """The products of each order of the last twelve months."""
    found = core.sql("""
        select list(distinct product_id)
        from sold where ordered_on >= '2025-11-01' and ordered_on < '2026-11-01' group by order_id
    """).fetchall()
    return [products for (products,) in found]


@pytest.fixture(scope="module")
def pair(demo) -> tuple[str, ...]:
    """The two products that were planted to go together."""
    truth = json.loads((demo.path / "drops/demo_truth.json").read_text(encoding="utf-8"))
    return tuple(sorted(f"shop:{product}" for product in truth["pair"]))


def test_the_pair_that_was_planted_is_found_and_none_that_chance_made(figures, core, baskets, pair):
    """Other products are drawn by chance; that 20 orders held two of them happens nevertheless."""
    counts = together(baskets)
    kept = core.sql("select product_a, product_b, is_significant from warehouse.marts.basket_pairs").fetchall()

    assert {one[:2] for one in kept} == {one for one, count in counts.items() if count >= 20}
    assert [one[:2] for one in kept if one[2]] == [pair]
    assert len(kept) > 1, "a pair of chance that was told from it"
    assert figures["basket_pairs_found"]["value"] == 1
    assert figures["basket_lift"]["value"] == pytest.approx(
        Decimal(counts[pair] / expected(baskets, pair)), abs=Decimal("0.06")
    )
    assert figures["basket_lift"]["value"] > 2


def test_who_bought_one_of_the_pair_in_a_year_is_offered_the_other(figures, core, pair):
    bought = defaultdict(set)
    for customer, product in core.sql(f"""
        select distinct customer_id, product_id from sold
        where customer_id is not null and ordered_on >= '2025-11-01' and ordered_on < '2026-11-01' and product_id in {pair}
    """).fetchall():
        bought[customer].add(product)
    offers = {(customer, *set(pair) - products, *products) for customer, products in bought.items() if len(products) == 1}
    found = core.sql("select customer_id, product_id, bought_id from warehouse.marts.next_best_products").fetchall()

    assert len(offers) > 10 and len(offers) < len(bought)
    assert set(found) == offers
    assert figures["next_best_product"]["value"] == len(offers)


def test_a_preference_is_a_share_of_a_share(demo, figures, core):
    assert figures["preference_index"]["value"] == 1, "all customers and all categories are as everybody"
    asked = demo.json("metric", "preference_index", "--period", "2026-10", "--by", "customer,category")["figures"]
    sums = core.sql("""
        select customer_id, category, sum(net_amount)::double from sold join warehouse.core.products using (product_id)
        where ordered_on >= '2025-11-01' and ordered_on < '2026-11-01' and customer_id is not null group by all
    """).fetchall()
    of_customer, of_category = defaultdict(float), defaultdict(float)
    for customer, category, amount in sums:
        of_customer[customer] += amount
        of_category[category] += amount
    whole = sum(of_category.values())
    expected = {(c, k): (amount / of_customer[c]) / (of_category[k] / whole) for c, k, amount in sums}
    found = {(one["by"]["customer"], one["by"]["category"]): float(one["value"]) for one in asked}

    assert len(found) == len(of_customer) * len(of_category)
    assert all(value == pytest.approx(expected.get(key, 0), abs=0.00051) for key, value in found.items())


def test_retention_by_chance_is_that_of_tossed_coins(figures, core):
    """Every day with revenue above 0 falls into one of the two years, 2,000 times over."""
    rows = core.sql("""
        with movements as (
            select customer_id, ordered_on as day, net_amount as amount from sold
            union all
            select links.customer_id, returned_on, -in_euros(refund_amount, returns.currency, returned_on)
            from warehouse.core.returns as returns join warehouse.core.customer_links as links
                on returns.customer_id = links.system_customer_id and returns.returned_on >= links.valid_from
                and (links.valid_to is null or returns.returned_on < links.valid_to)
            union all
            select customer_id, booked_on, -in_euros(amount, currency, booked_on) from warehouse.core.credits
        )
        select customer_id, sum(amount)::double from movements
        where day >= '2024-11-01' and day < '2026-11-01' and customer_id is not null
        group by customer_id, day having sum(amount) > 0
    """).fetchall()
    amounts = defaultdict(list)
    for customer, amount in rows:
        amounts[customer].append(amount)
    chance, base, kept, without_growth = np.random.default_rng(1), 0.0, 0.0, 0.0
    for days in amounts.values():
        first = chance.integers(0, 2, (2000, len(days))) @ np.array(days)
        second = sum(days) - first
        base += first.mean()
        kept += np.where(first > 1e-9, second, 0).mean()
        without_growth += np.minimum(first, second).mean()

    assert float(figures["net_retention_by_chance"]["value"]) == pytest.approx(100 * kept / base, abs=0.3)
    assert float(figures["retention_by_chance"]["value"]) == pytest.approx(100 * without_growth / base, abs=0.5)
