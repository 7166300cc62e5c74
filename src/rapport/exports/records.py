"""Records of delimited text: where each begins and ends, exactly, and an independent count of them."""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy

_FEED, _RETURN = b"\n\r"
_OPEN = "opens a quote that is not closed"
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
        is_unfinished = self.fault == _OPEN or (self.fault is None and len(self.fields) < width)
        return is_unfinished and not self.raw.endswith(("\n", "\r"))


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

    def record(self, text: str, line: int) -> Record:
        """Split one whole record that begins at a physical line."""
        lines = _Lines(StringIO(text, newline=""), line - 1)
        return self._record(lines.next() or "", lines)

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
            return Record(number, _without_end(first), [], _OPEN, True, first)
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

    def __init__(self, file: Iterator[str], before: int = 0) -> None:
        self._file, self._returned, self.number = file, deque(), before

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
    """Counts records by another way than splitting: line ends outside quotes, less those of empty lines.

    Only the parity of quotes is looked at, so a file cut short, or a reader that swallowed lines, shows as a difference.

    Attributes:
        is_regular: whether every quoted part is a whole value. DuckDB, though strict, has ideas of its own about others: it
            reads `"" "` as a blank and goes on to the next quote.
        is_open: whether a quote is open where the text ends so far.
        has_bare_returns: whether a line ends with a carriage return alone, so that lines cannot be told by line feeds.
    """

    def __init__(self, delimiter: str, quote: str) -> None:
        self._quote = ord(quote) if quote else None
        self._before, self._after = delimiter.encode()[-1], delimiter.encode()[0]
        self._ends = 0  # lines with text that have ended
        self._last = b"\n"  # the byte before the part to come
        self._has_text = False  # whether the line that has not ended has any
        self.is_open = False
        self.is_regular = True
        self.has_bare_returns = False

    @property
    def records(self) -> int:
        """How many so far; a last line without an end counts."""
        return self._ends + self._has_text

    def feed(self, chunk: bytes) -> None:
        """Take the next part of the text, in UTF-8; parts may end anywhere but within a character."""
        if not chunk:
            return
        import numpy

        text = numpy.frombuffer(self._last + chunk, dtype=numpy.uint8)
        ends = numpy.flatnonzero(text[1:] == _FEED) + 1
        returns = numpy.flatnonzero(text == _RETURN) if _RETURN in chunk or self._last == b"\r" else None
        was_open = self.is_open
        has_quotes = self._quote and (self._quote in chunk or self._last[0] == self._quote)
        quotes = numpy.flatnonzero(text[1:] == self._quote) + 1 if has_quotes else None
        if quotes is not None:
            self._check_neighbours(text, quotes)
            self.is_open ^= bool(len(quotes) % 2)
        if returns is not None:
            ends = self._with_returns(text, ends, returns)
        if quotes is not None:
            ends = ends[(numpy.searchsorted(quotes, ends) + was_open) % 2 == 0]
        elif was_open:
            ends = ends[:0]
        self._count(text, ends)
        self._last = chunk[-1:]

    def _count(self, text: "numpy.ndarray", ends: "numpy.ndarray") -> None:
        """Count lines that end here, unless they are empty."""
        import numpy

        if not len(ends):
            self._has_text = self._has_text or len(text) > 1
            return
        begins = numpy.concatenate(([0], ends[:-1])) + 1
        has_text = ends > begins
        has_text[0] = has_text[0] or self._has_text
        self._ends += int(numpy.count_nonzero(has_text))
        self._has_text = int(ends[-1]) < len(text) - 1

    def _with_returns(self, text: "numpy.ndarray", ends: "numpy.ndarray", returns: "numpy.ndarray") -> "numpy.ndarray":
        """Line ends when carriage returns end lines too."""
        import numpy

        inner = returns[returns < len(text) - 1]
        self.has_bare_returns = self.has_bare_returns or bool((text[inner + 1] != _FEED).any())
        return numpy.union1d(ends, returns[returns > 0])

    def _check_neighbours(self, text: "numpy.ndarray", quotes: "numpy.ndarray") -> None:
        """Whether a quoted part stands between delimiters or line ends; a doubled quote closes one and opens the next."""
        import numpy

        opening, closing = quotes[int(self.is_open) :: 2], quotes[int(not self.is_open) :: 2]
        if self._last[0] == self._quote and not self.is_open:
            closing = numpy.append(closing, 0)
        closing = closing[closing < len(text) - 1]  # what follows the last byte is seen with the next part
        allowed = numpy.zeros((2, 256), dtype=bool)
        allowed[:, [_FEED, _RETURN, self._quote]] = True
        allowed[0, self._before] = allowed[1, self._after] = True
        are_regular = allowed[0, text[opening - 1]].all() and allowed[1, text[closing + 1]].all()
        self.is_regular = self.is_regular and bool(are_regular)


def count_records(path: Path, delimiter: str, quote: str, begins_at: int = 1) -> RecordCount:
    """Count the records of a UTF-8 file from a physical line on."""
    count = RecordCount(delimiter, quote)
    with open(path, "rb") as file:
        if file.read(3) != b"\xef\xbb\xbf":
            file.seek(0)
        for _ in range(begins_at - 1):
            count.has_bare_returns |= b"\r" in file.readline().rstrip(b"\r\n")
        while chunk := file.read(1 << 22):
            if chunk.endswith(b"\r"):  # a line end stays whole
                chunk += file.read(1)
            count.feed(chunk)
    return count


def picked_records(path: Path, quote: str, begins_at: int, rows: set[int]) -> list[tuple[int, int, str]]:
    """Some records of a UTF-8 file in which every quote belongs to a quoted value, and every line ends with a line feed.

    Args:
        begins_at: physical line at which record 1 may begin.
        rows: numbers of the records wanted.

    Returns:
        Number, physical line and text, with the end of its last line, of each, in the order of the file.
    """
    import numpy

    wanted = numpy.array(sorted(rows), dtype=numpy.int64)
    found: list[tuple[int, int, str]] = []
    record, line, rest = 0, begins_at, b""
    with open(path, "rb") as file:
        head = [file.readline() for _ in range(begins_at - 1)]
        if not head and file.read(3) != b"\xef\xbb\xbf":
            file.seek(0)
        while len(found) < len(wanted):
            chunk = file.read(1 << 22)
            block = rest + chunk if chunk else rest + b"\n"
            text = numpy.frombuffer(block, dtype=numpy.uint8)
            feeds = numpy.flatnonzero(text == _FEED)
            ends = feeds
            if quote and quote.encode() in block:
                quotes = numpy.flatnonzero(text == ord(quote))
                ends = feeds[numpy.searchsorted(quotes, feeds) % 2 == 0]
            begins = numpy.concatenate(([0], ends[:-1] + 1)) if len(ends) else ends
            has_text = (ends - begins > 1) | ((ends > begins) & (text[begins] != _RETURN))
            begins, ends_of = begins[has_text], ends[has_text]
            low, high = numpy.searchsorted(wanted, [record + 1, record + len(begins) + 1])
            for row in wanted[low:high].tolist():
                begin, end = int(begins[row - record - 1]), int(ends_of[row - record - 1])
                at = line + int(numpy.searchsorted(feeds, begin))
                found.append((row, at, block[begin : end + 1].decode()))
            record += len(begins)
            taken = int(ends[-1]) + 1 if len(ends) else 0
            line += int(numpy.searchsorted(feeds, taken))
            rest = block[taken:]
            if not chunk:
                break
    return found
