"""Fxiaoke's exports, which mention other records by name; expected values were reckoned by hand from examples/fxiaoke."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from tests.dbt_project.ready_systems import ReadySystem, as_gb18030, as_workbook, brought


@pytest.fixture(scope="module")
def chinese(tmp_path_factory) -> ReadySystem:
    return brought(tmp_path_factory.mktemp("fxiaoke_zh"), "fxiaoke", "zh")


def test_every_record_is_loaded_but_the_deal_whose_amount_is_a_word(chinese):
    assert chinese.loaded == {
        "客户_20261031.csv": (10, 0, 0),
        "联系人_20261031.csv": (10, 0, 0),
        "销售线索_20261031.csv": (8, 0, 0),
        "商机_20261031.csv": (9, 1, 0),
        "销售记录_20261031.csv": (10, 0, 0),
    }


def test_accounts_are_customers_below_the_account_that_they_name(chinese):
    assert chinese.core(
        "select right(customer_id, 2), right(parent_customer_id, 2), is_key_account, created_on from core.customers"
        " where right(customer_id, 2) in ('01', '02', '04', '08') order by 1"
    ) == [
        ("01", None, True, date(2025, 1, 8)),
        ("02", "01", False, date(2025, 2, 17)),
        ("04", None, False, date(2025, 6, 25)),  # 23:40 in Shanghai
        ("08", None, None, date(2026, 4, 14)),
    ]
    assert chinese.core("select count(*) from core.customers") == [(10,)]


def test_a_name_that_two_accounts_share_leads_to_none(chinese):
    of_name = "select right(customer_id, 2) from core.{} where {} = '{}'"

    assert chinese.core(of_name.format("opportunities", "opportunity_id", "fxiaoke:O0004")) == [(None,)]
    assert chinese.core(of_name.format("interactions", "interaction_id", "fxiaoke:R0003")) == [(None,)]
    # a contact needs a customer: of ten, one belongs to nobody and one to one of two of a name
    assert chinese.core("select count(*), count(*) filter (contact_name = '岑露') from core.contacts") == [(8, 0)]


def test_deals_are_won_lost_or_open(chinese):
    assert chinese.core(
        "select status, count(*), sum(amount), min(closed_on), max(closed_on) from core.opportunities group by all order by 1"
    ) == [
        ("lost", 2, Decimal("1340000"), date(2026, 7, 3), date(2026, 8, 31)),
        ("open", 4, Decimal("777000.50"), None, None),
        ("won", 3, Decimal("4422500.75"), date(2026, 3, 27), date(2026, 9, 12)),
    ]
    assert chinese.core(
        "select customer_id, lead_id, employee_id, probability from core.opportunities where opportunity_id = 'fxiaoke:O0007'"
    ) == [("fxiaoke:A0007", "fxiaoke:L0001", "fxiaoke:苏禾", 1.0)]


def test_a_deal_s_stage_is_known_from_export_to_export(chinese):
    assert chinese.core("select count(*) from core.opportunity_stages") == [(8,)]
    assert chinese.core("select stage, entered_at from core.opportunity_stages where opportunity_id = 'fxiaoke:O0002'") == [
        ("商务谈判", datetime(2026, 10, 15, 6, 0, tzinfo=UTC))
    ]


def test_records_of_contacts_are_interactions_and_an_unknown_way_is_none(chinese):
    assert chinese.core(
        "select right(interaction_id, 2), right(customer_id, 2), right(opportunity_id, 2), channel"
        " from core.interactions order by 1"
    ) == [
        ("01", "01", "02", "phone"),
        ("02", "01", "02", "visit"),
        ("03", None, None, "chat"),
        ("04", "05", "06", "email"),
        ("05", "05", "06", "phone"),
        ("06", "07", None, "phone"),
        ("08", "10", "10", "event"),
        ("09", "10", None, "visit"),
        ("10", None, None, "phone"),
    ]
    assert chinese.core("select min(next_step_on), max(next_step_on), max(occurred_at) from core.interactions") == [
        (date(2026, 10, 16), date(2026, 11, 2), datetime(2026, 10, 31, 15, 30, tzinfo=UTC))
    ]


def test_leads_lead_to_the_accounts_that_they_became(chinese):
    assert chinese.core(
        "select right(lead_id, 1), converted_customer_id, converted_on from core.leads"
        " where converted_on is not null order by 1"
    ) == [
        ("1", "fxiaoke:A0007", date(2026, 1, 20)),
        ("3", "fxiaoke:A0008", date(2026, 4, 14)),
        ("5", "fxiaoke:A0010", date(2026, 10, 12)),
    ]


def test_english_headers_give_the_same_core(chinese, tmp_path):
    english = brought(tmp_path, "fxiaoke", "en")

    assert sum(rejected for _, rejected, _ in english.loaded.values()) == 1
    told, same = (home.held(without=("status",)) for home in (english, chinese))  # accounts and leads: the company's words
    assert told == same
    assert english.held()["opportunities"] == chinese.held()["opportunities"]


@pytest.mark.parametrize("change", [as_gb18030, as_workbook])
def test_another_encoding_or_a_workbook_holds_the_same(chinese, tmp_path, change):
    other = ReadySystem(tmp_path, "fxiaoke")
    other.drop("zh", change)
    other.load()

    assert other.lake() == chinese.lake()
