"""What always holds between marts holds on a real marketplace, where hardly anybody orders twice."""

import pytest

from tests.whole_way.identities import CUSTOMERS, SALES, broken, lost_rows


@pytest.mark.parametrize("words", SALES | CUSTOMERS)
def test_it_holds_on_olist(olist, words):
    assert broken(olist, (SALES | CUSTOMERS)[words]) == []


def test_no_row_is_lost_on_the_way_to_core_and_none_comes_from_nowhere(olist):
    fed, broken_tables = lost_rows(olist)

    assert broken_tables == {} and fed > 4
