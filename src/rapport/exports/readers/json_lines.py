"""JSON lines: one object per line; values become texts and are typed like those of any other format."""

from collections.abc import Iterator
from pathlib import Path

from rapport.errors import ExportRefused
from rapport.exports.export import Export
from rapport.exports.readers.json_events import count_in_line
from rapport.exports.readers.json_values import Decoder, Lookup, as_json, children, path_of

_LONGEST = 16 << 20  # bytes of a last line that is looked at


class JsonLinesReader:
    """A file of JSON objects, one per line; with declared `records`, of what lies in them."""

    def __init__(self, export: Export, text: Path, name: str, _scratch: Path) -> None:
        self._text = text
        self._lookup = Lookup(export)
        self._path = path_of(export.records or "")
        self.notices: list[str] = []
        self.counted, self.control = 0, None
        if self._is_cut():
            raise ExportRefused(
                "The file ends in the middle of a record.",
                where=f"{export.system}.{export.table}: {name}",
                fix="Ask for the export again, whole.",
            )

    def rows(self) -> Iterator[list[object]]:
        for row, (_line, _text, lineage, fault) in enumerate(self._records(), start=1):
            yield [row, fault, *(self._lookup.nothing() if fault else self._lookup.texts(lineage))]
        self.notices += self._lookup.notices()
        self.counted = self._count()

    def read_with(self, _engine: object) -> None:
        return None

    def locate(self, rows: set[int]) -> list[tuple[int, int, str]]:
        return [
            (row, line, as_json(lineage[0]) if self._path and lineage and not fault else text)
            for row, (line, text, lineage, fault) in enumerate(self._records(), start=1)
            if row in rows
        ]

    def _count(self) -> int:
        with open(self._text, "rb") as file:
            lines = (line.removeprefix(b"\xef\xbb\xbf") for line in file if line.strip())
            return sum(count_in_line(line, self._path) if self._path else 1 for line in lines)

    def _is_cut(self) -> bool:
        """Whether the last line lacks its end and is no JSON: the file was cut in the middle of a record."""
        with open(self._text, "rb") as file:
            file.seek(max(0, self._text.stat().st_size - _LONGEST))
            last = file.read().rpartition(b"\n")[2]
        return bool(last.strip()) and (_object(Decoder(), last.decode("utf-8", "replace"))[1] or "").startswith("is not JSON")

    def _records(self) -> Iterator[tuple[int, str, list[dict], str | None]]:
        """Physical line, its text, the record with the objects around it, and its fault."""
        decoder = Decoder()
        with open(self._text, encoding="utf-8-sig", newline="\n") as file:
            for line, text in enumerate(file, start=1):
                if not text.strip():
                    continue
                content, fault = _object(decoder, text)
                text = text.rstrip("\r\n")
                if fault:
                    for _ in range(count_in_line(text.encode(), self._path) if self._path else 1):
                        yield line, text, [], fault
                    continue
                for lineage, wrong in children([content], self._path):
                    yield line, text, lineage, wrong


def _object(decoder: Decoder, text: str) -> tuple[dict, str | None]:
    text = text.strip(" \t\r\n")
    try:
        content, end = decoder.decode(text)
    except (ValueError, RecursionError) as error:
        return {}, f"is not JSON: {error}"
    if end < len(text):
        return {}, f"is not JSON: something follows at character {end + 1}"
    if decoder.fault or not isinstance(content, dict):
        return {}, decoder.fault or "is not a JSON object"
    return content, None
