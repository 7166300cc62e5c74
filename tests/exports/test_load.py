"""Loading: what becomes a row, what a reject and what a refused file."""

import io
import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

HEADER = "order_no,ordered_on,amount,units\n"


def whys(shop):
    """(file, record, line, column, rule, value) of every reason."""
    return [(r.name, r.row, r.line, why.column, why.rule, why.value) for r in shop.rejects() for why in r.reasons]


def declare_csv(shop, columns, export=""):
    shop.declare(
        f'- name: orders\n  config: {{meta: {{export: {{files: "orders*", load: append{export}}}}}}}\n  columns:\n'
        + "".join(f"    - {{{column}}}\n" for column in columns)
    )


def test_every_record_is_a_row_or_a_reject_with_its_place_and_reasons(shop):
    text = HEADER + 'A,31/12/2024,1.5,1.0\n"B\nb",31/02/2024,1.23456,9999999999\n,1/1/2024,12e3,x\nC,02/01/2024,,\n'
    shop.drop("orders.csv", text)

    result = shop.take()

    assert (result.rows_good, result.rows_rejected) == (2, 2)
    assert shop.rows("order_no, ordered_on, amount, units, _row") == [
        ("A", date(2024, 12, 31), Decimal("1.5000"), 1, 1),
        ("C", date(2024, 1, 2), None, None, 4),
    ]
    assert whys(shop) == [
        ("orders.csv", 2, 3, "ordered_on", "is not a date like %d/%m/%Y", "31/02/2024"),
        ("orders.csv", 2, 3, "amount", "has more than 4 decimals", "1.23456"),
        ("orders.csv", 2, 3, "units", "is too large for integer", "9999999999"),
        ("orders.csv", 3, 5, "order_no", "is required", ""),
        ("orders.csv", 3, 5, "amount", "is not a number with decimal mark .", "12e3"),
        ("orders.csv", 3, 5, "units", "is not a whole number", "x"),
    ]
    assert shop.rejects()[0].text == '"B\nb",31/02/2024,1.23456,9999999999'


def test_structural_faults_do_not_shift_the_numbers_of_other_records(shop):
    text = (
        HEADER + 'A,31/12/2024,1,1\nB,"31/12/2024,1,1\nC,31/12/2024,1,1\nD,1\n"E",31/12/2024,1,1,\n"F" x,,,\nG,31/12/2024,1,1\n'
    )
    shop.drop("orders.csv", text)

    shop.take()

    assert shop.rows("order_no, _row") == [("A", 1), ("C", 3), ("E", 5), ("G", 7)]
    assert [(row, line, rule) for _, row, line, _, rule, _ in whys(shop)] == [
        (2, 3, "opens a quote that is not closed"),
        (4, 5, "has 2 values where the header has 4"),
        (6, 7, "has text after a closing quote"),
    ]


def test_good_rows_know_their_file_and_times(shop):
    shop.drop("orders.csv", HEADER + "A,31/12/2024,1,1\n", modified="2024-12-31T20:00")
    shop.take()

    ((file_id, row, exported_at, loaded_at),) = shop.rows("_file_id, _row, _exported_at, _loaded_at")

    assert (file_id, row) == (shop.files()[0].file_id, 1)
    assert exported_at == datetime(2024, 12, 31, 20, tzinfo=UTC)
    assert loaded_at == shop.files()[0].loaded_at


def test_a_lake_file_lies_under_the_day_it_was_first_seen(shop):
    shop.drop("orders.csv", HEADER)
    shop.take()
    (file,) = shop.files()

    assert file.path.name == f"{file.file_id}-{file.declaration}.parquet"
    assert file.path.parent.name == f"loaded_on={datetime.now(UTC):%Y-%m-%d}"
    assert file.rejects_path is None


def test_loading_again_changes_nothing(shop):
    shop.drop("orders.csv", HEADER + "A,31/12/2024,1,1\n")
    shop.take()
    before = shop.rows()

    assert shop.load().files == 0
    assert shop.rows() == before


def test_a_lost_lake_is_loaded_again_from_the_archive(shop):
    shop.drop("orders.csv", HEADER + "A,31/12/2024,1,1\n")
    shop.take()
    shop.files()[0].path.unlink()

    assert shop.load().files == 1
    assert shop.rows("order_no") == [("A",)]


