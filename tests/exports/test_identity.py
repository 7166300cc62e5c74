"""Whatever table is written in a format is what the lake holds afterwards."""

import io
import json
import string
from datetime import UTC, date, datetime
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

SETTINGS = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
BLANKS = " \t\r\n\u00a0\u3000"
COLUMNS = """\
- name: orders
  config: {meta: {export: {files: "*", load: append, format: [xlsx, json, json_lines], zone: UTC}}}
  columns:
    - {name: order_no, data_type: varchar, config: {meta: {key: true}}}
    - {name: note, data_type: varchar}
    - {name: amount, data_type: "decimal(38,10)"}
    - {name: units, data_type: bigint}
    - {name: ratio, data_type: double}
    - {name: day, data_type: date}
    - {name: instant, data_type: timestamptz}
    - {name: is_paid, data_type: boolean}
"""
NAMES = ["order_no", "note", "amount", "units", "ratio", "day", "instant", "is_paid"]

# Cs: halves of characters; Cc: controls, of which line feed and tab are usual; U+FFFE and U+FFFF are none that XML may hold
characters = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff") | st.sampled_from(
    "\n\t\"',;_x0D"
)
texts = (
    st.text(characters, max_size=20)
    | st.text(string.digits, max_size=8)
    | st.sampled_from(["_x000D_", "_x005F_", "#N/A", "=1+1"])
)


def tables(amounts, units, ratios, days, instants):
    """Up to six rows; every value but the key may be missing."""
    row = st.tuples(*map(st.none().__or__, [texts, amounts, units, ratios, days, instants, st.booleans()]))
    return st.lists(row, max_size=6).map(lambda rows: [(f"K{i}", *row) for i, row in enumerate(rows)])


JSON_TABLES = tables(
    st.decimals(-(10**27), 10**27, places=10),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.dates(date(1, 1, 1)),
    st.datetimes(datetime(1, 1, 1)),
)
# A workbook holds fractions of 15 digits, and times of milliseconds from the beginning of its date system on
XLSX_TABLES = tables(
    st.decimals(-(10**10), 10**10, places=4),
    st.integers(-(10**15), 10**15),
    st.floats(-1e300, 1e300, allow_subnormal=False).map(lambda number: float(f"{number:.15g}")),
    st.dates(date(1904, 1, 2)),
    st.datetimes(datetime(1904, 1, 2)).map(lambda when: when.replace(microsecond=when.microsecond // 1000 * 1000)),
)


def expected(rows):
    return [
        (
            key,
            note if note and note.strip(BLANKS) else None,
            amount,
            units,
            ratio,
            day,
            instant and instant.replace(tzinfo=UTC),
            paid,
        )
        for key, note, amount, units, ratio, day, instant, paid in rows
    ]


def loaded(make_shop, name, content):
    shop = make_shop()
    shop.declare(COLUMNS)
    shop.drop(name, content)
    result = shop.take()
    assert result.refused == [] and shop.rejects() == []
    return shop.rows(", ".join(NAMES))


def json_text(rows):
    """Decimals as numbers with all their digits: json.dumps would make binary fractions of them."""
    lines = []
    for row in rows:
        values = [
            str(value) if isinstance(value, Decimal) else json.dumps(value, ensure_ascii=len(lines) % 2 == 0, default=str)
            for value in row
        ]
        lines.append("{" + ", ".join(f'"{name}": {value}' for name, value in zip(NAMES, values, strict=True)) + "}")
    return lines


@SETTINGS
@given(rows=JSON_TABLES)
def test_a_table_written_as_json_is_read_as_it_was(make_shop, rows):
    assert loaded(make_shop, "a.json", "[" + ",\n".join(json_text(rows)) + "]") == expected(rows)


@SETTINGS
@given(rows=JSON_TABLES)
def test_a_table_written_as_json_lines_is_read_as_it_was(make_shop, rows):
    content = "".join(line + "\n" for line in json_text(rows))
    if rows:
        assert loaded(make_shop, "a.jsonl", content) == expected(rows)


@SETTINGS
@given(rows=XLSX_TABLES, is_1904=st.booleans(), has_formats=st.booleans())
def test_a_table_written_as_a_workbook_is_read_as_it_was(make_shop, rows, is_1904, has_formats):
    import xlsxwriter

    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, "date_1904": is_1904}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, NAMES)
        style = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss.000"} if has_formats else {})
        for at, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                match value:
                    case str():
                        sheet.write_string(at, column, value)
                    case bool():
                        sheet.write_boolean(at, column, value)
                    case date():  # and datetime
                        sheet.write_datetime(at, column, value, style)
                    case Decimal() | int() | float():
                        sheet.write_number(at, column, value)

    assert loaded(make_shop, "a.xlsx", content.getvalue()) == expected(rows)
