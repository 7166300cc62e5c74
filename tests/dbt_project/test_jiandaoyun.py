"""Jiandaoyun's exports, which mention other records by number; expected values: by hand from examples/jiandaoyun."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from tests.dbt_project.ready_systems import ReadySystem, as_workbook, brought


@pytest.fixture(scope="module")
def chinese(tmp_path_factory) -> ReadySystem:
    return brought(tmp_path_factory.mktemp("jiandaoyun_zh"), "jiandaoyun", "zh")


def test_every_record_is_loaded_but_the_deal_whose_amount_is_a_word(chinese):
    assert chinese.loaded == {
        "客户_20261031180000.csv": (10, 0, 0),
        "联系人_20261031180000.csv": (10, 0, 0),
        "线索_20261031180000.csv": (8, 0, 0),
        "商机_20261031180000.csv": (9, 1, 0),
        "跟进记录_20261031180000.csv": (10, 0, 0),
    }


def test_a_number_tells_apart_two_accounts_of_one_name(chinese):
    of_id = "select right(customer_id, 2) from core.{} where {} = '{}'"

    assert chinese.core(of_id.format("opportunities", "opportunity_id", "jiandaoyun:SJ0004")) == [("03",)]
    assert chinese.core(of_id.format("interactions", "interaction_id", "jiandaoyun:GJ0003")) == [("03",)]
    assert chinese.core(of_id.format("contacts", "contact_name", "岑露")) == [("03",)]
    assert chinese.core("select count(*) from core.contacts") == [(9,)]  # of ten, one belongs to nobody


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


def test_deals_are_won_lost_or_open(chinese):
    assert chinese.core(
        "select status, count(*), sum(amount), min(closed_on), max(closed_on) from core.opportunities group by all order by 1"
    ) == [
        ("lost", 2, Decimal("1340000"), date(2026, 7, 3), date(2026, 8, 31)),
        ("open", 4, Decimal("777000.50"), None, None),
        ("won", 3, Decimal("4422500.75"), date(2026, 3, 27), date(2026, 9, 15)),  # without a day of its own, the expected one
    ]


def test_a_form_without_the_time_of_its_stages_has_no_history(chinese):
    assert chinese.core("select count(*) from core.opportunity_stages") == [(0,)]


def test_records_of_contacts_are_interactions(chinese):
    assert chinese.core("select channel, count(*), count(customer_id) from core.interactions group by all order by 1") == [
        ("chat", 1, 1),
        ("email", 1, 1),
        ("event", 1, 1),
        ("phone", 4, 3),
        ("visit", 2, 2),
    ]
    assert chinese.core(
        "select subject, occurred_at, next_step_on, customer_id, opportunity_id from core.interactions"
        " where interaction_id = 'jiandaoyun:GJ0002'"
    ) == [
        (
            "看了二号车间,\n下周给报价",
            datetime(2026, 10, 15, 6, 0, tzinfo=UTC),
            date(2026, 10, 23),
            "jiandaoyun:KH0001",
            "jiandaoyun:SJ0002",
        )
    ]


def test_english_headers_give_the_same_core(chinese, tmp_path):
    english = brought(tmp_path, "jiandaoyun", "en")

    assert sum(rejected for _, rejected, _ in english.loaded.values()) == 1
    told, same = (home.held(without=("status",)) for home in (english, chinese))  # accounts and leads: the company's words
    assert told == same
    assert english.held()["opportunities"] == chinese.held()["opportunities"]


def test_a_workbook_holds_the_same(chinese, tmp_path):
    other = ReadySystem(tmp_path, "jiandaoyun")
    other.drop("zh", as_workbook)
    other.load()

    assert other.lake() == chinese.lake()
