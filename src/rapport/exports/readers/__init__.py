"""Readers: one per format; each gives a file's records as texts, with their numbers, to be typed."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from rapport.errors import ExportRefused
from rapport.exports.export import TEXT_FORMATS, WORKBOOKS, Export

if TYPE_CHECKING:
    from rapport.exports.manifests import Control

SKIPPED = "is declared as no data"  # the fault of a record that counts as skipped


class Reader(Protocol):
    """What loading asks of a format; making one raises ExportRefused when the file cannot be taken as a whole.

    Attributes:
        notices: what is worth saying about the file though it is taken, such as columns that are not declared.
        counted: the number of records, counted in another way than by reading them; known when they have been read.
        control: totals that the file itself tells, if it does.
    """

    notices: list[str]
    counted: int
    control: "Control | None"

    def rows(self) -> Iterator[list[object]]:
        """The records: number, structural fault or None, then a text or None for each declared column, in order.

        Raises:
            ExportRefused: the file ends in the middle of a record.
        """

    def read_with(self, engine: object) -> str | None:
        """SQL of the same records (_row, _fault, t0, t1, …) read by DuckDB; None when that cannot be done exactly.

        The query fails where a record has a structural fault. `counted` is known then, and the reader has `pick`.
        """

    def pick(self, rows: set[int]) -> Iterator[list[object]]:
        """The records of these numbers, as `rows` gives them."""

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
    kind = export.format_of(name)
    if kind in WORKBOOKS:
        from rapport.exports.readers.workbook import WorkbookReader

        return WorkbookReader(export, file, name, scratch)
    if kind == "parquet":
        from rapport.exports.readers.parquet import ParquetReader

        return ParquetReader(export, file, name, engine)
    if kind in TEXT_FORMATS:
        return _text_reader(kind)(export, text_of(export, file, name, scratch), name, scratch)
    raise ExportRefused(
        f"The name does not tell which of {', '.join(export.formats)} the file is.",
        where=f"{export.system}.{export.table}: {name}",
        fix="Make `files` in the declaration narrower, or give the file its suffix.",
    )


def _text_reader(kind: str) -> type[Reader]:
    match kind:
        case "fixed_width":
            from rapport.exports.readers.fixed_width import FixedWidthReader as Format
        case "json_lines":
            from rapport.exports.readers.json_lines import JsonLinesReader as Format
        case "json":
            from rapport.exports.readers.json_document import JsonReader as Format
        case _:
            from rapport.exports.readers.delimited import DelimitedReader as Format
    return Format


def text_of(export: Export, file: Path, name: str, scratch: Path) -> Path:
    """A file of text, unpacked within limits, and in UTF-8; itself where it is so, else a copy in `scratch`.

    Raises:
        ExportRefused: it cannot be taken as a whole.
    """
    from rapport.exports.readers.guards import check_lines
    from rapport.exports.readers.packed import unpacked
    from rapport.exports.readers.text import as_utf8

    content = unpacked(export, file, name, scratch)
    if export.format_of(name) != "json":  # a document may well be one line
        check_lines(export, content, name)
    return as_utf8(export, content, name, scratch)
