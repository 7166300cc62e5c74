"""JSON: documents with lists of records somewhere in them, children in tables of their own, and what refuses or rejects."""

import json
from decimal import Decimal

import pytest

from rapport.errors import UsageError
from tests.conftest import DATA

NORTHWIND = DATA / "northwind"

ORDERS = """\
- name: orders
  config: {meta: {export: {files: "*.json*", format: [json, json_lines], load: append%s}}}
  columns:
    - {name: order_no, data_type: varchar, config: {meta: {header: 'no', key: true}}}
    - {name: amount, data_type: "decimal(38,10)"}
    - {name: city, data_type: varchar, config: {meta: {header: [address.city, town]}}}
"""
LINES = """\
- name: lines
  config: {meta: {export: {files: "*.json*", format: [json, json_lines], load: append, records: "%s"}}}
  columns:
    - {name: order_no, data_type: varchar, config: {meta: {header: %s, key: true}}}
    - {name: product, data_type: varchar, config: {meta: {header: sku}}}
    - {name: units, data_type: integer}
"""


def whys(shop):
    return [(r.table, r.row, r.line, why.column, why.rule, r.text) for r in shop.rejects() for why in r.reasons]


def test_an_array_of_objects_is_read_with_nested_values_and_exact_numbers(shop):
    shop.declare(ORDERS % "")
    elements = [
        '{"no": 1, "amount": 0.1000000000000000055, "address": {"city": "Köln"}}',
        '{"no": "00<2"}',
        '{"no": 12345678901234567890123, "amount": 123456789012345678.0123456789, "town": "\\u5317\\u4eac"}',
    ]
    shop.drop("a.json", "\ufeff[\r\n" + ",\n".join(elements) + "]\n")

    result = shop.take()

    assert shop.rows("order_no, amount, city, _row") == [
        ("00<2", None, None, 2),
        ("12345678901234567890123", Decimal("123456789012345678.0123456789"), "北京", 3),
    ]
    assert whys(shop) == [
        ("orders", 1, 2, "amount", "has more than 10 decimals", elements[0]),
    ]
    assert result.notices == []


def test_children_go_to_their_own_table_by_a_second_declaration_over_the_same_file(shop):
    shop.declare(ORDERS % ', records: "data.orders[]"' + LINES % ("data.orders[].cart.lines[]", "../../no"))
    document = {
        "note": {"orders": [7]},
        "data": {
            "skipped": [[1, {"lines": []}], "x"],
            "orders": [
                {"no": "A", "cart": {"lines": [{"sku": "x", "units": 1}, {"sku": "y", "units": 2}]}, "amount": 1},
                {"no": "B", "cart": None},
                {"no": "C", "cart": {"lines": []}},
                {"cart": {"lines": [{"sku": "z", "units": 3}]}, "no": "D"},
            ],
            "next": None,
        },
    }
    shop.drop("a.json", json.dumps(document, indent=1))

    result = shop.take()

    assert shop.rows("order_no, amount, _row") == [("A", 1, 1), ("B", None, 2), ("C", None, 3), ("D", None, 4)]
    assert shop.rows("order_no, product, units, _row", "lines") == [("A", "x", 1, 1), ("A", "y", 2, 2), ("D", "z", 3, 3)]
    assert result.notices == ["shop.orders: a.json: ignored, not declared: 'cart'"]


def test_values_around_the_outermost_list_are_found_wherever_they_stand(shop):
    shop.declare(LINES % ("page.lines[]", "../../meta.batch"))
    shop.drop("a.json", '{"page": {"lines": [{"sku": "x", "units": 1}], "n": 1}, "meta": {"batch": "B-7", "tags": [1, 2]}}')
    shop.take()

    assert shop.rows("order_no, product", "lines") == [("B-7", "x")]


