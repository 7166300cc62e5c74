"""天猫's and 淘宝's exports, from the drop to core: the sample of examples/tmall against what was worked out by hand."""

from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import md5

import pytest
from tests.dbt_project.ready_systems import ReadySystem


def order(number: int) -> str:
    return f"tmall:310000000000000000{number}"


def buyer(name: str) -> str:
    return f"tmall:{md5(name.encode()).hexdigest()}"


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    shop = ReadySystem(tmp_path_factory.mktemp("tmall"), "tmall")
    shop.drop()
    return shop, shop.load()


@pytest.fixture(scope="module")
def shop(loaded) -> ReadySystem:
    shop, _ = loaded
    shop.build()
    return shop


def test_every_record_of_both_forms_is_loaded_from_gbk_and_utf_8(loaded):
    shop, result = loaded

    assert (result.files, result.rows_good, result.rows_rejected, result.refused) == (4, 7 + 10 + 4 + 5, 0, [])
    assert "小溪流水".encode("gbk") in (shop.sample / "ExportOrderList202603311000.csv").read_bytes()
    assert "云上".encode() in (shop.sample / "ExportOrderList202604301000.csv").read_bytes()


def test_buyers_names_addresses_and_telephones_never_reach_the_lake(loaded):
    _, result = loaded

    ignored = " ".join(notice for notice in result.notices if "ignored" in notice)
    assert all(f"'{name}'" in ignored for name in ("收货人姓名", "收货地址", "联系手机", "买家支付宝账号", "买家留言"))


def test_order_numbers_are_digits_whether_written_as_a_formula_or_behind_a_tab(shop):
    assert shop.core("select order_id from core.orders order by 1") == [(order(number),) for number in range(1, 10)]


def test_an_order_is_what_the_newest_file_says_and_keeps_the_buyer_that_an_older_one_named(shop):
    assert shop.core(
        "select order_id, customer_id, ordered_at, ordered_on, status, shipped_on, delivered_on from core.orders"
        f" where order_id in ('{order(2)}', '{order(3)}', '{order(6)}') order by 1"
    ) == [
        (order(2), buyer("北风"), datetime(2026, 1, 31, 15, 59, 30, tzinfo=UTC), date(2026, 1, 31), "completed", None, None),
        (order(3), buyer("小溪流水"), datetime(2026, 3, 30, 13, tzinfo=UTC), date(2026, 3, 30), "completed", date(2026, 4, 1),
         date(2026, 4, 5)),
        (order(6), None, datetime(2026, 3, 28, 0, 30, tzinfo=UTC), date(2026, 3, 28), "placed", None, None),
    ]  # fmt: skip
    assert shop.core("select order_id from core.orders where status = 'cancelled' order by 1") == [(order(4),), (order(7),)]


def test_an_order_that_waits_for_payment_is_not_one_yet(tmp_path):
    march = ReadySystem(tmp_path, "tmall")
    march.drop(takes="*202603311000.csv")
    march.load()
    march.build()

    for table in ("orders", "order_lines"):
        assert march.core(f"select count(*) from core.{table} where order_id = '{order(3)}'") == [(0,)]
    assert march.core("select count(*), sum(net_amount) from core.order_lines") == [(9, Decimal("786.50"))]  # 836.00 - 49.50


def test_lines_add_up_to_what_the_goods_cost(shop):
    assert dict(shop.core("select order_id, sum(net_amount) from core.order_lines group by 1")) == {
        order(1): Decimal("180.00"),
        order(2): Decimal("89.00"),
        order(3): Decimal("49.50"),
        order(4): Decimal("101.00"),
        order(5): Decimal("300.00"),
        order(6): Decimal("27.50"),
        order(7): Decimal("89.00"),
        order(8): Decimal("120.00"),
        order(9): Decimal("60.00"),
    }
    assert shop.core("select count(*), sum(net_amount), sum(quantity) from core.order_lines") == [
        (13, Decimal("1016.00"), Decimal(16))
    ]
    assert shop.core(
        "select order_line_id, product_id, quantity, unit_price, discount_amount, net_amount from core.order_lines"
        f" where order_id in ('{order(1)}', '{order(5)}') order by 1"
    ) == [
        (f"{order(1)}:1", "tmall:CUP-B", 2, Decimal("49.50"), Decimal("9.90"), Decimal("89.10")),  # 180 × 99/200
        (f"{order(1)}:2", "tmall:JUG-1", 1, Decimal("101.00"), Decimal("10.10"), Decimal("90.90")),
        (
            f"{order(5)}1",
            "tmall:TRAY-O",
            3,
            Decimal("110.00"),
            Decimal("30.00"),
            Decimal("300.00"),
        ),  # the newer form numbers lines
    ]


def test_a_refund_counts_once_and_without_postage(shop):
    columns = "return_id, order_line_id, customer_id, returned_on, refund_amount"
    assert shop.core(f"select {columns} from core.returns order by 1") == [
        (f"{order(5)}1", f"{order(5)}1", buyer("北风"), date(2026, 3, 29), Decimal("50.00")),
        (f"{order(8)}2", f"{order(8)}2", buyer("云上"), date(2026, 4, 10), Decimal("50.00")),
        (order(9), None, None, date(2026, 4, 12), Decimal("60.00")),  # 70.00, of which 10.00 postage
    ]


def test_payments_customers_and_products(shop):
    assert shop.core("select count(*), sum(amount) from core.payments") == [(8, Decimal("935.00"))]
    assert shop.core("select customer_id, customer_name from core.customers order by 2") == [
        (buyer(name), name) for name in ("云上", "北风", "小溪流水", "海鸥")
    ]
    assert shop.core("select product_id, product_name, list_price from core.products order by 1") == [
        ("tmall:CUP-B", "杯子 颜色分类:蓝色", Decimal("50.00")),
        ("tmall:JUG-1", "陶壶", Decimal("60.00")),
        ("tmall:KET-15", "电水壶 容量：1.5 升", Decimal("89.00")),
        ("tmall:TRAY-O", "橡木托盘", Decimal("70.00")),
        ("tmall:橡木托盘", "橡木托盘", Decimal("10.00")),
    ]
