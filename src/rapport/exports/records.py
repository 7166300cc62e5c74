"""Records of delimited text: where each begins and ends, exactly, and an independent count of them."""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_LONGEST = 1 << 20  # characters of a record: a quote that stays open longer was never meant to be one


@dataclass(frozen=True, slots=True)
class Record:
    """One record, as the file has it.

    Attributes:
        line: physical line on which it begins, the file's first is 1.
        text: its text, without the end of its last line.
        fields: its values; empty when it has a fault.
        fault: what is wrong with its structure, as words after "the record …".
        is_irregular: whether quotes stand where counting them would mislead.
        raw: its text with the end of its last line.
    """

    line: int
    text: str
    fields: list[str]
    fault: str | None
    is_irregular: bool
    raw: str


class Splitter:
    """Splits delimited text into records, like a strict parser, but goes on after a fault without losing count.

    A quote opens a value only at its beginning (blanks before it are ignored) and ends it only before a delimiter or the end of
    the record. Elsewhere it is a character. A quote that is opened and never properly closed spoils the line it stands on, not
    those after it. Empty lines are no records.
    """

    def __init__(self, delimiter: str, quote: str) -> None:
        self._delimiter, self._quote = delimiter, quote
        if quote:
            q = re.escape(quote)
            self._quoted = re.compile(rf" *{q}([^{q}]*(?:{q}{q}[^{q}]*)*){q}(?!{q})")
            self._open = re.compile(rf" *{q}[^{q}]*(?:{q}{q}[^{q}]*)*\Z")
            self._begins = re.compile(rf" *{q}")

    def records(self, path: Path, header_at: int = 1) -> Iterator[Record]:
        """Yield the records of a UTF-8 file from line `header_at` on; the first is the header."""
        with open(path, encoding="utf-8-sig", newline="") as file:  # newline="": ends stay as they are
            lines = _Lines(file)
            for _ in range(header_at - 1):
                lines.next()
            while (line := lines.next()) is not None:
                if line.rstrip("\r\n"):
                    yield self._record(line, lines)

    def _record(self, first: str, lines: "_Lines") -> Record:
        number = lines.number
        if len(first) > _LONGEST:
            return Record(number, first[:_LONGEST], [], f"is longer than {_LONGEST:,} characters", True, first)
        fields, state = self._fields(_without_end(first))
        if state == "closed":
            return self._whole(number, first, fields)
        if state == "open":
            taken, length = [first], len(first)
            while state == "open" and length < _LONGEST and (line := lines.next()) is not None:
                taken.append(line)
                length += len(line)
                if self._quote in line:
                    fields, state = self._fields(_without_end("".join(taken)))
            if state == "closed":
                return self._whole(number, "".join(taken), fields)
            lines.give_back(taken[1:])
            return Record(number, _without_end(first), [], "opens a quote that is not closed", True, first)
        return Record(number, _without_end(first), [], "has text after a closing quote", True, first)

    def _whole(self, number: int, raw: str, fields: list[str]) -> Record:
        irregular = False
        if self._quote and self._quote in raw:
            irregular = any(self._quote in f for f in fields) and not self._is_regular(raw)
        return Record(number, _without_end(raw), fields, None, irregular, raw)

    def _is_regular(self, raw: str) -> bool:
        """Whether every quote belongs to a quoted value, so that their parity tells inside from outside."""
        d, q = re.escape(self._delimiter), re.escape(self._quote)
        value = rf"(?: *{q}[^{q}]*(?:{q}{q}[^{q}]*)*{q} *|[^{q}{d}]*)"
        return re.fullmatch(rf"{value}(?:{d}{value})*", _without_end(raw)) is not None

    def _fields(self, text: str) -> tuple[list[str], str]:
        """Split a record into values; the state is closed, open (a quote is) or broken (text follows a closing quote)."""
        delimiter, quote = self._delimiter, self._quote
        if not quote or quote not in text:
            return text.split(delimiter), "closed"
        fields, position = [], 0
        while True:
            if quoted := self._quoted.match(text, position):
                rest = re.compile(" *").match(text, quoted.end()).end()
                if rest < len(text) and text[rest] != delimiter:
                    return [], "broken"
                fields.append(quoted[1].replace(quote * 2, quote))
                position = rest
            elif self._open.match(text, position):
                return [], "open"
            elif self._begins.match(text, position):
                return [], "broken"
            else:
                end = text.find(delimiter, position)
                end = len(text) if end < 0 else end
                fields.append(text[position:end])
                position = end
            if position >= len(text):
                return fields, "closed"
            position += len(delimiter)


