"""What always holds between marts holds on real data that no part of this product was made for."""

import pytest

from tests.whole_way.identities import CUSTOMERS, SALES, broken


@pytest.mark.parametrize("name", ["superstore", "northwind", "cdnow"])
def test_every_identity_of_sales_and_customers_holds(golden, name):
    home = golden(name)

    assert {words: rows for words, identity in (SALES | CUSTOMERS).items() if (rows := broken(home, identity))} == {}
