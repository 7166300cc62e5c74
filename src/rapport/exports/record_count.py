"""An independent count of the records of delimited text, and the finding of some of them, without splitting any."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy

_FEED, _RETURN = b"\n\r"


class RecordCount:
    """Counts records by another way than splitting: line ends outside quotes, less those of empty lines.

    Only the parity of quotes is looked at, so a file cut short, or a reader that swallowed lines, shows as a difference.

    Attributes:
        is_regular: whether every quoted part is a whole value. DuckDB, though strict, has ideas of its own about others: it
            reads `"" "` as a blank and goes on to the next quote. Escape characters make a text irregular as well.
        is_open: whether a quote is open where the text ends so far.
        has_bare_returns: whether a line ends with a carriage return alone, so that lines cannot be told by line feeds.
    """

    def __init__(self, delimiter: str, quote: str, escape: str = "") -> None:
        self._quote = ord(quote) if quote else None
        self._escape = escape.encode()
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

        if self._escape and self._escape in chunk:
            self.is_regular = False
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


def count_records(path: Path, delimiter: str, quote: str, escape: str = "", begins_at: int = 1) -> RecordCount:
    """Count the records of a UTF-8 file from a physical line on."""
    count = RecordCount(delimiter, quote, escape)
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
