"""Delimited text: split record by record, exactly; DuckDB reads a large file when that is well-formed."""

import re
from collections.abc import Iterator
from pathlib import Path

from rapport.errors import ExportRefused
from rapport.exports.export import Export
from rapport.exports.readers import SKIPPED
from rapport.exports.readers.guards import check_columns
from rapport.exports.readers.header import FOUND_WITHIN, find_header, join_header_rows, match_header
from rapport.exports.readers.tail import without_tail
from rapport.exports.records import Record, RecordCount, Splitter, count_records, picked_records
from rapport.exports.sql import glob_safe, literal


class DelimitedReader:
    """A CSV file of any delimiter."""

    def __init__(self, export: Export, text: Path, name: str, scratch: Path) -> None:
        self._export, self._name = export, name
        self._text, self.control = without_tail(export, text, name, scratch)
        self._splitter = Splitter(export.delimiter, export.quote)
        header = self._header()
        self._header_fields = header[-1].fields
        self._width = len(self._header_fields)
        check_columns(export, self._width, name)
        names = join_header_rows([record.fields for record in header])
        self._positions, self.notices = match_header(export, names, name, header[0].line)
        # the physical line at which records may begin
        self._begins_at = header[-1].line + header[-1].raw_lines if export.has_header else header[0].line
        self._is_regular = False
        self._found: list[tuple[int, int, str]] | None = None  # what `pick` has found is asked for again by `locate`
        self.counted = 0

    def rows(self) -> Iterator[list[object]]:
        regular, irregular = RecordCount(self._export.delimiter, self._export.quote), 0
        waiting: list[str] = []  # counting many records at once costs a tenth
        last = None
        for row, record in self._numbered():
            if record.is_irregular:
                irregular += 1
            else:
                waiting.append(record.raw)
                if len(waiting) == 10_000:
                    regular.feed("".join(waiting).encode())
                    waiting.clear()
            last = record
            yield self._row(row, record)
        if last and last.is_cut_short(self._width) and not self._is_declared_skip(last):
            raise self._cut(last)
        regular.feed("".join(waiting).encode())
        self.counted = regular.records + irregular

    def pick(self, rows: set[int]) -> Iterator[list[object]]:
        return (self._row(row, record) for row, record in self._picked(rows))

    def read_with(self, _engine: object) -> str | None:
        if self._export.repeats_header or self._export.skip_lines:
            return None  # whole records are looked at
        count = count_records(self._text, self._export.delimiter, self._export.quote, self._begins_at)
        if not count.is_regular or count.has_bare_returns or count.is_open:
            return None
        self.counted, self._is_regular = count.records, True
        columns = ", ".join(f"'c{position}': 'VARCHAR'" for position in range(self._width))
        quote, delimiter = literal(self._export.quote), literal(self._export.delimiter)
        source = (
            f"read_csv({literal(glob_safe(self._text))}, auto_detect = false, columns = {{{columns}}}, delim = {delimiter},"
            f" quote = {quote}, escape = {quote}, header = false, skip = {self._begins_at - 1}, strict_mode = true,"
            f" null_padding = false, ignore_errors = false, max_line_size = {self._export.limits.line_kib << 10})"
        )
        texts = ", ".join(f"{self._text_of(i)} as t{i}" for i in range(len(self._positions)))
        return f"(select row_number() over () as _row, null::varchar as _fault, {texts} from {source})"

    def _text_of(self, column: int) -> str:
        """SQL: a column's text. The engine gives an empty one as null, which is the same unless an empty text has a meaning."""
        position, declared = self._positions[column], self._export.columns[column]
        if position is None:
            return "null::varchar"
        nulls = self._export.nulls if declared.nulls is None else declared.nulls
        has_meaning = "" not in nulls or declared.name in {**self._export.skip, **self._export.deleted_when}
        return f"coalesce(c{position}, '')" if has_meaning else f"c{position}"

    def locate(self, rows: set[int]) -> list[tuple[int, int, str]]:
        return [(row, record.line, record.text) for row, record in self._picked(rows)]

    def _header(self) -> list[Record]:
        """The records of the header; of a file without one, its first record."""
        export = self._export
        if export.header_at == "find":
            beginning = []
            for record in self._splitter.records(self._text):
                beginning.append(record)
                if len(beginning) == FOUND_WITHIN + export.header_rows:
                    break
            start = find_header(export, [record.fields for record in beginning], self._name)
            header = beginning[start : start + export.header_rows]
        else:
            records = self._splitter.records(self._text, max(export.header_at, 1))
            header = [record for _, record in zip(range(export.header_rows if export.has_header else 1), records, strict=False)]
        where = f"{export.system}.{export.table}: {self._name}, line {header[0].line if header else export.header_at}"
        if not header:
            what = "The file has no header." if export.has_header else "The file has no records."
            raise ExportRefused(what, where=where, fix="Declare the true `header_at`, or ask for the export again.")
        for record in header:
            if record.fault:
                raise ExportRefused(
                    f"The header {record.fault}.",
                    where=where,
                    fix="Declare the true delimiter, quote and header_at, or ask for the export again.",
                )
        return header

    def _numbered(self) -> Iterator[tuple[int, Record]]:
        return enumerate(self._splitter.records(self._text, self._begins_at), start=1)

    def _picked(self, rows: set[int]) -> Iterator[tuple[int, Record]]:
        """Only these records; where quotes are regular, the others are passed over without being split."""
        if not self._is_regular:
            return ((row, record) for row, record in self._numbered() if row in rows)
        if self._found is None:
            self._found = picked_records(self._text, self._export.quote, self._begins_at, rows)
        return ((row, self._splitter.record(text, line)) for row, line, text in self._found if row in rows)

    def _row(self, row: int, record: Record) -> list[object]:
        fault, fields = self._fault(record), record.fields
        if fault:
            return [row, fault, *[None] * len(self._positions)]
        return [row, None, *(None if position is None else fields[position] for position in self._positions)]

    def _fault(self, record: Record) -> str | None:
        width = len(record.fields)
        if self._is_declared_skip(record):
            return SKIPPED
        if record.fault or (width >= self._width and not any(record.fields[self._width :])):
            return record.fault  # delimiters at the end of the line are no values
        return f"has {width} values where the header has {self._width}"

    def _is_declared_skip(self, record: Record) -> bool:
        export = self._export
        if export.repeats_header and [field.strip() for field in record.fields] == [f.strip() for f in self._header_fields]:
            return True
        return any(re.fullmatch(pattern, record.text) for pattern in export.skip_lines)

    def _cut(self, record: Record) -> ExportRefused:
        return ExportRefused(
            f"The file ends in the middle of a record: the last one {self._fault(record)}, and no line end follows.",
            where=f"{self._export.system}.{self._export.table}: {self._name}, line {record.line}",
            fix="Ask for the export again; this copy was cut short.",
        )
