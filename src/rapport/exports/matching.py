"""Matching: which export a dropped file belongs to."""

from rapport.errors import UsageError
from rapport.exports.arrival import is_beside
from rapport.exports.export import Export
from rapport.exports.places import Dropped


def by_export(exports: list[Export], files: list[Dropped], unmatched: list[str]) -> list[list[Dropped]]:
    """The files of each export; what none covers, and what none ignores, is named in `unmatched`.

    Raises:
        UsageError: two declarations cover one file.
    """
    arrivals = [export.arrival for export in exports]
    matched: list[list[Dropped]] = [[] for _ in exports]
    for dropped in files:
        if is_beside(arrivals, dropped.name):
            continue
        ignored = [arrival.ignores(dropped.name) for arrival in arrivals]
        covering = [n for n, export in enumerate(exports) if not ignored[n] and export.covers(dropped.name)]
        parts = {(exports[position].sheet, exports[position].records) for position in covering}
        if len(parts) < len(covering):
            names = ", ".join(exports[position].table for position in covering)
            raise UsageError(
                f"Two declarations cover one file: {names}.",
                where=dropped.where,
                fix="Make the `files` patterns narrower, or declare different sheets or `records` of it.",
            )
        if covering and _is_text(dropped.name):
            for position in covering:
                matched[position].append(dropped)
        elif not any(ignored):
            shown = dropped.name.encode("utf-8", "backslashreplace").decode()
            unmatched.append(f"{exports[0].system}: {shown}")
    return matched


def _is_text(name: str) -> bool:
    """Whether a name is text at all: one in another encoding than the place's can be kept nowhere."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
