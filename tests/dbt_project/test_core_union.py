"""What becomes of the rows of two small systems (`two_systems/`) on their way through core to the sales marts."""

import shutil
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from tests.conftest import PROJECT

from rapport.settings import Settings
from rapport.warehouse.dbt import nightly, run_dbt
from rapport.warehouse.lock import warehouse_lock

TWO_SYSTEMS = Path(__file__).parent / "two_systems"
CORE = "calendar credits customer_links customers employees fx_rates invoices order_lines orders products returns"
# by refused_rows
LOOKED_UP = "campaigns contracts leads opportunities payments requirements reward_claims rewards service_costs targets"
SALES = "orders order_lines returns credits"
SHARED = "account_links calendar_days exchange_rates product_catalogue"


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory):
    """The warehouse that dbt builds from the two systems, with the project's own macros, core and sales models."""
    home = tmp_path_factory.mktemp("two_systems")
    own, made = PROJECT / "dbt_project", home / "dbt_project"
    for folder in ("macros", "tests"):
        shutil.copytree(own / folder, made / folder)
    models = [f"models/core/{name}" for name in f"{CORE} {LOOKED_UP}".split()]
    models += [f"models/marts/shared/{name}" for name in SHARED.split()]
    models += [f"models/marts/sales/{name}_considered" for name in SALES.split()]
    models += [f"models/marts/sales/sales_{name}" for name in ("lines", "orders", "returns", "credits", "opportunities")]
    models += ["models/marts/sales/order_days", "models/marts/data_health/refused_rows"]
    files = [f"{model}{suffix}" for model in models for suffix in (".sql", ".yml")]
    files += ["seeds/pipeline_stages.csv", "seeds/pipeline_stages.yml"]
    for name in (*files, "models/core/_rapport__sources.yml", "dbt_project.yml", "profiles.yml"):
        (made / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(own / name, made / name)
    shutil.copytree(TWO_SYSTEMS / "models", made / "models/systems")

    settings = Settings(project=home, home=home / "home", company_file=TWO_SYSTEMS / "company.yml")
    settings.scratch.mkdir(parents=True)
    with duckdb.connect(str(settings.warehouse_file)) as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute((TWO_SYSTEMS / "inputs.sql").read_text(encoding="utf-8"))
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
        "select _file_id, _row, rule, broken_columns, amount from marts.refused_rows where core_table = 'orders' order by 1",
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
    found = rows(warehouse, "select order_line_id, customer_id, amount, is_linked from marts.sales_lines order by 1")

    assert found == [
        ("till:1", "web:1", Decimal("10.0000"), True),
        ("till:2", "web:1", Decimal("2.7335"), True),  # 3 × 0.91117 = 2.73351
        ("till:3", None, Decimal("7.5000"), False),
    ]


def test_every_line_is_counted_or_refused_with_its_amount(warehouse):
    found = rows(
        warehouse,
        "select _row, rule, broken_columns, amount, currency from marts.refused_rows where core_table = 'order_lines'",
    )

    assert sorted(found) == [
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
    described = "select comment from duckdb_columns() where table_name = 'orders' and column_name = '_row'"

    assert rows(warehouse, described) == [("Number of the record in that file; the first after the header is 1.",)]