def test_a_changed_declaration_types_the_archived_file_again(shop):
    shop.drop("orders.csv", "order_no,amount\nA,1\n")
    declare_csv(shop, ["name: order_no, data_type: varchar", "name: amount, data_type: integer"])
    shop.take()
    (shop.drops / "orders.csv").unlink()

    declare_csv(shop, ["name: order_no, data_type: varchar", 'name: amount, data_type: "decimal(18,2)"'])
    shop.load()

    assert shop.rows("amount") == [(Decimal("1.00"),)]
    assert len(shop.files()) == 1


def test_gb18030_with_chinese_headers_aliases_and_a_decimal_comma(shop):
    declare_csv(
        shop,
        [
            "name: account_no, data_type: varchar, config: {meta: {header: [客户编号, Account No], key: true}}",
            'name: amount, data_type: "decimal(18,2)", config: {meta: {header: 金额}}',
            "name: is_active, data_type: boolean, config: {meta: {header: 状态, values: {启用: true, 停用: false}}}",
        ],
        ', delimiter: ";", encoding: gb18030, decimal_mark: ",", nulls: ["", 无]',
    )
    text = "状态;Account No ;金额;备注\n启用;A-1;12,50;甲\n停用;A-2;无;乙\n未知;A-3;1.50;\n"
    shop.drop("orders.csv", text.encode("gb18030"))

    result = shop.take()

    assert shop.rows("account_no, amount, is_active") == [("A-1", Decimal("12.50"), True), ("A-2", None, False)]
    assert [why[3:] for why in whys(shop)] == [
        ("amount", "is not a number with decimal mark ,", "1.50"),
        ("is_active", "is none of 启用, 停用", "未知"),
    ]
    assert result.notices == [
        "shop.orders: orders.csv: ignored, not declared: '备注'",
        "shop.orders: orders.csv: under another of its names: 'Account No' for '客户编号'",
        "shop.orders: orders.csv: in another order than declared: '状态'",
    ]


def test_a_byte_order_mark_and_windows_line_ends_are_no_data(shop):
    shop.drop("orders.csv", b"\xef\xbb\xbf" + (HEADER + '"A","31/12/2024","1","1"\n\n').replace("\n", "\r\n").encode())
    shop.take()

    assert shop.rows("order_no, _row") == [("A", 1)]


def test_text_that_does_not_decode_names_the_byte_and_the_line(shop):
    content = (HEADER + "A,31/12/2024,1,1\n").encode() + b"\xffB,31/12/2024,1,1\n"
    shop.drop("orders1.csv", content)
    shop.drop("orders2.csv", HEADER + "C,31/12/2024,1,1\n")

    result = shop.take()

    assert [file.name for file in result.refused] == ["orders1.csv"]
    assert f"byte {content.index(0xFF)} (line 3) does not decode" in result.refused[0].what
    assert shop.rows("order_no") == [("C",)], "a refused file stops no other"


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("", "The file is empty"),
        ("ordered_on,amount,price\n", "missing: 'order_no'; not declared: 'price'"),
        ("order_no;ordered_on\nA;1\n", "missing: 'order_no'"),
        ("order_no,units,Units\nA,1,2\n", "twice: 'units'"),
        ('order_no,"amount\nA,1\n', "The header opens a quote"),
    ],
)
def test_a_refused_file_says_why_and_is_not_tried_again(shop, content, what):
    shop.drop("orders.csv", content)
    (first,) = shop.take().refused
    (again,) = shop.take().refused

    assert what in first.what
    assert first.is_new and not again.is_new
    assert (again.name, again.what) == ("orders.csv", first.what)


def test_a_refused_file_that_was_sent_again_whole_is_forgotten(shop):
    shop.drop("orders.csv", "")
    shop.take()
    shop.drop("orders.csv", HEADER + "A,31/12/2024,1,1\n")

    assert shop.take().refused == []
    assert shop.rows("order_no") == [("A",)]


def test_a_refused_file_is_tried_again_under_another_declaration(shop):
    shop.drop("orders.csv", "No\nA\n")
    shop.take()
    declare_csv(shop, ["name: order_no, data_type: varchar, config: {meta: {header: 'No', key: true}}"])

    assert shop.load().refused == []
    assert shop.rows("order_no") == [("A",)]


