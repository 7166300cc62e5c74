"""A printed figure, and the records of the archived originals that a trace names for it, read without this product."""

import csv
import hashlib
import json


def printed_revenue(home, edition: dict) -> dict:
    """The figure of net revenue that an edition prints."""
    figures = json.loads((home.path / edition["folder"] / "figures.json").read_text(encoding="utf-8"))["figures"]
    return next(one for one in figures if one["id"] == f"net_revenue@{edition['period']}")


def named_records(home, file: dict) -> list[dict[str, str]]:
    """The records of a file that a trace names, read from the archived original, whose bytes are those of the trace."""
    original = home.path / "archive" / f"{file['sha256']}.csv"
    assert hashlib.sha256(original.read_bytes()).hexdigest() == file["sha256"]
    with original.open(encoding="utf-8-sig", newline="") as opened:
        records = dict(enumerate(csv.DictReader(opened), start=1))
    return [records[row["record"]] for row in file["rows"]]
