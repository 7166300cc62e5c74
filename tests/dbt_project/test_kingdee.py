"""Kingdee's lists under Chinese headers and under the keys of fields; expected values: by hand from examples/kingdee."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from tests.dbt_project.ready_systems import ReadySystem, as_gb18030, as_workbook, brought


@pytest.fixture(scope="module")
def chinese(tmp_path_factory) -> ReadySystem:
    return brought(tmp_path_factory.mktemp("kingdee_zh"), "kingdee", "zh")


def test_every_record_is_loaded_and_the_line_of_totals_is_none(chinese):
    assert chinese.loaded == {
        "销售订单_20261031.csv": (14, 0, 1),
        "应收单_20261031.csv": (6, 0, 1),
        "收款单_20261031.csv": (7, 0, 1),
    }


def test_approved_orders_are_orders_and_drafts_are_none(chinese):
    assert chinese.core(
        "select right(order_id, 3), right(customer_id, 4), status, currency, promised_on from core.orders order by 1"
    ) == [
        ("101", "0101", "completed", "CNY", date(2026, 8, 25)),
        ("102", "0102", "completed", "CNY", date(2026, 9, 10)),
        ("103", "0103", "placed", "EUR", date(2026, 10, 1)),
        ("104", "0104", "placed", "CNY", None),
        ("105", "0101", "cancelled", "CNY", date(2026, 10, 30)),
        ("106", "0105", "placed", "CNY", date(2026, 11, 5)),
        ("107", "0102", "placed", "CNY", date(2026, 11, 30)),
    ]
    assert chinese.core(
        "select ordered_at, ordered_on, employee_id, legal_entity from core.orders where order_id like '%103'"
    ) == [(datetime(2026, 9, 1, 16, 0, tzinfo=UTC), date(2026, 9, 2), "kingdee:郁陶", "南浦阀门")]


def test_lines_are_without_tax(chinese):
    assert chinese.core("select currency, count(*), sum(net_amount) from core.order_lines group by all order by 1") == [
        ("CNY", 9, Decimal("28540")),
        ("EUR", 3, Decimal("4250")),
    ]
    # of XSDD000104 the list states neither amount nor tax: 1220.40 with 13 % is 1080
    assert chinese.core(
        "select order_line_id, product_id, quantity, unit_price, net_amount from core.order_lines"
        " where order_id like '%104' or order_line_id like '%101:1' order by 1"
    ) == [
        ("kingdee:XSDD000101:1", "kingdee:07.01.001", Decimal("100"), Decimal("50"), Decimal("5000")),
        ("kingdee:XSDD000104:1", "kingdee:07.01.002", Decimal("12"), Decimal("90"), Decimal("1080")),
    ]


def test_receivables_are_invoices_with_tax_and_receipts_pay_them(chinese):
    assert chinese.core(
        "select currency, count(*), sum(amount), sum(paid_amount), min(due_on) from core.invoices group by all order by 1"
    ) == [
        ("CNY", 4, Decimal("17211.8"), Decimal("9876"), date(2026, 9, 24)),
        ("EUR", 1, Decimal("4250"), Decimal("4250"), date(2026, 10, 31)),
    ]
    assert chinese.core(
        "select currency, count(*), count(invoice_id), sum(amount) from core.payments group by all order by 1"
    ) == [
        ("CNY", 4, 3, Decimal("10376")),  # one is in advance, for an order
        ("EUR", 2, 2, Decimal("4250")),
    ]
    assert chinese.core(
        "select invoice_id, paid_on, amount, method, customer_id from core.payments where payment_id = 'kingdee:SKD00000303:1'"
    ) == [("kingdee:AR00000202", date(2026, 10, 12), Decimal("4000"), "银行承兑汇票", "kingdee:CUST0102")]


def test_customers_and_products_are_those_that_bills_name(chinese):
    assert chinese.core("select customer_id, customer_name from core.customers order by 1")[2] == (
        "kingdee:CUST0103",
        "Baltic Fittings OÜ",
    )
    assert chinese.core("select count(*) from core.customers") == [(5,)]
    assert chinese.core("select count(*) from core.products") == [(4,)]


def test_the_keys_of_fields_as_headers_give_the_same_core(chinese, tmp_path):
    keys = brought(tmp_path, "kingdee", "keys")

    assert {rejected for _, rejected, _ in keys.loaded.values()} == {0}
    assert keys.held() == chinese.held()


@pytest.mark.parametrize("change", [as_gb18030, as_workbook])
def test_another_encoding_or_a_workbook_holds_the_same(chinese, tmp_path, change):
    other = ReadySystem(tmp_path, "kingdee")
    other.drop("zh", change)
    other.load()

    assert other.lake() == chinese.lake()


def test_a_later_list_takes_the_place_of_what_it_holds_in_a_build_that_continues_another(tmp_path):
    """In November a line left order 106, order 107 and receivable 205 became drafts again, 108 and 206 were approved."""
    system = brought(tmp_path, "kingdee", "zh")
    lines = (system.drops / "销售订单_20261031.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    orders = [lines[0], next(line for line in lines if line.startswith("XSDD000106"))]
    orders += [line.replace("已审核", "重新审核") for line in lines if line.startswith("XSDD000107")]
    orders += [line.replace("审核中", "已审核") for line in lines if line.startswith("XSDD000108")]
    (system.drops / "销售订单_20261104.csv").write_text("".join(orders), encoding="utf-8")
    lines = (system.drops / "应收单_20261031.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    owed = [lines[0], lines[5].replace("已审核", "重新审核"), lines[6].replace("创建", "已审核")]
    (system.drops / "应收单_20261104.csv").write_text("".join(owed), encoding="utf-8")
    system.load()
    system.build()

    assert [order for (order,) in system.core("select right(order_id, 3) from core.orders order by 1")] == [
        *("101", "102", "103", "104", "105", "106", "108")
    ]
    assert system.core("select count(*), sum(net_amount) from core.order_lines where order_id like '%106'") == [
        (1, Decimal("3000"))
    ]
    assert [number for (number,) in system.core("select right(invoice_id, 3) from core.invoices order by 1")] == [
        *("201", "202", "203", "204", "206")
    ]