def test_json_lines_have_children_too(shop):
    shop.declare(LINES % ("lines[]", "../no"))
    lines = [
        '{"no": 1, "lines": [{"sku": "x"}, {"sku": "y"}]}',
        '{"no": 2}',
        '{"no": 3, "lines": "z"}',
        '{"no": 4, "lines": [5]}',
        '{"no": 5, "no": 6, "lines": [{"sku": "x"}, {"sku": "y"}]}',
        '{"no": 7',
    ]
    shop.drop("a.jsonl", "\n".join(lines) + "\n")
    shop.take()

    assert shop.rows("order_no, product, _row", "lines") == [("1", "x", 1), ("1", "y", 2)]
    assert [why[1:5] for why in whys(shop)] == [
        (3, 3, None, "has no list at lines"),
        (4, 4, None, "has an element of lines that is not a JSON object"),
        (5, 5, None, "is not JSON: a key occurs twice"),
        (6, 5, None, "is not JSON: a key occurs twice"),
        (7, 6, None, "is not JSON: Expecting ',' delimiter: line 1 column 9 (char 8)"),
    ]


@pytest.mark.parametrize("head", [("a.json", "[\n", ",\n", "\n]"), ("a.jsonl", "", "\n", "\n")])
def test_elements_that_are_no_records_are_rejects_and_the_others_are_read(shop, head):
    name, opening, between, closing = head
    shop.declare(ORDERS % "")
    elements = [
        '{"no": "A"}',
        '{"no": "B", "no": "C"}',
        "7",
        '{"no": "\\ud800"}',
        '{"no": {"a": 1.50}}',
        '{"no": "1e999999999"}',
        '{"no": 1e999999999}',
        '{"no": ""}',
        '{"no": "\\ud83d\\ude00"}',
    ]
    shop.drop(name, opening + between.join(elements) + closing)
    shop.take()

    assert shop.rows("order_no, _row") == [
        ("A", 1), ('{"a": 1.50}', 5), ("1e999999999", 6), ("1E+999999999", 7), ("😀", 9)]  # fmt: skip
    assert [why[1:5] for why in whys(shop)] == [
        (2, 2 + len(opening) // 2, None, "is not JSON: a key occurs twice"),
        (3, 3 + len(opening) // 2, None, "is not a JSON object"),
        (4, 4 + len(opening) // 2, None, "has half of a character (a surrogate without its pair)"),
        (8, 8 + len(opening) // 2, "order_no", "is required"),
    ]
    assert [why[5] for why in whys(shop)] == [elements[1], elements[2], elements[3], elements[7]]


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ('[{"no": 1},\n {"no": 2', "it ends in the middle, at line 2 (byte 21)"),
        ('[{"no": 1},\n {"no": "2', "it ends in the middle, at line 2 (byte 22)"),
        ('[{"no": 1}', "it ends in the middle, at line 1 (byte 10)"),
        ('[{"no": 1} {"no": 2}]', "at line 1 (byte 12)"),
        ('[{"no": 1}]\n[{"no": 2}]', "at line 2 (byte 13)"),
        ('[{"no": NaN}]', "not one whole JSON document"),
        ('{"orders": [{"no": 1}], "n": 1}', "is no list; there are lists at orders[]"),
        ('"text"', "is no list"),
        ("[" * 100_000, "nested"),
        ("[{}, " + "[" * 300 + "]" * 300 + "]", "nested in more than 200 levels"),
        ("", "The file is empty"),
    ],
)
def test_a_document_that_is_not_whole_or_has_no_list_is_refused(shop, content, what):
    shop.declare(ORDERS % "")
    shop.drop("a.json", content)

    assert what in shop.take().refused[0].what


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ('{"data": {"items": [{"no": 1}]}}', "has no list at data.orders; there are lists at items[]"),
        ('{"data": {"orders": {"no": 1}}}', "has no list at data.orders"),
        ('{"data": {"orders": []}, "data": {"orders": [{"no": 1}]}}', "has the key 'data' twice"),
    ],
)
def test_a_document_without_the_declared_list_is_refused(shop, content, what):
    shop.declare(ORDERS % ', records: "data.orders[]"')
    shop.drop("a.json", content)

    assert what in shop.take().refused[0].what


