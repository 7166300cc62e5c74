"""Records of delimited text: where each begins and ends, exactly."""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

_OPEN = "opens a quote that is not closed"
_DANGLING = "ends with an escape character that nothing follows"
_UNFINISHED = {"open": _OPEN, "escaped": _DANGLING}  # what is wrong with a record that ends in such a state
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

    @property
    def raw_lines(self) -> int:
        """How many physical lines it takes."""
        return sum(1 for _ in StringIO(self.raw, newline=""))

    def is_cut_short(self, width: int) -> bool:
        """Whether the file seems to end within it: no line end, and a quote that is not closed or fewer than `width` values."""
        is_unfinished = self.fault in (_OPEN, _DANGLING) or (self.fault is None and len(self.fields) < width)
        return is_unfinished and not self.raw.endswith(("\n", "\r"))


class Splitter:
    """Splits delimited text into records, like a strict parser, but goes on after a fault without losing count.

    A quote opens a value only at its beginning (blanks before it are ignored) and ends it only before a delimiter or the end of
    the record. Elsewhere it is a character. A quote that is opened and never properly closed spoils the line it stands on, not
    those after it. Empty lines are no records.

    A quote within a quoted value is doubled; where an escape character is declared, that stands before it instead, and before a
    delimiter, a line end or itself, quoted or not. Before anything else it is a character (`\\N` and `C:\\temp` stay).
    """

    def __init__(self, delimiter: str, quote: str, escape: str = "") -> None:
        self._delimiter, self._quote, self._escape = delimiter, quote, escape
        d, q, e = re.escape(delimiter), re.escape(quote), re.escape(escape)
        blanks = "" if delimiter == " " else " *"
        self._blanks = re.compile(blanks)
        if quote:
            within = rf"[^{q}{e}]*(?:{e}[\s\S][^{q}{e}]*)*" if escape else rf"[^{q}]*(?:{q}{q}[^{q}]*)*"
            closing = q if escape else rf"{q}(?!{q})"
            self._quoted = re.compile(rf"{blanks}{q}({within}){closing}")
            self._open = re.compile(rf"{blanks}{q}{within}{e and e + '?'}\Z")
            self._begins = re.compile(rf"{blanks}{q}")
            self._closes = re.compile(rf"{within}{closing}")
            value = rf"(?:{blanks}{q}[^{q}]*(?:{q}{q}[^{q}]*)*{q}{blanks}|[^{q}{d}]*)"
            self._regular = re.compile(rf"{value}(?:{d}{value})*")
        if escape:
            self._plain = re.compile(rf"[^{d}{e}]*(?:{e}[\s\S][^{d}{e}]*)*({e}\Z)?")
            self._escaped = re.compile(rf"{e}(\r\n|[{d}{q}{e}\r\n])")

    def records(self, path: Path, header_at: int = 1) -> Iterator[Record]:
        """Yield the records of a UTF-8 file from line `header_at` on; the first is the header."""
        with open(path, encoding="utf-8-sig", newline="") as file:  # newline="": ends stay as they are
            lines = _Lines(file)
            for _ in range(header_at - 1):
                lines.next()
            while (line := lines.next()) is not None:
                if line.rstrip("\r\n"):
                    yield self._record(line, lines)

    def record(self, text: str, line: int) -> Record:
        """Split one whole record that begins at a physical line."""
        lines = _Lines(StringIO(text, newline=""), line - 1)
        return self._record(lines.next() or "", lines)

    def _record(self, first: str, lines: "_Lines") -> Record:
        number = lines.number
        if len(first) > _LONGEST:
            return Record(number, first[:_LONGEST], [], f"is longer than {_LONGEST:,} characters", True, first)
        fields, state, begun = self._fields(_without_end(first))
        if state == "closed":
            return self._whole(number, first, fields)
        if state == "broken":
            return Record(number, _without_end(first), [], "has text after a closing quote", True, first)
        fault, taken, states = _UNFINISHED[state], [first], {number: state}
        unfinished, length = [first[begun:]], len(first)  # each part of the text is looked at once
        is_in_vain = lines.in_vain.get(number) == state
        while not is_in_vain and state in _UNFINISHED and length < _LONGEST and (line := lines.next()) is not None:
            taken.append(line)
            unfinished.append(line)
            length += len(line)
            if self._goes_on(line, state):
                states[lines.number] = state
                continue
            rest = "".join(unfinished)
            more, state, begun = self._fields(_without_end(rest))
            fields += more
            unfinished = [rest[begun:]]
            if state in _UNFINISHED:
                states[lines.number] = state
        if state == "closed":
            return self._whole(number, "".join(taken), fields)
        if not is_in_vain:
            lines.in_vain = states
        lines.give_back(taken[1:])
        return Record(number, _without_end(first), [], fault, True, first)

    def _goes_on(self, line: str, state: str) -> bool:
        """Whether a value that is not finished where a line begins certainly is not where it ends either."""
        if state == "open":
            return self._closes.match(line) is None
        text = _without_end(line)
        plain = self._plain.match(text)
        return plain.end() == len(text) and plain[1] is not None

    def _whole(self, number: int, raw: str, fields: list[str]) -> Record:
        irregular = bool(self._escape) and self._escape in raw
        if not irregular and self._quote and self._quote in raw:
            irregular = any(self._quote in f for f in fields) and self._regular.fullmatch(_without_end(raw)) is None
        return Record(number, _without_end(raw), fields, None, irregular, raw)

    def _fields(self, text: str) -> tuple[list[str], str, int]:
        """Split a record into values.

        Returns:
            The values; the state: closed, open (a quote is), escaped (its end is) or broken (text follows a closing quote); and
            where the value begins that is not finished.
        """
        delimiter, quote, has_escape = self._delimiter, self._quote, self._escape and self._escape in text
        if not has_escape and (not quote or quote not in text):
            return text.split(delimiter), "closed", 0
        fields, position = [], 0
        while True:
            if quote and (quoted := self._quoted.match(text, position)):
                rest = self._blanks.match(text, quoted.end()).end()
                if rest < len(text) and text[rest] != delimiter:
                    return fields, "broken", position
                fields.append(self._unescaped(quoted[1]))
                position = rest
            elif quote and self._begins.match(text, position):
                return fields, "open" if self._open.match(text, position) else "broken", position
            elif has_escape:
                plain = self._plain.match(text, position)
                if plain[1]:
                    return fields, "escaped", position
                fields.append(self._escaped.sub(r"\1", plain[0]))
                position = plain.end()
            else:
                end = text.find(delimiter, position)
                end = len(text) if end < 0 else end
                fields.append(text[position:end])
                position = end
            if position >= len(text):
                return fields, "closed", 0
            position += len(delimiter)

    def _unescaped(self, within: str) -> str:
        """The text of what stands between quotes."""
        return self._escaped.sub(r"\1", within) if self._escape else within.replace(self._quote * 2, self._quote)


class _Lines:
    """Lines with their numbers, some of which may be given back.

    Attributes:
        number: of the line given last.
        in_vain: states in which lines ended while the end of a value was last looked for and not found. A record that ends its
            line in the same state would go the same way, and a file of such records would be read once for each of them.
    """

    def __init__(self, file: Iterator[str], before: int = 0) -> None:
        self._file, self._returned, self.number = file, deque(), before
        self.in_vain: dict[int, str] = {}

    def next(self) -> str | None:
        line = self._returned.popleft() if self._returned else next(self._file, None)
        self.number += line is not None
        return line

    def give_back(self, lines: list[str]) -> None:
        self._returned.extendleft(reversed(lines))
        self.number -= len(lines)


def _without_end(text: str) -> str:
    return text[:-2] if text.endswith("\r\n") else text[:-1] if text.endswith(("\n", "\r")) else text
