"""Delimited text in all the shapes that systems give it."""

from datetime import date
from decimal import Decimal

import pytest

COLUMNS = """\
  columns:
    - {name: order_no, data_type: varchar, config: {meta: {key: true, header: ["No", 订单号]}}}
    - {name: amount, data_type: "decimal(18,2)", config: {meta: {header: Amount}}}
"""


def declare(shop, export="", columns=COLUMNS):
    shop.declare(f'- name: orders\n  config: {{meta: {{export: {{files: "orders*", load: append{export}}}}}}}\n{columns}')


def rules(shop):
    return [(reject.row, reject.line, reason.rule) for reject in shop.rejects() for reason in reject.reasons]


def test_the_header_is_found_below_title_lines_of_any_number(shop):
    declare(shop, ", header_at: find")
    shop.drop("orders1.csv", "Orders of 2024\nprinted by A, B\n\nNo,Amount\nA,1\n")
    shop.drop("orders2.csv", "No,Amount\nB,2\n")

    shop.take()

    assert sorted(shop.rows("order_no, amount, _row")) == [("A", Decimal(1), 1), ("B", Decimal(2), 1)]


def test_a_file_in_which_no_header_is_found_says_which_line_came_closest(shop):
    declare(shop, ", header_at: find")
    shop.drop("orders.csv", "Orders\nNumber,Amount\nA,1\n")

    (refused,) = shop.take().refused

    assert "closest is line 2, without 'No' or '订单号'" in refused.what


def test_without_a_header_columns_are_told_by_their_place(shop):
    columns = (
        "  columns:\n    - {name: order_no, data_type: varchar, config: {meta: {key: true, position: 3}}}\n"
        '    - {name: amount, data_type: "decimal(18,2)", config: {meta: {position: 1}}}\n'
    )
    declare(shop, ", header_at: 0", columns)
    shop.drop("orders.csv", "1,x,A\n2,y,B\n")

    shop.take()

    assert shop.rows("order_no, amount, _row") == [("A", Decimal(1), 1), ("B", Decimal(2), 2)]


def test_repeated_headers_footers_and_marked_lines_are_no_records(shop):
    declare(shop, ", repeats_header: true, footer_lines: 2, skip_lines: ['-+', 'Subtotal.*']")
    text = "No,Amount\nA,1\nSubtotal,1\n-----\nNo,Amount\nB,2\nTotal,3\nprinted on Monday, page 2\n\n"
    shop.drop("orders.csv", text)

    result = shop.take()

    assert shop.rows("order_no, _row") == [("A", 1), ("B", 5)]
    assert (result.rows_good, result.rows_skipped, result.rows_rejected) == (2, 3, 0)


def test_a_header_of_two_lines_is_joined(shop):
    columns = (
        "  columns:\n    - {name: order_no, data_type: varchar, config: {meta: {key: true, header: Order No}}}\n"
        '    - {name: amount, data_type: "decimal(18,2)", config: {meta: {header: Order Net}}}\n'
        '    - {name: paid, data_type: "decimal(18,2)", config: {meta: {header: Paid Net}}}\n'
    )
    declare(shop, ", header_rows: 2", columns)
    shop.drop("orders.csv", "Order,,Paid\nNo,Net,Net\nA,1,2\n")

    shop.take()

    assert shop.rows("order_no, amount, paid, _row") == [("A", Decimal(1), Decimal(2), 1)]


def test_of_two_columns_of_one_name_each_is_declared(shop):
    columns = (
        "  columns:\n    - {name: ordered_by, data_type: varchar, config: {meta: {header: Name}}}\n"
        "    - {name: paid_by, data_type: varchar, config: {meta: {header: Name, nth: 2}}}\n"
    )
    declare(shop, "", columns)
    shop.drop("orders.csv", "Name,No,Name\nAnn,1,Ben\n")

    shop.take()

    assert shop.rows("ordered_by, paid_by") == [("Ann", "Ben")]


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize(
    ("export", "text"),
    [
        (", delimiter: ';', decimal_mark: ',', thousands_mark: '.'", "No;Amount\nA;1.234,50\nB;1234,5\nC;12.34,50\n"),
        (r', delimiter: "\t", quote: ""', 'No\tAmount\nA\t1234.50\nB"\t1234.5\nC\tx\n'),
        (", delimiter: '|', thousands_mark: ' ', encoding: utf-16", "No|Amount\r\nA|1 234.50\r\nB|1234.5\r\nC|1 2\r\n"),
        (", encoding: [utf-8, gb18030]", "订单号,Amount,备注\nA,1234.5,中文\nB,1234.5,\nC,,x,y\n"),
        (", encoding: [utf-8, big5, gb18030]", "订单号,Amount,备注\nA,1234.5,简体\nB,1234.5,\nC,,x,y\n"),
        (", encoding: cp1252", "No,Amount,Näme\nA,1234.5,€\nB,1234.5,\nC,1e5,\n"),
        ("", '\ufeffNo,Amount\r\n"A",1234.5\r\n"B\r\nb",1234.5\r\n\r\nC,1.234\r\n'),
        ("", 'No,Amount\rA,1234.5\rB,1234.5\rC,"\r'),
    ],
)
def test_marks_encodings_and_line_ends(shop, monkeypatch, export, text, large):
    monkeypatch.setattr("rapport.exports.load.LARGE", 1 if large else 1 << 20)
    declare(shop, export)
    encoding = "utf-16" if "utf-16" in export else "cp1252" if "cp1252" in export else "gb18030" if "gb1" in export else "utf-8"
    shop.drop("orders.csv", text.encode(encoding))

    result = shop.take()

    assert [no[0] for (no,) in shop.rows("order_no")] == ["A", "B"]
    assert shop.rows("amount") == [(Decimal("1234.5"),)] * 2
    assert (result.rows_good, result.rows_rejected) == (2, 1)
    assert [reject.row for reject in shop.rejects()] == [3]


