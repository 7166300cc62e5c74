"""The odd CSV files that others have met: how each is declared, and a slow, plain reader to compare with."""

import csv
import gzip
import io
import re
from dataclasses import dataclass, field, fields
from hashlib import sha256
from pathlib import Path

from tests.conftest import DATA

FOLDER = DATA / "nasty_csv"
OUTCOMES = Path(__file__).with_suffix(".tsv")
_NO_TABLES = {".json", ".js", ".md", ".gitattributes"}


def files() -> list[str]:
    """The CSV files of the folder, whatever they are called: all but licences, and what describes csv-spectrum."""
    paths = (path for path in FOLDER.rglob("*") if path.is_file())
    names = (path.relative_to(FOLDER).as_posix() for path in paths if path.suffix not in _NO_TABLES)
    return sorted(name for name in names if "LICENSE" not in name and not name.endswith(("/.js.txt", ".gitattributes")))


@dataclass(frozen=True)
class Declared:
    """How a file is declared, other than as an export of columns c1, c2, … without a header."""

    delimiter: str = ","
    quote: str = '"'
    escape: str = ""
    encoding: str = "utf-8"

    @classmethod
    def of(cls, text: str, content: bytes) -> "Declared":
        """From the table's words, such as `quote='`; what they leave out is plain, and the delimiter the first line's."""
        words = dict(word.split("=", 1) for word in text.split(" ") if word)
        words = {key: value.encode().decode("unicode_escape") for key, value in words.items()}
        if "delimiter" not in words:
            words["delimiter"] = obvious_delimiter(content.decode(words.get("encoding", "utf-8"), errors="replace"))
        return cls(**words)

    def as_yaml(self) -> str:
        """The keys of an export."""
        changed = {f.name: getattr(self, f.name) for f in fields(self) if getattr(self, f.name) != f.default}
        return "".join(f", {key}: {_quoted(value)}" for key, value in changed.items())


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t") + '"'


def obvious_delimiter(text: str) -> str:
    """Of comma, semicolon, bar and tab that which the first line with text has most of."""
    line = next((line for line in re.split(r"[\r\n]", text) if line), "")
    return max(",;|\t", key=line.count)


def content_of(name: str) -> bytes:
    """A file's bytes, unpacked if that can be done."""
    content = (FOLDER / name).read_bytes()
    try:
        if content.startswith(b"\x1f\x8b"):
            return gzip.decompress(content)
        if content.startswith(b"\x28\xb5\x2f\xfd"):
            import zstandard

            return zstandard.ZstdDecompressor().decompressobj().decompress(content)
    except Exception:
        return b""
    return content


@dataclass
class Outcome:
    """What a file became: rows by record number, faults by record number, or words of a refusal."""

    rows: dict[int, list[str | None]] = field(default_factory=dict)
    faults: dict[int, str] = field(default_factory=dict)
    refused: str | None = None
    width: int = 1
    skipped: int = 0

    def __str__(self) -> str:
        if self.refused:
            return f"refused: {self.refused}"
        return f"loaded {len(self.rows)}" + (f", rejected {len(self.faults)}" if self.faults else "")


OPEN, BROKEN = "opens a quote that is not closed", "has text after a closing quote"
DANGLING = "ends with an escape character that nothing follows"
LONGEST_LINE = 1 << 20
BLANKS = " \t\r\n\u00a0\u3000"  # a value of these alone is no value


