"""XLSX: which rows of a sheet have values, and which cells hold errors; read from the XML."""

import posixpath
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from xml.etree import ElementTree
from xml.parsers import expat

from rapport.exports.readers.sheet_facts import NO_RESULT, NoWorkbook, SheetFacts, check_extent
from rapport.exports.readers.unzipped import chunks

_NUMBER = re.compile(rb"""\sr\s*=\s*["'](\d+)["']""")
_CELL = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]+)\d+["']""")
_PLACE = re.compile(r"([A-Za-z]+)(\d+)")


def xlsx_facts(file: Path, sheet: str) -> SheetFacts:
    """Look at a sheet quickly, row by row; cell by cell where something in it asks for that.

    Raises:
        NoWorkbook: a part is missing or is not XML, or the sheet is too large.
    """
    with _refused_when_damaged(), zipfile.ZipFile(file) as archive:
        workbook_path, member = _sheet_member(archive, sheet)
        properties = [e for e in _parse(archive, workbook_path).iter() if _local(e.tag) == "workbookPr"]
        is_1904 = any(e.get("date1904", "false").lower() in ("1", "true", "on") for e in properties)
        filled = _quickly(chunks(archive, member))
        if filled is None:
            filled, faults = _exactly(file, member, workbook_path)
            return SheetFacts(filled, faults, is_1904)
        return SheetFacts(filled, {}, is_1904, exactly=lambda: _exactly(file, member, workbook_path)[0])


@contextmanager
def _refused_when_damaged() -> Iterator[None]:
    try:
        yield
    except (LookupError, StopIteration) as error:
        raise NoWorkbook(f"a part of it is missing ({error})") from None
    except (ElementTree.ParseError, expat.ExpatError, ValueError, TypeError, OverflowError) as error:
        raise NoWorkbook(f"a part of it is not the XML of a workbook ({error})") from None


def _quickly(parts: Iterator[bytes]) -> set[int] | None:
    """The rows with a value, by looking at bytes; None when only a parser can tell."""
    beginning = next(parts, b"")
    root = re.search(rb"<(?:(\w+):)?worksheet[\s>]", beginning)
    if root is None:
        return None
    prefix = root[1] + b":" if root[1] else b""
    row_tag, value, inline, error = b"<" + prefix + b"row", b"<" + prefix + b"v", b"<" + prefix + b"is", (b't="e"', b"t='e'")
    end_of_cell = b"(?:</%bc>|<%bv\\s*/>|<%bv></)" % (prefix, prefix, prefix)
    no_result = re.compile(b"(?:</%bf>|<%bf\\b[^>]*/>)\\s*%b" % (prefix, prefix, end_of_cell))
    cell = b"<" + prefix + b"c "
    filled: set[int] = set()
    number, widest, buffer = 0, 0, beginning
    while buffer:
        following = next(parts, None)
        cut = len(buffer) if following is None else buffer.rfind(row_tag)
        if cut <= 0:
            if following is None or len(buffer) > 64 << 20:
                return None
            buffer += following
            continue
        complete = buffer[:cut]
        if any(mark in complete for mark in error) or b"<!" in complete or no_result.search(complete):
            return None
        for piece in complete.split(row_tag)[1:]:
            if piece[:1] in b"/> \t\r\n":  # and not, say, <rowBreaks
                told = _NUMBER.search(piece, 0, piece.find(b">"))
                number = int(told[1]) if told else number + 1
                if value in piece or inline in piece:
                    filled.add(number)
                last = piece.rfind(cell)
                if last >= 0 and (place := _CELL.search(piece, last, last + 200)):
                    widest = max(widest, _column(place[1].decode()))
        buffer = b"" if following is None else buffer[cut:] + following
    check_extent(max(filled, default=0), widest)
    return filled


def _exactly(file: Path, member: str, workbook_path: str) -> tuple[set[int], dict[tuple[int, int], str]]:
    """The rows with a value and the cells with faults, by parsing every cell."""
    with _refused_when_damaged(), zipfile.ZipFile(file) as archive:
        cells = _Cells(_empty_shared(archive, workbook_path))
        parser = _parser()
        parser.StartElementHandler, parser.EndElementHandler = cells.start, cells.end
        parser.CharacterDataHandler = cells.text
        for chunk in chunks(archive, member):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    check_extent(max(cells.filled, default=0), cells.widest)
    return cells.filled, cells.faults


