"""The header of a file compared with the declaration."""

from collections.abc import Sequence

from rapport.errors import ExportRefused
from rapport.exports.export import Export


def match_header(export: Export, header: Sequence[str], name: str) -> tuple[list[int | None], list[str]]:
    """Find the declared columns in a file's header, in whatever order it has them.

    Args:
        header: the names in the file.
        name: the file's name, for messages.

    Returns:
        For each declared column its position in the file, None where an optional one is missing; and notices.

    Raises:
        ExportRefused: a required column is missing, a declared one occurs twice, or none is there at all.
    """
    found = [text.strip().casefold() for text in header]
    positions: list[int | None] = []
    missing, twice, absent = [], [], []
    for column in export.columns:
        present = [alias.strip().casefold() for alias in column.headers if alias.strip().casefold() in found]
        if not present:
            positions.append(None)
            (missing if column.must_have_value else absent).append(" or ".join(map(repr, column.headers)))
            continue
        if found.count(present[0]) > 1:
            twice.append(repr(header[found.index(present[0])].strip()))
        positions.append(found.index(present[0]))
    extra = [repr(text.strip()) for position, text in enumerate(header) if position not in positions]
    if missing or twice or not any(position is not None for position in positions):
        faults = [words for words, names in (("missing", missing), ("twice", twice), ("not declared", extra)) if names]
        told = {"missing": missing, "twice": twice, "not declared": extra}
        raise ExportRefused(
            "The header does not fit the declaration: "
            + "; ".join(f"{words}: {', '.join(told[words])}" for words in faults)
            + ".",
            where=f"{export.system}.{export.table}: {name}, line {export.header_at}",
            fix="Add the new name to the column's `header` in the declaration, or ask for the export as it was.",
        )
    notices = [f"ignored, not declared: {', '.join(extra)}"] if extra else []
    notices += [f"empty, not in the file: {', '.join(absent)}"] if absent else []
    return positions, notices
