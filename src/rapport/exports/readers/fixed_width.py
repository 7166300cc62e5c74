"""Text of fixed width: each column at its place in the line, blanks around its values left out."""

import re
from collections.abc import Iterator
from pathlib import Path

from rapport.errors import ExportRefused
from rapport.exports.export import Export
from rapport.exports.readers import SKIPPED
from rapport.exports.readers.tail import without_tail


class FixedWidthReader:
    """A file of lines, each a record; places count characters."""

    def __init__(self, export: Export, text: Path, name: str, scratch: Path) -> None:
        self._export, self._name = export, name
        self._text, self.control = without_tail(export, text, name, scratch)
        self._slices = [slice(first - 1, first - 1 + length) for first, length in (column.at for column in export.columns)]
        self._needed = max((column.at[0] for column in export.columns if column.must_have_value), default=0)
        self._end = max(part.stop for part in self._slices)
        self.notices: list[str] = []
        self.counted = 0

    def rows(self) -> Iterator[list[object]]:
        nothing = [None] * len(self._slices)
        fault, last = None, ""
        for row, _, last in self._lines():
            line = last.rstrip("\r\n")
            fault = self._fault(line)
            yield [row, fault, *(nothing if fault else (line[part].strip() for part in self._slices))]
        self._check_end(last, fault)
        self.counted = self._count()

    def read_with(self, _engine: object) -> None:
        return None

    def locate(self, rows: set[int]) -> list[tuple[int, int, str]]:
        return [(row, line, text.rstrip("\r\n")) for row, line, text in self._lines() if row in rows]

    def _lines(self) -> Iterator[tuple[int, int, str]]:
        row = 0
        with open(self._text, encoding="utf-8-sig", newline="\n") as file:
            for line, text in enumerate(file, start=1):
                if line > self._export.header_at and text.strip():
                    row += 1
                    yield row, line, text

    def _count(self) -> int:
        with open(self._text, "rb") as file:
            for _ in range(self._export.header_at):
                file.readline()
            return sum(not line.isspace() for line in file)

    def _fault(self, line: str) -> str | None:
        if any(re.fullmatch(pattern, line) for pattern in self._export.skip_lines):
            return SKIPPED
        if len(line) < self._needed:
            return f"has {len(line)} characters where a required column begins at {self._needed}"
        if line[self._end :].strip():
            return f"has text after character {self._end}, where the last column ends"
        return None

    def _check_end(self, last: str, fault: str | None) -> None:
        if last and not last.endswith("\n") and fault != SKIPPED and len(last) < self._end:
            raise ExportRefused(
                f"The file ends in the middle of a record: its last line has {len(last)} characters of {self._end} and no end.",
                where=f"{self._export.system}.{self._export.table}: {self._name}",
                fix="Ask for the export again; this copy was cut short.",
            )
