"""The demo company after the whole way: every planted truth is found, every monthly total to the cent."""

import csv
import json
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pytest

HISTORY = "2023-10-01..2026-10-31"
TOTALS = (
    "gross_revenue",
    "returned_revenue",
    "credited_revenue",
    "net_revenue",
    "unlinked_revenue",
    "plan",
    "orders",
    "order_lines",
    "units",
    "active_customers",
    "tickets_opened",
    "tickets_solved",
)
SIZES = {"微型": "micro", "小型": "small", "中型": "medium", "大型": "large"}
RATES = {"csat": ("csat_satisfied", "csat_answers"), "on_time_delivery_rate": ("on_time_orders", "promised_orders")}


def in_cents(amount: Decimal) -> Decimal:
    """As a figure prints it: what was converted has four decimals."""
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


@pytest.fixture(scope="module")
def truth(demo) -> dict:
    return json.loads((demo.path / "drops/demo_truth.json").read_text(encoding="utf-8"), parse_float=Decimal)


@pytest.fixture(scope="module")
def figures(demo) -> dict[tuple[str, str], dict]:
    """(metric, month) → figure of every month."""
    asked = demo.rapport("metric", ",".join((*TOTALS, *RATES)), "--period", HISTORY, "--by", "month", "--json").stdout
    return {(f["metric"], f["period"]): f for f in json.loads(asked, parse_float=Decimal)["figures"]}


@pytest.mark.parametrize("metric", TOTALS)
def test_every_month_of_a_total_is_the_truth_to_the_cent(figures, truth, metric):
    found = {month: Decimal(figures[metric, month]["value"]) for month in truth["months"]}

    assert found == {month: in_cents(Decimal(values[metric])) for month, values in truth["months"].items()}


@pytest.mark.parametrize("metric", RATES)
def test_every_month_of_a_rate_rests_on_the_true_counts(figures, truth, metric):
    numerator, denominator = RATES[metric]
    found = {m: (figures[metric, m]["numerator"], figures[metric, m]["denominator"]) for m in truth["months"]}

    assert found == {month: (values[numerator], values[denominator]) for month, values in truth["months"].items()}


def test_deliveries_are_late_in_the_troubled_months_and_in_no_others(figures, truth):
    rates = {month: figures["on_time_delivery_rate", month]["value"] for month in truth["months"]}
    troubled = {month: rates.pop(month) for month in truth["troubled_months"]}

    assert len(troubled) == 10, "August to October, and the October with which the history begins"
    assert max(troubled.values()) < 85 < 90 < min(rates.values())


def test_the_bridge_leads_to_the_true_revenue_of_twelve_months_and_its_base_to_retention(demo, truth):
    kept, won = ["base", "expansion", "contraction", "lost"], ["new", "reactivated", "other"]
    asked = ",".join(["net_revenue_retention", *(f"bridge_{step}" for step in (*kept, *won, "current"))])
    answer = json.loads(demo.rapport("metric", asked, "--period", "2026-10", "--json").stdout, parse_float=Decimal)
    found = {figure["metric"].removeprefix("bridge_"): Decimal(figure["value"]) for figure in answer["figures"]}
    months = [f"2025-{month}" for month in (11, 12)] + [f"2026-{month:02}" for month in range(1, 11)]

    assert found["current"] == in_cents(sum(Decimal(truth["months"][month]["net_revenue"]) for month in months))
    assert abs(sum(found[step] for step in (*kept, *won)) - found["current"]) <= Decimal("0.04"), "eight roundings"
    retention = 100 * sum(found[step] for step in kept) / found["base"]
    assert round(retention, 1) == found["net_revenue_retention"]


def test_what_was_ordered_in_dollars_is_told_in_euros_account_by_account(published, demo, truth):
    """Each line at the rate of its day, or of the Friday before: by the shop's exports and the CRM's links."""
    drops = demo.path / "drops"

    def exported(pattern: str, encoding: str = "utf-8", delimiter: str = ",") -> list[dict[str, str]]:
        rows = []
        for path in sorted(drops.glob(pattern)):
            with path.open(encoding=encoding, newline="") as file:
                rows += csv.DictReader(file, delimiter=delimiter)
        return rows

    rates = sorted((row["rate_on"], Decimal(row["rate"])) for row in exported("canonical/fx_rates_*.csv"))
    links = exported("crm/customer_links_2026-10-31.csv", "gb18030", ";")
    account = {row["商城客户号"]: row["客户编号"] for row in links if row["客户编号"] in truth["in_dollars"]}
    orders = {row["order_no"]: row for row in exported("shop/orders_*.csv") if row["customer_no"] in account}
    expected = dict.fromkeys((f"crm:{one}" for one in truth["in_dollars"]), Decimal(0))
    for line in exported("shop/order_lines_*.csv"):
        if line["order_no"] in orders:
            order = orders[line["order_no"]]
            rate = max(one for one in rates if one[0] <= order["ordered_at"][:10])[1]
            worth = (Decimal(line["net_amount"]) * rate).quantize(Decimal("0.0001"), ROUND_HALF_UP)
            expected[f"crm:{account[order['customer_no']]}"] += worth
            assert order["currency"] == line["currency"] == "USD"
    found = published.sql("""
        select customer_id, sum(amount) from marts.sales_lines where currency = 'USD' group by 1
    """).fetchall()

    assert dict(found) == expected and len(expected) == 2