def test_declared_skips_are_counted_and_not_loaded(shop):
    declare_csv(shop, ["name: order_no, data_type: varchar, config: {meta: {key: true}}"], ", skip: {order_no: [Total, 合计]}")
    shop.drop("orders.csv", "order_no\nA\n Total \nB\n合计\n")

    result = shop.take()

    assert (result.rows_good, result.rows_skipped, result.rows_rejected) == (2, 2, 0)
    assert shop.rows("order_no, _row") == [("A", 1), ("B", 3)]


@pytest.mark.parametrize(
    ("data_type", "text", "value"),
    [
        ("integer", "1.0", 1),
        ("integer", " -7 ", -7),
        ("integer", "1.5", None),
        ("integer", "1_000", None),
        ("bigint", "9223372036854775807", 9223372036854775807),
        ("bigint", "9223372036854775808", None),
        ('"decimal(6,2)"', "1.500", Decimal("1.50")),
        ('"decimal(6,2)"', ".5", Decimal("0.50")),
        ('"decimal(6,2)"', "1.505", None),
        ('"decimal(6,2)"', "10000.00", None),
        ('"decimal(6,2)"', ".", None),
        ("double", "1.5e3", 1500.0),
        ("double", "nan", None),
        ("double", "1e999", None),
        ("boolean", "TRUE", True),
        ("boolean", "yes", None),
        ("date", "2024-02-29", date(2024, 2, 29)),
        ("date", "2023-02-29", None),
        ("date", "24-02-28", None),
        ("date", "2024-02-29x", None),
        ("timestamptz", "2024-07-01 12:00:00", datetime(2024, 7, 1, 10, tzinfo=UTC)),
        ("timestamptz", "2024-07-01T12:00:00.250Z", datetime(2024, 7, 1, 12, 0, 0, 250000, tzinfo=UTC)),
        ("timestamptz", "2024-07-01T12:00:00+05:30", datetime(2024, 7, 1, 6, 30, tzinfo=UTC)),
        ("timestamptz", "2024-07-01 25:00:00", None),
        ("varchar", " as it is ", " as it is "),
    ],
)
def test_a_text_is_typed_exactly_or_rejected(shop, data_type, text, value):
    declare_csv(shop, ["name: order_no, data_type: varchar", f"name: x, data_type: {data_type}"])
    shop.drop("orders.csv", f"order_no,x\nA,{text}\n")

    result = shop.take()

    assert (result.rows_good, result.rows_rejected) == ((1, 0) if value is not None else (0, 1))
    assert [row[0] for row in shop.rows("x")] == ([value] if value is not None else [])


def test_compact_dates_and_several_formats(shop):
    declare_csv(
        shop,
        [
            "name: order_no, data_type: varchar",
            "name: d, data_type: date, config: {meta: {format: ['%Y%m%d', '%d %b %Y']}}",
        ],
    )
    shop.drop("orders.csv", "order_no,d\nA,20240229\nB,29 Feb 2024\nC,2024229\n")
    shop.take()

    assert shop.rows("d") == [(date(2024, 2, 29),), (date(2024, 2, 29),)]
    assert [why[-1] for why in whys(shop)] == ["2024229"]


def test_json_lines_with_nested_values(shop):
    declare_csv(
        shop,
        [
            "name: ticket_no, data_type: varchar, config: {meta: {header: id, key: true}}",
            "name: email, data_type: varchar, config: {meta: {header: requester.email}}",
            "name: opened_at, data_type: timestamptz",
            'name: hours, data_type: "decimal(9,2)"',
            "name: tags, data_type: varchar",
        ],
        ", format: json_lines",
    )
    lines = [
        {
            "id": 1,
            "requester": {"email": "a@b.example"},
            "opened_at": "2024-07-01T12:00:00Z",
            "hours": 1.5,
            "tags": ["x", "客"],
        },
        {"id": "T-2", "requester": None, "opened_at": None, "colour": "red"},
        {"hours": 1e-7},
    ]
    text = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines) + '\n\n{"id": 4\n[5]\n{"id": 6, "id": 7}\n'
    shop.drop("orders.jsonl", text)

    result = shop.take()

    assert shop.rows("ticket_no, email, opened_at, hours, tags, _row") == [
        ("1", "a@b.example", datetime(2024, 7, 1, 12, tzinfo=UTC), Decimal("1.50"), '["x", "客"]', 1),
        ("T-2", None, None, None, None, 2),
    ]
    assert [(row, line, column) for _, row, line, column, _, _ in whys(shop)] == [
        (3, 3, "ticket_no"),
        (3, 3, "hours"),
        (4, 5, None),
        (5, 6, None),
        (6, 7, None),
    ]
    assert result.notices == ["shop.orders: orders.jsonl: ignored, not declared: 'colour'"]


