"""Rejects as text: the original's records with a reason added, in its encoding and with its ends of lines."""

import csv
import json
import re
from collections import deque
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from rapport.exports.export import Export
from rapport.exports.readers import text_of
from rapport.exports.readers.header import FOUND_WITHIN, find_header
from rapport.exports.readers.packed import unpacked
from rapport.exports.readers.tail import without_tail
from rapport.exports.readers.text import encoding_of
from rapport.exports.records import Record, Splitter
from rapport.exports.returning.write import REASON

_MARK = b"\xef\xbb\xbf"


def write_delimited(
    export: Export,
    original: Path,
    name: str,
    scratch: Path,
    texts: dict[int, str],
    reasons: dict[int, str],
    target: Path,
    *,
    is_whole: bool,
) -> int:
    """Write delimited text: lines above the header, the header with one more name, and the records with their reason.

    Args:
        texts, reasons: of rejected records, by record number.
        is_whole: whether the records that were taken are written, too.

    Returns:
        How many records there are.
    """
    text = text_of(export, original, name, scratch)
    body, _control = without_tail(export, text, name, scratch)
    splitter = Splitter(export.delimiter, export.quote)
    headers = _header(export, splitter, body, name)
    if is_whole:
        texts = {row: record.text for row, record in _numbered(splitter, body, headers)}
    known = {record.text for record in headers[-1:] if export.repeats_header}
    with _writer(export, unpacked(export, original, name, scratch), text, target) as file:
        if isinstance(export.header_at, int) and export.header_at > 1:
            file.lines(_first_lines(text, headers[0].line - 1))
        for place, record in enumerate(headers):
            file.line(record.text + export.delimiter + (_field(export, REASON) if place == 0 else ""))
        for row, record in sorted(texts.items()):
            if any(re.fullmatch(pattern, record) for pattern in export.skip_lines):
                file.line(record)
            else:
                added = REASON if record in known else reasons.get(row, "")
                file.line(record + export.delimiter + _field(export, added))
        file.lines(_last_lines(export, text))
    return len(texts)


def _header(export: Export, splitter: Splitter, text: Path, name: str) -> list[Record]:
    if not export.has_header:
        return []
    if export.header_at == "find":
        beginning = list(islice(splitter.records(text, 1), FOUND_WITHIN + export.header_rows))
        start = find_header(export, [record.fields for record in beginning], name)
        return beginning[start : start + export.header_rows]
    return list(islice(splitter.records(text, int(export.header_at)), export.header_rows))


def _first_lines(text: Path, count: int) -> list[str]:
    with open(text, encoding="utf-8-sig", newline="") as file:
        return [line.rstrip("\r\n") for line in islice(file, count)]


def _last_lines(export: Export, text: Path) -> list[str]:
    """The declared control line and footer lines, as they are."""
    wanted = export.footer_lines + (export.control_line is not None)
    if not wanted:
        return []
    with open(text, encoding="utf-8-sig", newline="") as file:
        return list(deque((line.rstrip("\r\n") for line in file if line.strip()), maxlen=wanted))


def _numbered(splitter: Splitter, body: Path, headers: list[Record]) -> Iterator[tuple[int, Record]]:
    begins_at = headers[-1].line + headers[-1].raw_lines if headers else 1
    return enumerate(splitter.records(body, begins_at), start=1)


def _field(export: Export, text: str) -> str:
    """A value as the export writes it; without quotes, what would end it becomes a blank."""
    if not export.quote:
        return text.replace(export.delimiter, " ")
    if export.delimiter in text or export.quote in text:
        return export.quote + text.replace(export.quote, export.quote * 2) + export.quote
    return text


def write_json(
    export: Export,
    kind: str,
    original: Path,
    name: str,
    scratch: Path,
    texts: dict[int, str],
    reasons: dict[int, str],
    target: Path,
    *,
    is_whole: bool,
) -> int:
    """Write JSON objects with one more key, one a line; of a document (`json`) as one array, the rejects only."""
    text = text_of(export, original, name, scratch)
    if is_whole and kind == "json_lines":
        texts = dict(enumerate((line for line in _lines(text) if line.strip()), start=1))
    with _writer(export, unpacked(export, original, name, scratch), text, target) as file:
        shown = [_with_key(body, reasons.get(row)) for row, body in sorted(texts.items())]
        file.lines(["[" + ",\n".join(shown) + "]"] if kind == "json" else shown)
    return len(texts)


def write_fixed_width(
    export: Export,
    original: Path,
    name: str,
    scratch: Path,
    texts: dict[int, str],
    reasons: dict[int, str],
    target: Path,
    *,
    is_whole: bool,
) -> int:
    """Write lines of fixed width as they are, and beside them `<target>.reasons.csv`: there is no room for a column."""
    text = text_of(export, original, name, scratch)
    above = export.header_at if isinstance(export.header_at, int) else 0
    with _writer(export, unpacked(export, original, name, scratch), text, target) as file:
        file.lines(_first_lines(text, above))
        if is_whole:
            body, _control = without_tail(export, text, name, scratch)
            texts = dict(enumerate((line for line in _lines(body)[above:] if line.strip()), start=1))
        file.lines([record for _, record in sorted(texts.items())])
        file.lines(_last_lines(export, text))
    with open(target.with_name(f"{target.name}.reasons.csv"), "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["line", REASON])
        places = {row: line for line, row in enumerate(sorted(texts), start=above + 1)}
        writer.writerows([places[row], reason] for row, reason in sorted(reasons.items()))
    return len(texts)


def _lines(text: Path) -> list[str]:
    with open(text, encoding="utf-8-sig", newline="") as file:
        return [line.rstrip("\r\n") for line in file]


def _with_key(body: str, reason: str | None) -> str:
    """An object with the reason as its last key; a text that is no object stays as it is."""
    if reason is None:
        return body
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        return body
    if not isinstance(content, dict):
        return body
    inner = body.rstrip().removesuffix("}").rstrip()  # the text itself, so that no number is written in another way
    return f"{inner}{', ' if content else ''}{json.dumps(REASON)}: {json.dumps(reason, ensure_ascii=False)}}}"


class _Writer:
    def __init__(self, path: Path, encoding: str, end: str) -> None:
        # What the encoding lacks can only be in the reason, which is for people.
        self._file = open(path, "w", encoding=encoding, errors="replace", newline="")  # noqa: SIM115 - closed by __exit__
        self._end = end

    def line(self, text: str) -> None:
        self._file.write(text + self._end)

    def lines(self, texts: list[str]) -> None:
        for text in texts:
            self.line(text)

    def __enter__(self) -> "_Writer":
        return self

    def __exit__(self, *_error: object) -> None:
        self._file.close()


def _writer(export: Export, original: Path, text: Path, target: Path) -> _Writer:
    encoding = encoding_of(export, original)
    with open(original, "rb") as file:
        if file.read(3) == _MARK:
            encoding = "utf-8-sig"
    with open(text, "rb") as file:
        end = "\r\n" if file.readline().endswith(b"\r\n") else "\n"
    return _Writer(target, encoding, end)
