"""JSON values: decoded without a detour over binary fractions, walked down to the records, and turned into texts."""

import json
from collections.abc import Iterator
from decimal import Decimal

from rapport.exports.export import Export

DEEPEST = 200  # levels of nesting
_LONGEST_EXPONENT = 400


class Decoder:
    """Decodes JSON; what RFC 8259 leaves open (a key that occurs twice) or forbids (NaN) is a fault of the value."""

    def __init__(self) -> None:
        self.fault: str | None = None
        self._decoder = json.JSONDecoder(
            parse_float=Decimal, parse_int=Decimal, parse_constant=self._no_number, object_pairs_hook=self._object
        )

    def decode(self, text: str, start: int = 0) -> tuple[object, int]:
        """The value that begins at `start`, and where it ends; `fault` says what is wrong with it, if anything.

        Raises:
            ValueError: no value begins there, or it does not end.
            RecursionError: it is nested too deeply.
        """
        self.fault = None
        value, end = self._decoder.raw_decode(text, start)
        if "\\u" in text[start:end] and self.fault is None and _has_half_character(value):
            self.fault = "has half of a character (a surrogate without its pair)"
        return value, end

    def _no_number(self, word: str) -> None:
        self.fault = f"is not JSON: {word} is not a number"

    def _object(self, pairs: list[tuple[str, object]]) -> dict:
        content = dict(pairs)
        if len(content) < len(pairs):
            self.fault = "is not JSON: a key occurs twice"
        return content


class Lookup:
    """Finds the declared columns in a record.

    A header `a.b` is the key `a.b`, else `b` within `a`; `../a` is `a` of the object around the record, and so on outwards.
    """

    def __init__(self, export: Export) -> None:
        self._columns = [[_steps(header) for header in column.headers] for column in export.columns]
        own = [(header, steps) for column in self._columns for up, header, steps in column if up == 0]
        self._declared = {part for header, steps in own for part in (header, steps[0])}
        self.climbs = max(up for column in self._columns for up, _, _ in column)
        self._undeclared: dict[str, None] = {}

    def texts(self, lineage: list[dict]) -> list[str | None]:
        """A text or None per column; `lineage` is the record, then the objects around it, innermost first."""
        if not lineage[0].keys() <= self._declared:
            self._undeclared.update(dict.fromkeys(key for key in lineage[0] if key not in self._declared))
        return [text_of(_first(lineage, headers)) for headers in self._columns]

    def nothing(self) -> list[None]:
        """The texts of a record that has none."""
        return [None] * len(self._columns)

    def notices(self) -> list[str]:
        """Keys that no column asked for."""
        return [f"ignored, not declared: {', '.join(map(repr, self._undeclared))}"] if self._undeclared else []


def path_of(records: str) -> list[tuple[str, ...]]:
    """Where records are: keys down to each list, outermost first; `data.orders[].lines[]` is [(data, orders), (lines,)]."""
    return [tuple(key for key in part.split(".") if key) for part in records.split("[]")[:-1]]


def children(lineage: list[dict], path: list[tuple[str, ...]]) -> Iterator[tuple[list[dict], str | None]]:
    """The records below an object, each with the objects around it, or with a fault; a list that is missing has none."""
    if not path:
        yield lineage, None
        return
    value: object = lineage[0]
    around = lineage
    for depth, key in enumerate(path[0]):
        value = value.get(key)
        if value is None:
            return
        is_last = depth == len(path[0]) - 1
        if is_last or not isinstance(value, dict):
            break
        around = [value, *around]
    where = ".".join(path[0])
    if not isinstance(value, list):
        yield around, f"has no list at {where}"
        return
    for element in value:
        if isinstance(element, dict):
            yield from children([element, *around], path[1:])
        else:
            yield around, f"has an element of {where} that is not a JSON object"


def text_of(value: object) -> str | None:
    """A value as the text that a file of texts would have; lists and objects as JSON with their digits kept."""
    match value:
        case None | str():
            return value
        case bool():
            return "true" if value else "false"
        case Decimal():
            return format(value, "f") if abs(value.adjusted()) <= _LONGEST_EXPONENT else str(value)
    return as_json(value)


def as_json(value: object) -> str:
    """JSON of a value whose numbers keep their digits."""
    match value:
        case dict():
            return "{" + ", ".join(f"{json.dumps(k, ensure_ascii=False)}: {as_json(v)}" for k, v in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(as_json, value)) + "]"
        case Decimal():
            return str(value)
    return json.dumps(value, ensure_ascii=False)


def _steps(header: str) -> tuple[int, str, list[str]]:
    up = 0
    while header.startswith("../"):
        up, header = up + 1, header.removeprefix("../")
    return up, header, header.split(".")


def _first(lineage: list[dict], headers: list[tuple[int, str, list[str]]]) -> object:
    for up, header, steps in headers:
        if up >= len(lineage):
            continue
        value: object = lineage[up]
        if header in value:
            return value[header]
        if len(steps) == 1:
            continue
        for step in steps:
            value = value.get(step) if isinstance(value, dict) else None
        if value is not None:
            return value
    return None


def _has_half_character(value: object) -> bool:
    match value:
        case str():
            return not value.isascii() and any("\ud800" <= character <= "\udfff" for character in value)
        case dict():
            return any(_has_half_character(key) or _has_half_character(item) for key, item in value.items())
        case list():
            return any(map(_has_half_character, value))
    return False
