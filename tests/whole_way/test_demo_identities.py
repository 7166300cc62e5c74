"""What always holds between marts holds on the demo company, with all its planted faults, late files and corrections."""

import pytest

from tests.whole_way.identities import EVERY, broken


@pytest.mark.parametrize("words", EVERY)
def test_it_holds_on_the_demo_company(demo, words):
    assert broken(demo, EVERY[words]) == []


def test_the_largest_shares_and_both_retentions_are_in_order_as_asked(demo):
    asked = "net_revenue_retention,gross_revenue_retention,top_1_share,top_5_share,top_10_share"
    figures = {figure["metric"]: figure["value"] for figure in demo.json("metric", asked, "--period", "2026-10")["figures"]}

    assert figures["net_revenue_retention"] >= figures["gross_revenue_retention"] > 0
    assert 0 < figures["top_1_share"] <= figures["top_5_share"] <= figures["top_10_share"] <= 100
