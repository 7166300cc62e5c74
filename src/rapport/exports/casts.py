"""Casts: a declared column as SQL, from text to typed value, and the words for a text that does not fit."""

import re
from dataclasses import dataclass

from rapport.exports.column import Column
from rapport.exports.export import ISO_DATE, ISO_TIMESTAMP, Export
from rapport.exports.sql import literal

_BLANKS = " \t\r\n\u00a0\u3000"
_NUMERIC = ("%m", "%d", "%H", "%I", "%M", "%S", "%y")


@dataclass(frozen=True)
class Cast:
    """SQL of one column, each step from those before it.

    Attributes:
        trimmed: from the raw text to the text without blanks around it.
        text: from the raw and the trimmed text to the text to be typed; null for a null word.
        value: from `text` to the typed value; null when it does not fit.
        fits: from `text` and `value` to whether the record may have them; the cheap half of `fault`, asked of every record.
        fault: from `text` and `value` to why it does not fit, as words after the column's name; null when it does.
    """

    trimmed: str
    text: str
    value: str
    fits: str
    fault: str


def cast_of(export: Export, column: Column, raw: str, trimmed: str, text: str, value: str) -> Cast:
    """The SQL that types a column.

    Args:
        raw, trimmed, text, value: names in the query of the raw text, of what each step makes of it and of the typed value.
    """
    subject = text
    if column.values is not None:
        mapped = " ".join(f"when {literal(old)} then {literal(new)}" for old, new in column.values.items())
        subject = f"(case {text} {mapped} end)"
    typed, rules = _typing(export, column, subject)
    words = [f"when {text} is null then {literal('is required') if column.must_have_value else 'null'}"]
    words += [f"when {value} is null and {condition} then {literal(rule)}" for condition, rule in rules]
    if column.values is not None:
        known = literal(f"is none of {', '.join(column.values)}")
        words[1:1] = [f"when {text} not in ({_list(column.values)}) then {known}"]
    fits = f"{value} is not null" if column.must_have_value else f"({value} is not null or {text} is null)"
    nulls = _list(export.nulls if column.nulls is None else column.nulls)
    kept = raw if column.data_type == "varchar" and column.values is None else trimmed
    return Cast(
        _trimmed(raw), f"case when {trimmed} not in ({nulls}) then {kept} end", typed, fits, f"case {' '.join(words)} end"
    )


def is_skipped(export: Export, raw_names: dict[str, str]) -> str:
    """SQL: whether a record is declared as no data; `raw_names` are column → name of its raw text."""
    tests = [f"coalesce({_trimmed(raw_names[name])} in ({_list(words)}), false)" for name, words in export.skip.items()]
    return " or ".join(tests) or "false"


def _list(words: object) -> str:
    return ", ".join(map(literal, words)) or "null"


def _trimmed(text: str) -> str:
    """Looking at the first and the last character costs a fifth of trimming, which few texts need."""
    blanks = ", ".join(str(ord(blank)) for blank in _BLANKS)
    has_blanks = f"unicode({text}) in ({blanks}) or unicode(right({text}, 1)) in ({blanks})"
    return f"case when {has_blanks} then trim({text}, {literal(_BLANKS)}) else {text} end"