def workbook(rows, sheet="Answers"):
    import xlsxwriter

    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, "default_date_format": "yyyy-mm-dd hh:mm"}) as book:
        book.add_worksheet("Notes")
        page = book.add_worksheet(sheet)
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                page.write(row, column, cell)
    return content.getvalue()


def test_a_workbooks_rows_carry_their_sheet_row_numbers(shop):
    declare_csv(
        shop,
        [
            "name: respondent, data_type: varchar, config: {meta: {key: true}}",
            "name: score, data_type: integer",
            "name: answered_at, data_type: timestamptz, config: {meta: {format: '%d.%m.%Y'}}",
            'name: amount, data_type: "decimal(9,2)"',
        ],
        ", format: xlsx, sheet: Answers, header_at: 2",
    )
    rows = [
        ["Survey of 2024"],
        ["respondent", "score", "answered_at", "amount"],
        [1001, 9, datetime(2024, 7, 1, 12), 0.1 + 0.2],
        [],
        ["B", "9.5", "1.7.2024", 1],
        ["C", 10, "1.7.2024", None],
    ]
    shop.drop("orders.xlsx", workbook(rows))

    shop.take()

    assert shop.rows("respondent, score, answered_at, amount, _row") == [
        ("1001", 9, datetime(2024, 7, 1, 10, tzinfo=UTC), Decimal("0.30"), 3),
        ("C", 10, datetime(2024, 6, 30, 22, tzinfo=UTC), None, 6),
    ]
    assert whys(shop) == [("orders.xlsx", 5, 5, "score", "is not a whole number", "9.5")]


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"PK not a workbook", "not a workbook"),
        (workbook([["a"]], "Other"), "no sheet 'Answers'"),
        (workbook([]), "no column names"),
    ],
)
def test_a_workbook_that_cannot_be_read_is_refused(shop, content, what):
    declare_csv(shop, ["name: a, data_type: varchar"], ", format: xlsx, sheet: Answers")
    shop.drop("orders.xlsx", content)

    assert what in shop.take().refused[0].what


@pytest.mark.parametrize("fault", ["", 'D,"31/12/2024,1,1\n'])
def test_a_large_file_is_read_by_duckdb_to_the_same_rows_and_rejects(make_shop, monkeypatch, fault):
    text = HEADER + 'A,31/12/2024,1,1\n"B\n""b""",31/12/2024,1.5,\nC,31/02/2024,1,1\n' + fault + "E,31/12/2024,1,1\n"
    small, large = make_shop(), make_shop()
    for shop in (small, large):
        shop.drop("orders.csv", text, modified="2024-12-31T20:00")

    small.take()
    monkeypatch.setattr("rapport.exports.load.LARGE", 1)
    large.take()

    assert large.rows("* exclude (_loaded_at)") == small.rows("* exclude (_loaded_at)")
    assert large.rejects() == small.rejects() != []


def test_large_and_small_files_of_one_table_are_all_loaded(shop, monkeypatch):
    monkeypatch.setattr("rapport.exports.load.LARGE", 200)
    for number in range(12):
        lines = "".join(f"{number}-{line},31/12/2024,1,1\n" for line in range(1 if number % 3 else 20))
        shop.drop(f"orders{number}.csv", HEADER + lines)

    result = shop.take()

    assert (result.files, result.rows_good) == (12, 4 * 20 + 8)
    names = {file.file_id: file.deliveries[0].name for file in shop.files()}
    assert all(
        names[file_id] == f"orders{order_no.partition('-')[0]}.csv" for order_no, file_id in shop.rows("order_no, _file_id")
    )
