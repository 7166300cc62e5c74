"""From a printed number back to the archived originals, and forth again to the cent."""

from decimal import Decimal

from .originals import named_records, printed_revenue


def test_the_records_named_by_a_trace_re_add_to_the_printed_figure(olist):
    olist.rapport("compose", "management_month", "--period", "2018-08", "--locale", "en")
    (edition,) = (one for one in olist.json("editions")["editions"] if one["period"] == "2018-08")
    printed = printed_revenue(olist, edition)

    trace = olist.json("trace", edition["edition_id"], printed["id"])

    assert trace["definition"] and trace["sql"] and trace["models"] and trace["checks"]
    prices = [Decimal(record["price"]) for file in trace["files"] for record in named_records(olist, file)]
    assert (len(prices), sum(prices)) == (436, Decimal("50248.13"))
    assert Decimal(str(printed["value"])) == Decimal("50248.13")
