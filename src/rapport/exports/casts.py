"""Casts: a declared column as SQL, from text to typed value, and the words for a text that does not fit."""

from dataclasses import dataclass

from rapport.exports.column import Column
from rapport.exports.export import Export
from rapport.exports.number_casts import Typing, decimal_typing, double_typing, whole_typing
from rapport.exports.sql import literal
from rapport.exports.time_casts import date_typing, time_typing

_BLANKS = " \t\r\n\u00a0\u3000"


@dataclass(frozen=True)
class Cast:
    """SQL of one column, each step from those before it.

    Most texts are plain: what the engine's own cast makes of them, written again, is the text itself. Those are done with after
    two cheap steps; only the others are trimmed, compared with null words and held against patterns.

    Attributes:
        quick: from the raw text to what the engine's own cast makes of it; None where there is no such short way.
        is_plain: from the raw text and `quick` to whether that is the value.
        trimmed: from the raw text to the text without blanks around it; None of a column that keeps them. A step of its own, as
            DuckDB computes what stands twice in an expression for every row, also within a `case`.
        text: from the raw or trimmed text to the text to be typed; null for a null word, and where the raw text is plain.
        value: from `text` to the typed value; null when it does not fit.
        fits: from `text` and `value` to whether the record may have them, the cheap half of `fault`; None when any may.
        fault: from `text` and `value` to why it does not fit, as words after the column's name; null when it does.
    """

    quick: str | None
    is_plain: str | None
    trimmed: str | None
    text: str
    value: str
    fits: str | None
    fault: str


@dataclass(frozen=True)
class Names:
    """Names in the query of what each step makes of a column, in the order of the steps."""

    raw: str
    quick: str
    is_plain: str
    trimmed: str
    text: str
    value: str

    @classmethod
    def numbered(cls, position: int) -> "Names":
        """Names of the column at a position."""
        return cls(*(f"{letter}{position}" for letter in "tqpyxv"))


def cast_of(export: Export, column: Column, names: Names, is_deleted: str = "false") -> Cast:
    """The SQL that types a column.

    Args:
        is_deleted: SQL of whether the record deletes its key; such a record need not have values in required columns.
    """
    raw, text, value = names.raw, names.text, names.value
    is_text = column.data_type == "varchar" and column.values is None
    nulls = export.nulls if column.nulls is None else column.nulls
    subject = text
    if column.values is not None:
        mapped = " ".join(f"when {literal(old)} then {literal(new)}" for old, new in column.values.items())
        subject = f"(case {text} {mapped} end)"
    typing = _typing(export, column, subject)
    has_shortcut = typing.shortcut is not None and column.values is None
    quick, is_plain, plain_value = typing.shortcut(raw, names.quick) if has_shortcut else (None, None, None)
    if has_shortcut and set(nulls) - {""}:
        is_plain = f"{is_plain} and {raw} not in ({_list(nulls)})"
    unless_plain = f"case when not {names.is_plain} then {{}} end" if has_shortcut else "{}"
    typed = f"case when {names.is_plain} then {plain_value} else {typing.value} end" if has_shortcut else typing.value
    return Cast(
        quick,
        f"coalesce({is_plain}, false)" if has_shortcut else None,
        None if is_text else unless_plain.format(trimmed(export, raw)),
        _text(export, raw, nulls) if is_text else unless_plain.format(_without_nulls(names.trimmed, nulls)),
        typed,
        _fits(column, names, is_text=is_text, is_deleted=is_deleted),
        _fault(column, text, value, typing, is_deleted),
    )


def is_one_of(export: Export, words: dict[str, tuple[str, ...]], raw_names: dict[str, str]) -> str:
    """SQL: whether any of these columns has one of its words; `raw_names` are column → name of its raw text."""
    tests = [f"coalesce({trimmed(export, raw_names[name])} in ({_list(listed)}), false)" for name, listed in words.items()]
    return " or ".join(tests) or "false"


