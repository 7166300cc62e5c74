"""Workbooks (XLSX): a sheet's rows; the record number is the sheet's row number, so that a person finds it."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

from rapport.errors import ExportRefused
from rapport.exports.export import Export
from rapport.exports.readers.header import match_header


class WorkbookReader:
    """One sheet of a workbook."""

    def __init__(self, export: Export, file: Path, name: str, _scratch: Path) -> None:
        self._export = export
        self._where = f"{export.system}.{export.table}: {name}"
        self._rows = self._read(file)
        header = [_text(cell) or "" for cell in self._rows[export.header_at - 1]] if len(self._rows) >= export.header_at else []
        if not any(header):
            what = f"Row {export.header_at} of the sheet has no column names."
            raise ExportRefused(what, where=self._where, fix="Declare the true `header_at` or `sheet`.")
        width = max(position for position, text in enumerate(header) if text) + 1
        self._positions, self.notices = match_header(export, header[:width], name)
        self.control = None
        self.counted = 0

    def _read(self, file: Path) -> list[list[object]]:
        from python_calamine import CalamineError, CalamineWorkbook

        wanted = self._export.sheet
        try:
            with CalamineWorkbook.from_path(str(file)) as workbook:
                names = workbook.sheet_names
                name = names[wanted - 1 if isinstance(wanted, int) else 0] if not isinstance(wanted, str) else wanted
                if name not in names:
                    raise IndexError
                return workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
        except IndexError:
            raise ExportRefused(
                f"The workbook has no sheet {wanted!r}; it has {', '.join(map(repr, names))}.",
                where=self._where,
                fix="Declare the true `sheet`.",
            ) from None
        except (CalamineError, OSError) as error:
            raise ExportRefused(
                f"This is not a workbook that can be read: {error}.",
                where=self._where,
                fix="Ask for an .xlsx file without a password.",
            ) from None

    def rows(self, only: set[int] | None = None) -> Iterator[list[object]]:
        for row, cells in self._records():
            if only is not None and row not in only:
                continue
            yield [row, None, *(_at(cells, position) for position in self._positions)]
        self.counted = sum(any(cell not in ("", None) for cell in cells) for cells in self._rows[self._export.header_at :])

    def read_with(self, _engine: object) -> None:
        return None

    def locate(self, rows: set[int]) -> list[tuple[int, int, str]]:
        return [(row, row, "\t".join(_text(cell) or "" for cell in cells)) for row, cells in self._records() if row in rows]

    def _records(self) -> Iterator[tuple[int, list[object]]]:
        for row, cells in enumerate(self._rows, start=1):
            if row > self._export.header_at and any(_text(cell) for cell in cells):
                yield row, cells


def _at(cells: list[object], position: int | None) -> str | None:
    return None if position is None or position >= len(cells) else _text(cells[position])


def _text(cell: object) -> str | None:
    match cell:
        case None:
            return None
        case bool():
            return "true" if cell else "false"
        case float():  # workbooks know no whole numbers, and show 15 digits of what they hold
            return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else _plain(cell)
        case datetime() | date() | time():
            return cell.isoformat(sep=" ") if isinstance(cell, datetime) else cell.isoformat()
        case timedelta():
            return str(cell)
    return str(cell)


def _plain(number: float) -> str:
    from decimal import Decimal

    return format(Decimal(format(number, ".15g")), "f")
