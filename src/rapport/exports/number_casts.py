"""Numbers: SQL that types their texts exactly, whatever marks, signs and units they are written with."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from rapport.exports.column import Column
from rapport.exports.export import Export
from rapport.exports.sql import literal


@dataclass(frozen=True)
class Typing:
    """How the texts of a column become values.

    Attributes:
        value: SQL of the typed value; null when the text does not fit.
        rules: (condition, words after the column's name) of a text that has no value; the last condition always holds.
        shortcut: from the names of the raw text and of its quick cast to three pieces of SQL: the quick cast, whether it is to
            be trusted, and the value that it then means. None when there is no such way.
    """

    value: str
    rules: list[tuple[str, str]]
    shortcut: Callable[[str, str], tuple[str, str, str]] | None = None


@dataclass(frozen=True)
class _Written:
    """How a column writes its numbers.

    Attributes:
        text: SQL of the text without what means nothing in it, marks as they are.
        plain: SQL of the same as the engine writes it: a point, and nothing between the digits.
        digits: regular expression of the digits before the mark.
        mark: regular expression of the mark.
        is_plain: whether numbers are written as the engine writes them.
    """

    text: str
    plain: str
    digits: str
    mark: str
    shown_mark: str
    is_plain: bool


def _written(export: Export, column: Column, text: str) -> _Written:
    decimal_mark = column.decimal_mark or export.decimal_mark
    thousands_mark = column.thousands_mark or export.thousands_mark
    bare = text
    for word in column.remove:
        bare = f"replace({bare}, {literal(word)}, '')"
    if column.remove:
        bare = f"trim({bare})"
    plain, digits = bare, r"\d+"
    if thousands_mark:
        group = re.escape(thousands_mark)
        digits = rf"(\d+|\d{{1,3}}({group}\d{{3}})+)"
        plain = f"replace({plain}, {literal(thousands_mark)}, '')"
    if decimal_mark != ".":
        plain = f"replace({plain}, {literal(decimal_mark)}, '.')"
    is_plain = plain == text
    return _Written(bare, plain, digits, re.escape(decimal_mark), decimal_mark, is_plain)


def whole_typing(export: Export, column: Column, text: str) -> Typing:
    """Integers; `1.0` is one."""
    number = _written(export, column, text)
    is_whole = matches(number.text, rf"[+-]?{number.digits}({number.mark}0*)?")
    digits = rf"regexp_replace({number.plain}, '\.0*$', '')"
    cast = f"try_cast({digits} as {column.data_type})"
    rules = [(f"not {is_whole}", "is not a whole number"), ("true", f"is too large for {column.data_type}")]

    def shortcut(raw: str, quick: str) -> tuple[str, str, str]:
        return f"try_cast({raw} as {column.data_type})", f"{quick}::varchar = {raw}", quick

    return Typing(f"case when {is_whole} then {cast} end", rules, shortcut)


def double_typing(export: Export, column: Column, text: str) -> Typing:
    """Binary fractions; infinity and NaN are none."""
    number = _written(export, column, text)
    pattern = rf"[+-]?({number.digits}({number.mark}\d*)?|{number.mark}\d+)([eE][+-]?\d+)?"
    is_real, cast = matches(number.text, pattern), f"try_cast({number.plain} as double)"
    value = f"case when {is_real} and isfinite({cast}) then {cast} end"
    return Typing(value, [(f"not {is_real}", _no_number(number)), ("true", "is too large for double")])


def decimal_typing(export: Export, column: Column, text: str) -> Typing:
    """A decimal never loses a digit: zeros beyond its scale are nothing, other digits are a reject."""
    precision, scale = map(int, re.findall(r"\d+", column.data_type))
    number, decimals = _written(export, column, text), scale + column.shift
    is_real = matches(number.text, rf"[+-]?({number.digits}({number.mark}\d*)?|{number.mark}\d+)")
    exact = _exact(number.digits, number.mark, decimals)
    is_exact = matches(number.text, exact)
    shifted = number.plain if column.shift == 0 else f"concat({number.plain}, 'e{column.shift}')"
    rules = [
        (f"not {is_real}", _no_number(number)),
        (f"not {is_exact}", f"has more than {decimals} decimals"),
        ("true", f"has more than {precision - scale} digits before the decimal mark"),
    ]

    def shortcut(raw: str, quick: str) -> tuple[str, str, str]:
        plain = matches(raw, _exact(r"\d+", r"\.", decimals))
        return f"case when {plain} then try_cast({raw} as {column.data_type}) end", f"{quick} is not null", quick

    has_shortcut = number.is_plain and column.shift == 0
    value = f"case when {is_exact} then try_cast({shifted} as {column.data_type}) end"
    return Typing(value, rules, shortcut if has_shortcut else None)


def _exact(digits: str, mark: str, decimals: int) -> str:
    return rf"[+-]?({digits}({mark}\d{{0,{decimals}}}0*)?|{mark}\d{{0,{decimals}}}0*)"


def _no_number(number: _Written) -> str:
    return f"is not a number with decimal mark {number.shown_mark}"


def matches(text: str, pattern: str) -> str:
    """SQL: whether a whole text fits a regular expression."""
    return f"regexp_full_match({text}, {literal(pattern)})"
