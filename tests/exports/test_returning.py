"""`rapport rejects --export`: rejects in the original's shape, corrected, dropped again, accepted."""

import json
import shutil
from datetime import date
from decimal import Decimal

import pytest

from rapport.cli import main
from rapport.errors import UsageError
from rapport.exports.returning.write import return_rejects

HEADER = "order_no,ordered_on,amount,units\n"


def declare(shop, export, header="{key: true}"):
    shop.declare(f"""\
        - name: orders
          config: {{meta: {{export: {{{export}}}}}}}
          columns:
            - {{name: order_no, data_type: varchar, config: {{meta: {header}}}}}
            - {{name: ordered_on, data_type: date, config: {{meta: {{format: "%d/%m/%Y"}}}}}}
            - {{name: amount, data_type: "decimal(18,4)"}}
            - {{name: units, data_type: integer}}
        """)


def back(shop):
    return return_rejects(shop.settings, shop.files(), shop.project / "back")


def test_a_corrected_file_is_accepted_and_the_counts_add_up(shop):
    shop.drop("orders_1.csv", HEADER + 'A,31/12/2024,1.5,1\n"B, b",31/02/2024,2.5,2\nC,1/1/2024,x,y\n')
    before = shop.take()
    assert (before.rows_good, before.rows_rejected) == (1, 2)

    (returned,) = back(shop)
    assert returned.path.read_text() == (
        "order_no,ordered_on,amount,units,rejected_because\n"
        '"B, b",31/02/2024,2.5,2,ordered_on is not a date like %d/%m/%Y: 31/02/2024\n'
        "C,1/1/2024,x,y,amount is not a number with decimal mark .: x; units is not a whole number: y\n"
    )
    assert (returned.path.name, returned.records, returned.rejected, returned.note) == ("orders_1-rejects.csv", 2, 2, "")

    corrected = returned.path.read_text().replace("31/02/2024,2.5", "28/02/2024,2.5").replace("x,y", "3.5,3")
    shop.drop(returned.path.name, corrected)
    after = shop.take()

    assert (after.rows_good, after.rows_rejected) == (2, 0)
    assert after.notices == ["shop.orders: orders_1-rejects.csv: ignored, not declared: 'rejected_because'"]
    assert sorted(shop.rows("order_no, ordered_on, amount, units")) == [
        ("A", date(2024, 12, 31), Decimal("1.5"), 1),
        ("B, b", date(2024, 2, 28), Decimal("2.5"), 2),
        ("C", date(2024, 1, 1), Decimal("3.5"), 3),
    ]


def test_what_is_dropped_without_correction_is_rejected_again(shop):
    text = HEADER + 'A,31/12/2024,1,1\nB,"31/12/2024,1,1\nD,1\nE,31/12/2024,1,1,7\n"F" x,,,\n,,,\n'
    shop.drop("orders.csv", text)
    rejected = shop.take().rows_rejected
    (returned,) = back(shop)

    shop.drop(returned.path.name, returned.path.read_bytes())
    again = shop.take()

    assert (rejected, again.rows_rejected, again.rows_good) == (5, 5, 0)


@pytest.mark.parametrize(
    ("encoding", "end", "export"),
    [
        ("gb18030", "\r\n", 'encoding: gb18030, delimiter: ";"'),
        ("utf-8-sig", "\r\n", 'encoding: utf-8, delimiter: ";"'),
        ("utf-16", "\n", 'encoding: utf-16, delimiter: ";"'),
        ("cp1252", "\n", "encoding: cp1252, delimiter: ';', quote: ''"),
    ],
)
def test_encoding_delimiter_ends_of_lines_and_lines_above_the_header_are_the_originals(shop, encoding, end, export):
    name = "Köln" if encoding == "cp1252" else "北京"
    declare(shop, f'files: "orders*", load: append, header_at: 3, {export}', f"{{key: true, header: {name}}}")
    lines = ["Report", "", f"{name};ordered_on;amount;units", f"{name};31/12/2024;1;1", f"{name};31/02/2024;1;1"]
    shop.drop("orders.csv", "".join(line + end for line in lines).encode(encoding))
    assert shop.take().rows_rejected == 1

    (returned,) = back(shop)

    content = returned.path.read_bytes()
    told = content.decode(encoding).split(end)
    assert told[:3] == ["Report", "", f"{name};ordered_on;amount;units;rejected_because"]
    assert told[3].startswith(f"{name};31/02/2024;1;1;ordered_on is not a date")
    shop.drop(returned.path.name, content.decode(encoding).replace("31/02", "28/02").encode(encoding))
    assert (shop.take().rows_good, len(shop.rows("order_no"))) == (1, 2)


