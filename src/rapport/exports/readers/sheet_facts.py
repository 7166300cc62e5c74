"""What a pass over a workbook's raw file knows of a sheet, independent of the library that reads its cells."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

MOST_ROWS = 1 << 20
MOST_COLUMNS = 2_000
MOST_CELLS = 60_000_000  # a sheet of which two far corners are used takes as much memory as a full one

NO_RESULT = "a formula without a result"


class NoWorkbook(Exception):
    """The file cannot be a workbook, or not one to be opened; the message says why."""


@dataclass(frozen=True)
class SheetFacts:
    """A sheet as its raw file has it.

    Attributes:
        filled: numbers of the rows that have a value; the first is 1.
        faults: (row, column), both from 1, of cells without a value of their own → the error in it, or NO_RESULT.
        starts_in_1904: the workbook counts days from 1904.
        doubtful: rows of texts that may all be empty; they count when the reading found something in them.
        exactly: `filled` again, by a slower way that also knows empty texts; asked where it and what was read differ.
    """

    filled: set[int]
    faults: dict[tuple[int, int], str] = field(default_factory=dict)
    starts_in_1904: bool = False
    doubtful: set[int] = field(default_factory=set)
    exactly: Callable[[], set[int]] | None = None


def facts_of(file: Path, sheets: list[str], sheet: str) -> SheetFacts:
    """Look at one sheet of a workbook of any kind.

    Args:
        sheets: all sheets, in the workbook's order.

    Raises:
        NoWorkbook: the file is damaged, or the sheet is too large.
    """
    match kind_of(file):
        case "xlsx":
            from rapport.exports.readers.sheet_facts_xlsx import xlsx_facts

            return xlsx_facts(file, sheet)
        case "ods":
            from rapport.exports.readers.sheet_facts_ods import ods_facts

            return ods_facts(file, sheet)
    from rapport.exports.readers.sheet_facts_xls import xls_facts

    return xls_facts(file, sheets.index(sheet))


def kind_of(file: Path) -> str:
    """What a workbook is by its content, whatever its name says: xlsx, ods or xls.

    Raises:
        NoWorkbook: it is something else, damaged, or protected by a password.
    """
    with open(file, "rb") as opened:
        beginning = opened.read(512)
    if beginning.startswith(b"PK"):
        from rapport.exports.readers.unzipped import member_names

        names = member_names(file)
        if "content.xml" in names:
            return "ods"
        if any(name.lower().endswith("workbook.bin") for name in names):
            raise NoWorkbook("it is a binary workbook (.xlsb)")
        return "xlsx"
    if beginning.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return "xls"
    if not beginning:
        raise NoWorkbook("it is empty")
    if beginning.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith((b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta")):
        raise NoWorkbook("it is a page (HTML or XML) that was given a workbook's name")
    if b"\0" not in beginning:
        raise NoWorkbook("it is a text that was given a workbook's name; perhaps `format: csv` reads it")
    raise NoWorkbook("it begins like none")


def check_extent(rows: int, columns: int) -> None:
    """Refuse a sheet whose cells spread too far, before memory is taken for it.

    Raises:
        NoWorkbook: it is too wide or too large.
    """
    if columns > MOST_COLUMNS:
        raise NoWorkbook(f"its sheet spreads over {columns:,} columns, more than {MOST_COLUMNS:,}")
    if rows > MOST_ROWS or rows * columns > MOST_CELLS:
        raise NoWorkbook(f"its sheet spreads over {rows:,} rows and {columns:,} columns, more than {MOST_CELLS:,} cells")
