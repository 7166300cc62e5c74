"""Real files, loaded by declaration alone: their sums are those that their publishers and `data/README.md` give."""

import shutil
from decimal import Decimal

import pytest

from rapport.exports.lake import current_files
from rapport.exports.load import load as load_files
from rapport.exports.pull import pull
from rapport.gates.raw import check_raw
from rapport.settings import Settings
from rapport.state import open_state
from tests.conftest import DATA, PROJECT

CUSTOMERS = "olist_customers_dataset.csv"
pytestmark = pytest.mark.data("olist")


def columns(**types: str) -> str:
    """YAML of columns: name → type, and after a blank the rest of its meta."""
    lines = []
    for name, kind in types.items():
        data_type, _, meta = kind.partition(" ")
        lines.append(f"    - {{name: {name}, data_type: '{data_type}', config: {{meta: {{{meta}}}}}}}\n")
    return "  columns:\n" + "".join(lines)


def table(name: str, export: str, **types: str) -> str:
    """YAML of a table."""
    return f"- name: {name}\n  config: {{meta: {{export: {{load: upsert, {export}}}}}}}\n" + columns(**types)


@pytest.fixture
def load(shop):
    """Declares tables, drops files and loads them; nothing may be refused or rejected."""

    def run(tables: str, *files: str):
        shop.declare(tables)
        for file in files:
            target = shop.drops / file
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(DATA / file, target)
        result = shop.take()
        assert (result.refused, result.rows_rejected) == ([], 0)
        return shop

    return run


def test_cdnow_in_fixed_width(load):
    tables = table(
        "purchases",
        "files: CDNOW_master.txt, format: fixed_width, header_at: 1",
        customer="varchar key: true, at: [2, 5]",
        bought_on="date at: [8, 8], format: '%Y%m%d'",
        units="integer at: [16, 3]",
        amount="decimal(18,2) at: [20, 7]",
    )

    shop = load(tables, "cdnow/CDNOW_master.txt")

    assert shop.rows("customer, bought_on::varchar, units, amount, _row", "purchases")[:2] == [
        ("00001", "1997-01-01", 1, Decimal("11.77"), 1),
        ("00002", "1997-01-12", 1, Decimal("12.00"), 2),
    ]
    assert shop.ask("count(*), sum(amount), count(distinct customer) from rows", "purchases") == [
        (69659, Decimal("2500315.63"), 23570)
    ]


SUPERSTORE = {
    "order_no": 'varchar key: true, header: "Order ID"',
    "line_no": 'integer key: true, header: "Row ID"',
    "ordered_on": 'date header: "Order Date"',
    "customer_no": 'varchar header: "Customer ID"',
    "postal_code": 'varchar header: "Postal Code", personal: address',
    "sales": "decimal(18,4) header: Sales",
    "profit": "decimal(18,4) header: Profit",
}


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_superstore_as_csv_and_as_parquet(load, suffix):
    tables = table("orders", "files: 'superstore.*', format: [csv, parquet]", **SUPERSTORE)

    shop = load(tables, f"superstore/superstore.{suffix}")

    figures = "count(*), sum(sales), sum(profit), count(distinct order_no), count(distinct customer_no)"
    assert shop.ask(f"{figures} from rows") == [(9994, Decimal("2297200.8603"), Decimal("286397.0217"), 5009, 793)]


NORTHWIND_LINE = {
    "product_no": "integer key: true, header: productID",
    "price": "decimal(18,4) header: unitPrice",
    "quantity": "integer required: true",
    "discount": "decimal(18,4) required: true",
}
NET = "count(*), sum(price * quantity * (1 - discount))"


NORTHWIND_ORDER = {"number": "integer key: true, header: orderID", "freight": "decimal(18,2)"}


def test_northwind_as_csv(load):
    customer = {"number": "varchar key: true, header: customerID", "region": "varchar"}
    tables = (
        table("customers", "files: customers.csv, nulls: ['NULL']", **customer)
        + table("orders", "files: orders.csv, nulls: ['NULL']", **NORTHWIND_ORDER)
        + table("lines", "files: order_details.csv", order_no="integer key: true, header: orderID", **NORTHWIND_LINE)
    )

    shop = load(tables, *(f"northwind/{name}.csv" for name in ("customers", "orders", "order_details")))

    assert shop.ask("count(*), count(region) from rows", "customers") == [(91, 31)]
    assert shop.ask("count(*), sum(freight) from rows", "orders") == [(830, Decimal("64942.69"))]
    assert shop.ask(f"{NET} from rows", "lines") == [(2155, Decimal("1265793.0395"))]


def test_northwind_as_nested_json(load):
    tables = (
        table(
            "orders", "files: orders.json, format: json", number="integer key: true, header: orderID", freight="decimal(18,2)"
        )
        + table(
            "lines",
            "files: orders.json, format: json, records: '[].details[]'",
            order_no="integer key: true, header: '../orderID'",
            **NORTHWIND_LINE,
        )
        + table("customers", "files: customers.json, format: json", number="varchar key: true, header: customerID")
    )

    shop = load(tables, "northwind/orders.json", "northwind/customers.json")

    assert shop.ask("count(*) from rows", "customers") == [(91,)]
    assert shop.ask("count(*), sum(freight) from rows", "orders") == [(830, Decimal("64942.69"))]
    assert shop.ask(f"{NET} from rows", "lines") == [(2155, Decimal("1265793.0395"))]


