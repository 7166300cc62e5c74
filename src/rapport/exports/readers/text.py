"""Text in any encoding as a UTF-8 file; what does not decode refuses the file and says where."""

import codecs
from collections.abc import Callable
from pathlib import Path

from rapport.errors import ExportRefused
from rapport.exports.export import Export

_CHUNK = 1 << 20
_BEGINNING = 1 << 16  # characters in which a header must show
_UTF_8 = ("utf-8", "utf-8-sig")


def as_utf8(export: Export, file: Path, name: str, scratch: Path) -> Path:
    """The file itself when it is UTF-8, else a transcoded copy of it in `scratch`.

    Raises:
        ExportRefused: it is empty, or does not decode; byte and line are named.
    """
    where = f"{export.system}.{export.table}: {name}"
    if file.stat().st_size == 0:
        what = "The file is empty, without even a header."
        raise ExportRefused(what, where=where, fix="Ask for the export again.")
    encoding = encoding_of(export, file)
    try:
        if encoding in _UTF_8:
            _decode(file, encoding)
            return file
        copy = scratch / f"{file.stem}.txt"
        with open(copy, "w", encoding="utf-8", newline="") as target:
            _decode(file, encoding, target.write)
        return copy
    except _DoesNotDecode as fault:
        tried = " or ".join(export.encoding)
        raise ExportRefused(
            f"The text is not {tried}: byte {fault.byte} (line {fault.line}) does not decode.",
            where=where,
            fix="Declare the export's true `encoding`, or ask for the file again if it was damaged.",
        ) from None


def encoding_of(export: Export, file: Path) -> str:
    """Of the declared encodings that decode the whole file, the one in which most declared headers show; else the first."""
    if len(export.encoding) == 1:
        return export.encoding[0]
    best, found = export.encoding[0], -1
    for encoding in export.encoding:
        beginning: list[str] = []
        try:
            _decode(file, encoding, lambda text, kept=beginning: None if kept else kept.append(text[:_BEGINNING].casefold()))
        except _DoesNotDecode:
            continue
        text = "".join(beginning)
        shown = sum(any(header.casefold() in text for header in column.headers) for column in export.columns)
        if shown > found:
            best, found = encoding, shown
    return best


class _DoesNotDecode(Exception):
    def __init__(self, byte: int, line: int) -> None:
        super().__init__(byte, line)
        self.byte, self.line = byte, line


def _decode(file: Path, encoding: str, write: Callable[[str], object] | None = None) -> None:
    """Decode a file, part by part, and hand on its text unless nobody wants it."""
    decoder = codecs.getincrementaldecoder(encoding)()
    skips_ascii = write is None and encoding in _UTF_8
    position, is_first = 0, True
    with open(file, "rb") as source:
        while True:
            chunk = source.read(_CHUNK)
            pending = len(decoder.getstate()[0])
            if not (skips_ascii and chunk and not pending and chunk.isascii()):
                try:
                    text = decoder.decode(chunk, final=not chunk)
                except UnicodeError as error:
                    byte = position - pending + getattr(error, "start", 0)
                    raise _DoesNotDecode(byte, _line_of(file, byte)) from None
                if write:
                    write(text.removeprefix("\ufeff") if is_first else text)
                    is_first = is_first and not text
            position += len(chunk)
            if not chunk:
                return


def _line_of(file: Path, byte: int) -> int:
    with open(file, "rb") as source:
        return 1 + source.read(byte).count(b"\n")
