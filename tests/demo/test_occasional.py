"""The large demo company: as many customers as promised, whose days do not depend on when they are looked at."""

from datetime import date

import pytest

from rapport.demo.accounts import make_accounts
from rapport.demo.days import Window
from rapport.demo.exports import SEED
from rapport.demo.occasional import make_occasional
from rapport.demo.products import make_products
from rapport.demo.trade import make_buyers, make_orders


@pytest.fixture(scope="module")
def products():
    return make_products(SEED)


@pytest.fixture(scope="module")
def november(products):
    return make_occasional(SEED, Window.before(date(2026, 11, 20)), products)


def test_it_has_two_thousand_customers(november):
    window = Window.before(date(2026, 11, 20))
    known = [account for account in make_accounts(SEED) if account.is_known_on(window.last)]

    assert 1950 < len(known) + len(november.accounts) < 2050


def test_a_day_is_the_same_whenever_it_is_looked_at(november, products):
    earlier = make_occasional(SEED, Window.before(date(2026, 8, 20)), products)
    last = Window.before(date(2026, 8, 20)).last
    first = Window.before(date(2026, 11, 20)).first

    told = {order.order_no: order for order in november.orders if order.ordered_on <= last}
    assert told == {order.order_no: order for order in earlier.orders if order.ordered_on >= first}


def test_no_number_of_the_normal_company_is_taken_twice(november, products):
    window, accounts = Window.before(date(2026, 11, 20)), make_accounts(SEED)
    buyers, _ = make_buyers(SEED, accounts)
    orders = make_orders(SEED, window, buyers, products)

    for ours, theirs in (
        ([account.account_no for account in november.accounts], [account.account_no for account in accounts]),
        ([account.name for account in november.accounts], [account.name for account in accounts]),
        ([buyer.buyer_no for buyer in november.buyers], [buyer.buyer_no for buyer in buyers]),
        ([f"{order.order_no[2:]}" for order in november.orders], [order.order_no[2:] for order in orders]),
    ):
        assert len(set(ours)) == len(ours) and not set(ours) & set(theirs)