def trimmed(export: Export, text: str) -> str:
    """SQL: a text without blanks around it, and without the `="…"` by which some systems keep Excel from rounding digits.

    Looking at the first and the last character costs a fifth of trimming, which few texts need.
    """
    short = f"case when {_begins_blank(text)} or {_ends_blank(text)} then trim({text}, {literal(_BLANKS)}) else {text} end"
    if not export.unwraps_formulas:
        return short
    return rf"""regexp_replace({short}, '^="(.*)"$', '\1', 's')"""


def _typing(export: Export, column: Column, text: str) -> Typing:
    """How texts of a column's type become values."""
    match column.data_type:
        case "varchar":
            return Typing(text, [])
        case "integer" | "bigint":
            return whole_typing(export, column, text)
        case "double":
            return double_typing(export, column, text)
        case "boolean":
            words = "when 'true' then true when '1' then true when 'false' then false when '0' then false"
            return Typing(f"case lower({text}) {words} end", [("true", "is not true or false")])
        case "date":
            return date_typing(export, column, text)
        case "timestamptz":
            return time_typing(export, column, text)
    return decimal_typing(export, column, text)


def _fits(column: Column, names: Names, *, is_text: bool, is_deleted: str) -> str | None:
    if column.must_have_value:
        fits = f"{names.value} is not null"
        return fits if is_deleted == "false" or column.key else f"({fits} or ({is_deleted} and {names.text} is null))"
    return None if is_text else f"({names.value} is not null or {names.text} is null)"


def _fault(column: Column, text: str, value: str, typing: Typing, is_deleted: str) -> str:
    required = literal("is required") if column.must_have_value else "null"
    if column.must_have_value and not column.key and is_deleted != "false":
        required = f"case when not {is_deleted} then {required} end"
    words = [f"when {value} is not null then null", f"when {text} is null then {required}"]
    if column.values is not None:
        known = literal(f"is none of {', '.join(column.values)}")
        words.append(f"when {text} not in ({_list(column.values)}) then {known}")
    words += [f"when {condition} then {literal(rule)}" for condition, rule in typing.rules]
    return f"case {' '.join(words)} end"


def _text(export: Export, raw: str, nulls: tuple[str, ...]) -> str:
    """A text stays as it is, blanks included, unless it is a null word but for them."""
    if export.unwraps_formulas:
        bare = trimmed(export, raw)
        return f"case when {bare} not in ({_list(nulls)}) then {bare} end"
    if not nulls:
        return raw
    kept = f"case when trim({raw}, {literal(_BLANKS)}) not in ({_list(nulls)}) then {raw} end"
    if set(nulls) == {""}:  # only a text of nothing but blanks is meant, so its first character tells
        looked_at = f"case when {raw} = '' then null when {_begins_blank(raw)} then {kept} else {raw} end"
        return f"case when {raw} >= '!' and {raw} < '\u00a0' then {raw} else {looked_at} end"  # comparing costs next to nothing
    has_blanks = f"{_begins_blank(raw)} or {_ends_blank(raw)}"
    return f"case when {raw} in ({_list(nulls)}) then null when {has_blanks} then {kept} else {raw} end"


def _without_nulls(text: str, nulls: tuple[str, ...]) -> str:
    return f"case when {text} not in ({_list(nulls)}) then {text} end" if nulls else text


def _begins_blank(text: str) -> str:
    """SQL: whether trimming may be due; true for some control characters, which it leaves alone.

    Not by `in`: DuckDB takes some 16 MiB a column for a list, so that a file of a hundred columns would pass its limit.
    """
    wide = [f"unicode({text}) = {ord(blank)}" for blank in _BLANKS if not blank.isascii()]
    return f"({' or '.join([f'unicode({text}) <= 32', *wide])})"


def _ends_blank(text: str) -> str:
    return _begins_blank(f"right({text}, 1)")


def _list(words: object) -> str:
    return ", ".join(map(literal, words)) or "null"
