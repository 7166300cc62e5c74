"""Readers: one per format; each lays a file's records as texts, with their numbers, into one table to be typed."""

from pathlib import Path
from typing import Protocol

from rapport.exports.declarations import Export


class Reader(Protocol):
    """What loading asks of a format.

    Attributes:
        notices: what is worth saying about the file though it is taken, such as columns that are not declared.
    """

    notices: list[str]

    def stage(self, engine: object) -> int:
        """Make the view `records` (_row bigint, _fault varchar, then a varchar per declared column, in order, named t0, t1, …).

        Args:
            engine: DuckDB connection.

        Returns:
            The number of records, counted in another way than by reading them.

        Raises:
            ExportRefused: the file cannot be taken as a whole.
        """

    def locate(self, rows: set[int]) -> list[tuple[int, int, str]]:
        """Where records are in the file: (record number, physical line, text) for each of `rows`."""


def open_reader(export: Export, file: Path, name: str, scratch: Path) -> Reader:
    """Open an archived file with the reader of its format.

    Args:
        name: the name it was delivered under, for messages.
        scratch: folder for intermediate files.
    """
    match export.format:
        case "csv":
            from rapport.exports.readers.delimited import DelimitedReader as Format
        case "json_lines":
            from rapport.exports.readers.json_lines import JsonLinesReader as Format
        case "xlsx":
            from rapport.exports.readers.workbook import WorkbookReader as Format
    return Format(export, file, name, scratch)
