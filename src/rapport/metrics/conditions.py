"""Conditions: what `--where` says, read as dimension, operator and values; never as SQL."""

import re
from dataclasses import dataclass

from rapport.errors import UsageError

_CONDITION = re.compile(
    r"""\s*(?P<dimension>[^\W\d]\w*)\s*
        (?:(?P<operator>=|!=|<=|>=|<|>)\s*(?P<value>'(?:[^']|'')*'|[^,']*?)
          |(?P<list>not\s+in|in)\s*\((?P<values>(?:'(?:[^']|'')*'|[^()'])*)\)
        )\s*(?:,|$)""",
    re.VERBOSE | re.IGNORECASE,
)
_VALUE = re.compile(r"\s*('(?:[^']|'')*'|[^,']*?)\s*(?:,|$)")


@dataclass(frozen=True)
class Condition:
    """A dimension's name, one of = != < <= > >= in, not in, and the values as they were written."""

    dimension: str
    operator: str
    values: tuple[str, ...]


def parse_conditions(text: str) -> list[Condition]:
    """Read conditions such as `channel = web, country in (DE, AT), customer != 'crm:1'`.

    Args:
        text: conditions separated by commas; all must hold. Text with commas or brackets stands in single quotes, doubled
            inside.

    Raises:
        UsageError: the text is not a list of conditions.
    """
    found, position = [], 0
    while position < len(text):
        match = _CONDITION.match(text, position)
        if match is None:
            raise _unreadable(text[position:])
        if match["list"]:
            operator, values = " ".join(match["list"].lower().split()), _list(match["values"])
        else:
            operator, values = match["operator"], (_unquoted(match["value"]),)
        if not values or any(not value for value in values):
            raise _unreadable(text[position:])
        found.append(Condition(match["dimension"], operator, values))
        position = match.end()
    if text.rstrip().endswith(",") or not found:
        raise _unreadable(text)
    return found


def _list(text: str) -> tuple[str, ...]:
    values, position = [], 0
    while position < len(text):
        match = _VALUE.match(text, position)
        if match is None:
            raise _unreadable(text)
        values.append(_unquoted(match[1]))
        position = match.end()
    return tuple(values)


def _unquoted(value: str) -> str:
    value = value.strip()
    return value[1:-1].replace("''", "'") if value.startswith("'") else value


def _unreadable(text: str) -> UsageError:
    return UsageError(
        f"{text.strip()!r} is not a condition.",
        fix='Write `name operator value`, e.g. "channel = web, country in (DE, AT)"; operators: = != < <= > >=, in, not in.',
    )
