"""Odd workbooks that others have met: each sheet is read cell by cell as its own XML (or BIFF records) says, or refused.

What is expected was written by hand from the unzipped XML of each file; of XLS files from their records. Sheets are read
without a header, all columns as texts, so that nothing is hidden by types.
"""

from pathlib import Path

import pytest

from tests.conftest import DATA

FOLDER = DATA / "nasty_xlsx"
pytestmark = pytest.mark.data("nasty_xlsx")

EMPTY = "is empty"
PASSWORD = "is protected by a password"

VISIBLE = {1: ["1", "2"], 2: ["3", "4"], 3: ["5", "6"],
           5: ["This workbook contains 4 sheets: Visible, Hidden, VeryHidden and Chart", None]}  # fmt: skip
DATES = {1: ["2021-01-01", "15"], 2: ["2021-01-02", "16"], 3: ["255:10:10", "17"]}
INVENTORY = {1: ["Item", "Type", "Quantity"], 2: ["1", "Apple", "50"], 3: ["2", "Banana", "200"], 4: ["3", "Orange", "60"],
             5: ["4", "Pear", "100"]}  # fmt: skip
MERGE_CELLS = {1: ["Row Merge", None, "Not Merged"], 2: ["Column Merge", "Chunk Merged", None]}
MERGED_1 = {1: ["A1", "B1", "C1", None, "E1", "F1", "G1", "H1"], 3: ["A3", "B3", "C3", None, "E3", "F3", "G3", "H3"],
            4: ["A4", "B4", "C4", None, "E4", "F4", "G4", "H4"]}  # fmt: skip
MERGED_2 = {1: ["A1", "B1", "C1", None, "E1", "F1"], 3: [None, "B3", "C3", None, "E3", None],
            4: [None, "B4", None, None, "E4", None]}  # fmt: skip
TEMPERATURE = {1: ["label", "value"], 2: ["celsius", "22.2222"], 3: ["fahrenheit", "72"]}
ERRORS = dict(enumerate(["#DIV/0!", "#NAME?", "#VALUE!", "#NULL!", "#REF!", "#NUM!", "#N/A"], start=1))
PIVOT_DATA = {
    1: ["Id", "Name", "Category", "Value", "Size", "Date", "Value / Size", "IsBlue", "Null", "Misc"],
    2: ["1", "a", "blue", "10", "1.78", "2024-11-01", "5.61797752808989", "true", None, None],
    3: ["2", "b", "blue", "20", "2.012", "2024-01-04", "9.9403578528827", "true", None, "2.012"],
    4: ["3", "c", "blue", "15", "3.121", "2024-01-31", "4.80615187439923", "true", None, "2024-02-01"],
    6: ["5", "e", "blue", "10", "3.102", "2024-02-01", "3.22372662798195", "true", None, "3.102"],
    7: ["6", "f", "yellow", "5", "1.02", "2024-01-01", "4.90196078431373", "false", None, "20"],
    9: ["8", "h", "yellow", "15", "4.031", "1999-01-01", "3.7211610022327", "false", None, "5"],
    10: ["9", "i", "yellow", "15", "1.0421", "2024-12-01", "14.3940120909702", "false", None, "10"],
    11: ["10", "j", "yellow", "5", "1.20452", "2024-01-01", "4.15103111612925", "false", None, "blue"],
}