def test_an_empty_list_is_an_export_without_records(shop):
    shop.declare(ORDERS % "")
    shop.drop("a.json", "[]")

    assert (shop.take().files, shop.rows()) == (1, [])


def test_json_lines_cut_in_the_middle_are_refused(shop):
    shop.declare(ORDERS % "")
    shop.drop("a.jsonl", '{"no": 1}\n{"no": 2')

    assert "ends in the middle of a record" in shop.take().refused[0].what


def test_long_elements_and_lists_beside_the_records_are_no_matter(shop):
    shop.declare(ORDERS % ', records: "orders[]"')
    padding = "ü" * 1_500_000
    document = {
        "other": [{"a": [padding]}] * 2,
        "orders": [{"no": i, "town": padding if i % 7 == 0 else ""} for i in range(20)],
    }
    shop.drop("a.json", json.dumps(document, ensure_ascii=False))
    shop.take()

    assert shop.rows("order_no, length(city)") == [(str(i), 1_500_000 if i % 7 == 0 else None) for i in range(20)]


@pytest.mark.parametrize("path", ["orders", "orders[].lines", "a..b[]", "[]x[]", "a[][]"])
def test_a_path_that_leads_to_no_list_is_a_mistake_of_the_declaration(shop, path):
    shop.declare(ORDERS % f', records: "{path}"')

    with pytest.raises(UsageError, match="is not a path to a list"):
        shop.take()


def test_two_declarations_of_the_same_records_of_one_file_are_a_mistake(shop):
    shop.declare(ORDERS % "" + (ORDERS % "").replace("name: orders", "name: again"))
    shop.drop("a.json", "[]")

    with pytest.raises(UsageError, match="Two declarations cover one file: orders, again"):
        shop.take()


@pytest.mark.data("northwind")
def test_northwind_loads_by_declaration_alone_and_gives_its_golden_sums(shop):
    for name in ("orders.json", "customers.json"):
        shop.drop(name, (NORTHWIND / name).read_bytes())
    shop.declare("""\
- name: orders
  config: {meta: {export: {files: "orders.json", format: json, load: snapshot, nulls: ["", "NULL"]}}}
  columns:
    - {name: order_no, data_type: varchar, config: {meta: {header: orderID, key: true}}}
    - {name: ordered_at, data_type: timestamptz, config: {meta: {header: orderDate}}}
    - {name: freight, data_type: "decimal(18,4)"}
- name: lines
  config: {meta: {export: {files: "orders.json", format: json, load: snapshot, records: "[].details[]"}}}
  columns:
    - {name: order_no, data_type: varchar, config: {meta: {header: ../orderID, key: true}}}
    - {name: unit_price, data_type: "decimal(18,4)", config: {meta: {header: unitPrice}}}
    - {name: quantity, data_type: integer}
    - {name: discount, data_type: "decimal(18,4)"}
- name: customers
  config: {meta: {export: {files: "customers.json", format: json, load: snapshot}}}
  columns:
    - {name: customer_no, data_type: varchar, config: {meta: {header: customerID, key: true}}}
    - {name: country, data_type: varchar, config: {meta: {header: address.country, required: true}}}
""")  # fmt: skip
    result = shop.take()
    lines = shop.rows("order_no, unit_price, quantity, discount", "lines")

    assert (result.rows_rejected, result.refused) == (0, [])
    assert (len(shop.rows()), len(lines), len(shop.rows(table="customers"))) == (830, 2155, 91)
    assert sum(price * quantity * (1 - discount) for _, price, quantity, discount in lines) == Decimal("1265793.0395")
    assert {order_no for order_no, *_ in lines} == {order_no for (order_no,) in shop.rows("order_no")}
