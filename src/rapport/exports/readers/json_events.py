"""JSON taken as events by another parser (yajl): grammar and number of records, whatever the size of the document."""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from rapport.exports.readers.json_values import DEEPEST

Event = tuple[str, object]


class NoDocument(Exception):
    """The text is not one JSON document with the declared records; the message says why."""


class Document:
    """One JSON document.

    Attributes:
        records: how many there are.
        around: the objects around the outermost list, innermost first, without the lists in them; empty unless asked for.

    Raises:
        NoDocument: when made of a text that is no JSON, or has no list where the records are to be.
    """

    def __init__(self, file: Path, path: list[tuple[str, ...]], *, needs_around: bool) -> None:
        self.around: list[dict] = []
        self._needs_around, self._lists = needs_around, []
        self._found = False
        with open(file, "rb") as opened:
            events = _events(opened)
            self.records = self._outermost(events, next(events, ("", None)), path[0], path[1:])
            for _ in events:  # what follows must be nothing
                pass
        if not self._found:
            where = f"has no list at {'.'.join(path[0])}" if path[0] else "is no list"
            others = f"; there are lists at {', '.join(self._lists)}" if self._lists else ""
            raise NoDocument(f"{where}{others}")

    def _outermost(self, events: Iterator[Event], event: Event, keys: tuple[str, ...], rest: list) -> int:
        if not keys:
            if event[0] == "start_array":
                self._found = True
                return _count_elements(events, rest)
            if event[0] == "start_map":  # to name the lists in it
                for _, key in iter(lambda: next(events), ("end_map", None)):
                    inner = next(events)
                    self._lists += [f"{key}[]"] if inner[0] == "start_array" else []
                    _skip(events, inner)
                return 0
            _skip(events, event)
            return 0
        if event[0] != "start_map":
            _skip(events, event)
            return 0
        records, seen, content = 0, set(), {}
        for _, key in iter(lambda: next(events), ("end_map", None)):
            if key in seen:
                raise NoDocument(f"has the key {key!r} twice")
            seen.add(key)
            inner = next(events)
            if key == keys[0]:
                records = self._outermost(events, inner, keys[1:], rest)
            elif self._needs_around and inner[0] != "start_array":
                content[key] = _value(events, inner)
            else:
                self._lists += [f"{key}[]"] if inner[0] == "start_array" else []
                _skip(events, inner)
        if self._needs_around:
            self.around.append(content)  # those within it came before
        return records


def count_in_line(text: bytes, path: list[tuple[str, ...]]) -> int:
    """How many records the object of one line has; one when it is no object, which is a fault of its own."""
    import io

    import ijson

    try:
        events = _events(io.BytesIO(text))
        event = next(events, ("", None))
        records = _count(events, event, path[0], path[1:]) if event[0] == "start_map" else 1
        for _ in events:
            pass
    except (ijson.JSONError, NoDocument):
        return 1
    return records


def _count(events: Iterator[Event], event: Event, keys: tuple[str, ...], rest: list) -> int:
    """Records below a value; where a list should be and something else is, that counts as one with a fault."""
    if event == ("null", None):
        return 0
    if not keys and event[0] == "start_array":
        return _count_elements(events, rest)
    if not keys or event[0] != "start_map":
        _skip(events, event)
        return 1
    records = 0
    for _, key in iter(lambda: next(events), ("end_map", None)):
        inner = next(events)
        if key == keys[0]:
            records = _count(events, inner, keys[1:], rest)
        else:
            _skip(events, inner)
    return records


def _count_elements(events: Iterator[Event], rest: list) -> int:
    records = 0
    for event in iter(lambda: next(events), ("end_array", None)):
        if rest and event[0] == "start_map":
            records += _count(events, event, rest[0], rest[1:])
        else:
            records += 1
            _skip(events, event)
    return records


def _skip(events: Iterator[Event], event: Event) -> None:
    depth = 0
    while True:
        if event[0] in ("start_map", "start_array"):
            depth += 1
            if depth > DEEPEST:
                raise NoDocument(f"is nested in more than {DEEPEST} levels")
        elif event[0] in ("end_map", "end_array"):
            depth -= 1
        if depth == 0:
            return
        event = next(events)


def _value(events: Iterator[Event], event: Event, depth: int = 1) -> object:
    """A value without the lists in it."""
    if depth > DEEPEST:
        raise NoDocument(f"is nested in more than {DEEPEST} levels")
    if event[0] == "start_array":
        _skip(events, event)
        return None
    if event[0] != "start_map":
        return event[1]
    return {key: _value(events, next(events), depth + 1) for _, key in iter(lambda: next(events), ("end_map", None))}


def _events(file: BinaryIO) -> Iterator[Event]:
    import ijson

    if file.read(3) != b"\xef\xbb\xbf":
        file.seek(0)
    return iter(ijson.basic_parse(file, buf_size=1 << 20))