# (file, sheet) → the sheet's rows by number, complete; or words of the refusal
EXPECTED = {
    ("any_sheets.xls", "Visible"): VISIBLE,
    ("any_sheets.xls", "Hidden"): EMPTY,
    ("any_sheets.xls", "Chart"): "no sheet 'Chart'",
    ("any_sheets.xlsx", "Visible"): VISIBLE,
    ("any_sheets.xlsx", "VeryHidden"): EMPTY,
    ("any_sheets.xlsx", "Chart"): "no sheet 'Chart'",
    ("column_row_ranges.xlsx", "Column ranges"): {row: ["0"] * 3 for row in range(1, 6)},
    ("column_row_ranges.xlsx", "Row ranges"): {row: ["0"] * 5 for row in range(1, 4)},
    ("date.xls", "Sheet1"): DATES,
    ("date.xlsx", "Sheet1"): DATES,
    ("date_1904.xls", "Sheet1"): DATES,
    ("date_1904.xlsx", "Sheet1"): DATES,
    ("date_iso.xlsx", "Sheet"): {
        1: ["2021-01-01"], 2: ["2021-01-01 10:10:10"], 3: ["10:10:10"],
        4: ["This workbook contains datetime in ISO 8601"], 5: ["Please, check source code of the file, if you resave it"],
        6: ["Created with openpyxl, see https://openpyxl.readthedocs.io/en/latest/datetime.html#using-the-iso-8601-format"]},
    ("date_quoted_format.xlsx", "Sheet1"): {row: ["2021-01-01"] for row in range(1, 5)},
    ("empty_shared_string.xlsx", "Sheet1"): {1: ["abc"]},
    ("empty_sheet.xlsx", "Sheet1"): EMPTY,
    ("encoded_entities.xlsx", "Sheet1"): {1: ["&"]},  # A2 is a line feed that is not declared to be kept
    ("errors.xlsx", "Feuil1"): {row: f"has the error {error} in c1" for row, error in ERRORS.items()},
    ("errors.xlsx", "Feuil2"): EMPTY,
    ("formula-date-format.xls", "Sheet1"): {1: ["2017-02-27"], 2: ["2017-02-28"]},  # 41331 and 41332 since 1904
    ("formula.issue.xlsx", "Sheet1"): {
        1: ["23", None, "23", *[None] * 7], 13: [*[None] * 6, "2", *[None] * 3], 14: [*[None] * 9, "US"]},
    ("has_x000D_.xlsx", "Sheet1"): {1: ["ABC\r\nDEF"]},
    ("header-row.xlsx", "Sheet1"): {
        3: [None, None, "Note 1", None], 9: ["Columns", "Column A", "Column B", "Column C"],
        10: ["put data here", "1", "2", "3"]},
    ("hyperlinks.xlsx", "Links"): {
        1: ["calamine repo", "mail link"], 2: ["Rust Programming Language", None], 3: ["go to other sheet", None],
        4: ["book2", None], 5: ["sales book2", None], 6: ["temp book1", None], 7: ["book2 sheet1 a1", None],
        8: ["sales data range", None]},
    ("hyperlinks.xlsx", "Sheet2"): {5: [None, "target cell"]},
    ("inventory-table.xlsx", "Sheet1"): INVENTORY,
    ("issue127.xls", "Sheet1"): EMPTY,
    ("issue127.xlsx", "Sheet8"): EMPTY,
    ("issues.xlsx", "datatypes"): {1: ["1"], 2: ["1.5"], 3: ["ab"], 4: ["false"], 5: ["test"], 6: ["2016-10-20"]},
    ("issues.xlsx", "Sheet1"): {2: ["0"]},
    ("issues.xlsx", "issue2"): {1: ["1", "a"], 2: ["2", "b"], 3: ["3", "c"]},
    ("issues.xlsx", "issue5"): {1: ["0.5"]},
    ("issues.xlsx", "issue6"): {1: ["1"], 2: ["2"], 3: ["ab"], 4: ["false"]},
    ("issues.xlsx", "spc_chrs"): {
        1: ["&"], 2: ["<"], 3: [">"], 4: ["aaa ' aaa"], 5: ['"'], 6: ["☺"], 7: ["֍"], 8: ["àâéêèçöïî«»"]},
    ("merge_cells.xls", "Sheet1"): MERGE_CELLS,
    ("merge_cells.xlsx", "Sheet1"): MERGE_CELLS,
    ("merged_range.xls", "Sheet1"): MERGED_1,
    ("merged_range.xls", "Sheet2"): MERGED_2,
    ("merged_range.xlsx", "Sheet1"): MERGED_1,
    ("merged_range.xlsx", "Sheet2"): MERGED_2,
    ("no-header.xlsx", "Feuille 1"): {3: ["a", "0"], 4: ["b", "1"]},
    ("nonstandard-xml-ns-prefix.xlsx", "Sheet1"): {1: ["a", "b"], 2: ["1", "3"], 3: ["2", "4"]},
    ("pass_protected.xlsx", None): PASSWORD,
    ("picture.xlsx", "Sheet1"): EMPTY,
    ("pivots.xlsx", "PivotSheet1"): {
        1: ["Date", "(Multiple Items)", *[None] * 4],
        3: ["Row Labels", "Sum of Size", "Average of Value", "Count of Size", "Sum of Value x 2",
            "<------------ calculated field"],
        4: ["yellow", "6.25552", "8.33333333333333", "3", "25.5483058053513", None],
        5: ["Grand Total", "6.25552", "8.33333333333333", "3", "25.5483058053513", None]},
    ("pivots.xlsx", "PivotSheet3"): {
        1: ["Date", "(Multiple Items)", None], 3: ["Row Labels", "Count of Value2", "<--------  grouped field as value"],
        4: ["f", "1", None], 5: ["h", "1", None], 6: ["j", "1", None], 7: ["Grand Total", "3", None]},
    ("pivots.xlsx", "PivotSheet4"): {
        1: ["Row Labels", "Sum of Value"], 2: ["blue", "75"], 3: ["yellow", "40"], 4: ["Grand Total", "115"],
        6: ["Row Labels", "Sum of Value"], 7: ["blue", "75"], 8: ["yellow", "50"], 9: ["Grand Total", "125"]},
    ("pivots.xlsx", "DataSheet"): {
        **PIVOT_DATA, 5: "has the error #DIV/0! in c10", 8: "has the error #DIV/0! in c7"},
    ("richtext-namespaced.xlsx", "Sheet1"): {
        1: ["inline string\nLine 2\nLine 3", *[None] * 6, "shared string\nLine 2\nLine 3"]},
    ("string-ref.xlsx", "Sheet1"): {1: ["col1"], 2: ["-8086931554011838357"]},
    ("string-ref.xlsx", "Sheet2"): {1: ["col1"], 2: ["-8086931554011838357"]},
    ("table-multiple.xlsx", "Sheet1"): INVENTORY,
    ("table-multiple.xlsx", "Sheet2"): {
        1: ["Item", "Price"], 2: ["1", "0.85"], 3: ["2", "0.75"], 4: ["3", "0.55"], 5: ["4", "0.45"]},
    ("table-multiple.xlsx", "Sheet3"): {
        1: ["Item", "Units"], 2: ["1", "1000"], 3: ["2", "500"], 4: ["3", "200"], 5: ["4", "50"], 7: ["Item", "Units"],
        8: ["1", "750"], 9: ["2", "800"], 10: ["3", "100"], 11: ["4", "70"]},
    ("temperature-table.xlsx", "Sheet1"): TEMPERATURE,
    ("temperature-table.xlsx", "Sheet2"): {1: ["label2", "value2"], 2: ["something", "12.5"], 3: ["else", "64"]},
    ("temperature.xlsx", "Sheet1"): TEMPERATURE,
    ("too_small.xls", None): "it is a text that was given a workbook's name",
    ("vba.xlsm", "Sheet1"): EMPTY,
    ("whitespace_trim.xlsx", "inlineStr"): {
        1: ["trimmed value", "value with tabs", None, "clean text"],  # C1 is blanks, which are the empty text in `nulls`
        2: ["line1\nline2", "  line1\nline2  ", None, None],
        3: ["日期 时间", None, None, None]},
    ("whitespace_trim.xlsx", "SharedStrings"): {
        1: ["trimmed value", "  preserved value  ", None, "clean text"],
        2: ["line1\nline2", "  line1\nline2  ", None, None], 3: ["日期 时间", None, None, None]},
    ("xls_formula.xls", "Sheet1"): {1: ["10"], 2: ["20"], 3: ["110"], 4: ["65"]},
    ("xls_formula.xls", "Sheet2"): {1: ["55"]},
    ("xls_wrong_decimals.xls", "Sheet1"): {1: ["0.525625"]},
}  # fmt: skip

