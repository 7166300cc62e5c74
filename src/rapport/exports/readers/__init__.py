"""Readers: one per format; each gives a file's records as texts, with their numbers, to be typed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from rapport.errors import ExportRefused
from rapport.exports.export import Export


class Reader(Protocol):
    """What loading asks of a format; making one raises ExportRefused when the file cannot be taken as a whole.

    Attributes:
        notices: what is worth saying about the file though it is taken, such as columns that are not declared.
        counted: the number of records, counted in another way than by reading them; known when they have been read.
    """

    notices: list[str]
    counted: int

    def rows(self) -> Iterator[list[object]]:
        """The records: number, structural fault or None, then a text or None for each declared column, in order."""

    def read_with(self, engine: object) -> str | None:
        """SQL of the same records (_row, _fault, t0, t1, …) read by DuckDB; None when that cannot be done exactly."""

    def locate(self, rows: set[int]) -> list[tuple[int, int, str]]:
        """Where records are in the file: (record number, physical line, text) for each of `rows`."""


def open_reader(export: Export, file: Path, name: str, scratch: Path, engine: object) -> Reader:
    """Open an archived file with the reader of its format.

    Args:
        name: the name it was delivered under, for messages.
        scratch: folder for intermediate files.
        engine: DuckDB connection, for formats that only it reads.

    Raises:
        ExportRefused: the file cannot be taken as a whole.
    """
    match export.format_of(name):
        case "csv":
            from rapport.exports.readers.delimited import DelimitedReader as Format
        case "json_lines":
            from rapport.exports.readers.json_lines import JsonLinesReader as Format
        case "xlsx":
            from rapport.exports.readers.workbook import WorkbookReader as Format
        case "parquet":
            from rapport.exports.readers.parquet import ParquetReader

            return ParquetReader(export, file, name, engine)
        case _:
            raise ExportRefused(
                f"The name does not tell which of {', '.join(export.formats)} the file is.",
                where=f"{export.system}.{export.table}: {name}",
                fix="Make `files` in the declaration narrower, or give the file its suffix.",
            )
    return Format(export, file, name, scratch)
