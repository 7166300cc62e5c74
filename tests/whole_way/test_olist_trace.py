"""From a printed number back to the archived originals, and forth again to the cent."""

from decimal import Decimal

from .originals import named_records, printed_revenue


def test_the_records_named_by_a_trace_re_add_to_the_printed_figure(olist):
    (edition,) = olist.json("editions")["editions"]
    printed = printed_revenue(olist, edition)

    trace = olist.json("trace", edition["edition_id"], printed["id"])

    assert trace["definition"] and trace["sql"] and trace["models"] and trace["checks"]
    total = sum(Decimal(record["price"]) for file in trace["files"] for record in named_records(olist, file))
    assert total == Decimal(printed["value"]) and total > 0