# Larger sheets: how many rows, and some of them
SAMPLED = {
    ("malformed_format.xls", "2014"): (36, 24, {
        1: [text for month in ["GENNAIO", "FEBBRAIO", "MARZO", "APRILE", "MAGGIO", "GIUGNO", "LUGLIO", "AGOSTO", "SETTEMBRE",
                               "OTTOBRE", "NOVEMBRE", "DICEMBRE"] for text in (month, None)],
        38: [None, "Malattia", *[None] * 22]}),
    ("strict_iso_paths.xlsx", "ml_out"): (76, 18, {
        2: ["150-031260-001_B", "1.5", "7", "4", "5", "2", "78.46", "2153.93", "1516.12", "1051527.39333333", "2190", "496.64",
            "2158", "244", "269.56", "12.61832872", "1577291.09", "104"],
        76: ["1622530102", "1.25", "2", "1", "1", "1", "808", "808", "808", "51409", "808", "63.09", "808", "42", "25",
             "0.51409", "64261.25", "15"]}),
}  # fmt: skip


def declare(shop, file, sheet, width):
    named = f', sheet: "{sheet}"' if sheet else ""
    kind = {".xlsm": "xlsx"}.get(Path(file).suffix, Path(file).suffix[1:])
    shop.declare(
        f'- name: orders\n  config: {{meta: {{export: {{files: "*", load: append, format: {kind}, header_at: 0{named}}}}}}}\n'
        "  columns:\n"
        + "".join(
            f"    - {{name: c{i}, data_type: varchar, config: {{meta: {{position: {i}}}}}}}\n" for i in range(1, width + 1)
        )
    )
    shop.drop(file, (FOLDER / file).read_bytes())


