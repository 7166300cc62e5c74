"""Cells of workbooks as the texts that a person sees in them, or would type."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from rapport.exports.column import Column
from rapport.exports.export import Export

_DAY_IN_MILLISECONDS = 86_400_000
_LAST_SERIAL = 2_958_466  # 9999-12-31 and a day


def text_of(cell: object) -> str:
    """The text of a cell: numbers with the 15 digits that workbooks show, whole ones without `.0`; dates in ISO format."""
    if type(cell) is float:  # what most cells are that are no text
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else _plain(cell)
    match cell:
        case None:
            return ""
        case str():
            return cell
        case bool():
            return "true" if cell else "false"
        case datetime():
            return cell.isoformat(sep=" ")
        case date() | time():
            return cell.isoformat()
        case timedelta():
            return _hours(cell)
    return str(cell)


def text_for(export: Export, column: Column, *, starts_in_1904: bool) -> Callable[[object], str]:
    """What makes a text of a column's cells: as `text_of`, but a number in a column of dates is a serial date.

    Args:
        starts_in_1904: the workbook counts days from 1904 and not from 1900.
    """
    if column.data_type in ("date", "timestamptz"):

        def as_date(cell: object) -> str:
            is_number = isinstance(cell, int | float) and not isinstance(cell, bool)
            return (_serial(cell, starts_in_1904=starts_in_1904) if is_number else None) or text_of(cell)

        return as_date
    if column.is_number:
        shown = repr if column.data_type == "double" else text_of  # a double keeps all its digits
        mark = column.decimal_mark or export.decimal_mark
        return lambda cell: shown(cell).replace(".", mark) if isinstance(cell, float) else text_of(cell)
    return text_of


def _serial(number: float, *, starts_in_1904: bool) -> str | None:
    """The day, with its time if there is one, of a serial date; None for what is none.

    Times are rounded to milliseconds, as spreadsheets do. Day 60 of the 1900 system is the 29th of February that year,
    which did not exist, and the days before it are counted one too low.
    """
    if not 0 <= number < _LAST_SERIAL or (not starts_in_1904 and (number < 1 or 60 <= number < 61)):
        return None
    start = datetime(1904, 1, 1) if starts_in_1904 else datetime(1899, 12, 30 if number >= 61 else 31)
    day, part = divmod(number, 1)
    when = start + timedelta(days=int(day), milliseconds=round(part * _DAY_IN_MILLISECONDS))
    return (when if when.time() != time() else when.date()).isoformat(*([" "] if when.time() != time() else []))


def _hours(duration: timedelta) -> str:
    seconds = round(duration.total_seconds())
    minutes, seconds = divmod(abs(seconds), 60)
    return f"{'-' if duration < timedelta() else ''}{minutes // 60}:{minutes % 60:02}:{seconds:02}"


def _plain(number: float) -> str:
    shown = format(number, ".15g")
    return format(Decimal(shown), "f") if "e" in shown else shown