class _Lines:
    """Lines with their numbers, some of which may be given back."""

    def __init__(self, file: Iterator[str]) -> None:
        self._file, self._returned, self.number = file, deque(), 0

    def next(self) -> str | None:
        line = self._returned.popleft() if self._returned else next(self._file, None)
        self.number += line is not None
        return line

    def give_back(self, lines: list[str]) -> None:
        self._returned.extendleft(reversed(lines))
        self.number -= len(lines)


def _without_end(text: str) -> str:
    return text[:-2] if text.endswith("\r\n") else text[:-1] if text.endswith(("\n", "\r")) else text


class RecordCount:
    """Counts records by another way than splitting: lines that are not empty, of what stands outside quotes.

    Only the parity of quotes is looked at, so a file cut short, or a reader that swallowed lines, shows as a difference.

    Attributes:
        records: how many so far.
        is_regular: whether every quoted part is a whole value. DuckDB, though strict, has ideas of its own about others: it
            reads `"" "` as a blank and goes on to the next quote.
    """

    def __init__(self, delimiter: str, quote: str) -> None:
        self._quote = quote.encode()
        self._inside = False
        self._line_has_text = False
        self._last = b""
        self.records = 0
        self.is_regular = True
        if quote:
            d, q = re.escape(delimiter.encode()), re.escape(self._quote)
            self._irregular = re.compile(rb"[^\r\n%b%b]%b|%b[^\r\n%b%b]" % (d, q, q, q, d, q))

    def feed(self, chunk: bytes) -> None:
        """Take the next part of the text, in UTF-8; parts may end anywhere but within a character."""
        if not chunk:
            return
        outside = chunk
        if self._quote and (self._inside or self._quote in chunk or self._last == self._quote):
            outside = self._outside(chunk)
            self.is_regular = self.is_regular and not self._irregular.search(self._last + outside)
        if not outside:  # all of it stands within a quote that an earlier chunk opened
            return
        self._last = outside[-1:]
        lines = outside.replace(b"\r", b"\n") if b"\r" in outside else outside
        self.records += _lines_with_text(lines) - (self._line_has_text and lines[:1] != b"\n")
        self._line_has_text = lines[-1:] != b"\n"

    def _outside(self, chunk: bytes) -> bytes:
        """The chunk with each quoted part replaced by one quote, which keeps its line from being empty."""
        parts = chunk.split(self._quote)
        began_inside, turns = self._inside, len(parts) - 1
        self._inside ^= bool(turns % 2)
        if not began_inside:
            return self._quote.join(parts[0::2]) + (self._quote if self._inside else b"")
        return self._quote.join([b"", *parts[1::2]]) + (self._quote if self._inside and turns else b"")


def _lines_with_text(text: bytes) -> int:
    """How many lines are not empty; counting their ends costs a hundredth of splitting at them."""
    if b"\n\n\n" in text:
        return sum(map(bool, text.split(b"\n")))
    return text.count(b"\n") + 1 - text.startswith(b"\n") - text.endswith(b"\n") - text.count(b"\n\n")


def count_records(path: Path, delimiter: str, quote: str, header_at: int = 1) -> RecordCount:
    """Count the records of a UTF-8 file, header included; lines before `header_at` do not count."""
    count = RecordCount(delimiter, quote)
    with open(path, "rb") as file:
        if file.read(3) != b"\xef\xbb\xbf":
            file.seek(0)
        for _ in range(header_at - 1):
            file.readline()
        while chunk := file.read(1 << 22):
            count.feed(chunk)
    return count
