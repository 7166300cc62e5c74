"""The shop's exports: what changed each day, with customer numbers of its own."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from rapport.demo import faults
from rapport.demo.accounts import Account
from rapport.demo.days import Window
from rapport.demo.products import Product
from rapport.demo.records import ExportFile, Record, Table, merged, money
from rapport.demo.staff import Assignment, manager_on
from rapport.demo.trade import Order, Return

ORDERS = Table(
    "shop", "orders",
    ("order_no", "customer_no", "ordered_at", "channel", "status", "currency", "sales_rep", "depot", "legal_entity",
     "promised_on", "shipped_on", "delivered_on"),
)  # fmt: skip
LINES = Table(
    "shop", "order_lines",
    ("line_no", "order_no", "product_no", "quantity", "unit_price", "discount", "net_amount", "cost", "currency"),
)  # fmt: skip
RETURNS = Table(
    "shop", "returns",
    ("return_no", "order_no", "line_no", "customer_no", "returned_on", "quantity", "refund", "reason", "currency"),
)  # fmt: skip
INVOICES = Table(
    "shop", "invoices",
    ("invoice_no", "customer_no", "order_no", "issued_on", "due_on", "paid_on", "amount", "paid_amount", "currency"),
)  # fmt: skip
PRODUCTS = Table(
    "shop", "products",
    ("product_no", "product_name", "category", "subcategory", "brand", "unit_cost", "list_price", "currency"),
)  # fmt: skip


def shop_files(
    window: Window,
    orders: list[Order],
    returns: list[Return],
    products: list[Product],
    care: dict[str, list[Assignment]],
) -> list[ExportFile]:
    """All files of the shop; orders and lines are exported daily, the rest monthly, products each quarter."""
    exports = [
        (ORDERS, (record for order in orders for record in _order_records(order, care)), "daily"),
        (LINES, (record for order in orders for record in _line_records(order)), "daily"),
        (RETURNS, map(_return_record, returns), "monthly"),
        (INVOICES, (record for order in orders for record in _invoice_records(order)), "monthly"),
    ]
    files = [
        file
        for table, records, period in exports
        for file in merged(table, _with_faults(table, records, window), window, period=period)
    ]
    return files + [_product_file(day, products) for day in window.snapshot_days if day.month % 3 == 0 or day == window.last]


def _with_faults(table: Table, records: Iterable[Record], window: Window) -> Iterator[Record]:
    yield from records
    yield from faults.planted(table, window)


def _order_records(order: Order, care: dict[str, list[Assignment]]) -> Iterator[Record]:
    """An order as it was on the day it was placed, then as it was when it was delivered or cancelled."""
    yield _order_record(order, order.ordered_on, "placed", care)
    if order.cancelled_on:
        yield _order_record(order, order.cancelled_on, "cancelled", care)
    else:
        yield _order_record(order, order.delivered_on, "completed", care)


def _order_record(order: Order, day: date, status: str, care: dict[str, list[Assignment]]) -> Record:
    account: Account | None = order.buyer.account
    seller = manager_on(care[account.account_no], order.ordered_on) if account else ""
    arrived = status == "completed"
    return Record(
        day,
        order.order_no,
        (
            order.order_no, order.buyer.buyer_no, order.ordered_at.isoformat(" "), order.channel, status, order.buyer.currency,
            seller, order.buyer.depot, account.legal_entity if account else "Nordhaven Supply GmbH",
            order.promised_on.isoformat(), order.shipped_on.isoformat() if arrived else "",
            order.delivered_on.isoformat() if arrived else "",
        ),
    )  # fmt: skip


def _line_records(order: Order) -> Iterator[Record]:
    for line in order.lines:
        cells = (
            line.line_no, order.order_no, line.product.product_no, str(line.quantity), money(line.unit_price),
            money(line.discount), money(line.net), money(line.cost), order.buyer.currency,
        )  # fmt: skip
        yield Record(order.ordered_on, line.line_no, cells)


def _return_record(back: Return) -> Record:
    cells = (
        back.return_no, back.order.order_no, back.line.line_no, back.order.buyer.buyer_no, back.returned_on.isoformat(),
        str(back.quantity), money(back.refund), back.reason, back.order.buyer.currency,
    )  # fmt: skip
    return Record(back.returned_on, back.return_no, cells)


def _invoice_records(order: Order) -> Iterator[Record]:
    """The invoice when it is issued, on delivery, and again when it is paid."""
    if order.cancelled_on:
        return
    number, amount = f"RE{order.order_no[2:]}", money(order.net)
    due_on = order.delivered_on + timedelta(days=30)
    for day, paid_on, paid in ((order.delivered_on, "", "0.00"), (order.paid_on, order.paid_on.isoformat(), amount)):
        yield Record(
            day,
            number,
            (
                number,
                order.buyer.buyer_no,
                order.order_no,
                order.delivered_on.isoformat(),
                due_on.isoformat(),
                paid_on,
                amount,
                paid,
                order.buyer.currency,
            ),
        )


def _product_file(day: date, products: list[Product]) -> ExportFile:
    records = [
        Record(day, product.product_no, (
            product.product_no, product.name, product.category, product.subcategory, product.brand,
            money(product.cost(day.year)), money(product.price(day.year)), "EUR",
        ))
        for product in products
    ]  # fmt: skip
    return ExportFile(PRODUCTS, f"products_{day}.csv", records)
