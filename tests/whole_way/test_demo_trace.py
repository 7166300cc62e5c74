"""From a printed number back to the archived originals, and forth again to the cent."""

from collections import Counter
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from .originals import named_records, printed_revenue
from .sold import Rates


def test_the_demos_net_revenue_is_the_lines_named_by_its_trace_less_the_returns_and_rebates(demo, core):
    """Each in euros at the rate of its own day; a line's day is in its order's number."""
    edition = demo.json("editions", "management_month")["editions"][-1]
    printed = printed_revenue(demo, edition)
    euros = Rates(core).euros

    trace = demo.json("trace", edition["edition_id"], printed["id"])

    about = {
        "shop.order_lines": ("net_amount", lambda record: datetime.strptime(record["order_no"][2:8], "%y%m%d").date()),
        "shop.returns": ("refund", lambda record: date.fromisoformat(record["returned_on"])),
        "canonical.credits": ("amount", lambda record: date.fromisoformat(record["booked_on"])),
    }
    totals, currencies = Counter(), set()
    for file in trace["files"]:
        (table,) = {name.split()[0] for name in file["names"]}
        amount, day = about[table]
        for record in named_records(demo, file):
            totals[table] += euros(Decimal(record[amount]), record["currency"], day(record))
            currencies.add(record["currency"])
    net = totals["shop.order_lines"] - totals["shop.returns"] - totals["canonical.credits"]
    assert net.quantize(Decimal("0.01"), ROUND_HALF_UP) == Decimal(printed["value"])
    assert len(totals) == 3 and min(totals.values()) > 0 and currencies == {"EUR", "USD"}


def test_a_trace_names_the_checks_that_reconcile_files_with_core(demo):
    edition = demo.json("editions", "management_month")["editions"][-1]

    checks = {check["name"] for check in demo.json("trace", edition["edition_id"], "net_revenue")["checks"]}

    reconciled = {"files_are_whole", "records_reach_core", "amounts_reach_core"}
    assert {f"marts/shop__{table}/{name}" for table in ("order_lines", "returns") for name in reconciled} <= checks
    assert {"raw/files/rejects_close", "raw/exports/never_delivered"} <= checks
    assert "raw/crm__customers/ExpectColumnValuesToBeUnique@latest:account_no" in checks
    assert not {name for name in checks if "helpdesk" in name or "surveys" in name}
