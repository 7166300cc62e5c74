"""Delimited text: split record by record, exactly; DuckDB reads a large file when that is well-formed."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from rapport.errors import ExportRefused
from rapport.exports.export import Export
from rapport.exports.readers.header import match_header
from rapport.exports.readers.text import as_utf8
from rapport.exports.records import Record, RecordCount, Splitter, count_records
from rapport.exports.sql import glob_safe, literal


class DelimitedReader:
    """A CSV file of any delimiter."""

    def __init__(self, export: Export, file: Path, name: str, scratch: Path) -> None:
        self._export = export
        self._text = as_utf8(export, file, name, scratch)
        self._splitter = Splitter(export.delimiter, export.quote)
        header = next(self._splitter.records(self._text, export.header_at), None)
        if header is None or header.fault:
            raise ExportRefused(
                "The file has no header." if header is None else f"The header {header.fault}.",
                where=f"{export.system}.{export.table}: {name}, line {export.header_at}",
                fix="Declare the true delimiter, quote and header_at, or ask for the export again.",
            )
        self._width = len(header.fields)
        self._positions, self.notices = match_header(export, header.fields, name)
        self.counted = 0

    def rows(self) -> Iterator[list[object]]:
        regular, irregular = RecordCount(self._export.delimiter, self._export.quote), 0
        waiting: list[str] = []  # counting many records at once costs a tenth
        nothing = [None] * len(self._positions)
        for row, record in self._numbered():
            if record.is_irregular:
                irregular += 1
            else:
                waiting.append(record.raw)
                if len(waiting) == 10_000:
                    regular.feed("".join(waiting).encode())
                    waiting.clear()
            fault, fields = self._fault(record), record.fields
            texts = nothing if fault else [None if position is None else fields[position] for position in self._positions]
            yield [row, fault, *texts]
        regular.feed("".join(waiting).encode())
        self.counted = regular.records + irregular

    def read_with(self, engine: object) -> str | None:
        import duckdb

        count = count_records(self._text, self._export.delimiter, self._export.quote, self._export.header_at)
        if not count.is_regular:
            return None
        self.counted = count.records - 1
        columns = ", ".join(f"'c{position}': 'VARCHAR'" for position in range(self._width))
        quote, delimiter = literal(self._export.quote), literal(self._export.delimiter)
        options = (
            f"auto_detect = false, columns = {{{columns}}}, delim = {delimiter}, quote = {quote}, escape = {quote},"
            f" header = true, skip = {self._export.header_at - 1}, strict_mode = true, null_padding = false,"
            " ignore_errors = false"
        )
        source = f"read_csv({literal(glob_safe(self._text))}, {options})"
        try:
            engine.execute(f"create or replace temp table staged as select * from {source}")
        except duckdb.Error:
            return None  # some record has a structural fault
        if engine.execute("select count(*) from staged").fetchone()[0] != self.counted:
            return None
        texts = ", ".join(
            f"coalesce(c{position}, '') as t{i}" if position is not None else f"null::varchar as t{i}"
            for i, position in enumerate(self._positions)
        )
        # A fresh table keeps the file's order: its rowid is the record number less one. row_number() would serialise reading.
        return f"(select rowid + 1 as _row, null::varchar as _fault, {texts} from staged)"

    def locate(self, rows: set[int]) -> list[tuple[int, int, str]]:
        return [(row, record.line, record.text) for row, record in self._numbered() if row in rows]

    def _numbered(self) -> Iterator[tuple[int, Record]]:
        records = self._splitter.records(self._text, self._export.header_at)
        return enumerate(islice(records, 1, None), start=1)

    def _fault(self, record: Record) -> str | None:
        width = len(record.fields)
        if record.fault or (width >= self._width and not any(record.fields[self._width :])):
            return record.fault  # delimiters at the end of the line are no values
        return f"has {width} values where the header has {self._width}"
