"""The header of a file compared with the declaration."""

from collections import Counter
from collections.abc import Sequence

from rapport.errors import ExportRefused
from rapport.exports.column import Column
from rapport.exports.export import Export
from rapport.exports.readers.drift import called, compare

FOUND_WITHIN = 200  # rows in which a header that is to be found must be


def match_header(
    export: Export, header: Sequence[str], name: str, line: int | None = None
) -> tuple[list[int | None], list[str]]:
    """Find the declared columns in a file's header, in whatever order it has them.

    Args:
        header: the names in the file; of a file without a header its first record, of which only the width counts.
        name: the file's name, for messages.
        line: where the header is, for messages; `header_at` when None.

    Returns:
        For each declared column its position in the file (the first is 0), None where an optional one is missing; and notices.

    Raises:
        ExportRefused: a required column is missing, one seems renamed, one occurs more often than declared, or none is there.
    """
    found = [_folded(text) for text in header]
    repeated = {_folded(alias) for column in export.columns if column.nth > 1 for alias in column.headers}
    positions: list[int | None] = []
    twice: list[Column] = []
    for column in export.columns:
        position = _position(export, column, found)
        positions.append(position)
        if position is not None and export.has_header and found.count(found[position]) > 1 and found[position] not in repeated:
            twice.append(column)
    drift = compare(export, header, positions, twice)
    if drift.is_harmful:
        where = f"{export.system}.{export.table}: {name}, line {line or export.header_at or 1}"
        raise ExportRefused(drift.message, where=where, fix=drift.fix)
    return positions, drift.notices


def find_header(export: Export, rows: Sequence[Sequence[str]], name: str) -> int:
    """Find the first row that is the header: it has every required column and at least half of all declared ones.

    Args:
        rows: the beginning of the file (FOUND_WITHIN rows and `header_rows` are enough), each row's texts.
        name: the file's name, for messages.

    Returns:
        The position in `rows` of the header's first row.

    Raises:
        ExportRefused: none fits; the closest one is named with what it lacks.
    """
    closest, most = None, 0
    for start in range(min(len(rows), FOUND_WITHIN)):
        found = [_folded(text) for text in join_header_rows(rows[start : start + export.header_rows])]
        lacking = [column for column in export.columns if _position(export, column, found) is None]
        present = len(export.columns) - len(lacking)
        required = [column for column in lacking if column.must_have_value]
        if not required and 2 * present >= len(export.columns):
            return start
        if present > most:
            closest, most = (start + 1, required or lacking), present
    near = f"; closest is line {closest[0]}, without {_listed(export, closest[1])}" if closest else ""
    raise ExportRefused(
        f"None of the first {min(len(rows), FOUND_WITHIN)} lines is a header that fits the declaration{near}.",
        where=f"{export.system}.{export.table}: {name}",
        fix="Add the new names to the columns' `header` in the declaration, or declare the true `header_at`.",
    )


def join_header_rows(rows: Sequence[Sequence[str]]) -> list[str]:
    """Join the rows of a header into one name per column: its parts from top to bottom, with a blank between them.

    An empty part above a name inherits from the left (a merged cell has its text in its first column only), but not across
    the beginning of a new part higher up.
    """
    if len(rows) == 1:
        return list(rows[0])
    width = max(map(len, rows), default=0)
    grid = [[" ".join(str(text or "").split()) for text in row] + [""] * (width - len(row)) for row in rows]
    names = []
    inherited = [""] * len(grid)
    for position in range(width):
        parts = [row[position] for row in grid]
        for level, part in enumerate(parts):
            if part:
                inherited[level:] = [part] + [""] * (len(parts) - level - 1)
            elif any(parts[level + 1 :]):
                parts[level] = inherited[level]
        names.append(" ".join(part for part in parts if part))
    return names


def _position(export: Export, column: Column, found: list[str]) -> int | None:
    """Where a column is among the names found, by its best header that occurs often enough; else by its place."""
    if not export.has_header:
        return column.position - 1 if column.position and column.position <= len(found) else None
    counts = Counter(found)
    for alias in map(_folded, column.headers):
        if counts[alias] >= column.nth:
            return [position for position, text in enumerate(found) if text == alias][column.nth - 1]
    return None


def _listed(export: Export, columns: Sequence[Column]) -> str:
    return ", ".join(called(export, column) for column in columns)


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
