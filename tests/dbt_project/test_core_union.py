"""What becomes of rows on their way from two small systems through core to the sales marts, with everything that goes wrong on it."""

import shutil
from datetime import UTC, date, datetime
from decimal import Decimal

import duckdb
import pytest

from rapport.settings import Settings
from rapport.warehouse.dbt import nightly, run_dbt
from rapport.warehouse.lock import warehouse_lock
from tests.conftest import PROJECT

CORE = ("calendar", "credits", "customer_links", "customers", "employees", "fx_rates", "invoices", "order_lines", "orders")
COMPANY = """
name: {en: Two systems}
currency: EUR
timezone: Europe/Berlin
country: DE
history_starts_on: 2025-01-01
systems: {till: {drops: drops/till}, web: {drops: drops/web}}
feeds:
  customers: [web]
  products: [web]
  employees: [till, web]
  orders: [till, web]
  order_lines: [till]
  fx_rates: [web]
shared_ids: [employees]
mail: {sender: reports@two.example}
"""
MODELS = {
    # name, exported on day d of January 2026 as delivery n, in a file named f: row r
    "core_till__orders": """
        select 'till:' || no as order_id, customer as customer_id, cast(day as timestamptz) as ordered_at, cast(day as date) as ordered_on,
            status, 'shop' as channel, 'f' || load as _file_id, row as _row,
            cast(exported as timestamptz) as _exported_at, cast(exported as timestamptz) as _loaded_at, cast(load as bigint) as _load
        from (values
            (1, 'web:1', '2026-01-01', 'placed', '2026-01-02', 1, 1::bigint),
            (1, 'web:1', '2026-01-01', 'completed', '2026-01-03', 2, 1),
            (1, 'web:1', '2026-01-01', 'cancelled', '2026-01-01', 3, 1),
            (2, 'till:9', '2026-01-01', 'placed', '2026-01-03', 2, 2),
            (2, 'till:9', '2026-01-01', 'completed', '2026-01-03', 4, 1),
            (3, 'web:1', null, 'placed', '2026-01-03', 4, 2),
            (4, 'web:1', '2026-01-01', 'placed', '2026-01-02', 1, 3),
            (4, 'web:1', null, 'placed', '2026-01-03', 2, 3)
        ) as v (no, customer, day, status, exported, load, row)
    """,
    "core_web__orders": """
        select 'web:1' as order_id, 'web:2' as customer_id, cast('2026-01-01' as timestamptz) as ordered_at,
            cast('2026-01-01' as date) as ordered_on, 'w' as _file_id, cast(1 as bigint) as _row,
            cast('2026-01-02' as timestamptz) as _exported_at, cast('2026-01-02' as timestamptz) as _loaded_at, cast(1 as bigint) as _load
    """,
    "core_till__order_lines": """
        select 'till:' || no as order_line_id, 'till:' || order_no as order_id, cast(1 as decimal(18, 4)) as quantity,
            cast(amount as decimal(18, 4)) as net_amount, currency, 'l' as _file_id, cast(no as bigint) as _row,
            cast('2026-01-02' as timestamptz) as _exported_at, cast('2026-01-02' as timestamptz) as _loaded_at, cast(1 as bigint) as _load
        from (values
            (1, 1, 10.00, 'EUR'), (2, 1, 3.00, 'USD'), (3, 2, 7.50, null), (4, 1, 5.00, 'CHF'), (5, 1, null, 'EUR'), (6, 99, 1.25, 'EUR')
        ) as v (no, order_no, amount, currency)
    """,
    "core_till__employees": """
        select '7' as employee_id, 'Ann' as employee_name, 'till' as _file_id, cast(1 as bigint) as _row,
            cast('2026-01-02' as timestamptz) as _exported_at, cast('2026-01-02' as timestamptz) as _loaded_at, cast(1 as bigint) as _load
    """,
    "core_web__employees": """
        select '7' as employee_id, 'Anna' as employee_name, 'ann@two.example' as email, 'web' as _file_id, cast(2 as bigint) as _row,
            cast('2026-01-09' as timestamptz) as _exported_at, cast('2026-01-09' as timestamptz) as _loaded_at, cast(9 as bigint) as _load
    """,
    "core_web__fx_rates": """
        select 'USD' as from_currency, 'EUR' as to_currency, cast('2025-12-29' as date) as rate_on, cast(0.91117 as decimal(18, 8)) as rate,
            'x' as _file_id, cast(1 as bigint) as _row,
            cast('2026-01-02' as timestamptz) as _exported_at, cast('2026-01-02' as timestamptz) as _loaded_at, cast(1 as bigint) as _load
    """,
    "core_web__customers": """
        select 'web:' || no as customer_id, name as customer_name, {{ provenance(removed=true) }}
        from ({{ latest_snapshot('web', 'accounts', key=['no']) }})
    """,
    "core_web__products": """
        select 'web:' || no as product_id, name as product_name, {{ provenance(removed=true) }}
        from ({{ latest_snapshot('web', 'articles', key=['no']) }})
    """,
}
SOURCES = """
sources:
  - name: web
    database: warehouse
    schema: web
    tables: [{name: accounts}, {name: articles}]
"""
RAPPORT = """
create schema rapport; create schema web;
create table rapport.this_build as select 1::bigint as number, timestamptz '2026-02-01' as as_of, date '2026-02-01' as as_of_on;
create table rapport.lake_files as
select system, table_name, file_id, exported_at::timestamptz as exported_at, sequence::bigint as sequence
from (values
    ('web', 'accounts', 'A', '2026-01-01 06:00Z', 1), ('web', 'accounts', 'B', '2026-01-02 06:00Z', 2),
    ('web', 'articles', 'A', '2026-01-01 06:00Z', 3), ('web', 'articles', 'B', '2026-01-02 06:00Z', 4),
    ('web', 'articles', 'A', '2026-01-03 06:00Z', 5)
) as v (system, table_name, file_id, exported_at, sequence);
create table web.accounts as
select no, name, file as _file_id, row::bigint as _row, exported::timestamptz as _exported_at, exported::timestamptz as _loaded_at,
    load::bigint as _load
from (values
    ('1', 'Old name', 'A', 1, '2026-01-01 06:00Z', 1), ('2', 'Gone', 'A', 2, '2026-01-01 06:00Z', 1),
    ('1', 'New name', 'B', 1, '2026-01-02 06:00Z', 2), ('3', 'Come', 'B', 2, '2026-01-02 06:00Z', 2)
) as v (no, name, file, row, exported, load);
create table web.articles as  -- file A was delivered again after B, so its rows carry the time of that delivery
select no, name, file as _file_id, row::bigint as _row, exported::timestamptz as _exported_at, exported::timestamptz as _loaded_at,
    load::bigint as _load
from (values
    ('1', 'First', 'A', 1, '2026-01-03 06:00Z', 5), ('2', 'Back', 'A', 2, '2026-01-03 06:00Z', 5),
    ('1', 'Second', 'B', 1, '2026-01-02 06:00Z', 4), ('3', 'Gone', 'B', 2, '2026-01-02 06:00Z', 4)
) as v (no, name, file, row, exported, load);
"""


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory):
    """The warehouse that dbt builds from the two systems, with the project's own macros, core and sales models."""
    home = tmp_path_factory.mktemp("two_systems")
    own, made = PROJECT / "dbt_project", home / "dbt_project"
    for folder in ("macros", "tests", "models/marts/sales"):
        shutil.copytree(own / folder, made / folder)
    models = [f"models/core/{table}" for table in (*CORE, "products", "returns")]
    models += [f"models/marts/shared/{name}" for name in ("account_links", "calendar_days", "exchange_rates", "product_catalogue")]
    models.append("models/marts/data_health/refused_rows")
    files = [f"{model}{suffix}" for model in models for suffix in (".sql", ".yml")]
    for name in (*files, "models/core/_rapport__sources.yml", "dbt_project.yml", "profiles.yml"):
        (made / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(own / name, made / name)
    for name, sql in MODELS.items():
        folder = made / "models/systems" / name.split("_")[1]
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.sql").write_text(sql)
    (made / "models/systems/web/_web__sources.yml").write_text(SOURCES)
    (home / "company.yml").write_text(COMPANY)

    settings = Settings(project=home, home=home / "home", company_file=home / "company.yml")
    settings.scratch.mkdir(parents=True)
    with duckdb.connect(str(settings.warehouse_file)) as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute(RAPPORT)
    with warehouse_lock(settings) as lock:
        arguments = ["build", "--exclude-resource-types", "unit_test"]
        run_dbt(settings, arguments, places=nightly(settings), lock=lock)
    with duckdb.connect(str(settings.warehouse_file), read_only=True) as connection:
        connection.execute("set timezone = 'UTC'")
        yield connection


def rows(warehouse, sql: str) -> list[tuple]:
    return warehouse.execute(sql).fetchall()


def test_the_latest_version_of_a_key_stands_and_an_older_file_that_comes_late_changes_nothing(warehouse):
    found = rows(warehouse, "select order_id, status, _load from core.orders where _system = 'till' and order_id < 'till:3'")

    assert sorted(found) == [("till:1", "completed", 2), ("till:2", "completed", 4)]


def test_a_null_against_the_contract_is_refused_and_the_last_good_version_stays(warehouse):
    assert rows(warehouse, "select order_id, _load from core.orders where order_id in ('till:3', 'till:4')") == [("till:4", 1)]
    assert rows(
        warehouse,
        "select _file_id, _row, rule, broken_columns, amount from marts.refused_rows where core_table = 'orders' order by _file_id",
    ) == [("f2", 3, "no value", "ordered_at, ordered_on", None), ("f4", 2, "no value", "ordered_at, ordered_on", None)]


def test_a_column_that_a_system_does_not_have_is_null(warehouse):
    assert rows(warehouse, "select channel, _system from core.orders where order_id = 'web:1'") == [(None, "web")]


def test_a_table_that_nobody_feeds_is_empty_and_has_its_columns(warehouse):
    assert rows(warehouse, "select return_id, returned_on, refund_amount, _load from core.returns") == []


def test_a_record_that_left_the_snapshot_is_kept_and_says_since_when(warehouse):
    assert rows(warehouse, "select customer_name, _removed_at from core.customers order by customer_id") == [
        ("New name", None),
        ("Gone", datetime(2026, 1, 2, 6, tzinfo=UTC)),
        ("Come", None),
    ]


def test_a_snapshot_delivered_again_is_the_truth_again(warehouse):
    assert rows(warehouse, "select product_name, _removed_at from core.products order by product_id") == [
        ("First", None),
        ("Back", None),
        ("Gone", datetime(2026, 1, 3, 6, tzinfo=UTC)),
    ]


def test_of_a_shared_thing_each_column_is_the_first_that_a_system_knows(warehouse):
    found = rows(warehouse, "select employee_id, employee_name, email, _system, _file_id, _row from core.employees")

    assert found == [("7", "Ann", "ann@two.example", "till", "till", 1)]


def test_lines_are_converted_once_and_lines_without_an_account_still_count(warehouse):
    found = rows(warehouse, "select order_line_id, customer_id, amount, is_linked from marts.sales_lines order by order_line_id")

    assert found == [
        ("till:1", "web:1", Decimal("10.0000"), True),
        ("till:2", "web:1", Decimal("2.7335"), True),  # 3 × 0.91117 = 2.73351
        ("till:3", None, Decimal("7.5000"), False),
    ]


def test_every_line_is_counted_or_refused_with_its_amount(warehouse):
    found = rows(
        warehouse,
        "select _row, rule, broken_columns, amount, currency from marts.refused_rows where core_table = 'order_lines' order by _row",
    )

    assert found == [
        (4, "no exchange rate", "currency", Decimal("5.0000"), "CHF"),
        (5, "no value", "net_amount", None, "EUR"),
        (6, "no order", "order_id", Decimal("1.2500"), "EUR"),
    ]


def test_an_order_without_an_account_makes_no_customer_active(warehouse):
    assert rows(warehouse, "select customer_id, ordered_on from marts.order_days order by customer_id") == [
        ("web:1", date(2026, 1, 1)),
        ("web:2", date(2026, 1, 1)),
    ]


def test_descriptions_can_be_read_in_the_warehouse_itself(warehouse):
    described = "select comment from duckdb_columns() where schema_name = 'core' and table_name = 'orders' and column_name = '_row'"

    assert rows(warehouse, described) == [("Number of the record in that file; the first after the header is 1.",)]
