"""Rejects as text: the original's lines with a reason added, in its encoding and with its ends of lines."""

import json
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from rapport.exports.export import Export
from rapport.exports.readers.header import FOUND_WITHIN, find_header
from rapport.exports.readers.text import as_utf8, encoding_of
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
    text = as_utf8(export, original, name, scratch)
    splitter = Splitter(export.delimiter, export.quote)
    with _writer(export, original, text, target) as file:
        headers = _header(export, splitter, text, name)
        if isinstance(export.header_at, int) and export.header_at > 1:
            file.lines(_first_lines(text, headers[0].line - 1))
        for place, record in enumerate(headers):
            file.line(record.text + export.delimiter + (_field(export, REASON) if place == 0 else ""))
        records = 0
        for row, body, is_footer in _bodies(export, splitter, text, headers, texts, is_whole):
            file.line(body if is_footer else body + export.delimiter + _field(export, reasons.get(row, "")))
            records += not is_footer
    return records


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


def _bodies(
    export: Export, splitter: Splitter, text: Path, headers: list[Record], texts: dict[int, str], is_whole: bool
) -> Iterator[tuple[int, str, bool]]:
    """(record number, text, whether it is no record but a line that the declaration knows)."""
    if not is_whole and not export.footer_lines:
        yield from ((row, body, False) for row, body in sorted(texts.items()))
        return
    first = headers[0].line if headers else 1
    every = [record.text for record in islice(splitter.records(text, first), len(headers), None)]
    footers = every[len(every) - export.footer_lines :] if export.footer_lines else []
    if is_whole:
        for row, body in enumerate(every[: len(every) - len(footers)], start=1):
            yield row, body, any(re.fullmatch(pattern, body) for pattern in export.skip_lines)
    else:
        yield from ((row, body, False) for row, body in sorted(texts.items()))
    yield from ((0, footer, True) for footer in footers)


def _field(export: Export, text: str) -> str:
    """A value as the export writes it; without quotes, what would end it becomes a blank."""
    if not export.quote:
        return text.replace(export.delimiter, " ")
    if export.delimiter in text or export.quote in text:
        return export.quote + text.replace(export.quote, export.quote * 2) + export.quote
    return text


def write_lines(
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
    """Write JSON (objects get one more key) or lines of fixed width (the reason stands behind the last column)."""
    text = as_utf8(export, original, name, scratch)
    bodies = texts
    if is_whole and kind != "json":
        with open(text, encoding="utf-8-sig", newline="") as file:
            lines = [line.rstrip("\r\n") for line in file if line.strip()]
        bodies = dict(enumerate(lines, start=1)) | texts
    width = max((column.at[0] + column.at[1] for column in export.columns if column.at), default=0)
    with _writer(export, original, text, target) as file:
        shown = [
            f"{body:<{width}}  {reasons.get(row, '')}".rstrip() if kind == "fixed_width" else _with_key(body, reasons.get(row))
            for row, body in sorted(bodies.items())
        ]
        if kind == "json":
            shown = ["[" + ",\n".join(shown) + "]"]
        file.lines(shown)
    return len(bodies)


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
