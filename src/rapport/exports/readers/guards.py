"""Guards: cheap looks at a text before anything parses it."""

from pathlib import Path

from rapport.errors import ExportRefused
from rapport.exports.export import Export

_CHUNK = 16 << 20


def check_lines(export: Export, file: Path, name: str) -> None:
    """Check that no physical line is longer than the export's limit; only every so manieth byte is looked at.

    Raises:
        ExportRefused: one is; its first byte is named.
    """
    longest = export.limits.line_kib << 10
    size = file.stat().st_size
    if size <= longest:
        return
    with open(file, "rb") as source:
        start, data = 0, b""
        while start < size:
            source.seek(start)
            data = source.read(max(_CHUNK, longest + 1))
            position = 0
            while len(data) - position > longest:
                end = max(data.rfind(b"\n", position, position + longest), data.rfind(b"\r", position, position + longest))
                if end < 0:
                    raise ExportRefused(
                        f"A line is longer than {longest:,} bytes; it begins at byte {start + position:,}.",
                        where=f"{export.system}.{export.table}: {name}",
                        fix="Declare the true `encoding` or `format`, or raise `limits.line_kib` in the declaration.",
                    )
                position = end + 1
            if start + len(data) >= size:
                return
            start += position


def check_columns(export: Export, columns: int, name: str) -> None:
    """Check the width of a header.

    Raises:
        ExportRefused: it has more columns than the export's limit.
    """
    if columns > export.limits.columns:
        raise ExportRefused(
            f"The header has {columns:,} columns; {export.limits.columns:,} are allowed.",
            where=f"{export.system}.{export.table}: {name}",
            fix="Declare the true `delimiter`, or raise `limits.columns` in the declaration.",
        )
