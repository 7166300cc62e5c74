"""Workbooks: sheets, headers, dates, errors, and what is counted."""

import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from rapport.exports.readers.workbook import WorkbookReader
from tests.exports.workbooks import BOOK, PLAIN, declare, number, ods, refusal, replaced, text, whys, workbook


@pytest.mark.parametrize(
    ("sheet", "found"),
    [
        ('"Jan 2026"', [("A",)]),
        ("3", [("B",)]),
        ('"F* 20??"', [("B",)]),
        ('"* 2026"', "The workbook has 2 sheets that '* 2026' means: 'Jan 2026', 'Feb 2026'."),
        ('"Mar"', "The workbook has no sheet 'Mar'; it has 'Notes', 'Jan 2026', 'Feb 2026'."),
        ("4", "no sheet 4"),
        ("0", "no sheet 0"),
        ("-1", "no sheet -1"),
    ],
)
def test_a_sheet_is_found_by_name_number_or_pattern(shop, sheet, found):
    declare(shop, export=f", sheet: {sheet}")
    shop.drop("a.xlsx", workbook(BOOK))

    if isinstance(found, str):
        assert found in refusal(shop)
    else:
        shop.take()
        assert shop.rows("order_no") == found


def test_a_sheet_whose_name_looks_like_a_pattern_is_meant_by_its_name(shop):
    declare(shop, export=', sheet: "J?n"')
    content = workbook({"Jan": [["order_no"], ["A"]], "Jxn": [["order_no"], ["B"]]})
    shop.drop("a.xlsx", replaced(content, "xl/workbook.xml", b'name="Jxn"', b'name="J?n"'))
    shop.take()

    assert shop.rows("order_no") == [("B",)]


def test_two_sheets_of_one_workbook_are_two_tables(shop):
    lines = "".join(
        line + "\n"
        for line in [
            "- name: lines",
            '  config: {meta: {export: {files: "*", load: append, format: xlsx, sheet: Lines}}}',
            "  columns:",
            "    - {name: order_no, data_type: varchar}",
        ]
    )
    declare(shop, export=", sheet: Orders", more=lines)
    shop.drop("a.xlsx", workbook({"Orders": [["order_no"], ["A"]], "Lines": [["order_no"], ["A"], ["A"]]}))
    shop.take()

    assert (shop.rows("order_no"), shop.rows("order_no", "lines")) == ([("A",)], [("A",), ("A",)])


def test_a_hidden_sheet_is_not_the_first_one(shop):
    declare(shop)
    content = workbook({"Lists": [["order_no"], ["X"]], "Orders": [["order_no"], ["A"]]})
    shop.drop("a.xlsx", replaced(content, "xl/workbook.xml", b'name="Lists"', b'name="Lists" state="hidden"'))
    shop.take()

    assert shop.rows("order_no") == [("A",)]


def test_titles_two_line_headers_repeats_totals_and_footers_are_no_records(shop):
    columns = [
        "name: order_no, data_type: varchar, config: {meta: {header: 'No', key: true}}",
        "name: first, data_type: integer, config: {meta: {header: 2026 Q1}}",
        "name: second, data_type: integer, config: {meta: {header: 2026 Q2}}",
    ]
    declare(
        shop,
        columns,
        ", header_at: find, header_rows: 2, repeats_header: true, footer_lines: 2, skip_lines: ['Total\\t.*', '—+']",
    )
    rows = [
        ["Orders"], [], ["as of", "March"], [None, None, "2026"], [None, "No", "Q1", "Q2"], [None, "A", 1, 2], [], ["——"],
        [None, "No", "Q1", "Q2"], [None, "B", 3, 4, "beside"], ["Total", None, 4, 6], [None, "C", "x", 1], ["Sum"], [], ["End"],
    ]  # fmt: skip
    shop.drop("a.xlsx", workbook({"S": rows}))

    result = shop.take()

    assert shop.rows("order_no, first, second, _row") == [("A", 1, 2, 6), ("B", 3, 4, 10)]
    assert whys(shop) == [(12, 12, "first", "is not a whole number")]
    assert "ignored, values without a column name: column E" in result.notices[-1]