def test_every_file_of_the_folder_has_an_expected_outcome():
    listed = {file for file, _ in (*EXPECTED, *SAMPLED)}

    assert listed == {path.name for path in FOLDER.iterdir() if path.suffix in (".xls", ".xlsx", ".xlsm")}


@pytest.mark.parametrize(("file", "sheet"), EXPECTED)
def test_an_odd_workbook_is_read_cell_by_cell_or_refused(shop, file, sheet):
    expected = EXPECTED[file, sheet]
    rows = [] if isinstance(expected, str) else [cells for cells in expected.values() if not isinstance(cells, str)]
    declare(shop, file, sheet, max(map(len, rows), default=1))

    result = shop.take()

    if isinstance(expected, str):
        assert len(result.refused) == 1 and expected in result.refused[0].what
        return
    assert result.refused == []
    found = {row: cells for row, *cells in shop.rows("_row, * exclude (_file_id, _row, _exported_at, _loaded_at)")}
    faults = {reject.row: "; ".join(why.rule for why in reject.reasons) for reject in shop.rejects()}
    assert found | faults == expected
    assert not [notice for notice in result.notices if "ignored" in notice], "every column was declared"


@pytest.mark.parametrize(("file", "sheet"), SAMPLED)
def test_a_larger_odd_workbook_has_all_its_rows(shop, file, sheet):
    count, width, sample = SAMPLED[file, sheet]
    declare(shop, file, sheet, width)
    shop.take()

    found = {row: cells for row, *cells in shop.rows("_row, * exclude (_file_id, _row, _exported_at, _loaded_at)")}
    assert len(found) == count
    assert {row: found[row] for row in sample} == sample
