"""Parquet: typed values become texts, as a person would write them, and are typed like those of any other format."""

from collections.abc import Iterator
from pathlib import Path

from rapport.errors import ExportRefused
from rapport.exports.column import Column
from rapport.exports.export import Export
from rapport.exports.readers.header import match_header
from rapport.exports.sql import glob_safe, literal


class ParquetReader:
    """A Parquet file; the record number is the row's, the first is 1."""

    def __init__(self, export: Export, file: Path, name: str, engine: object) -> None:
        import duckdb

        self._engine = engine.cursor()  # rows are fetched while the connection itself may be asked something else
        self._source = f"read_parquet({literal(glob_safe(file))}, hive_partitioning = false, binary_as_string = true"
        try:
            found = self._engine.execute(f"describe select * from {self._source})").fetchall()
            self._types = {column: kind for column, kind, *_ in found}
            footer = f"select num_rows from parquet_file_metadata({literal(glob_safe(file))})"
            self.counted = self._engine.execute(footer).fetchone()[0]
            self._engine.execute(f"select bit_xor(hash(columns(*))) from {self._source})").fetchone()  # reads every page
        except duckdb.Error as error:
            raise ExportRefused(
                f"This is not a Parquet file that can be read to its end: {_first_line(error)}.",
                where=f"{export.system}.{export.table}: {name}",
                fix="Ask for the export again; a file that was cut short has lost its footer.",
            ) from None
        self.control = None
        positions, self.notices = match_header(export, list(self._types), name)
        names = list(self._types)
        self._columns = [
            (column, None if position is None else names[position])
            for column, position in zip(export.columns, positions, strict=True)
        ]

    def rows(self) -> Iterator[list[object]]:
        return self._read("")

    def pick(self, rows: set[int]) -> Iterator[list[object]]:
        return self._read(f"where {self._is_wanted(rows)}")

    def _read(self, condition: str) -> Iterator[list[object]]:
        found = self._engine.execute(f"{self._texts()} {condition} order by _row")
        while batch := found.fetchmany(10_000):
            yield from map(list, batch)

    def read_with(self, _engine: object) -> str:
        return f"({self._texts()})"

    def locate(self, rows: set[int]) -> list[tuple[int, int, str]]:
        texts = ", ".join(f"coalesce({_quoted(name)}::varchar, '')" for name in self._types)
        found = self._engine.execute(
            f"select file_row_number + 1, file_row_number + 1, concat_ws(chr(9), {texts})"
            f" from {self._source}, file_row_number = true) where {self._is_wanted(rows)} order by 1"
        )
        return found.fetchall()

    def _is_wanted(self, rows: set[int]) -> str:
        self._engine.execute("create or replace temp table wanted (_row bigint)")
        self._engine.execute("insert into wanted select unnest(?)", [sorted(rows)])
        return "file_row_number + 1 in (select _row from wanted)"

    def _texts(self) -> str:
        texts = ", ".join(
            f"{'null::varchar' if name is None else _text(column, _quoted(name), self._types[name])} as t{i}"
            for i, (column, name) in enumerate(self._columns)
        )
        return (
            f"select file_row_number + 1 as _row, null::varchar as _fault, {texts} from {self._source}, file_row_number = true)"
        )


def _text(column: Column, value: str, kind: str) -> str:
    """SQL: a value as text. Binary fractions show 15 digits (7 when single), as in workbooks, unless they stay such."""
    if kind in ("DOUBLE", "FLOAT") and column.data_type != "double":
        shown = f"format('{{:.{15 if kind == 'DOUBLE' else 7}g}}', {value})"
        plain = f"regexp_replace(try_cast({shown} as decimal(38, 18))::varchar, '\\.?0+$', '')"
        return f"coalesce({plain}, {shown})"
    if kind == "TIMESTAMP_NS":
        return f"regexp_replace({value}::varchar, '(\\.\\d{{6}})000$', '\\1')"
    return f"{value}::varchar"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0].rstrip(".")