def test_a_merged_header_cell_names_all_its_columns(shop):
    import xlsxwriter

    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.merge_range("A1:A2", "order_no")
        sheet.merge_range("B1:C1", "amount")
        sheet.write_row("B2", ["net", "gross"])
        sheet.write_row("A3", ["A", 1, 2])
    declare(
        shop,
        [PLAIN[0], "name: gross, data_type: integer, config: {meta: {header: amount gross}}"],
        ", header_rows: 2",
    )
    shop.drop("a.xlsx", content.getvalue())
    shop.take()

    assert shop.rows("order_no, gross, _row") == [("A", 2, 3)]


def test_without_a_header_columns_are_taken_by_place(shop):
    columns = [
        "name: order_no, data_type: varchar, config: {meta: {position: 2}}",
        "name: units, data_type: integer, config: {meta: {position: 3}}",
    ]
    declare(shop, columns, ", header_at: 0")
    shop.drop("a.xlsx", workbook({"S": [[], [None, "A", 1], [None, "B", 2]]}))
    shop.take()

    assert shop.rows("order_no, units, _row") == [("A", 1, 2), ("B", 2, 3)]


@pytest.mark.parametrize(("is_1904", "shift"), [(False, 0), (True, 1462)])
def test_dates_without_a_date_format_are_serial_dates_of_the_workbooks_system(shop, is_1904, shift):
    columns = [
        "name: day, data_type: date",
        "name: instant, data_type: timestamptz, config: {meta: {zone: UTC}}",
        "name: raw, data_type: varchar",
    ]
    declare(shop, columns)
    rows = [
        ["day", "instant", "raw"],
        [46026 - shift, 46026.75 - shift, 46026],  # 2026-01-04, counted from 1899-12-30
        [(date(2026, 1, 4), "yyyy-mm-dd"), (datetime(2026, 1, 4, 18), "d.m.yy h:mm"), "0046026"],
        ["2026-01-04", "2026-01-04 18:00", 0.1 + 0.2],
        [46026.999999 - shift, 46026.0000115741 - shift, True],
    ]
    shop.drop("a.xlsx", workbook({"S": rows}, date_1904=is_1904))
    shop.take()

    day, evening = date(2026, 1, 4), datetime(2026, 1, 4, 18, tzinfo=UTC)
    assert shop.rows("day, instant, raw") == [
        (day, evening, "46026"),
        (day, evening, "0046026"),
        (day, evening, "0.3"),
        (day, datetime(2026, 1, 4, 0, 0, 1, tzinfo=UTC), "true"),
    ]


def test_the_day_that_1900_did_not_have_is_no_date(shop):
    declare(shop, ["name: day, data_type: date"])
    shop.drop("a.xlsx", workbook({"S": [["day"], [59], [60], [61], [0], [-1], [3_000_000]]}))
    shop.take()

    assert shop.rows("day, _row") == [(date(1900, 2, 28), 2), (date(1900, 3, 1), 4)]
    assert [row for row, *_ in whys(shop)] == [3, 5, 6, 7]


def test_numbers_are_what_the_workbook_shows_and_texts_keep_their_zeros(shop):
    columns = [
        "name: order_no, data_type: varchar",
        'name: amount, data_type: "decimal(18,4)"',
        "name: share, data_type: double",
    ]
    declare(shop, columns, ', decimal_mark: ","')
    rows = [["order_no", "amount", "share"], ["007", 1234.5, (0.15, "0%")], [7, (1e3, "0.00"), 1 / 3], [1e21, 0.1 + 0.2, 1e-7]]
    shop.drop("a.xlsx", workbook({"S": rows}))
    shop.take()

    assert shop.rows("order_no, amount, share") == [
        ("007", Decimal("1234.5"), 0.15),
        ("7", Decimal(1000), 1 / 3),
        ("1000000000000000000000", Decimal("0.3"), 1e-7),
    ]


