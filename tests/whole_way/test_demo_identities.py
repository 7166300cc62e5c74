"""What always holds between marts holds on the demo company, with all its planted faults, late files and corrections."""

import pytest

from tests.whole_way.identities import EVERY, broken, lost_rows


@pytest.mark.parametrize("words", EVERY)
def test_it_holds_on_the_demo_company(demo, words):
    assert broken(demo, EVERY[words]) == []


def test_no_row_is_lost_on_the_way_to_core_and_none_comes_from_nowhere(demo):
    fed, broken_tables = lost_rows(demo)

    assert broken_tables == {} and fed > 30


def test_the_largest_shares_and_both_retentions_are_in_order_as_asked(demo):
    asked = "net_revenue_retention,gross_revenue_retention,top_1_share,top_5_share,top_10_share"
    figures = {figure["metric"]: figure["value"] for figure in demo.json("metric", asked, "--period", "2026-10")["figures"]}

    assert figures["net_revenue_retention"] >= figures["gross_revenue_retention"] > 0
    assert 0 < figures["top_1_share"] <= figures["top_5_share"] <= figures["top_10_share"] <= 100


def test_groups_of_accounts_add_up_to_all_linked_revenue_and_a_group_to_its_accounts(demo):
    def asked(by: str) -> dict[str | None, float]:
        figures = demo.json("metric", "net_revenue", "--period", "2025", "--by", by)["figures"]
        return {figure["by"][by]: figure["value"] for figure in figures}

    groups, accounts = asked("parent_customer_id"), asked("customer")
    (total,) = demo.json("metric", "net_revenue", "--period", "2025")["figures"]
    one = ["crm:K-10001", "crm:K-10085", "crm:K-10091"]  # two of the twelve accounts that belong to one of the first six

    assert groups[None] == accounts[None], "what no account stands for; parents and stand-alone accounts are not unknown"
    assert sum(groups.values()) == pytest.approx(total["value"], abs=0.005 * len(groups))
    assert groups["crm:K-10001"] == pytest.approx(sum(accounts[name] for name in one), abs=0.02)
    assert all(accounts[name] > 0 for name in one) and not groups.keys() & set(one[1:])
    assert len(accounts) - len(groups) == 12
