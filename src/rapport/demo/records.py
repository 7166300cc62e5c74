"""Records on their way into export files, and the files' bytes: CSV, JSON lines, workbooks."""

import csv
import io
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

from rapport.demo.days import Window, last_of, month_of


@dataclass(frozen=True)
class Fault:
    """What is wrong with a planted record, as the loader must say it; no column where the record as a whole is broken."""

    column: str | None
    rule: str
    value: str | None


class Record(NamedTuple):
    """One record that a system writes on a day; a tuple, because there are a hundred thousand.

    Attributes:
        day: the day on which it was written.
        key: a later record of the same key in the same file takes its place (a merged file knows the last state only).
        cells: values in the order of the columns; for JSON lines an object, or a text that is none.
        fault: why the loader rejects it; None for a good record.
        refused: the column of core's contract because of which it is refused although it loads.
    """

    day: date
    key: str
    cells: tuple | dict | str
    fault: Fault | None = None
    refused: str | None = None


@dataclass(frozen=True)
class Table:
    """What a table's files look like; `columns` are the headers in the file."""

    system: str
    name: str
    columns: tuple[str, ...]
    suffix: str = "csv"
    delimiter: str = ","
    encoding: str = "utf-8"
    newline: str = "\n"

    def bytes_of(self, records: list[Record]) -> bytes:
        """The content of a file of these records."""
        if self.suffix == "jsonl":
            return b"".join(_json_line(record.cells) for record in records)
        if self.suffix == "xlsx":
            return _workbook(self.name, self.columns, [record.cells for record in records])
        text = io.StringIO()
        writer = csv.writer(text, delimiter=self.delimiter, lineterminator=self.newline)
        writer.writerow(self.columns)
        writer.writerows(record.cells for record in records)
        return text.getvalue().encode(self.encoding)

    @property
    def first_row(self) -> int:
        """The loader's number of the first record: sheet row 2 in a workbook, else 1."""
        return 2 if self.suffix == "xlsx" else 1


@dataclass(frozen=True)
class ExportFile:
    """One file: where it lies below the drops, and its records in order."""

    table: Table
    name: str
    records: list[Record]

    @property
    def path(self) -> Path:
        return Path(self.table.system) / self.name


def merged(table: Table, records: Iterable[Record], window: Window, *, period: str) -> list[ExportFile]:
    """Put records into files named by the day on which they were exported.

    Args:
        table: what the files look like.
        records: in any order; those outside the window are left out, which is all that as_of decides.
        window: the days that may be told of.
        period: `daily` (older months are merged), `monthly` or `quarterly`.
    """
    files: dict[date, dict[str, Record]] = {}
    for record in sorted(records, key=lambda record: record.day):
        if record.day in window:
            held = files.setdefault(_exported_on(record.day, window, period), {})
            held.pop(record.key, None)
            held[record.key] = record
    return [ExportFile(table, f"{table.name}_{day}.{table.suffix}", list(held.values())) for day, held in sorted(files.items())]


def _exported_on(day: date, window: Window, period: str) -> date:
    if period == "daily" and day >= window.daily_from:
        return day
    month = month_of(day)
    if period == "quarterly":
        month += 2 - month % 3
    return min(last_of(month), window.last)


def money(cents: int, mark: str = ".") -> str:
    """An amount in cents as text with two decimals."""
    return f"{cents // 100}{mark}{cents % 100:02d}"


def _json_line(cells: dict | str) -> bytes:
    text = cells if isinstance(cells, str) else json.dumps(cells, ensure_ascii=False, separators=(",", ":"))
    return text.encode() + b"\n"


def _workbook(sheet_name: str, columns: tuple[str, ...], rows: list[tuple]) -> bytes:
    """A workbook of one sheet, the same bytes each time: its created property is fixed."""
    import xlsxwriter

    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": sheet_name, "created": datetime(2023, 1, 1)})
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet = book.add_worksheet(sheet_name)
        sheet.write_row(0, 0, columns)
        for number, row in enumerate(rows, start=1):
            for place, value in enumerate(row):
                if isinstance(value, datetime):
                    sheet.write_datetime(number, place, value, moment)
                elif isinstance(value, int):
                    sheet.write_number(number, place, value)
                elif value:
                    sheet.write_string(number, place, value)
    return content.getvalue()
