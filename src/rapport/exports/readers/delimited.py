"""Delimited text: DuckDB reads a well-formed file; one with structural faults is split record by record, exactly."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from rapport.errors import ExportRefused
from rapport.exports.declarations import Export
from rapport.exports.readers.header import match_header
from rapport.exports.readers.staging import stage_rows
from rapport.exports.readers.text import as_utf8, refuse_undecodable
from rapport.exports.records import Record, RecordCount, Splitter, count_records
from rapport.exports.sql import glob_safe, literal


class DelimitedReader:
    """A CSV file of any delimiter."""

    def __init__(self, export: Export, file: Path, name: str, scratch: Path) -> None:
        self._export, self._name, self._scratch = export, name, scratch
        self._text = as_utf8(export, file, name, scratch)
        self._splitter = Splitter(export.delimiter, export.quote)
        self._width = 0
        self.notices: list[str] = []

    def stage(self, engine: object) -> int:
        positions = self._read_header()
        counted = count_records(self._text, self._export.quote, self._export.header_at) - 1
        if self._stage_fast(engine, positions, counted):
            return counted
        refuse_undecodable(self._export, self._text, self._name)
        return self._stage_exactly(engine, positions)

    def locate(self, rows: set[int]) -> list[tuple[int, int, str]]:
        return [(row, record.line, record.text) for row, record in self._numbered() if row in rows]

    def _read_header(self) -> list[int | None]:
        try:
            header = next(self._splitter.records(self._text, self._export.header_at), None)
        except UnicodeDecodeError:
            refuse_undecodable(self._export, self._text, self._name)
            raise
        if header is None or header.fault:
            what = "has no header." if header is None else f"cannot be read: its header {header.fault}."
            where = f"{self._export.system}.{self._export.table}: {self._name}, line {self._export.header_at}"
            raise ExportRefused(f"The file {what}", where=where, fix="Declare the true delimiter, quote and header_at.")
        self._width = len(header.fields)
        positions, self.notices = match_header(self._export, header.fields, self._name)
        return positions

    def _stage_fast(self, engine: object, positions: list[int | None], counted: int) -> bool:
        """Let DuckDB read the file; False when it finds a fault, or another number of records than there are."""
        import duckdb

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
            return False
        if engine.execute("select count(*) from staged").fetchone()[0] != counted:
            return False
        # A fresh table keeps the file's order: its rowid is the record number less one. row_number() would serialise reading.
        texts = ", ".join(
            f"coalesce(c{position}, '') as t{i}" if position is not None else f"null::varchar as t{i}"
            for i, position in enumerate(positions)
        )
        engine.execute(
            f"create or replace temp view records as select rowid + 1 as _row, null::varchar as _fault, {texts} from staged"
        )
        return True

    def _stage_exactly(self, engine: object, positions: list[int | None]) -> int:
        regular, irregular = RecordCount(self._export.quote), 0

        def rows() -> Iterator[list[object]]:
            nonlocal irregular
            for row, record in self._numbered():
                if record.is_irregular:
                    irregular += 1
                else:
                    regular.feed(record.raw.encode())
                yield [row, self._fault(record), *self._texts(record, positions)]

        stage_rows(engine, self._scratch / "exact.csv", rows(), len(positions))
        return regular.records + irregular

    def _numbered(self) -> Iterator[tuple[int, Record]]:
        records = self._splitter.records(self._text, self._export.header_at)
        return enumerate(islice(records, 1, None), start=1)

    def _fault(self, record: Record) -> str | None:
        if record.fault:
            return record.fault
        width = len(record.fields)
        if width == self._width or (width == self._width + 1 and not record.fields[-1]):  # a delimiter at the end
            return None
        return f"has {width} values where the header has {self._width}"

    def _texts(self, record: Record, positions: list[int | None]) -> list[str | None]:
        if self._fault(record):
            return [None] * len(positions)
        return [None if position is None else record.fields[position] for position in positions]
