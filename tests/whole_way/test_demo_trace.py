"""From a printed number back to the archived originals, and forth again to the cent."""

from decimal import Decimal

from .originals import named_records, printed_revenue


def test_the_demos_net_revenue_is_the_lines_named_by_its_trace_less_the_returns(demo):
    edition = demo.json("editions", "management_month")["editions"][-1]
    printed = printed_revenue(demo, edition)

    trace = demo.json("trace", edition["edition_id"], printed["id"])

    totals = {"net_amount": Decimal(0), "refund": Decimal(0)}
    for file in trace["files"]:
        (table,) = {name.split()[0] for name in file["names"]}
        amount = {"shop.order_lines": "net_amount", "shop.returns": "refund"}[table]
        records = named_records(demo, file)
        assert {record["currency"] for record in records} == {"EUR"}
        totals[amount] += sum(Decimal(record[amount]) for record in records)
    assert totals["net_amount"] - totals["refund"] == Decimal(printed["value"])
    assert min(totals.values()) > 0


def test_a_trace_names_the_checks_that_reconcile_files_with_core(demo):
    edition = demo.json("editions", "management_month")["editions"][-1]

    checks = {check["name"] for check in demo.json("trace", edition["edition_id"], "net_revenue")["checks"]}

    reconciled = {"files_are_whole", "records_reach_core", "amounts_reach_core"}
    assert {f"marts/shop__{table}/{name}" for table in ("order_lines", "returns") for name in reconciled} <= checks
    assert {"raw/files/rejects_close", "raw/exports/never_delivered"} <= checks
    assert "raw/crm__customers/ExpectColumnValuesToBeUnique@latest:account_no" in checks
    assert not {name for name in checks if "helpdesk" in name or "surveys" in name}
