"""What core knows of Olist, against facts that were counted from the files without this product."""

from decimal import Decimal

import duckdb
import pytest


@pytest.fixture(scope="module")
def warehouse(olist):
    with duckdb.connect(str(olist.path / "warehouse.duckdb"), read_only=True) as connection:
        connection.execute("set timezone = 'UTC'")
        yield connection


@pytest.mark.parametrize(
    ("what", "sql", "truth"),
    [
        ("orders", "select count(*) from core.orders", 8135),
        ("people who order, not Olist's customer per order", "select count(*) from core.customers", 8016),
        (
            "people with more than one order",
            "select count(*) from (select 1 from core.orders group by customer_id having count(*) > 1)",
            73,
        ),
        ("items", "select count(*), sum(net_amount) from core.order_lines", (8365, Decimal("1093264.35"))),
        ("payments", "select count(*), sum(amount) from core.payments", (8924, Decimal("1428602.81"))),
        (
            "orders without items",
            "select count(*) from core.orders where order_id not in (select order_id from core.order_lines)",
            775,
        ),
        ("reviews, although ids repeat", "select count(*), round(avg(score), 5) from core.survey_responses", (8225, 3.27161)),
        ("review ids", "select count(distinct split_part(response_id, ':', 2)) from core.survey_responses", 8191),
        ("reviews beyond an order's first", "select count(*) - count(distinct order_id) from core.survey_responses", 90),
        (
            "texts with a line feed",
            "select count(*) > 400 from core.survey_responses where comment like '%' || chr(10) || '%'",
            True,
        ),
        (
            "late by date",
            "select count(*) from marts.sales_orders where delivered_on > promised_on",
            342,
        ),
        ("delivered with a promise", "select count(*) from marts.sales_orders where delivered_on is not null", 5164),
        ("refused rows", "select count(*) from marts.refused_rows", 0),
        ("customers without an account", "select count(*) from marts.sales_lines where not is_linked", 0),
    ],
)
def test_core_holds_what_the_files_hold(warehouse, what, sql, truth):
    row = warehouse.execute(sql).fetchone()

    assert row == (truth if isinstance(truth, tuple) else (truth,)), what


def test_the_lines_of_core_and_of_the_mart_differ_by_the_cancelled_ones(warehouse):
    reasons = warehouse.execute(
        "select left_out_because, count(*), sum(amount) from staging.order_lines_considered group by all order by 1 nulls first"
    ).fetchall()

    assert reasons == [(None, 7823, Decimal("998029.08")), ("cancelled", 542, Decimal("95235.27"))]


def test_an_order_just_after_midnight_in_utc_belongs_to_the_evening_before(warehouse):
    moved = warehouse.execute("select count(*) from core.orders where ordered_on = cast(ordered_at as date) - 1").fetchone()
    ahead = warehouse.execute("select count(*) from core.orders where ordered_on > cast(ordered_at as date)").fetchone()

    assert moved[0] > 0 and ahead == (0,)


def test_a_category_is_english_where_olist_translates_it(warehouse):
    categories = {category for (category,) in warehouse.execute("select distinct category from core.products").fetchall()}

    assert {"health_beauty", "computers_accessories"} <= categories
    assert not {"beleza_saude", "informatica_acessorios"} & categories
