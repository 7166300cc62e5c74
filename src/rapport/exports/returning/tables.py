"""Rejects of typed formats: a sheet as .xlsx with the same cells, Parquet as .csv, each with one more column."""

from datetime import date, datetime, time, timedelta
from fnmatch import fnmatchcase
from pathlib import Path

from rapport.exports.export import Export
from rapport.exports.returning.write import REASON
from rapport.exports.sql import glob_safe, literal
from rapport.settings import Settings


def write_workbook(export: Export, original: Path, reasons: dict[int, str], target: Path, *, is_whole: bool) -> int:
    """Write a sheet's header, at the row where it was, and its rejected rows.

    Args:
        reasons: sheet row → reason.
        is_whole: whether the rows that were taken are written, too.
    """
    from python_calamine import CalamineWorkbook
    from xlsxwriter import Workbook

    with CalamineWorkbook.from_path(str(original)) as source:
        name = _sheet_of(export, source)
        rows = source.get_sheet_by_name(name).to_python(skip_empty_area=False)
    first = min(reasons)
    above = export.header_at + export.header_rows - 1 if isinstance(export.header_at, int) and export.header_at else 0
    above = above or _last_text_row(rows, first)
    width = max(map(len, rows))
    written = 0
    with Workbook(str(target), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet(name)
        formats = {
            date: book.add_format({"num_format": "yyyy-mm-dd"}),
            datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        }
        line = 0
        for row, cells in enumerate(rows, start=1):
            if row > above and not (row in reasons or is_whole):
                continue
            for place, cell in enumerate(cells):
                _write(sheet, line, place, cell, formats)
            if row == above or row in reasons:
                sheet.write_string(line, width, REASON if row == above else reasons[row])
            line += 1
            written += row > above and any(cell not in ("", None) for cell in cells)
    return written


def _sheet_of(export: Export, source: object) -> str:
    """The sheet that the loader has read: by name, pattern or number, else the first that is shown."""
    from python_calamine import SheetVisibleEnum

    names = source.sheet_names
    if isinstance(export.sheet, int):
        return names[export.sheet - 1]
    if export.sheet is not None:
        return export.sheet if export.sheet in names else next(name for name in names if fnmatchcase(name, export.sheet))
    return next(sheet.name for sheet in source.sheets_metadata if sheet.visible == SheetVisibleEnum.Visible)


def _last_text_row(rows: list, before: int) -> int:
    """The last row above the first reject that holds only texts, which is the header when the declaration says `find`."""
    for row in range(before - 1, 0, -1):
        cells = [cell for cell in rows[row - 1] if cell not in ("", None)]
        if cells and all(isinstance(cell, str) for cell in cells):
            return row
    return 0


def _write(sheet: object, row: int, column: int, cell: object, formats: dict) -> None:
    match cell:
        case None | "":
            return
        case bool():
            sheet.write_boolean(row, column, cell)
        case int() | float():
            sheet.write_number(row, column, cell)
        case datetime():
            sheet.write_datetime(row, column, cell, formats[datetime])
        case date():
            sheet.write_datetime(row, column, cell, formats[date])
        case time() | timedelta():
            sheet.write_string(row, column, str(cell))
        case _:
            sheet.write_string(row, column, str(cell))


def write_parquet_as_csv(settings: Settings, original: Path, reasons: dict[int, str], target: Path, *, is_whole: bool) -> int:
    """Write a Parquet file's rejected rows as comma-separated UTF-8 with a header.

    Args:
        reasons: row number, the first is 1 → reason.
        is_whole: whether the rows that were taken are written, too.
    """
    import csv

    from rapport.exports.parquet import open_engine

    with open_engine(settings) as engine, open(target, "w", encoding="utf-8", newline="") as file:
        engine.execute("create temp table reasons (row bigint, reason varchar)")
        engine.executemany("insert into reasons values (?, ?)", [list(pair) for pair in reasons.items()])
        source = f"read_parquet({literal(glob_safe(original))}, hive_partitioning = false, file_row_number = true)"
        names = [name for name, *_ in engine.execute(f"describe select * exclude (file_row_number) from {source}").fetchall()]
        columns = ", ".join('s."' + name.replace('"', '""') + '"::varchar' for name in names)
        join = "left join" if is_whole else "join"
        texts = engine.execute(
            f"select {columns}, r.reason from {source} s {join} reasons r on r.row = s.file_row_number + 1"
            " order by s.file_row_number"
        )
        writer = csv.writer(file)
        writer.writerow([*names, REASON])
        written = 0
        while batch := texts.fetchmany(10_000):
            writer.writerows(["" if value is None else value for value in row] for row in batch)
            written += len(batch)
    return written