def test_of_a_snapshot_all_records_are_written_since_the_rest_would_count_as_removed(shop):
    declare(shop, 'files: "orders*.csv", load: snapshot, skip: {order_no: [Total]}')
    shop.drop("orders.csv", HEADER + "A,31/12/2024,1,1\nB,31/02/2024,1,1\nTotal,,2,2\n")
    shop.take()

    (returned,) = back(shop)

    assert (returned.records, returned.rejected) == (3, 1) and "all records" in returned.note
    shop.drop(returned.path.name, returned.path.read_text().replace("31/02", "28/02"))
    after = shop.take()
    assert (after.rows_good, after.rows_rejected, after.rows_skipped) == (2, 0, 1)


def test_lines_at_the_end_that_are_no_records_stay_there(shop):
    declare(shop, 'files: "orders*.csv", load: append, footer_lines: 1')
    from rapport.exports.declarations import read_declarations
    from rapport.exports.export import Export
    from rapport.exports.returning.text import write_delimited

    export: Export = read_declarations(shop.settings)["shop", "orders"]
    original = shop.drop("orders.csv", HEADER + "A,31/12/2024,1,1\nB,31/02/2024,1,1\nEND OF FILE\n")
    target = shop.project / "out.csv"

    write_delimited(export, original, "orders.csv", shop.project, {2: "B,31/02/2024,1,1"}, {2: "why"}, target, is_whole=False)

    assert target.read_text().splitlines()[1:] == ["B,31/02/2024,1,1,why", "END OF FILE"]


def test_a_name_that_the_declaration_would_not_cover_is_the_originals(shop):
    declare(shop, "files: orders.csv, load: append")
    shop.drop("orders.csv", HEADER + "A,31/12/2024,1,1\nB,31/02/2024,1,1\n")
    shop.take()

    (returned,) = back(shop)
    assert returned.path.name == "orders.csv" and "takes" in returned.note

    shop.drop("orders.csv", returned.path.read_text().replace("31/02", "28/02"))
    shop.take()
    assert sorted(shop.rows("order_no")) == [("A",), ("B",)]  # what was good stays


def test_json_lines_get_one_more_key_and_keep_their_numbers_as_written(shop):
    declare(shop, 'files: "orders*", load: append, format: json_lines')
    shop.drop("orders.jsonl", '{"order_no": "A", "amount": 1.50000000000000001, "units": "x"}\nnot json\n{"order_no": "B"}\n')
    assert shop.take().rows_rejected == 2

    (returned,) = back(shop)
    first, second = returned.path.read_text().splitlines()

    assert "1.50000000000000001" in first and second == "not json"
    assert json.loads(first)["rejected_because"].startswith("amount has more than 4 decimals")
    shop.drop(returned.path.name, first.replace("1.50000000000000001", "1.5").replace('"x"', "7") + "\n")
    assert shop.take().rows_good == 1


def test_a_sheet_is_written_with_its_cells_and_is_accepted_after_correction(shop):
    import xlsxwriter
    from python_calamine import CalamineWorkbook

    declare(shop, 'files: "orders*.xlsx", load: append, format: xlsx, header_at: 2, sheet: Data')
    path = shop.drops / "orders.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet = book.add_worksheet("Data")
        sheet.write_row(0, 0, ["Report"])
        sheet.write_row(1, 0, ["order_no", "ordered_on", "amount", "units"])
        for row, (no, amount, units) in enumerate([("A", 1.5, 1), ("=B", 2.25, "many")], start=2):
            sheet.write_string(row, 0, no)
            sheet.write_datetime(row, 1, date(2024, 12, 31), day)
            sheet.write(row, 2, amount)
            sheet.write(row, 3, units)
    assert shop.take().rows_rejected == 1

    (returned,) = back(shop)

    with CalamineWorkbook.from_path(str(returned.path)) as book:
        rows = book.get_sheet_by_name("Data").to_python(skip_empty_area=False)
    assert rows[1:] == [
        ["order_no", "ordered_on", "amount", "units", "rejected_because"],
        ["=B", date(2024, 12, 31), 2.25, "many", "units is not a whole number: many"],
    ]


