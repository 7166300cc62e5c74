"""Records: the exact splitter, DuckDB's reader and the independent count agree on every text that all of them take."""

import csv
import io
import time

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rapport.exports.export import Export
from rapport.exports.readers.delimited import DelimitedReader
from rapport.exports.record_count import RecordCount
from rapport.exports.records import Splitter

WIDTH = 2


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("records")


@pytest.fixture(scope="module")
def engine():
    with duckdb.connect() as engine:
        yield engine


def records(folder, text, quote='"', delimiter=",", escape=""):
    file = folder / "text.csv"
    file.write_text(text, encoding="utf-8", newline="")
    return list(Splitter(delimiter, quote, escape).records(file))


def reader(folder, body):
    file = folder / "export.csv"
    file.write_text("a,b\n" + body, encoding="utf-8", newline="")
    columns = tuple({"name": name, "data_type": "varchar"} for name in "ab")
    export = Export.model_validate(
        {"system": "s", "table": "t", "files": ("*",), "load": "append", "zone": "UTC", "columns": columns}
    )
    return DelimitedReader(export, file, "export.csv", folder)


def test_each_record_knows_its_physical_line(folder):
    found = records(folder, 'a,b\n\n"1\n2",x\r\n3,y')

    assert [(record.line, record.fields) for record in found] == [(1, ["a", "b"]), (3, ["1\n2", "x"]), (5, ["3", "y"])]


def test_an_unclosed_quote_spoils_its_own_line_only(folder):
    found = records(folder, 'a,"b\nc,d\n"e","f"\n')

    assert [(record.line, record.fault, record.fields) for record in found] == [
        (1, "opens a quote that is not closed", []),
        (2, None, ["c", "d"]),
        (3, None, ["e", "f"]),
    ]


def test_quotes_that_stay_open_do_not_make_the_file_be_read_once_for_each(folder):
    """Both kinds: a quote that is closed and opened again, and doubled ones. It took hours when each line looked for itself."""
    for line in ('x","y', 'a"",b'):
        begun = time.process_time()
        found = records(folder, '"open\n' + f"{line}\n" * 20_000)
        assert len(found) == 20_001 and found[0].fault == "opens a quote that is not closed"
        assert time.process_time() - begun < 5


def test_an_escape_character_makes_text_of_what_follows_quoted_or_not(folder):
    text = 'a\\,b,"c\\"d"\n1\\\n2,\\N,C:\\temp\\\\\n"e\\\r\nf",,""\n"g""h",2,3\n4,5,6\\'
    found = records(folder, text, escape="\\")

    assert [(record.line, record.fields or record.fault) for record in found] == [
        (1, ["a,b", 'c"d']),
        (2, ["1\n2", "\\N", "C:\\temp\\"]),
        (4, ["e\r\nf", "", ""]),
        (6, "has text after a closing quote"),
        (7, "ends with an escape character that nothing follows"),
    ]
    assert found[-1].is_cut_short(3)


def test_blanks_that_delimit_are_no_blanks_around_quotes(folder):
    assert [record.fields for record in records(folder, 'a  "b c" d\n', delimiter=" ")] == [["a", "", "b c", "d"]]


def test_without_a_quote_character_quotes_are_text(folder):
    assert [record.fields for record in records(folder, '5" disk,"x\n', quote="")] == [['5" disk', '"x']]


@given(st.lists(st.lists(st.text('ab,"\n\r '), min_size=2, max_size=3), min_size=1, max_size=6))
@settings(max_examples=100, deadline=None)
def test_what_pythons_writer_wrote_is_read_back(folder, rows):
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows(rows)

    assert [record.fields for record in records(folder, text.getvalue())] == rows


@given(st.text('a,"\n\r ', max_size=30), st.integers(1, 7))
@settings(max_examples=300, deadline=None)
def test_the_independent_count_does_not_depend_on_where_parts_end(text, size):
    whole, parts = RecordCount(",", '"'), RecordCount(",", '"')
    whole.feed(text.encode())
    for start in range(0, len(text), size):
        parts.feed(text[start : start + size].encode())

    assert (parts.records, parts.is_regular) == (whole.records, whole.is_regular)


@given(
    st.lists(st.sampled_from(["a", ",", '"', "\n", "\r\n", " ", '""', ',"', '"\n', "a,a\n", '"a","a"\n', "客"]), max_size=14)
)
@example(['1,5" disk\n3,6" x\n'])
@example(['1,5" disk\n3,6\n'])
@example(["1,2,\n3,6\n"])
@example(["1,2\r3,4\n"])
@example([',"" ",'])
@settings(max_examples=150, deadline=None)
def test_duckdb_reads_what_the_splitter_reads_or_is_not_used(folder, engine, parts):
    body = "".join(parts) + "\n"  # without a line end, a record in which the text ends refuses the file
    exact = reader(folder, body)
    rows = [tuple(row) for row in exact.rows()]
    assert exact.counted == len(rows), "the independent count"

    fast = reader(folder, body)
    source = fast.read_with(engine)

    if source is not None:
        try:
            read = engine.execute(f"select * from {source} order by _row").fetchall()
        except duckdb.InvalidInputException:
            pass  # it is not used
        else:
            assert read == [tuple(None if value == "" else value for value in row) for row in rows]
            picked = reader(folder, body)
            picked.read_with(engine)
            assert list(map(tuple, picked.pick(set(range(1, len(rows) + 1, 2))))) == rows[::2]
