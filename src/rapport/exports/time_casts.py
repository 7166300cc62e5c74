"""Days and times: SQL that types their texts by the declared formats, and by no other."""

import re

from rapport.exports.column import Column
from rapport.exports.export import ISO_DATE, ISO_TIMESTAMP, WORKBOOKS, Export
from rapport.exports.number_casts import Typing, matches
from rapport.exports.sql import literal

_NUMERIC = ("%m", "%d", "%H", "%I", "%M", "%S", "%y")


def date_typing(export: Export, column: Column, text: str) -> Typing:
    """Days; a time with an offset is the day that it was in the column's zone."""
    formats = column.format or export.date_format
    value = f"{_parsed(export, column, formats, ISO_DATE, text)}::date"

    def shortcut(raw: str, quick: str) -> tuple[str, str, str]:
        return f"try_cast({raw} as date)", f"strlen({raw}) = 10 and {quick}::varchar = {raw}", quick

    rules = [("true", f"is not a date like {' or '.join(formats)}")]
    return Typing(value, rules, shortcut if ISO_DATE[0] in formats else None)


def time_typing(export: Export, column: Column, text: str) -> Typing:
    """Instants; a time without an offset is one of the column's zone."""
    formats = column.format or export.timestamp_format
    shown = "2026-10-31 08:15:30 (ISO)" if formats == ISO_TIMESTAMP else " or ".join(formats)
    zone = column.zone or export.zone

    def shortcut(raw: str, quick: str) -> tuple[str, str, str]:
        # infinity, and years before 1 or after 9999, would also be written as they were read
        is_usual = f"{quick} between timestamp '0001-01-01' and timestamp '9999-12-31 23:59:59.999999'"
        instant = f"make_timestamptz(epoch_us({quick}))" if zone == "UTC" else f"timezone({literal(zone)}, {quick})"
        return f"try_cast({raw} as timestamp)", f"{quick}::varchar = {raw} and {is_usual}", instant

    value = _parsed(export, column, formats, ISO_TIMESTAMP, text)
    return Typing(value, [("true", f"is not a time like {shown}")], shortcut if formats == ISO_TIMESTAMP else None)


def _parsed(export: Export, column: Column, formats: tuple[str, ...], iso: tuple[str, ...], text: str) -> str:
    """The first format that fits. Workbooks and Parquet hold dates as such, which arrive as ISO texts whatever texts have."""
    zone = literal(column.zone or export.zone)
    attempts = [_offset_time(text)] if formats == ISO_TIMESTAMP and column.data_type == "timestamptz" else []
    if {*WORKBOOKS, "parquet"} & set(export.formats):
        formats = tuple(dict.fromkeys((*formats, *iso, "%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M:%S.%f")))
    for pattern in formats:
        parsed = f"try_strptime({_offset(pattern, text)}, {literal(pattern)})"
        if column.data_type == "timestamptz" and "%z" not in pattern:
            parsed = f"timezone({zone}, {parsed})"
        elif column.data_type == "date" and "%z" in pattern:
            parsed = f"timezone({zone}, {parsed})"  # the day that it was there
        attempts.append(f"case when {matches(text, _shape(pattern))} then {parsed} end")
    return attempts[0] if len(attempts) == 1 else f"coalesce({', '.join(attempts)})"


def _offset_time(text: str) -> str:
    """What most times with an offset look like; a cast costs a tenth of twelve formats in turn."""
    shape = r"\d{4}-\d{2}-\d{2}[ T]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?(Z|[+-]\d{2}:\d{2})"
    return f"case when {matches(text, shape)} then try_cast({text} as timestamptz) end"


def _offset(pattern: str, text: str) -> str:
    return f"regexp_replace({text}, 'Z$', '+00:00')" if pattern.endswith("%z") else text


def _shape(pattern: str) -> str:
    """A regular expression of what a format looks like: strptime alone takes 18-1-1 for the year 18, and 201811 for a day."""
    parts = re.findall(r"%.|[^%]+", pattern)
    shape = ""
    for position, part in enumerate(parts):
        touches = any(
            0 <= near < len(parts) and parts[near] in (*_NUMERIC, "%Y", "%j") for near in (position - 1, position + 1)
        )
        match part:
            case "%Y":
                shape += r"\d{4}"
            case "%j":
                shape += r"\d{3}" if touches else r"\d{1,3}"
            case "%f":
                shape += r"\d{1,6}"
            case "%z":
                shape += r"(Z|[+-]\d{2}(:?\d{2})?)"
            case "%p" | "%b" | "%B":
                shape += r"\pL+"
            case _ if part in _NUMERIC:
                shape += r"\d{2}" if touches else r"\d{1,2}"
            case _:
                shape += re.sub(r"([^\w\s])", r"\\\1", part)
    return shape
