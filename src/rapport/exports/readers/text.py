"""Text in any encoding as a UTF-8 file; what does not decode refuses the file and says where."""

import codecs
from collections.abc import Callable
from pathlib import Path

from rapport.errors import ExportRefused
from rapport.exports.declarations import Export

_CHUNK = 1 << 20
_UTF_8 = ("utf-8", "utf-8-sig")


def as_utf8(export: Export, file: Path, name: str, scratch: Path) -> Path:
    """The file itself when it is declared as UTF-8, else a transcoded copy of it in `scratch`.

    Raises:
        ExportRefused: it is empty, or does not decode; byte and line are named.
    """
    if file.stat().st_size == 0:
        raise ExportRefused(
            "The file is empty, without even a header.",
            where=f"{export.system}.{export.table}: {name}",
            fix="Ask for the export again.",
        )
    if export.encoding in _UTF_8:
        _decode(export, file, name, lambda _text: None)
        return file
    copy = scratch / f"{file.stem}.txt"
    with open(copy, "w", encoding="utf-8", newline="") as target:
        _decode(export, file, name, target.write)
    return copy


def _decode(export: Export, file: Path, name: str, write: Callable[[str], object]) -> None:
    decoder = codecs.getincrementaldecoder(export.encoding)()
    position, lines, is_first = 0, 1, True
    with open(file, "rb") as source:
        while True:
            chunk = source.read(_CHUNK)
            pending = len(decoder.getstate()[0])
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                byte = position - pending + error.start
                line = lines + error.object[: error.start].count(b"\n")
                raise ExportRefused(
                    f"The text is not {export.encoding}: byte {byte} (line {line}) does not decode.",
                    where=f"{export.system}.{export.table}: {name}",
                    fix="Declare the export's true `encoding`, or ask for the file again if it was damaged.",
                ) from None
            write(text.removeprefix("\ufeff") if is_first else text)
            position, lines, is_first = position + len(chunk), lines + text.count("\n"), is_first and not text
            if not chunk:
                return
