"""Shopify's exports, from the drop to core: the sample of examples/shopify against what was worked out by hand."""

import csv
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import md5

import pytest
from tests.dbt_project.ready_systems import ReadySystem

NEW, OLD, CUSTOMERS = "orders_export_2026-03-31.csv", "orders_export_2012-04-30.csv", "customers_export_2026-03-31.csv"
# What the form of 2012 has no column for: a discount on a line, refunds, sales at the till.
UNTOLD_IN_2012 = {"#1004", "#1005", "#1006", "#1007", "#1010"}


def person(contact: str) -> str:
    return f"shopify:{md5(contact.encode()).hexdigest()}"


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    shop = ReadySystem(tmp_path_factory.mktemp("shopify"), "shopify")
    shop.drop()
    return shop, shop.load()


@pytest.fixture(scope="module")
def shop(loaded) -> ReadySystem:
    shop, _ = loaded
    shop.build()
    return shop


def test_every_record_of_both_forms_is_loaded(loaded):
    _, result = loaded

    assert (result.files, result.rows_good, result.rows_rejected, result.refused) == (3, 16 + 3 + 9, 0, [])


def test_addresses_and_notes_never_reach_the_lake(loaded):
    _, result = loaded

    ignored = " ".join(notice for notice in result.notices if "ignored" in notice)
    assert all(f"'{name}'" in ignored for name in ("Billing Street", "Shipping Address1", "Notes", "Billing Phone", "Address1"))


def test_orders_are_told_by_their_first_row(shop):
    assert shop.core("select count(*), count(customer_id) from core.orders") == [(12, 11)]  # nobody is known of a cash sale
    assert shop.core(
        "select order_id, customer_id, ordered_at, ordered_on, channel, status, currency, region, shipped_on from core.orders"
        " where order_id in ('shopify:1002', 'shopify:1009', 'shopify:102') order by 1"
    ) == [
        ("shopify:1002", person("bo@klein.example"), datetime(2026, 1, 31, 22, 50, tzinfo=UTC), date(2026, 1, 31), "web",
         "completed", "EUR", "DE", date(2026, 2, 3)),
        ("shopify:1009", person("finn@lake.example"), datetime(2026, 3, 28, 21, 15, tzinfo=UTC), date(2026, 3, 28), "web",
         "completed", "EUR", "NY", date(2026, 3, 30)),
        ("shopify:102", person("guest@old.example"), datetime(2012, 4, 1, 2, 30, tzinfo=UTC), date(2012, 4, 1), "web",
         "completed", "EUR", "NY", date(2012, 4, 2)),
    ]  # fmt: skip
    assert shop.core("select status, order_id from core.orders where status != 'completed' order by all") == [
        ("cancelled", "shopify:1003"),
        ("cancelled", "shopify:1007"),
        ("placed", "shopify:1004"),
        ("placed", "shopify:1008"),
    ]


def test_lines_add_up_to_the_orders_without_tax_shipping_and_tips(shop):
    assert dict(shop.core("select order_id, sum(net_amount) from core.order_lines group by 1")) == {
        "shopify:1001": Decimal("41.59"),  # 49.50 - 8.69 × 49.50 / 54.40
        "shopify:1002": Decimal("74.79"),  # 89.00 - 14.21
        "shopify:1003": Decimal("10.50"),  # 12.50 - 2.78 × 12.50 / 17.40
        "shopify:1004": Decimal("173.95"),  # 207.00 - 33.05
        "shopify:1005": Decimal("25.21"),  # 30.00 - 5.57 × 30.00 / 34.90
        "shopify:1006": Decimal("40.34"),  # 48.00 - 7.66; the tip of 2.00 is no line
        "shopify:1007": Decimal("10.50"),
        "shopify:1008": Decimal("74.79"),  # 89.00 - 14.99 × 89.00 / 93.90
        "shopify:1009": Decimal("27.50"),  # no tax
        "shopify:1010": Decimal("10.50"),  # 12.50 - 2.00
        "shopify:101": Decimal("49.00"),
        "shopify:102": Decimal("20.00"),  # tax of 1.60 on top
    }
    assert shop.core("select count(*), sum(net_amount), sum(quantity) from core.order_lines") == [
        (18, Decimal("558.67"), Decimal(34))
    ]


