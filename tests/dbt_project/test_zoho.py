"""Zoho CRM's exports under English and Chinese headers; expected values were reckoned by hand from examples/zoho."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from tests.dbt_project.ready_systems import ReadySystem, as_gb18030, as_workbook, brought


@pytest.fixture(scope="module")
def english(tmp_path_factory) -> ReadySystem:
    return brought(tmp_path_factory.mktemp("zoho_en"), "zoho", "en")


def test_every_record_of_the_sample_is_loaded(english):
    assert english.loaded == {
        "Accounts_2026_10_31.csv": (10, 0, 0),
        "Contacts_2026_10_31.csv": (10, 0, 0),
        "Leads_2026_10_31.csv": (10, 0, 0),
        "Deals_2026_10_31.csv": (10, 0, 0),
        "Stage_History_2026_10_31.csv": (17, 0, 0),
        "Calls_2026_10_31.csv": (9, 0, 0),
        "Meetings_2026_10_31.csv": (5, 0, 0),
    }


def test_accounts_are_customers(english):
    assert english.core("select company_size, count(*) from core.customers group by all order by 1") == [
        ("large", 2),
        ("medium", 3),
        ("micro", 2),
        ("small", 2),
        (None, 1),
    ]
    assert english.core("select * exclude (_file_id, _loaded_at) from core.customers where city = 'Malmö'") == [
        (
            *("zoho:526000100000000103", "Lindqvist Service AB", None, False, "enterprise", "Shipbuilding", "micro", "Sweden"),
            *("Skåne", "Malmö", date(2025, 6, 20), None, "zoho:526000100000000101", None, None, None, None, None, None),
            *("Customer", "zoho", 3, datetime(2026, 10, 31, 23, 59, tzinfo=UTC), 1, None),
        )
    ]


def test_a_person_without_an_account_stays_out(english):
    assert english.core("select count(*), count(birthday) from core.contacts") == [(9, 3)]
    assert english.core(
        "select contact_name, phone from core.contacts where right(contact_id, 3) in ('202', '208') order by 1"
    ) == [
        ("Jonas Berg", "+46 70 555 02"),
        ("沈", "0574-5550108"),
    ]


def test_leads_lead_to_the_accounts_that_they_became(english):
    assert english.core(
        "select right(lead_id, 3), right(converted_customer_id, 3), created_on, converted_on from core.leads"
        " where converted_on is not null order by 1"
    ) == [
        ("302", "108", date(2026, 4, 10), date(2026, 5, 6)),
        ("303", "109", date(2026, 6, 25), date(2026, 7, 19)),
        ("306", "110", date(2026, 9, 18), date(2026, 10, 2)),
    ]
    assert english.core("select count(*) from core.leads") == [(10,)]


def test_deals_are_won_lost_or_open(english):
    assert english.core(
        "select status, currency, count(*), sum(amount), min(closed_on), max(closed_on) from core.opportunities"
        " group by all order by 1, 2"
    ) == [
        ("lost", "CNY", 1, Decimal("880000"), date(2026, 9, 30), date(2026, 9, 30)),
        ("lost", "EUR", 1, Decimal("9500"), date(2026, 7, 7), date(2026, 7, 7)),
        ("open", "CNY", 1, Decimal("240000"), None, None),
        ("open", "EUR", 3, Decimal("178000.50"), None, None),
        ("open", None, 1, None, None, None),
        ("won", "CNY", 1, Decimal("312000"), date(2026, 6, 18), date(2026, 6, 18)),
        ("won", "EUR", 2, Decimal("54100.25"), date(2026, 3, 31), date(2026, 10, 9)),
    ]
    assert english.core("select probability from core.opportunities where opportunity_id like '%402'") == [(0.75,)]


def test_a_stage_is_entered_once_and_again_when_a_deal_comes_back(english):
    assert english.core("select count(*) from core.opportunity_stages") == [(16,)]  # of 17 entries one is a change of amount
    assert english.core(
        "select stage, entered_at from core.opportunity_stages where opportunity_id like '%404' order by entered_at"
    ) == [
        ("Qualification", datetime(2026, 5, 2, 10, 15, tzinfo=UTC)),  # 11:15 in Lisbon's summer
        ("Needs Analysis", datetime(2026, 5, 20, 8, 0, tzinfo=UTC)),
        ("Qualification", datetime(2026, 6, 1, 8, 0, tzinfo=UTC)),
        ("Closed Lost", datetime(2026, 7, 7, 16, 10, tzinfo=UTC)),
    ]


def test_contacts_that_took_place_are_interactions(english):
    contacted = "select right(interaction_id, 3), right(customer_id, 3), right(opportunity_id, 3), channel, direction, minutes"
    assert english.core(f"{contacted} from core.interactions order by 1") == [
        ("501", "101", "402", "phone", "outbound", 9.0),
        ("502", "102", None, "phone", "inbound", 1.25),
        ("504", "105", "407", "phone", "outbound", 20.5),
        ("505", "107", None, "phone", "outbound", 3.0),
        ("508", "109", "409", "phone", "inbound", 10.0),
        ("509", None, None, "phone", "inbound", 0.5),
        ("601", "101", "402", "visit", None, 150.0),
        ("602", "102", None, "visit", None, 60.0),
        ("603", "108", None, "visit", None, 45.0),
        ("605", None, None, "visit", None, 30.0),
    ]


@pytest.fixture(scope="module")
def chinese(tmp_path_factory) -> ReadySystem:
    return brought(tmp_path_factory.mktemp("zoho_zh"), "zoho", "zh")


def test_chinese_headers_give_the_same_core(english, chinese):
    assert {rejected for _, rejected, _ in chinese.loaded.values()} == {0}
    assert chinese.held(without=("stage",)) == english.held(without=("stage",))  # stages are words of the company
    assert len(chinese.loaded) == len(english.loaded) == 7


@pytest.mark.parametrize("change", [as_gb18030, as_workbook])
def test_another_encoding_or_a_workbook_holds_the_same(chinese, tmp_path, change):
    other = ReadySystem(tmp_path, "zoho")
    other.drop("zh", change)
    other.load()

    assert other.lake() == chinese.lake()


def test_a_deal_that_is_missing_from_the_next_export_is_marked_and_an_old_number_without_prefix_is_the_same_deal(
    tmp_path,
):
    system = ReadySystem(tmp_path, "zoho")
    system.drop("en")
    november = (
        (system.drops / "Deals_2026_10_31.csv").read_text(encoding="utf-8").replace("zcrm_", "").splitlines(keepends=True)
    )
    (system.drops / "Deals_2026_11_04.csv").write_text("".join(november[:10]), encoding="utf-8")
    system.load()
    system.build()

    assert system.core("select count(*), count(_removed_at) from core.opportunities") == [(10, 1)]
    assert system.core("select right(opportunity_id, 3) from core.opportunities where _removed_at is not null") == [("410",)]