def test_every_rebate_reaches_the_account_that_it_was_given_to(published, truth):
    found = published.sql("""
        select customer_id, booked_on, original_amount from marts.sales_credits where kind = 'rebate'
    """).fetchall()

    assert sorted(found) == sorted(
        (f"crm:{account}", date.fromisoformat(day), Decimal(amount))
        for account, told in truth["rebates"].items()
        for day, amount in told.items()
    )
    assert len(truth["rebates"]) == 4


def test_recommendation_is_that_of_three_months_of_answers(demo, truth):
    """Each contact is asked once in three months, so that its latest answer is its only one."""
    (figure,) = demo.json("metric", "nps", "--period", "2026-10")["figures"]
    months = [truth["months"][month] for month in ("2026-08", "2026-09", "2026-10")]
    answers, promoters, detractors = (
        sum(month[name] for month in months) for name in ("nps_answers", "nps_promoters", "nps_detractors")
    )

    assert figure["n"] == answers
    assert figure["value"] == pytest.approx(100 * (promoters - detractors) / answers, abs=0.05)


def test_the_loader_rejects_the_planted_records_each_for_its_reason_and_nothing_else(demo, truth):
    found = [
        (f"{reject['system']}.{reject['table']}", reject["name"], reject["row"], why["column"], why["rule"], why["value"])
        for reject in demo.json("rejects", "--limit", "1000")["rejects"]
        for why in reject["reasons"]
    ]
    planted = [
        tuple(plant[key] for key in ("table", "name", "record", "column", "reason", "value")) for plant in truth["rejects"]
    ]

    assert sorted(found, key=str) == sorted(planted, key=str)


def test_core_refuses_the_planted_records_and_nothing_else(published, truth):
    found = published.sql("""
        select files.system || '.' || files.table_name, files.name, refused._row, refused.broken_columns
        from marts.refused_rows as refused join marts.file_loads as files on refused._file_id = files.file_id
    """).fetchall()

    assert sorted(found) == sorted(
        tuple(plant[key] for key in ("table", "name", "record", "column")) for plant in truth["refused"]
    )


def test_the_late_file_is_seen_to_be_late(published, truth):
    (late,) = truth["late_files"]
    found = published.sql("""
        select files.name, max(files.exported_on - lines.ordered_on) as days
        from marts.sales_lines as lines join marts.file_loads as files on lines._file_id = files.file_id
        where files.exported_on > '2026-09-01'
        group by files.name having days > 3
    """).fetchall()

    assert [name for name, _ in found] == [late["name"]]


def test_the_duplicate_file_is_a_second_delivery_and_no_second_row(published, truth):
    (duplicate,) = truth["duplicate_files"]
    found = published.sql("""
        select list_sort(list(name)) from rapport.lake_files
        where system = 'shop' and table_name = 'order_lines' group by file_id having count(*) > 1
    """).fetchall()

    assert found == [(sorted([duplicate["name"], duplicate["same_as"]]),)]


def test_an_older_snapshot_that_comes_late_overwrites_nothing(demo, published, truth):
    """It is told from its successor by a size that changed in between."""
    (older,) = truth["older_snapshots"]

    def sizes(name: str) -> dict[str, str]:
        with open(demo.path / "drops/crm" / name, encoding="gb18030", newline="") as file:
            return {f"crm:{row['客户编号']}": SIZES[row["规模"]] for row in csv.DictReader(file, delimiter=";")}

    late, newest = sizes(older["name"]), sizes("customers_2026-10-31.csv")
    found = dict(published.sql("select customer_id, company_size from marts.customer_accounts").fetchall())

    assert any(late[customer] != newest[customer] for customer in late.keys() & newest.keys())
    assert {customer: found[customer] for customer in newest} == newest


def test_the_accounts_that_stopped_are_at_risk(published, truth):
    found = published.sql("""
        select customer_name from marts.customer_health where grain = 'month' and period_end = '2026-11-01' and is_at_risk
    """).fetchall()

    assert {account["name"] for account in truth["at_risk"]} <= {name for (name,) in found}
    assert len(found) < 40, "a list that a sales meeting can go through"


def test_a_handover_moves_the_account_on_its_day(published, truth):
    for handover in truth["handovers"]:
        found = published.sql("""
            select account_manager from marts.customer_attributes
            where customer_id = $1 and valid_from <= $2::date and (valid_to is null or valid_to > $2::date)
        """, params=[f"crm:{handover['account']}", handover["on"]]).fetchall()  # fmt: skip
        assert found == [(f"crm:{handover['to']}",)], handover
