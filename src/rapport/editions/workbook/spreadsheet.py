"""The spreadsheet: tables of typed cells in an XLSX file, in which foreign text is never a formula, a link or a number."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from math import ceil
from unicodedata import east_asian_width
from zoneinfo import ZoneInfo

from rapport.editions.foreign import harmless

_LONGEST_TEXT = 32_767  # of a cell, in UTF-16 units: more, and Excel calls the file damaged
_LONGEST_NAME = 31  # of a sheet
_RESERVED_NAMES = {"history"}
_WIDEST, _NARROWEST = 64, 9  # of a column, in digits
_LINE, _MOST_LINES = 15, 27  # height of a line in points; a row cannot be higher than 409
_OPENS_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_FIRST_YEAR = 1900  # Excel knows no day before


@dataclass(frozen=True)
class Amount:
    """A number with the format that shows it; what is worth 96.4 % is the number 0.964."""

    value: Decimal | None
    format: str


@dataclass(frozen=True)
class Styles:
    """What cells look like: colours as #RRGGBB, formats of days and instants, and the words for what has no form of its own."""

    ink: str
    muted: str
    rule: str
    good: str
    bad: str
    day: str
    instant: str
    yes: str
    no: str
    cut: str  # closes a text that was too long for a cell


class Spreadsheet:
    """An XLSX file in memory; the same calls give the same bytes."""

    def __init__(self, styles: Styles, zone: ZoneInfo, foot: str, properties: Mapping[str, object]) -> None:
        """Open it.

        Args:
            zone: in which instants are shown; a cell has no zone of its own.
            foot: printed below each page.
            properties: of the document, as xlsxwriter names them; `created` stands where programs put the time of writing.
        """
        from xlsxwriter import Workbook

        self._content = BytesIO()
        options = {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        self.book = Workbook(self._content, options)
        self.book.set_properties(dict(properties))
        self.styles, self.zone = styles, zone
        self._foot = harmless(foot).replace("&", "&&")[:200]
        self._formats: dict[tuple, object] = {}
        self._names: set[str] = set(_RESERVED_NAMES)

    def sheet(self, name: str) -> "Sheet":
        """Add a sheet; its name is made legal and unlike all others."""
        page = self.book.add_worksheet(self._legal(name))
        page.set_landscape()
        page.set_paper(9)  # A4
        page.fit_to_pages(1, 0)
        page.set_footer(f"&L{self._foot}&R&P / &N")
        page.hide_gridlines(2)
        return Sheet(self, page)

    def format(self, **properties: object):
        """A cell format, each made once."""
        key = tuple(properties.items())
        if key not in self._formats:
            self._formats[key] = self.book.add_format({"valign": "top", "font_color": self.styles.ink, **properties})
        return self._formats[key]

    def close(self) -> bytes:
        """Close it; returns the file."""
        self.book.close()
        return self._content.getvalue()

    def _legal(self, name: str) -> str:
        wanted = re.sub(r"[\[\]:*?/\\\s]+", " ", harmless(name)).strip(" '") or "–"
        legal, number = wanted[:_LONGEST_NAME].strip(" '"), 1
        while legal.casefold() in self._names:
            number += 1
            legal = f"{wanted[: _LONGEST_NAME - len(str(number)) - 1].strip()} {number}"
        self._names.add(legal.casefold())
        return legal


class Sheet:
    """One sheet, written from the top; columns grow as wide as what stands in them, up to a limit at which texts wrap."""

    def __init__(self, book: Spreadsheet, page) -> None:
        self.book, self.page = book, page
        self.row = 0
        self._widths: dict[int, int] = {}
        self._wrapped: list[tuple[int, int, int]] = []  # row, column and width of texts that may need several lines

    def line(self, *values: object, **look: object) -> None:
        """Write one row and go to the next."""
        for column, value in enumerate(values):
            self.put(self.row, column, value, **look)
        self.row += 1

    def head(self, headings: Sequence[str], numbers: Collection[int] = ()) -> None:
        """Write the names of columns; those of `numbers` stand over their right ends."""
        look = {"bold": True, "bottom": 2, "bottom_color": self.book.styles.ink, "text_wrap": True, "valign": "bottom"}
        for column, heading in enumerate(headings):
            self.put(self.row, column, heading, **look, **({"align": "right"} if column in numbers else _apart(column)))
        self.row += 1

    def table(
        self,
        headings: Sequence[str],
        rows: Sequence[Sequence[object]],
        totals: Mapping[int, Amount] | None = None,
        total: str = "",
    ) -> None:
        """Write a table whose head stays in sight and filters.

        Args:
            rows: texts, Amounts, days, instants (with a zone), truth values, and None for what is not known.
            totals: by column; what all rows add up to, as a formula whose value every reader sees without calculating.
            total: the word for it.
        """
        head, styles = self.row, self.book.styles
        self.head(headings, {column for row in rows for column, cell in enumerate(row) if isinstance(cell, Amount)})
        for row in rows:
            for column, cell in enumerate(row):
                self.put(self.row, column, cell, bottom=1, bottom_color=styles.rule, **_apart(column, cell))
            self.row += 1
        self.page.freeze_panes(head + 1, 1)
        self.page.repeat_rows(head)
        if rows and headings:
            last = self.row - 1
            self.page.autofilter(head, 0, last, len(headings) - 1)
            self.page.ignore_errors({"number_stored_as_text": f"A{head + 1}:XFD{last + 1}"})  # numbers of accounts are texts
            if totals:
                self._totals(rows, totals, total, head + 1, last)

    def _totals(self, rows: Sequence[Sequence[object]], totals: Mapping[int, Amount], word: str, first: int, last: int) -> None:
        from xlsxwriter.utility import xl_col_to_name

        look = {"bold": True, "top": 2, "top_color": self.book.styles.ink}
        for column in range(len(rows[0])):
            total = totals.get(column)
            if total is None or total.value is None:
                self.put(self.row, column, None if column else word, **look)
                continue
            if sum((row[column].value or 0 for row in rows), Decimal(0)) != total.value:
                self.put(self.row, column, total, **look)  # rounded rows add up to something else: the figure is what is true
                continue
            name = xl_col_to_name(column)
            formula = f"=SUBTOTAL(109,{name}{first + 1}:{name}{last + 1})"  # of the rows that a filter leaves
            shape = self.book.format(num_format=total.format, **look)
            self.page.write_formula(self.row, column, formula, shape, float(total.value))
            self._widths[column] = max(self._widths.get(column, 0), _needed(total))
        self.row += 1

    def put(self, row: int, column: int, value: object, **look: object) -> None:
        """Write one cell as what it is."""
        styles, page = self.book.styles, self.page
        match value:
            case Amount():
                if value.value is None or not value.value.is_finite():
                    page.write_blank(row, column, None, self.book.format(**look))
                else:
                    page.write_number(row, column, float(value.value), self.book.format(num_format=value.format, **look))
            case bool():
                page.write_string(row, column, styles.yes if value else styles.no, self.book.format(**look))
            case int() | float() | Decimal():
                self.put(row, column, Amount(Decimal(str(value)), "General"), **look)
            case datetime() if value.year > _FIRST_YEAR:
                shown = value.astimezone(self.book.zone).replace(tzinfo=None) if value.tzinfo else value
                page.write_datetime(row, column, shown, self._dated(styles.instant, look))
            case date() if value.year > _FIRST_YEAR:
                page.write_datetime(row, column, value, self._dated(styles.day, look))
            case None:
                page.write_blank(row, column, None, self.book.format(**look))
            case _:
                self._text(row, column, str(value), look)
        self._widths[column] = max(self._widths.get(column, 0), _needed(value))

    def _dated(self, shape: str, look: Mapping[str, object]):
        return self.book.format(**{"num_format": shape, "align": "left", **look})

    def _text(self, row: int, column: int, value: str, look: Mapping[str, object]) -> None:
        text = fitted(harmless(value), self.book.styles.cut)
        if _width(text) > _WIDEST and look.get("text_wrap", True):
            look = {"text_wrap": True, **look}
            self._wrapped.append((row, column, _width(text)))
        if text.startswith(_OPENS_FORMULA):
            look = {"quote_prefix": True, **look}  # a text it stays when somebody edits the cell
        self.page.write_string(row, column, text, self.book.format(**look))

    def sparklines(self, rows: range, column: int, first: int, last: int) -> None:
        """Draw the numbers of each row's columns `first` to `last` as small columns in one cell."""
        from xlsxwriter.utility import xl_col_to_name, xl_range

        cells = {f"{xl_col_to_name(column)}{row + 1}": xl_range(row, first, row, last) for row in rows}
        look = {
            "location": list(cells),
            "range": list(cells.values()),
            "type": "column",
            "series_color": self.book.styles.muted,
            "last_point": True,
            "last_color": self.book.styles.ink,
        }
        self.page.add_sparkline(rows[0], column, look)
        self._widths[column] = max(self._widths.get(column, 0), 16)

    def finish(self, widths: Mapping[int, int] | None = None) -> None:
        """Set the widths of columns: those given, else what the cells need; and the heights of rows with long texts."""
        needed = {column: min(max(width + 2, _NARROWEST), _WIDEST) for column, width in self._widths.items()}
        needed |= widths or {}
        for column, width in needed.items():
            self.page.set_column(column, column, width)
        lines: dict[int, int] = {}
        for row, column, width in self._wrapped:
            lines[row] = max(lines.get(row, 1), ceil(1.1 * width / needed[column]))  # words do not break where a line ends
        for row, number in lines.items():
            self.page.set_row(row, min(number, _MOST_LINES) * _LINE)


def _apart(column: int, cell: object = "") -> dict[str, int]:
    """Texts keep a distance from the number that may end just before them."""
    return {"indent": 1} if column and isinstance(cell, str | date) else {}


def _needed(value: object) -> int:
    """The width of a cell, in digits."""
    match value:
        case Amount():
            return 0 if value.value is None else len(f"{value.value:,.2f}") + 2
        case datetime():
            return 20
        case date():
            return 14
        case None:
            return 0
    return _width(str(value)[:_WIDEST])


def fitted(text: str, cut: str) -> str:
    """A text that a cell can hold: a longer one ends with `cut`."""
    if len(text) <= _LONGEST_TEXT // 2 or _units(text) <= _LONGEST_TEXT:
        return text
    room = _LONGEST_TEXT - _units(cut)
    return text.encode("utf-16-le")[: room * 2].decode("utf-16-le", "ignore") + cut


def _units(text: str) -> int:
    return len(text) + sum(character > "\uffff" for character in text)


def _width(text: str) -> int:
    """In digits; characters of East Asia are twice as wide."""
    if text.isascii():
        return len(text)
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)