def _typing(export: Export, column: Column, text: str) -> tuple[str, list[tuple[str, str]]]:
    """The typed value, and (condition, rule) pairs for a text that has none; the last rule always applies."""
    mark = re.escape(export.decimal_mark)
    number = text if export.decimal_mark == "." else f"replace({text}, {literal(export.decimal_mark)}, '.')"
    match column.data_type:
        case "varchar":
            return text, []
        case "integer" | "bigint":
            whole = _is(text, rf"[+-]?\d+({mark}0*)?")
            digits = f"regexp_replace({text}, {literal(mark + '0*$')}, '')"
            return f"case when {whole} then try_cast({digits} as {column.data_type}) end", [
                (f"not {whole}", "is not a whole number"),
                ("true", f"is too large for {column.data_type}"),
            ]
        case "double":
            real = _is(text, rf"[+-]?(\d+({mark}\d*)?|{mark}\d+)([eE][+-]?\d+)?")
            return f"case when {real} and isfinite(try_cast({number} as double)) then {number}::double end", [
                (f"not {real}", f"is not a number with decimal mark {export.decimal_mark}"),
                ("true", "is too large for double"),
            ]
        case "boolean":
            words = "when 'true' then true when '1' then true when 'false' then false when '0' then false"
            return f"case lower({text}) {words} end", [("true", "is not true or false")]
        case "date":
            formats = column.format or export.date_format
            return f"{_parsed(export, column, formats, ISO_DATE, text)}::date", [
                ("true", f"is not a date like {' or '.join(formats)}")
            ]
        case "timestamptz":
            formats = column.format or export.timestamp_format
            shown = "2026-10-31 08:15:30 (ISO)" if formats == ISO_TIMESTAMP else " or ".join(formats)
            return _parsed(export, column, formats, ISO_TIMESTAMP, text), [("true", f"is not a time like {shown}")]
    return _decimal(column.data_type, mark, number, text, export.decimal_mark)


def _decimal(data_type: str, mark: str, number: str, text: str, decimal_mark: str) -> tuple[str, list[tuple[str, str]]]:
    """A decimal never loses a digit: zeros beyond its scale are nothing, other digits are a reject."""
    digits, scale = map(int, re.findall(r"\d+", data_type))
    real = _is(text, rf"[+-]?(\d+({mark}\d*)?|{mark}\d+)")
    exact = _is(text, rf"[+-]?(\d+({mark}\d{{0,{scale}}}0*)?|{mark}\d{{0,{scale}}}0*)")
    return f"case when {exact} then try_cast({number} as {data_type}) end", [
        (f"not {real}", f"is not a number with decimal mark {decimal_mark}"),
        (f"not {exact}", f"has more than {scale} decimals"),
        ("true", f"has more than {digits - scale} digits before the decimal mark"),
    ]


def _is(text: str, pattern: str) -> str:
    return f"regexp_full_match({text}, {literal(pattern)})"


def _parsed(export: Export, column: Column, formats: tuple[str, ...], iso: tuple[str, ...], text: str) -> str:
    """The first format that fits. Workbooks and Parquet hold dates as such, which arrive as ISO texts whatever texts have."""
    zone = literal(column.zone or export.zone)
    attempts = _usual_times(text, zone) if formats == ISO_TIMESTAMP and column.data_type == "timestamptz" else []
    if {"xlsx", "parquet"} & set(export.formats):
        formats = tuple(dict.fromkeys((*formats, *iso, "%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M:%S.%f")))
    for pattern in formats:
        parsed = f"try_strptime({_offset(pattern, text)}, {literal(pattern)})"
        if column.data_type == "timestamptz" and "%z" not in pattern:
            parsed = f"timezone({zone}, {parsed})"
        elif column.data_type == "date" and "%z" in pattern:
            parsed = f"timezone({zone}, {parsed})"  # the day that it was there
        attempts.append(f"case when {_is(text, _shape(pattern))} then {parsed} end")
    return attempts[0] if len(attempts) == 1 else f"coalesce({', '.join(attempts)})"


def _usual_times(text: str, zone: str) -> list[str]:
    """What most texts in ISO format look like, with an offset and without; a cast costs a tenth of twelve formats in turn."""
    local = r"\d{4}-\d{2}-\d{2}[ T]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?"
    exact = local + r"(Z|[+-]\d{2}:\d{2})"
    return [
        f"case when {_is(text, exact)} then try_cast({text} as timestamptz) end",
        f"case when {_is(text, local)} then timezone({zone}, try_cast({text} as timestamp)) end",
    ]


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