def test_support_tickets_with_line_feeds_in_their_cells(load):
    tables = table(
        "tickets",
        "files: '*.csv', zone: UTC",
        number='integer key: true, header: "Ticket ID"',
        status='varchar header: "Ticket Status"',
        text='varchar header: "Ticket Description", personal: free_text',
        answered_at='timestamptz header: "First Response Time"',
        solved_at='timestamptz header: "Time to Resolution"',
        rating='decimal(3,1) header: "Customer Satisfaction Rating"',
    )

    shop = load(tables, "support_tickets/customer_support_tickets.csv")

    assert {status for (status,) in shop.ask("distinct status from rows", "tickets")} == {
        "Open",
        "Pending Customer Response",
        "Closed",
    }
    counts = [f"count(*) filter (status like '{status}%')" for status in ("Open", "Pending", "Closed")]
    assert shop.ask(", ".join(counts) + " from rows", "tickets") == [(2819, 2881, 2769)]
    assert shop.ask("round(avg(rating), 5), count(*) filter (solved_at < answered_at), max(_row) from rows", "tickets") == [
        (2.99133, 1365, 8469)
    ]
    assert shop.ask("count(*) filter (contains(text, chr(10))) from rows", "tickets")[0][0] > 1000


def test_telco_churn_with_blank_charges(load):
    tables = table(
        "subscribers",
        "files: '*.csv'",
        number="varchar key: true, header: customerID",
        total="decimal(18,2) header: TotalCharges",
        is_lost='boolean header: Churn, values: {"Yes": "true", "No": "false"}',
    )

    shop = load(tables, "telco_churn/Telco-Customer-Churn.csv")

    assert shop.ask("count(*), count(total), count(*) filter (is_lost) from rows", "subscribers") == [(7043, 7032, 1869)]


EXCEL = "timestamp_format: '%m/%d/%Y %H:%M', zone: America/Sao_Paulo"


def olist(folder: str, prefix: str, form: str) -> str:
    """Three tables of Olist as they are in a folder."""
    return (
        table(
            f"{prefix}orders",
            f"files: '{folder}/olist_orders_dataset.csv', {form}",
            order_id="varchar key: true",
            order_purchase_timestamp="timestamptz required: true",
        )
        + table(
            f"{prefix}items",
            f"files: '{folder}/olist_order_items_dataset.csv', {form}",
            order_id="varchar key: true",
            order_item_id="integer key: true",
            price="decimal(18,2) required: true",
            freight_value="decimal(18,2) required: true",
        )
        + table(
            f"{prefix}payments",
            f"files: '{folder}/olist_order_payments_dataset.csv'",
            order_id="varchar key: true",
            payment_value="decimal(18,2) required: true",
        )
        + table(
            f"{prefix}reviews",
            f"files: '{folder}/olist_order_reviews_dataset.csv'",
            order_id="varchar key: true",
            review_score="integer required: true",
        )
    )


def test_olist_resaved_by_excel_agrees_with_the_original_where_they_overlap(load):
    names = ("orders", "order_items", "order_payments", "order_reviews")
    folders = {"": "olist/orders_8k", "excel_": "olist/orders_5k_resaved_by_excel"}
    tables = olist(folders[""], "", "zone: America/Sao_Paulo") + olist(folders["excel_"], "excel_", EXCEL)

    shop = load(tables, *(f"{folder}/olist_{name}_dataset.csv" for folder in folders.values() for name in names))

    assert shop.ask("count(*), sum(price), sum(freight_value) from rows", "items") == [
        (8365, Decimal("1093264.35"), Decimal("172288.39"))
    ]
    assert shop.ask("sum(price), sum(freight_value) from rows", "excel_items") == [(Decimal("677833.96"), Decimal("111566.53"))]
    assert shop.ask("count(*), sum(payment_value) from rows", "payments") == [(8924, Decimal("1428602.81"))]
    assert shop.ask("sum(payment_value) from rows", "excel_payments") == [(Decimal("789498.77"),)]
    assert shop.ask("count(*), round(avg(review_score), 4) from rows", "excel_reviews") == [(4988, 4.1193)]
    minute = "date_trunc('minute', order_purchase_timestamp)"
    original = dict(shop.rows(f"order_id, {minute}", "orders"))
    resaved = dict(shop.rows(f"order_id, {minute}", "excel_orders"))
    shared = original.keys() & resaved.keys()
    assert (len(original), len(resaved), len(shared)) == (8135, 5000, 384)
    assert [order for order in shared if original[order] != resaved[order]] == []
    amounts = "order_id || '/' || order_item_id, (price, freight_value)"
    items, excel_items = (dict(shop.rows(amounts, name)) for name in ("items", "excel_items"))
    assert all(items[item] == excel_items[item] for item in items.keys() & excel_items.keys())


def test_leading_zeros_that_excel_lost_are_noticed_by_the_raw_gate(tmp_path):
    company = PROJECT / "examples/olist/company.yml"
    settings = Settings(project=PROJECT, company_file=company, home=tmp_path / "home", drops={"olist": str(tmp_path / "drop")})
    state = open_state(settings.state_url)

    def checked(folder: str) -> dict[str, str]:
        (tmp_path / "drop").mkdir(exist_ok=True)
        shutil.copyfile(DATA / "olist" / folder / CUSTOMERS, tmp_path / "drop" / CUSTOMERS)
        pull(settings, state)
        assert load_files(settings, state).refused == []
        checks = check_raw(settings, state, current_files(settings, state)).checks
        return {check.name: check.outcome for check in checks if check.name.startswith("raw/olist__customers/")}

    zip_codes = "raw/olist__customers/ExpectColumnValuesToMatchRegex:customer_zip_code_prefix"
    assert checked("orders_8k")[zip_codes] == "passed"
    assert checked("orders_5k_resaved_by_excel")[zip_codes] == "warning"
