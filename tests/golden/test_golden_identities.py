"""What always holds between marts holds on real data that no part of this product was made for."""

import pytest

from tests.whole_way.identities import CUSTOMERS, SALES, SERVICE, broken


@pytest.mark.parametrize("name", ["superstore", "northwind", "cdnow"])
def test_every_identity_of_sales_and_customers_holds(golden, name):
    home = golden(name)

    assert {words: rows for words, identity in (SALES | CUSTOMERS).items() if (rows := broken(home, identity))} == {}


def test_every_identity_of_service_holds_on_tickets_whose_times_contradict_each_other(golden):
    home = golden("support_tickets")

    assert {words: rows for words, identity in SERVICE.items() if (rows := broken(home, identity))} == {}
