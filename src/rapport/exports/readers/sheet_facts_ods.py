"""ODS: which rows of a sheet have values, and which cells hold errors; read from the XML."""

import zipfile
from pathlib import Path
from xml.parsers import expat

from rapport.exports.readers.sheet_facts import NoWorkbook, SheetFacts, check_extent
from rapport.exports.readers.unzipped import chunks


def ods_facts(file: Path, sheet: str) -> SheetFacts:
    """Look at one sheet, cell by cell.

    Raises:
        NoWorkbook: the content is missing or is not XML, or the sheet is too large.
    """
    cells = _Cells(sheet)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = cells.start, cells.end
    parser.CharacterDataHandler = cells.text
    try:
        with zipfile.ZipFile(file) as archive:
            if b"encryption-data" in archive.read("META-INF/manifest.xml"):
                raise NoWorkbook("it is protected by a password")
            for chunk in chunks(archive, "content.xml"):
                parser.Parse(chunk, False)
            parser.Parse(b"", True)
    except (KeyError, expat.ExpatError, ValueError, OverflowError) as error:
        raise NoWorkbook(f"a part of it is missing or is not the XML of a workbook ({error})") from None
    return SheetFacts(cells.filled, cells.faults, cells.starts_in_1904)


class _Cells:
    """Events of the content's XML; rows and cells may stand for many of their like."""

    def __init__(self, sheet: str) -> None:
        self.filled: set[int] = set()
        self.faults: dict[tuple[int, int], str] = {}
        self.starts_in_1904 = False
        self._sheet = sheet
        self._depth = 0  # of tables: one may lie in a cell of another
        self._is_within = False
        self._row, self._rows = 0, 1
        self._column, self._columns, self._width = 0, 1, 0
        self._kind, self._text, self._errors = "", "", []
        self._in_text = self._in_note = self._row_has_value = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "table:null-date":
            self.starts_in_1904 = attributes.get("table:date-value", "").startswith("1904")
        elif tag == "table:table":
            self._depth += 1
            if self._depth == 1:
                self._is_within, self._row = attributes.get("table:name") == self._sheet, 0
        elif not self._is_within or self._depth != 1:
            return
        elif tag == "table:table-row":
            self._rows = int(attributes.get("table:number-rows-repeated", 1))
            self._column, self._width, self._row_has_value, self._errors = 0, 0, False, []
        elif tag in ("table:table-cell", "table:covered-table-cell"):
            self._columns = int(attributes.get("table:number-columns-repeated", 1))
            is_error = attributes.get("calcext:value-type") == "error"
            self._kind, self._text = "error" if is_error else attributes.get("office:value-type", ""), ""
        elif tag == "office:annotation":
            self._in_note = True
        elif tag == "text:p":
            self._in_text = not self._in_note
        elif tag in ("text:s", "text:tab", "text:line-break"):
            self.text(" ")

    def text(self, text: str) -> None:
        if self._in_text:
            self._text += text

    def end(self, tag: str) -> None:
        if tag == "table:table":
            self._depth -= 1
            self._is_within = self._is_within and self._depth > 0
        elif not self._is_within or self._depth != 1:
            return
        elif tag == "text:p":
            self._in_text = False
        elif tag == "office:annotation":
            self._in_note = False
        elif tag in ("table:table-cell", "table:covered-table-cell"):
            self._end_of_cell()
        elif tag == "table:table-row":
            if self._row_has_value:
                check_extent(self._row + self._rows, self._width)
                self.filled.update(range(self._row + 1, self._row + self._rows + 1))
                for column, error in self._errors:
                    self.faults.update({(row, column): error for row in range(self._row + 1, self._row + self._rows + 1)})
            self._row += self._rows

    def _end_of_cell(self) -> None:
        has_value = bool(self._text) if self._kind in ("", "string") else True
        self._column += self._columns
        if has_value:
            check_extent(1, self._column)
            self._row_has_value, self._width = True, self._column
            if self._kind == "error":
                places = range(self._column - self._columns + 1, self._column + 1)
                self._errors += [(place, self._text or "#ERROR") for place in places]