def test_parquet_is_written_as_csv_and_the_note_says_what_to_do(shop):
    import duckdb

    declare(shop, 'files: "orders*.parquet", load: append, format: parquet')
    values = "('A', '31/12/2024', 1.5, 1, 7), ('B', null, 2.5, -99999999999, 8)"
    query = f"select * from (values {values}) t(order_no, ordered_on, amount, units, row)"
    duckdb.execute(f"copy ({query}) to '{shop.drops}/orders.parquet' (format parquet)")
    assert shop.take().rows_rejected == 1

    (returned,) = back(shop)

    assert returned.path.name == "orders-rejects.csv"
    assert returned.path.read_text().splitlines() == [
        "order_no,ordered_on,amount,units,row,rejected_because",
        "B,,2.5,-99999999999,8,units is too large for integer: -99999999999",
    ]
    assert ".parquet" in returned.note


def test_nothing_that_is_there_is_overwritten(shop):
    shop.drop("orders.csv", HEADER + "A,31/02/2024,1,1\n")
    shop.take()
    back(shop)
    with pytest.raises(UsageError, match="there already"):
        back(shop)


def test_the_command_writes_them_and_names_the_files(shop, monkeypatch, capfd):
    shop.drop("orders.csv", HEADER + "A,31/02/2024,1,1\n")
    shop.take()
    monkeypatch.setenv("RAPPORT_PROJECT", str(shop.project))
    monkeypatch.setenv("RAPPORT_HOME", str(shop.project / "home"))

    with pytest.raises(SystemExit) as end:
        main(["rejects", "orders", "--export", str(shop.project / "out")])

    assert not end.value.code
    assert (shop.project / "out" / "shop" / "orders-rejects.csv").exists()
    assert "1 rejected of 1 records" in capfd.readouterr().out
    shutil.rmtree(shop.project / "out")


def test_lines_of_fixed_width_stay_as_they_are_and_the_reasons_are_beside(shop):
    shop.declare("""\
        - name: orders
          config: {meta: {export: {files: "orders*.txt", load: append, format: fixed_width, header_at: 0}}}
          columns:
            - {name: order_no, data_type: varchar, config: {meta: {key: true, at: [1, 4]}}}
            - {name: amount, data_type: "decimal(18,4)", config: {meta: {at: [5, 8]}}}
        """)
    shop.drop("orders.txt", "A1     1.50\nA2     1,50\nA3     2.50\n")
    assert shop.take().rows_rejected == 1

    (returned,) = back(shop)

    assert returned.path.read_text() == "A2     1,50\n"
    beside = returned.path.with_name("orders-rejects.txt.reasons.csv").read_text().splitlines()
    assert beside == ["line,rejected_because", '1,"amount is not a number with decimal mark .: 1,50"']
    shop.drop("orders-rejects.txt", "A2     1.50\n")
    assert (shop.take().rows_good, len(shop.rows("order_no"))) == (1, 3)


def test_a_packed_file_comes_back_unpacked(shop):
    import gzip

    declare(shop, 'files: "orders*", load: append')
    shop.drop("orders.csv.gz", gzip.compress((HEADER + "A,31/12/2024,1,1\nB,31/02/2024,1,1\n").encode()))
    assert shop.take().rows_rejected == 1

    (returned,) = back(shop)

    assert returned.path.name == "orders-rejects.csv"
    shop.drop(returned.path.name, returned.path.read_text().replace("31/02", "28/02"))
    assert shop.take().rows_good == 1


def test_rejects_of_two_tables_that_read_one_workbook_are_two_files(shop):
    import xlsxwriter

    table = (
        "- name: {name}\n"
        "  config: {{meta: {{export: {{files: 'till*.xlsx', load: append, format: xlsx, sheet: {name}}}}}}}\n"
        "  columns: [{{name: code, data_type: integer}}]\n"
    )
    shop.declare(table.format(name="sales") + table.format(name="returns"))
    with xlsxwriter.Workbook(str(shop.drops / "till.xlsx")) as book:
        for name in ("sales", "returns"):
            book.add_worksheet(name).write_column(0, 0, ["code", 1, "x"])
    shop.take()

    files = back(shop)

    assert sorted(file.path.name for file in files) == ["till-returns-rejects.xlsx", "till-sales-rejects.xlsx"]
    assert all("1 other table(s)" in file.note for file in files)