def expected(content: bytes, declared: Declared) -> Outcome:
    """What the documented rules make of a file, read one character after the other."""
    if not content:
        return Outcome(refused="is empty")
    if any(len(line) > LONGEST_LINE for line in re.split(rb"[\r\n]", content)):
        return Outcome(refused="A line is longer")
    try:
        text = content.decode(declared.encoding).removeprefix("\ufeff")
    except UnicodeError:
        return Outcome(refused="does not decode")
    records = list(reference(text, declared))
    if not records:
        return Outcome(refused="has no records")
    first, fault, _ = records[0]
    if fault:
        return Outcome(refused=fault)
    outcome = Outcome(width=len(first))
    for row, (values, fault, _) in enumerate(records, start=1):
        if fault is None and (len(values) < outcome.width or any(values[outcome.width :])):
            fault = f"has {len(values)} values where the header has {outcome.width}"
        if fault:
            outcome.faults[row] = fault
        else:
            outcome.rows[row] = [value if value.strip(BLANKS) else None for value in values[: outcome.width]]
    values, fault, has_end = records[-1]
    if not has_end and (fault in (OPEN, DANGLING) or (fault is None and len(values) < outcome.width)):
        return Outcome(refused="ends in the middle of a record", width=outcome.width)
    return outcome


def reference(text: str, declared: Declared):
    """Yield each record's values, fault and whether a line end follows it. A fault spoils its own line only."""
    position = 0
    while position < len(text):
        if text[position] in "\r\n":
            position += 1
            continue
        values, fault, end = _record(text, position, declared)
        if fault:
            end = _line_end(text, position)
        yield values, fault, end < len(text)
        position = end + 1


def _line_end(text: str, position: int) -> int:
    found = re.compile(r"[\r\n]").search(text, position)
    return found.start() if found else len(text)


def _record(text: str, start: int, declared: Declared) -> tuple[list[str], str | None, int]:
    """The values of the record that starts here, its fault, and where it ends (at its line end)."""
    delimiter, quote = declared.delimiter, declared.quote
    special = {delimiter, quote, declared.escape, "\r", "\n"}
    values, position = [], start
    while True:
        value, begin = [], position
        while delimiter != " " and text[begin : begin + 1] == " ":
            begin += 1
        is_quoted = bool(quote) and text[begin : begin + 1] == quote
        position = begin + 1 if is_quoted else position
        while True:
            char = text[position : position + 1]
            if not char:
                if is_quoted:
                    return [], OPEN, position
                break
            if char == declared.escape:
                following = text[position + 1 : position + 2]
                if not is_quoted and (not following or text[position + 1 :] in ("\n", "\r", "\r\n")):
                    return [], DANGLING, position
                if text[position + 1 : position + 3] == "\r\n":
                    following = "\r\n"
                value.append(following if following[:1] in special else char + following)
                position += 1 + len(following)
                continue
            if is_quoted and char == quote:
                if not declared.escape and text[position + 1 : position + 2] == quote:
                    value.append(quote)
                    position += 2
                    continue
                position += 1
                break
            if not is_quoted and (char == delimiter or char in "\r\n"):
                break
            value.append(char)
            position += 1
        values.append("".join(value))
        if is_quoted:
            while delimiter != " " and text[position : position + 1] == " ":
                position += 1
            if text[position : position + 1] not in ("", delimiter, "\r", "\n"):
                return [], BROKEN if _line_end(text, start) >= position else OPEN, position
        if text[position : position + 1] != delimiter:
            return values, None, position
        position += 1


def by_python(text: str, declared: Declared) -> list[list[str]] | None:
    """What Python's csv module reads when it is strict; None when it finds a fault."""
    quoting = {"quotechar": declared.quote} if declared.quote else {"quoting": csv.QUOTE_NONE}
    escape = {"escapechar": declared.escape, "doublequote": False} if declared.escape else {}
    try:
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=declared.delimiter, strict=True, **quoting, **escape)
        return [values for values in lines if values]
    except csv.Error:
        return None


def outcomes() -> dict[str, tuple[str, str]]:
    """The table: file → what it is declared with beside the plain, and its outcome."""
    with open(OUTCOMES, encoding="utf-8", newline="") as table:
        return {row["file"]: (row["declared"], row["outcome"]) for row in csv.DictReader(table, dialect="excel-tab")}


def file_id(name: str) -> str:
    """By which the archive knows a file of the folder."""
    return sha256((FOLDER / name).read_bytes()).hexdigest()
