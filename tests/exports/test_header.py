"""Headers: columns found by name, by which of several, by place; headers of several rows; headers to be found."""

import pytest

from rapport.errors import ExportRefused
from rapport.exports.export import Export
from rapport.exports.readers.header import find_header, join_header_rows, match_header


def export(*columns, **keys):
    return Export(system="shop", table="orders", files=("*",), load="append", zone="UTC", columns=columns, **keys)


def column(name, **keys):
    return {"name": name, "data_type": "varchar", **keys}


def test_which_of_several_columns_of_one_name_is_declared():
    declared = export(column("billing", header=("Name",)), column("shipping", header=("Name",), nth=2))

    assert match_header(declared, ["No", "Name", " NAME "], "a.csv") == (
        [1, 2],
        ["ignored, not declared: 'No'", "in another case: 'NAME' for 'Name'"],
    )


def test_a_second_column_that_is_not_there_is_missing():
    declared = export(column("billing", header=("Name",)), column("shipping", header=("Name",), nth=2, required=True))

    with pytest.raises(ExportRefused, match=r"missing: 'Name' \(number 2 of that name\)"):
        match_header(declared, ["No", "Name"], "a.csv")


def test_a_doubled_column_that_nobody_declared_so_is_refused():
    with pytest.raises(ExportRefused, match="twice: 'Name'"):
        match_header(export(column("name")), ["Name", "name"], "a.csv")


def test_without_a_header_columns_are_known_by_their_place():
    declared = export(column("no", position=3), column("note", position=9), header_at=0)

    positions, notices = match_header(declared, ["A", "B", "C"], "a.csv")

    assert positions == [2, None]
    assert notices == ["ignored, not declared: column 1, column 2", "empty, not in the file: column 9 (note)"]


def test_a_file_too_narrow_for_a_required_place_is_refused():
    with pytest.raises(ExportRefused, match=r"missing: column 3 \(no\)"):
        match_header(export(column("no", position=3, key=True), header_at=0), ["A", "B"], "a.csv")


@pytest.mark.parametrize(
    ("rows", "names"),
    [
        ([["No", "2024", ""], ["", "Q1", "Q2"]], ["No", "2024 Q1", "2024 Q2"]),
        ([["2024", "", "Total"], ["Q1", "Q2", ""]], ["2024 Q1", "2024 Q2", "Total"]),
        ([["A", "", "C"], ["B", "", ""], ["x", "y", "z"]], ["A B x", "A B y", "C z"]),
        ([["A", "", ""], ["x", "y", ""]], ["A x", "A y", ""]),
        ([["A"], ["x", "y"]], ["A x", "A y"]),
        ([["", "A"], ["x", "y"]], ["x", "A y"]),
        ([["Unit\nprice", "Unit  price"]], ["Unit\nprice", "Unit  price"]),
    ],
)
def test_names_of_several_rows_are_joined_and_inherit_from_the_left(rows, names):
    assert join_header_rows(rows) == names


def test_a_header_is_found_below_titles_that_share_a_word_with_it():
    declared = export(column("orders"), column("amount"), column("day"), header_at="find")
    rows = [["Orders"], [], ["as of 2026"], ["Orders", "Amount", "Day"], ["1", "2", "3"]]

    assert find_header(declared, rows, "a.csv") == 3


def test_a_header_of_two_rows_is_found_by_its_joined_names():
    quarters = [column("first", header=("2024 Q1",)), column("second", header=("2024 Q2",))]
    declared = export(*quarters, header_at="find", header_rows=2)

    assert find_header(declared, [["Sales"], ["2024", ""], ["Q1", "Q2"], ["1", "2"]], "a.csv") == 1


def test_where_no_header_is_found_the_closest_row_is_named():
    declared = export(column("order_no", key=True), column("amount"), header_at="find")

    with pytest.raises(ExportRefused, match="closest is line 2, without 'order_no'"):
        find_header(declared, [["Orders"], ["Order", "Amount"]], "a.csv")
