"""JSON: one document with a list of records somewhere in it, read element by element, so that its size does not matter."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

from rapport.errors import ExportRefused
from rapport.exports.export import Export
from rapport.exports.readers.json_events import Document, NoDocument
from rapport.exports.readers.json_values import Decoder, Lookup, as_json, children, path_of

_CHUNK = 1 << 20
_LONGEST = 64 << 20  # characters of one element of the outermost list
_LOCATED = 256 << 20  # bytes up to which a fault is looked for with the whole text in memory
_BLANKS = re.compile(r"[ \t\r\n]*")


class JsonReader:
    """A JSON document; the record number is the place in reading order, the first is 1.

    yajl checks the grammar of the whole document and counts the records; Python's decoder reads them.
    """

    def __init__(self, export: Export, text: Path, name: str, _scratch: Path) -> None:
        self._text = text
        self._where = f"{export.system}.{export.table}: {name}"
        self._path = path_of(export.records or "[]")
        self._lookup = Lookup(export)
        self.notices: list[str] = []
        self.counted, self.control = 0, None
        self._document = self._checked(export)

    def rows(self) -> Iterator[list[object]]:
        for row, (_line, _text, lineage, fault) in enumerate(self._records(), start=1):
            yield [row, fault, *(self._lookup.nothing() if fault else self._lookup.texts(lineage))]
        self.notices += self._lookup.notices()
        self.counted = self._document.records

    def read_with(self, _engine: object) -> None:
        return None

    def locate(self, rows: set[int]) -> list[tuple[int, int, str]]:
        return [
            (row, line, text if fault or len(self._path) == 1 else as_json(lineage[0]))
            for row, (line, text, lineage, fault) in enumerate(self._records(), start=1)
            if row in rows
        ]

    def _checked(self, export: Export) -> Document:
        import ijson

        try:
            needs_around = self._lookup.climbs >= len(self._path)
            return Document(self._text, self._path, needs_around=needs_around)
        except ijson.JSONError:
            raise ExportRefused(
                f"This is not one whole JSON document: {_place(self._text)}.",
                where=self._where,
                fix="Ask for the export again, whole; for one object per line declare `format: json_lines`.",
            ) from None
        except NoDocument as fault:
            raise ExportRefused(
                f"The document {fault}.",
                where=self._where,
                fix=f"Declare the path to its records, such as `records: data.orders[]`; it is {export.records or '[]'} now.",
            ) from None

    def _records(self) -> Iterator[tuple[int, str, list[dict], str | None]]:
        """Physical line, text of the outermost element, the record with the objects around it, and its fault."""
        with _Stream(self._text, self._where) as stream:
            for line, text, element, fault in stream.elements(self._path[0]):
                if fault or not isinstance(element, dict):
                    for _ in range(self._records_of(text)):
                        yield line, text, [], fault or "is not a JSON object"
                    continue
                for lineage, wrong in children([element, *self._document.around], self._path[1:]):
                    yield line, text, lineage, wrong

    def _records_of(self, text: str) -> int:
        """How many records an element with a fault stands for."""
        from rapport.exports.readers.json_events import count_in_line

        return count_in_line(text.encode("utf-8"), self._path[1:]) if len(self._path) > 1 else 1


class _Stream:
    """A document's text, of which no more is held than one element and what was read with it."""

    def __init__(self, file: Path, where: str) -> None:
        self._file = open(file, encoding="utf-8-sig", newline="")  # noqa: SIM115 - closed by __exit__
        self._where, self._decoder = where, Decoder()
        self._text, self._at, self._has_ended = "", 0, False
        self._line, self._line_at = 1, 0

    def __enter__(self) -> "_Stream":
        return self

    def __exit__(self, *_error: object) -> None:
        self._file.close()

    def elements(self, keys: tuple[str, ...]) -> Iterator[tuple[int, str, object, str | None]]:
        """The elements of the list below `keys`: physical line, text, value, fault."""
        for wanted in keys:
            self._take("{")
            while self._key() != wanted:
                self._skip()
                self._take(",")
        self._take("[")
        if self._next() == "]":
            return
        while True:
            self._next()
            self._line += self._text.count("\n", self._line_at, self._at)
            self._line_at = self._at
            line = self._line
            value, text = self._value()
            yield line, text, value, self._decoder.fault
            if self._next() != ",":
                return
            self._at += 1

    def _next(self) -> str:
        """The character after blanks."""
        while True:
            self._at = _BLANKS.match(self._text, self._at).end()
            if self._at < len(self._text) or not self._more(_CHUNK):
                return self._text[self._at : self._at + 1]

    def _take(self, character: str) -> None:
        if self._next() != character:
            raise self._disagree()
        self._at += 1

    def _key(self) -> object:
        self._next()
        key, _ = self._value()
        self._take(":")
        return key

    def _skip(self) -> None:
        """Go past a value, without holding the whole of a list or object."""
        opening = self._next()
        if opening not in ("{", "["):
            self._value()
            return
        closing = "}" if opening == "{" else "]"
        self._at += 1
        while self._next() != closing:
            if opening == "{":
                self._key()
            self._skip()
            if self._next() == ",":
                self._at += 1
        self._at += 1

    def _value(self) -> tuple[object, str]:
        while True:
            length = len(self._text) - self._at
            try:
                value, end = self._decoder.decode(self._text, self._at)
            except (ValueError, RecursionError):
                if self._has_ended:
                    raise self._disagree() from None
            else:
                if end < len(self._text) or self._has_ended:  # else a number could go on
                    text, self._at = self._text[self._at : end], end
                    return value, text
            if length > _LONGEST:
                raise ExportRefused(
                    f"One element of the document is longer than {_LONGEST:,} characters.",
                    where=f"{self._where}, line {self._line}",
                    fix="Declare `records` down to the list of which each element is a record.",
                )
            self._more(max(_CHUNK, length))  # as much again, else a long element would be tried ever so often

    def _more(self, size: int) -> bool:
        chunk = self._file.read(size)
        self._has_ended = not chunk
        self._line += self._text.count("\n", self._line_at, self._at)
        self._text, self._at, self._line_at = self._text[self._at :] + chunk, 0, 0
        return bool(chunk)

    def _disagree(self) -> ExportRefused:
        return ExportRefused(
            "The two parsers of JSON do not agree about this document.", where=self._where, fix="Ask for the export again."
        )


def _place(file: Path) -> str:
    """Where a text stops being JSON."""
    size = file.stat().st_size
    if size > _LOCATED:
        return f"a fault somewhere in its {size:,} bytes"
    text = file.read_text(encoding="utf-8-sig")
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        byte = len(text[: error.pos].encode()) + 1
        if not text[error.pos :].strip() or "Unterminated" in error.msg:
            return f"it ends in the middle, at line {text.count(chr(10)) + 1} (byte {size})"
        return f"{error.msg} at line {error.lineno} (byte {byte})"
    except RecursionError:
        return "it is nested too deeply"
    return "the two parsers of JSON do not agree about it"
