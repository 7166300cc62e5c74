"""Shape: how delimited text is laid out, told from its first records by the loader's own splitter."""

import re
from collections import Counter
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from rapport.exports.records import Record, Splitter

_DELIMITERS = (",", ";", "\t", "|")
_QUOTES = ('"', "'")
_LOOKED_AT = 1000  # records
_TITLES = 50  # lines in which the header must come


@dataclass(frozen=True)
class Shape:
    """How a file is laid out.

    Attributes:
        header_at: line of the header; 0 when there is none.
        header: its names, or as many empty texts.
        evidence: key of the declaration → why.
    """

    delimiter: str
    quote: str
    header_at: int
    header: list[str]
    evidence: dict[str, str]


def shape_of(text: Path) -> Shape:
    """Tell the layout of a UTF-8 file: the delimiter that gives most records the same number of values, more than one."""
    best, best_rank = None, (-1.0, 0, 0)
    for delimiter in _DELIMITERS:
        for quote in _QUOTES:
            records = list(islice(Splitter(delimiter, quote).records(text), _LOOKED_AT))
            whole = [record for record in records if not record.fault]
            if not whole:
                continue
            width, count = Counter(len(record.fields) for record in whole).most_common(1)[0]
            rank = (round(count / len(records), 3) if width > 1 else 0.0, width, -_QUOTES.index(quote))
            if rank > best_rank:
                best, best_rank = (delimiter, quote, records, width, count), rank
    if best is None:
        return Shape(",", '"', 1, [], {})
    delimiter, quote, records, width, count = best
    header, evidence = _header(records, width)
    shown = {"\t": "a tab"}.get(delimiter, delimiter)
    evidence["delimiter"] = f"{shown} gives {count:,} of the first {len(records):,} records {width} values"
    names = header.fields if header else [""] * width
    return Shape(delimiter, quote, header.line if header else 0, names, evidence)


def _header(records: list[Record], width: int) -> tuple[Record | None, dict[str, str]]:
    """The first record with a name in (nearly) every place; none when it looks like the records below it."""
    for place, record in enumerate(records[:_TITLES]):
        filled = [field for field in record.fields if field.strip()]
        if len(record.fields) != width or len(filled) < max(1, width - 1):
            continue
        values = [field for field in filled if _is_value(field)]
        if values and len(values) * 4 >= len(filled):
            return None, {"header_at": f"line {record.line} holds values such as numbers or dates, no names"}
        why = f"{place} lines above it are titles" if place else "the first line has a name in every place"
        return record, {"header_at": why}
    return None, {"header_at": "no line has a name in every place"}


def _is_value(field: str) -> bool:
    return re.fullmatch(r"[+-]?[\d.,/: -]*\d[\d.,/: -]*|.+@.+\..+", field.strip()) is not None
