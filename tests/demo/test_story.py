"""The story: what management should find in the reports, on whatever day they look."""

from collections import Counter
from datetime import date
from decimal import Decimal
from statistics import mean

import pytest

from rapport.demo import story
from rapport.demo.days import first_of, month_of


def test_the_ten_largest_of_the_last_year_buy_two_fifths(raw):
    customer = {row["order_no"]: row["customer_no"] for row in raw.shop("orders") if row["ordered_at"] > "2025-11"}
    spend = Counter()
    for line in raw.shop("order_lines"):
        if line["order_no"] in customer and line["line_no"][-3:] != "-91":
            spend[customer[line["order_no"]]] += Decimal(line["net_amount"])

    share = sum(amount for _, amount in spend.most_common(10)) / spend.total()
    assert Decimal("0.35") <= share <= Decimal("0.45")


def test_the_accounts_at_risk_ordered_until_a_few_months_ago_and_have_not_since(raw, truth):
    number = {row["客户编号"]: row["商城客户号"] for row in raw.crm("customer_links_2026-10-31.csv")}
    ordered = {(row["customer_no"], row["ordered_at"][:7]) for row in raw.shop("orders")}

    assert len(truth["at_risk"]) == 6
    for account in truth["at_risk"]:
        months = [month for (buyer, month) in ordered if buyer == number[account["account"]]]
        assert max(months) < account["silent_from"][:7]
        assert sum(month >= "2026-01" for month in months) >= 3, "it was a steady customer"


@pytest.mark.parametrize("as_of", [date(year, month, 15) for year in range(2023, 2029) for month in (1, 5, 9, 12)])
def test_any_day_sees_six_accounts_that_have_stopped_lately(as_of):
    stopped = [index for index in range(200) if story.stopped_lately(index, as_of)]

    assert len(stopped) == 6
    for index in stopped:
        stop = story.stopped_lately(index, as_of)
        assert 2 <= month_of(as_of) - month_of(stop) <= 4
        assert story.is_silent(index, stop)
        assert not story.is_silent(index, first_of(month_of(stop) - 1))


def test_the_troubled_months_show_in_deliveries_complaints_and_recommendation(raw, truth):
    def compare(numerator: str, denominator: str) -> tuple[float, float]:
        rates = {name: values[numerator] / values[denominator] for name, values in truth["months"].items()}
        troubled = truth["troubled_months"]
        return mean(rates[name] for name in troubled), mean(rate for name, rate in rates.items() if name not in troubled)

    on_time, on_time_else = compare("on_time_orders", "promised_orders")
    detractors, detractors_else = compare("nps_detractors", "nps_answers")
    complaints = Counter(t["created_at"][5:7] for t in raw.tickets().values() if t["kind"] == "complaint")

    assert on_time < 0.85 < 0.9 < on_time_else
    assert detractors > 2 * detractors_else
    assert mean(complaints[m] for m in ("08", "09", "10")) > 2 * mean(complaints[m] for m in ("02", "03", "04", "05"))


def test_prices_rise_each_january(raw):
    prices: dict[str, dict[str, Decimal]] = {}
    for line in raw.shop("order_lines"):
        if line["product_no"] == "P701":
            prices.setdefault(line["order_no"][2:4], {})[line["unit_price"]] = Decimal(line["unit_price"])

    by_year = [list(prices[year].values()) for year in ("23", "24", "25", "26")]
    assert all(len(price) == 1 for price in by_year), "one price a year"
    assert sorted(price[0] for price in by_year) == [price[0] for price in by_year]


def test_accounts_change_hands_in_the_middle_of_a_month(truth):
    assert len(truth["handovers"]) > 20
    assert not any(handover["on"].endswith("-01") for handover in truth["handovers"])