class _Cells:
    """Events of a sheet's XML, taken cell by cell."""

    def __init__(self, empty_shared: set[int]) -> None:
        self.filled: set[int] = set()
        self.faults: dict[tuple[int, int], str] = {}
        self.widest = 0
        self._empty_shared = empty_shared
        self._row = self._column = 0
        self._kind, self._text = "n", ""
        self._has_formula = self._in_value = self._keeps_blanks = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = _local(tag)
        if tag == "row":
            self._row, self._column = int(attributes.get("r", self._row + 1)), 0
        elif tag == "c":
            place = _PLACE.fullmatch(attributes.get("r", ""))
            self._column = _column(place[1]) if place else self._column + 1
            self._kind, self._text, self._has_formula = attributes.get("t", "n"), "", False
            self.widest = max(self.widest, self._column)
        elif tag == "f":
            self._has_formula = True
        self._in_value, self._keeps_blanks = tag in ("v", "t"), attributes.get("xml:space") == "preserve"

    def text(self, text: str) -> None:
        if self._in_value and (self._keeps_blanks or text.strip()):
            self._text += text

    def end(self, tag: str) -> None:
        self._in_value = False
        if _local(tag) != "c":
            return
        if self._kind == "e":
            self.faults[self._row, self._column] = self._text.strip() or "#ERROR"
        elif self._has_formula and not self._text and self._kind != "str":
            self.faults[self._row, self._column] = NO_RESULT
        elif not self._text or (self._kind == "s" and int(self._text) in self._empty_shared):
            return
        self.filled.add(self._row)


def _empty_shared(archive: zipfile.ZipFile, workbook_path: str) -> set[int]:
    """Which shared strings are empty texts."""
    target = next((path for kind, path in _relations(archive, workbook_path).values() if kind == "sharedStrings"), None)
    if target is None:
        return set()
    empty: set[int] = set()
    state = {"index": -1, "text": False, "in": False, "phonetic": False, "keeps": False}

    def start(tag: str, attributes: dict[str, str]) -> None:
        tag = _local(tag)
        if tag == "si":
            state.update(index=state["index"] + 1, text=False)
        state["in"] = tag == "t" and not state["phonetic"]
        state["keeps"] = attributes.get("xml:space") == "preserve"
        state["phonetic"] = state["phonetic"] or tag == "rPh"

    def end(tag: str) -> None:
        state["in"] = False
        if _local(tag) == "rPh":
            state["phonetic"] = False
        if _local(tag) == "si" and not state["text"]:
            empty.add(state["index"])

    def text(text: str) -> None:
        if state["in"] and (state["keeps"] or text.strip()):
            state["text"] = True

    parser = _parser()
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    for chunk in chunks(archive, target):
        parser.Parse(chunk, False)
    return empty


def _sheet_member(archive: zipfile.ZipFile, sheet: str) -> tuple[str, str]:
    """Where the workbook and one of its sheets are in the zip."""
    workbook = next(path for kind, path in _relations(archive, "").values() if kind == "officeDocument")
    relations = _relations(archive, workbook)
    for element in _parse(archive, workbook).iter():
        if _local(element.tag) == "sheet" and element.get("name") == sheet:
            key = next(value for name, value in element.attrib.items() if name.startswith("{") and _local(name) == "id")
            return workbook, relations[key][1]
    raise KeyError(f"sheet {sheet!r}")


def _relations(archive: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """What a part of the workbook refers to: id → (kind, path in the zip)."""
    folder, name = posixpath.split(part)
    relations = _parse(archive, posixpath.join(folder, "_rels", f"{name}.rels"))
    names = {member.lower(): member for member in archive.namelist()}
    found = {}
    for relation in relations:
        target = relation.get("Target", "")
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        found[relation.get("Id", "")] = (relation.get("Type", "").rpartition("/")[2], names.get(path.lower(), path))
    return found


def _parse(archive: zipfile.ZipFile, member: str) -> ElementTree.Element:
    names = {name.lower(): name for name in archive.namelist()}
    return ElementTree.fromstring(archive.read(names.get(member.lower(), member)))


def _parser() -> expat.XMLParserType:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    return parser


def _local(tag: str) -> str:
    return tag.rpartition("}")[2].rpartition(":")[2]


@cache
def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number