def test_errors_and_formulas_without_a_result_reject_the_record_unless_declared_to_be_nothing(shop):
    declare(shop, [PLAIN[0], 'name: amount, data_type: "decimal(18,4)", config: {meta: {nulls: ["", "#N/A"]}}'])
    rows = [
        ["order_no", "amount", "note"],
        ["A", ("=1/0", "#DIV/0!"), "x"],
        ["B", ("=NA()", "#N/A"), "y"],
        ["C", ("=1+1", 2), ("=1/0", "#DIV/0!")],
        ["D", ("=1+1", 77), "z"],
        ["#N/A", 1],
    ]
    content = workbook({"S": rows})
    shop.drop("a.xlsx", replaced(content, "xl/worksheets/sheet1.xml", b"<v>77</v>", b""))
    shop.take()

    assert shop.rows("order_no, amount") == [("B", None), ("C", Decimal(2)), ("#N/A", Decimal(1))]
    assert [(reject.row, reject.reasons[0].rule, reject.text) for reject in shop.rejects()] == [
        (2, "has the error #DIV/0! in amount", "A\t#DIV/0!\tx"),
        (5, "has a formula without a result in amount", "D\ta formula without a result\tz"),
    ]


@pytest.mark.parametrize("error", ["#DIV/0!", "#N/A", "#REF!"])
def test_an_error_alone_in_a_sheet_of_plain_values_is_seen(shop, error):
    declare(shop, ["name: order_no, data_type: varchar"])
    content = workbook({"S": [["order_no"], ["A"], [1]]})
    plain, as_error = b'<c r="A3"><v>1</v>', f'<c r="A3" t="e"><v>{error}</v>'.encode()
    shop.drop("a.xlsx", replaced(content, "xl/worksheets/sheet1.xml", plain, as_error))
    shop.take()

    assert shop.rows("order_no") == [("A",)]
    assert whys(shop) == [(3, 3, None, f"has the error {error} in order_no")]


@pytest.mark.usefixtures("parsed_here")
def test_a_row_that_the_library_loses_is_noticed_by_the_second_pass(shop, monkeypatch):
    cells = WorkbookReader._cells
    monkeypatch.setattr(
        WorkbookReader, "_cells", lambda self: (row if i != 2 else [""] * len(row) for i, row in enumerate(cells(self)))
    )
    declare(shop)
    shop.drop("a.xlsx", workbook({"S": [["order_no"], ["A"], ["B"], ["C"]]}))

    assert "do not add up: 3 were counted, 2 were read" in refusal(shop)


def test_rows_of_empty_texts_are_no_records(shop):
    declare(shop)
    content = workbook({"S": [["order_no", "amount"], ["A", 1], [("=T(1)", ""), None], ["B", 2]]})
    shop.drop("a.xlsx", content)
    shop.take()

    assert shop.rows("order_no, _row") == [("A", 2), ("B", 4)]


def test_an_ods_is_read_with_its_dates_repeats_and_errors(shop):
    columns = [*PLAIN, "name: day, data_type: date"]
    declare(shop, columns)
    day = '<table:table-cell office:value-type="date" office:date-value="2026-01-04"><text:p>4.1.26</text:p></table:table-cell>'
    error = (
        '<table:table-cell office:value-type="string" office:string-value="" calcext:value-type="error">'
        "<text:p>#DIV/0!</text:p></table:table-cell>"
    )
    rest = '<table:table-cell table:number-columns-repeated="16381"/>'
    rows = [
        ("", [text("order_no"), text("amount"), text("day"), rest]),
        ("", [text("007"), number("1.5"), day, rest]),
        (' table:number-rows-repeated="2"', [text("B"), number(2), number(46026)]),
        ("", [text("C"), error, day]),
        (' table:number-rows-repeated="1048000"', [rest]),
    ]
    shop.drop("a.ods", ods(rows))
    shop.take()

    when = date(2026, 1, 4)
    assert shop.rows("order_no, amount, day, _row") == [
        ("007", Decimal("1.5"), when, 2),
        ("B", 2, when, 3),
        ("B", 2, when, 4),
    ]
    assert whys(shop) == [(5, 5, None, "has the error #DIV/0! in amount")]
