"""JSON lines: one object per line; values become texts and are typed like those of any other format."""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from rapport.exports.export import Export


class JsonLinesReader:
    """A file of JSON objects, one per line."""

    def __init__(self, export: Export, text: Path, _name: str, _scratch: Path) -> None:
        self._text, self.control = text, None
        self._paths = [[(header, header.split(".")) for header in column.headers] for column in export.columns]
        self.notices: list[str] = []
        self.counted = 0

    def rows(self, only: set[int] | None = None) -> Iterator[list[object]]:
        undeclared: dict[str, None] = {}
        declared = {part for paths in self._paths for header, steps in paths for part in (header, steps[0])}
        for row, _line, text in self._records():
            if only is not None and row not in only:
                continue
            content, fault = _object(text)
            undeclared.update(dict.fromkeys(key for key in content if key not in declared))
            yield [row, fault, *(_text(_first(content, paths)) for paths in self._paths)]
        if undeclared:
            self.notices.append(f"ignored, not declared: {', '.join(map(repr, undeclared))}")
        with open(self._text, "rb") as file:
            self.counted = sum(bool(line.strip()) for line in file)

    def read_with(self, _engine: object) -> None:
        return None

    def locate(self, rows: set[int]) -> list[tuple[int, int, str]]:
        return [record for record in self._records() if record[0] in rows]

    def _records(self) -> Iterator[tuple[int, int, str]]:
        row = 0
        with open(self._text, encoding="utf-8-sig", newline="\n") as file:
            for line, text in enumerate(file, start=1):
                if text.strip():
                    row += 1
                    yield row, line, text.rstrip("\r\n")


def _object(text: str) -> tuple[dict, str | None]:
    try:
        content = json.loads(text, parse_float=Decimal, parse_constant=_no_number, object_pairs_hook=_without_doubles)
    except (ValueError, RecursionError) as error:
        return {}, f"is not JSON: {error}"
    return (content, None) if isinstance(content, dict) else ({}, "is not a JSON object")


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is not a number")


def _without_doubles(pairs: list[tuple[str, object]]) -> dict:
    content = dict(pairs)
    if len(content) < len(pairs):
        raise ValueError("a key occurs twice")
    return content


def _first(content: dict, paths: list[tuple[str, list[str]]]) -> object:
    """The value under the first header that the object has; `a.b` is the key `a.b`, else `b` within `a`."""
    for header, steps in paths:
        if header in content:
            return content[header]
        value: object = content
        for step in steps:
            value = value.get(step) if isinstance(value, dict) else None
        if value is not None:
            return value
    return None


def _text(value: object) -> str | None:
    match value:
        case None | str():
            return value
        case bool():
            return "true" if value else "false"
        case Decimal():
            return format(value, "f")  # no exponent
        case dict() | list():
            return json.dumps(value, ensure_ascii=False, default=float)
    return str(value)