@pytest.mark.parametrize(
    ("meta", "text", "value"),
    [
        ("remove: ['$', US]", "US$ 1240.00", Decimal(1240)),
        ("remove: '$', thousands_mark: ','", "-$1,240.50", Decimal("-1240.5")),
        ("unit: 1000", "1.23456", Decimal("1234.56")),
        ("unit: 0.01", "12345", Decimal("123.45")),
        ("unit: 0.01", "123.45", None),
        ("unit: 10000", "12.5", Decimal(125000)),
        ("nulls: ['-', 'k.A.']", " k.A. ", "null"),
        ("nulls: ['0']", "0", "null"),
    ],
)
def test_a_number_may_have_signs_and_a_unit(shop, meta, text, value):
    declare(
        shop,
        "",
        "  columns:\n    - {name: order_no, data_type: varchar}\n"
        f'    - {{name: x, data_type: "decimal(18,2)", config: {{meta: {{{meta}}}}}}}\n',
    )
    shop.drop("orders.csv", f'order_no,x\nA,"{text}"\n')

    shop.take()

    assert shop.rows("x") == ([] if value is None else [(None if value == "null" else value,)])
    assert len(shop.rejects()) == (value is None)


def test_digits_that_are_wrapped_as_formulas_are_kept(shop):
    columns = (
        "  columns:\n    - {name: order_no, data_type: varchar, config: {meta: {key: true}}}\n"
        "    - {name: d, data_type: date}\n"
    )
    declare(shop, ", unwraps_formulas: true", columns)
    shop.drop("orders.csv", 'order_no,d\n="00123","=""2024-02-29"""\n00124,2024-03-01\n="",2024-03-01\n')

    shop.take()

    assert shop.rows("order_no, d") == [("00123", date(2024, 2, 29)), ("00124", date(2024, 3, 1))]
    assert rules(shop) == [(3, 4, "is required")]


def test_lines_of_fixed_width(shop):
    columns = (
        "  columns:\n    - {name: customer_no, data_type: varchar, config: {meta: {key: true, at: [2, 5]}}}\n"
        "    - {name: ordered_on, data_type: date, config: {meta: {at: [8, 8], format: '%Y%m%d'}}}\n"
        '    - {name: amount, data_type: "decimal(18,2)", config: {meta: {at: [19, 8]}}}\n'
    )
    declare(shop, ", format: fixed_width, header_at: 1, encoding: gb18030", columns)
    lines = [" no    day      n   amount 客", " 00001 19970101  1   11.77", " 00002 19970112  5   77.00 x", " 00003 1997"]
    shop.drop("orders.txt", "\n".join([*lines, " 00004 19970102  2   20.76\n"]).encode("gb18030"))

    shop.take()

    assert shop.rows("customer_no, ordered_on, amount, _row") == [
        ("00001", date(1997, 1, 1), Decimal("11.77"), 1),
        ("00004", date(1997, 1, 2), Decimal("20.76"), 4),
    ]
    assert rules(shop) == [
        (2, 3, "has text after character 26, where the last column ends"),
        (3, 4, "is not a date like %Y%m%d"),
    ]


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("end", ["C", 'C,"1', "C,"])
def test_a_file_that_ends_in_the_middle_of_a_record_is_refused(shop, monkeypatch, end, large):
    monkeypatch.setattr("rapport.exports.load.LARGE", 1 if large else 1 << 20)
    declare(shop)
    shop.drop("orders.csv", "No,Amount,Note\nA,1,x\nB,2,y\n" + end)

    (refused,) = shop.take().refused

    assert "ends in the middle of a record" in refused.what
    assert shop.files() == []


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize(
    ("control", "complaint"),
    [
        ("T;3;1.006,50", None),
        ("T;4;1.006,50", "It has 3 records, and its sender says 4"),
        ("T;3;1.006,51", "amount adds up to 1006.50, and its sender says 1006.51"),
        ("A;1;x", "The control line is missing"),
    ],
)
def test_a_control_line_at_the_end_is_honoured(shop, monkeypatch, control, complaint, large):
    monkeypatch.setattr("rapport.exports.load.LARGE", 1 if large else 1 << 20)
    declare(
        shop,
        ", delimiter: ';', decimal_mark: ',', thousands_mark: '.', skip: {order_no: Total},"
        r" control_line: 'T;(?P<rows>\d+);(?P<amount>[\d.,]+)'",
    )
    # the second record is a reject for its note's sake, but its amount counts
    shop.drop("orders.csv", f"No;Amount\nA;1.001,50\n;2\nTotal;9\nC;3\n{control}\n")

    result = shop.take()

    assert [file.what for file in result.refused] == [] if complaint is None else complaint in result.refused[0].what
    assert len(shop.rows()) == (2 if complaint is None else 0) if complaint is None else shop.files() == []
