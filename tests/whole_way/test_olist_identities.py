"""What always holds between marts holds on a real marketplace, where hardly anybody orders twice."""

import pytest

from tests.whole_way.identities import CUSTOMERS, SALES, broken


@pytest.mark.parametrize("words", SALES | CUSTOMERS)
def test_it_holds_on_olist(olist, words):
    assert broken(olist, (SALES | CUSTOMERS)[words]) == []
