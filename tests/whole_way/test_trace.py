"""From a printed number back to the archived originals, and forth again to the cent."""

import csv
import json
from decimal import Decimal


def test_the_records_named_by_a_trace_re_add_to_the_printed_figure(olist):
    (edition,) = olist.json("editions")["editions"]
    figures = json.loads((olist.path / edition["folder"] / "figures.json").read_text(encoding="utf-8"))["figures"]
    printed = next(figure for figure in figures if figure["metric"] == "net_revenue" and "~" not in figure["id"])

    trace = olist.json("trace", edition["edition_id"], printed["id"])

    assert trace["definition"] and trace["sql"] and trace["models"] and trace["checks"]
    total = Decimal(0)
    for file in trace["files"]:
        original = next((olist.path / "archive").glob(f"{file['sha256']}.csv"))
        with original.open(encoding="utf-8-sig", newline="") as opened:
            records = dict(enumerate(csv.DictReader(opened), start=1))
        total += sum(Decimal(records[row["record"]]["price"]) for row in file["rows"])
    assert total == Decimal(str(printed["value"])) and total > 0
