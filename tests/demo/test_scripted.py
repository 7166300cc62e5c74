"""Accounts that act by a script: on any day each rule of churn has one, and the files show what it is said to do."""

from collections import Counter, defaultdict
from csv import DictReader
from datetime import date, timedelta
from itertools import pairwise
from statistics import fmean

import pytest

from rapport.demo.accounts import make_accounts
from rapport.demo.days import Window, month_of
from rapport.demo.exports import SEED
from rapport.demo.products import make_products
from rapport.demo.scripted import RULES, make_scripted

END = date(2026, 11, 1)


@pytest.fixture(scope="module")
def made():
    return make_scripted(SEED, Window.before(date(2026, 11, 20)), make_accounts(SEED), make_products(SEED))


@pytest.fixture(scope="module")
def days(raw, truth) -> dict[str, list[date]]:
    """Rule → order days of its account."""
    number = {row["客户编号"]: row["商城客户号"] for row in raw.crm("customer_links_2026-10-31.csv")}
    plays = {number[one["account"]]: rule for rule, one in truth["churners"].items()}
    found = defaultdict(set)
    for order in raw.shop("orders"):
        if order["customer_no"] in plays:
            found[plays[order["customer_no"]]].add(date.fromisoformat(order["ordered_at"][:10]))
    return {rule: sorted(known) for rule, known in found.items()}


def test_on_any_day_each_rule_has_one_account(made):
    for month in range(month_of(date(2022, 1, 1)), month_of(date(2031, 1, 1))):
        acting = Counter(part.plays for part in made.parts if part.plays in RULES and part.acts_in(month))

        assert acting == dict.fromkeys(RULES, 1)


def test_a_day_is_the_same_whenever_it_is_looked_at(made):
    window = Window.before(date(2026, 8, 20))
    earlier = make_scripted(SEED, window, make_accounts(SEED), make_products(SEED))

    for ours, theirs, on in (
        (made.returns, earlier.returns, lambda one: one.returned_on),
        (made.tickets, earlier.tickets, lambda one: one.created_on),
        (made.answers, earlier.answers, lambda one: one.answered_at.date()),
    ):
        told = [[one for one in known if date(2023, 11, 1) <= on(one) <= window.last] for known in (ours, theirs)]
        assert told[0] == told[1] != []
    ours, theirs = ({one.order_no: one for one in told.orders} for told in (made, earlier))
    assert {number: one for number, one in ours.items() if one.ordered_on in window} == {
        number: one for number, one in theirs.items() if one.ordered_on >= date(2023, 7, 1)
    }


def test_all_wait_as_long_as_always_but_for_one_that_waits_for_more_than_twice_as_long(days):
    for rule, known in days.items():
        usual, silent = fmean((after - before).days for before, after in pairwise(known)), (END - known[-1]).days

        assert (silent > 2 * usual and silent >= 14) == (rule == "order_gap"), rule


def test_one_buys_less_than_seven_tenths_of_what_it_bought_before(raw, truth):
    number = {row["客户编号"]: row["商城客户号"] for row in raw.crm("customer_links_2026-10-31.csv")}
    order = {row["order_no"]: row for row in raw.shop("orders")}
    for rule, one in truth["churners"].items():
        amounts = Counter()
        for line in raw.shop("order_lines"):
            placed = order.get(line["order_no"])
            if placed and placed["customer_no"] == number[one["account"]]:
                back = (END - date.fromisoformat(placed["ordered_at"][:10])).days
                amounts["now" if back <= 90 else "before" if back <= 180 else "long ago"] += float(line["net_amount"])

        assert (amounts["now"] < 0.7 * amounts["before"]) == (rule == "revenue_trend"), rule


def test_one_is_content_by_turns_one_complains_twice_a_quarter_and_one_is_never_spoken_to(drops, raw, truth):
    account = {rule: one["account"] for rule, one in truth["churners"].items()}
    scores = [answer["Score"] for answer in raw.answers() if answer["Account"] == account["score_drop"]]
    complaints = Counter(t["account"] for t in raw.tickets().values() if t["created_at"] >= f"{END - timedelta(days=90)}")
    spoken = Counter()
    for path in (drops / "canonical").glob("interactions_*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            spoken.update(row["customer_id"].removeprefix("crm:") for row in DictReader(file))

    assert scores[-4:] == [9, 3, 9, 3]
    assert complaints[account["tickets"]] == 2 and not any(
        complaints[one] for rule, one in account.items() if rule != "tickets"
    )
    assert [rule for rule, one in account.items() if not spoken[one]] == ["contact_silence"]


def test_one_pays_late_and_one_has_a_contract_that_ends_soon(raw, truth):
    number = {row["客户编号"]: row["商城客户号"] for row in raw.crm("customer_links_2026-10-31.csv")}
    invoices = {row["invoice_no"]: row for row in raw.shop("invoices")}
    late = {
        row["customer_no"] for row in invoices.values() if not row["paid_on"] and row["due_on"] < f"{END - timedelta(days=14)}"
    }
    terms = raw.crm("contracts_2026-10-31.csv")
    ends = {row["客户编号"]: date(*map(int, row["结束日期"].split("/"))) for row in terms if row["状态"] == "active"}
    account = {rule: one["account"] for rule, one in truth["churners"].items()}

    assert [rule for rule, one in account.items() if number[one] in late] == ["overdue_invoices"]
    assert [rule for rule, one in account.items() if ends[one] < END + timedelta(days=90)] == ["contract_end"]