def test_an_orders_discount_is_shared_by_its_lines(shop):
    assert shop.core(
        "select order_line_id, product_id, quantity, unit_price, discount_amount, net_amount from core.order_lines"
        " where order_id in ('shopify:1001', 'shopify:1004') order by 1"
    ) == [
        ("shopify:1001:1", "shopify:CUP-B", 2, Decimal("12.50"), Decimal("2.50"), Decimal("18.90")),  # 41.59 × 25/55
        ("shopify:1001:2", "shopify:JUG-1", 1, Decimal("30.00"), Decimal("3.00"), Decimal("22.69")),
        ("shopify:1004:1", "shopify:CUP-B", 12, Decimal("12.50"), Decimal("15.00"), Decimal("113.45")),  # 173.95 × 135/207
        ("shopify:1004:2", "shopify:Gift card sleeve", 1, 0, 0, 0),
        ("shopify:1004:3", "shopify:TRAY-O", 3, Decimal("24.00"), 0, Decimal("60.50")),
    ]


def test_refunds_take_back_their_share_of_the_lines(shop):
    assert shop.core("select return_id, returned_on, refund_amount from core.returns order by 1") == [
        ("shopify:1005", date(2026, 2, 14), Decimal("25.21")),
        ("shopify:1006", date(2026, 2, 20), Decimal("19.36")),  # 24.00 × 40.34 / 50.00
        ("shopify:1007", date(2026, 3, 1), Decimal("10.50")),
    ]


def test_what_was_paid_is_the_whole_total(shop):
    assert shop.core("select count(*), sum(amount) from core.payments") == [(10, Decimal("585.30"))]


def test_customers_are_found_by_mail_address_or_telephone(shop):
    assert shop.core("select count(*) from core.customers") == [(8,)]  # who left neither is nobody
    assert shop.core(
        "select customer_id, customer_name, customer_type, country, region, city, mail_consent from core.customers"
        f" where customer_id in ('{person('bo@klein.example')}', '{person('einkauf@hafen-gmbh.example')}') order by 2"
    ) == [
        (person("bo@klein.example"), "Bo Klein", "individual", "DE", "HH", "Hamburg", False),
        (person("einkauf@hafen-gmbh.example"), "Hafen GmbH", "enterprise", "DE", "SH", "Kiel", True),
    ]
    unknown = "select order_id from core.orders anti join core.customers using (customer_id) where customer_id is not null"
    assert shop.core(unknown) == [("shopify:102",)]  # a guest of 2012
    assert shop.core("select customer_id from core.orders where order_id = 'shopify:1006'") == [(person("+49301234567"),)]


def test_both_forms_give_the_same_core_for_the_same_orders(shop, tmp_path):
    older = ReadySystem(tmp_path, "shopify")
    older.drop(takes=CUSTOMERS)
    with open(older.sample / OLD, encoding="utf-8") as file:
        header = next(csv.reader(file))
    with open(older.sample / NEW, encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["Name"] not in UNTOLD_IN_2012]
    with open(older.drops / NEW, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    older.load()
    older.build()

    orders = ", ".join(f"'shopify:{row['Name'][1:]}'" for row in rows)
    for table in ("orders", "order_lines"):
        query = (
            f"select * exclude (_file_id, _row, _exported_at, _loaded_at, _load) from core.{table}"
            f" where order_id in ({orders}) order by 1"
        )
        assert older.core(query) == shop.core(query)
        assert older.core(f"select count(distinct order_id) from core.{table}") == [(5,)]
