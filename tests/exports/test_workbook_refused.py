"""Workbooks that are none, are damaged or hostile: refused before anything is made of them."""

import io
import random
import zipfile
from decimal import Decimal

import pytest

from tests.exports.workbooks import BOOK, declare, ods, refusal, replaced, text, workbook


def test_a_workbook_under_the_wrong_suffix_is_read_as_what_it_is(shop):
    declare(shop)
    shop.drop("a.xls", workbook({"S": [["order_no"], ["A"]]}))
    shop.drop("b.xlsx", ods([("", [text("order_no")]), ("", [text("B")])]))
    shop.take()

    assert sorted(shop.rows("order_no")) == [("A",), ("B",)]


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("a.xls", b"<html><table><tr><td>order_no</td></tr></table></html>", "it is a page (HTML or XML)"),
        ("a.xls", b"order_no\tamount\nA\t1\n", "it is a text"),
        ("a.xlsx", b"", "it is empty"),
        ("a.xlsx", b"\x89\x00\x01", "it begins like none"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 600, "damaged"),
    ],
)
def test_what_is_no_workbook_is_refused_with_what_it_is(shop, name, content, what):
    declare(shop)
    shop.drop(name, content)

    assert what in refusal(shop)


def test_a_zip_bomb_is_refused_before_it_is_unpacked(shop):
    declare(shop)
    target = io.BytesIO(workbook(BOOK))
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/image1.png", b"\0" * (50 << 20))
    shop.drop("a.xlsx", target.getvalue())

    assert "times its size, more than 200" in refusal(shop)


def test_two_far_corners_are_refused_before_memory_is_taken_for_all_between(shop):
    import xlsxwriter

    for name, corner in (("a.xlsx", "XFD1048576"), ("b.xlsx", "BXX1048576")):
        content = io.BytesIO()
        with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
            sheet = book.add_worksheet()
            sheet.write("A1", "order_no")
            sheet.write(corner, 1)
        shop.drop(name, content.getvalue())
    declare(shop)

    wide, large = (refused.what for refused in shop.take().refused)
    assert "16,384 columns, more than 2,000" in wide
    assert "1,048,576 rows and 2,000 columns" in large


def test_entities_are_not_expanded(shop):
    declare(shop)
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><worksheet'
    content = replaced(workbook({"S": [["order_no"], ["A"]]}), "xl/worksheets/sheet1.xml", b"<worksheet", bomb)
    shop.drop("a.xlsx", replaced(content, "xl/worksheets/sheet1.xml", b"<sheetData>", b"<sheetData>&b;"))
    result = shop.take()

    assert result.refused or shop.rows("order_no") == [("A",)]


def test_a_workbook_cut_anywhere_is_refused(shop):
    declare(shop)
    content = workbook({"S": [["order_no", "amount"], *([f"A{i}", i] for i in range(300))]})
    chance = random.Random(20261128)
    for i in range(60):
        cut = content[: chance.randrange(1, len(content))]
        shop.drop(f"cut{i}.xlsx", cut)
    result = shop.take()

    assert (len(result.refused), result.files) == (60, 0)


def test_a_flipped_bit_in_a_workbook_is_refused_or_harmless(make_shop):
    shop = make_shop()
    declare(shop)
    rows = [(f"A{i}", Decimal(i)) for i in range(300)]
    content = workbook({"S": [["order_no", "amount"], *([f"A{i}", i] for i in range(300))]})
    chance = random.Random(7)
    for i in range(100):
        bit = chance.randrange(len(content) * 8)
        flipped = bytearray(content)
        flipped[bit // 8] ^= 1 << bit % 8
        shop.drop(f"flip{i:03}.xlsx", bytes(flipped))
    result = shop.take()
    loaded = shop.rows("_file_id, order_no, amount")

    by_file: dict[str, list] = {}
    for file_id, *values in loaded:
        by_file.setdefault(file_id, []).append(tuple(values))
    assert all(found == rows for found in by_file.values())
    assert len(by_file) + len(result.refused) == 100
    assert result.rows_rejected == 0
