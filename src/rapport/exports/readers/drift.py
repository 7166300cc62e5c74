"""Drift: how the header of a file differs from the declaration, what of it is harmless, and a diff that a person can read."""

import unicodedata
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from rapport.exports.column import Column
from rapport.exports.export import Export

_ALIKE = 0.8  # from which two names are taken for one that was changed
_ALIKE_IN_PLACE = 0.5  # when the new one stands exactly where the old one stood
_SHOWN = 30  # lines of a diff; a file of another table altogether differs in all
_LONGEST = 40  # characters of a name in a diff

_SIGNS = {"removed": "-", "empty": "-", "added": "+", "renamed": "~", "doubled": "!", "moved": "^", "case": "=", "alias": "="}
_HARMFUL = ("removed", "renamed", "doubled")


@dataclass(frozen=True)
class Change:
    """One difference.

    Attributes:
        kind: removed (a column that must have values), empty (another that is missing), added, renamed, doubled, moved,
            case or alias.
        declared: the header in the declaration; empty when it has none.
        found: the header in the file; empty when it has none.
        words: what is to be said of it.
    """

    kind: str
    declared: str
    found: str
    words: str


@dataclass(frozen=True)
class Drift:
    """All differences between a header and its declaration.

    Attributes:
        is_another: none of the declared columns is there.
        subject: what was compared, the header or (of a file without one) the first record.
    """

    changes: tuple[Change, ...]
    is_another: bool
    subject: str = "header"

    @property
    def is_harmful(self) -> bool:
        """Whether loading the file would lose or mix up a column."""
        return self.is_another or any(change.kind in _HARMFUL for change in self.changes)

    def of(self, kind: str) -> list[Change]:
        """The differences of one kind."""
        return [change for change in self.changes if change.kind == kind]

    @property
    def notices(self) -> list[str]:
        """What is worth saying of a header that is taken all the same."""
        told = {
            "added": ("ignored, not declared: {}", "{found}"),
            "empty": ("empty, not in the file: {}", "{declared}"),
            "alias": ("under another of its names: {}", "{found} for {declared}"),
            "case": ("in another case: {}", "{found} for {declared}"),
            "moved": ("in another order than declared: {}", "{found}"),
        }
        return self._sentences(told)

    @property
    def message(self) -> str:
        """What happened, with a diff below it."""
        told = {
            "removed": ("missing: {}", "{declared}"),
            "renamed": ("renamed, it seems: {}", "{declared} to {found}"),
            "doubled": ("twice: {}", "{found}"),
            "added": ("not declared: {}", "{found}"),
            "empty": ("not in the file either: {}", "{declared}"),
        }
        faults = "; ".join(self._sentences(told))
        another = "none of its columns is there; " if self.is_another else ""
        return f"The {self.subject} does not fit the declaration: {another}{faults}.\n{self.diff()}"

    def _sentences(self, told: dict[str, tuple[str, str]]) -> list[str]:
        sentences, quoted = [], repr if self.subject == "header" else str
        for kind, (sentence, each) in told.items():
            if changes := self.of(kind):
                names = [each.format(found=quoted(_shown(c.found)), declared=c.declared) for c in changes[:_SHOWN]]
                more = [f"and {len(changes) - _SHOWN:,} more"] if len(changes) > _SHOWN else []
                sentences.append(sentence.format(", ".join(names + more)))
        return sentences

    @property
    def fix(self) -> str:
        """What to do about a header that is refused."""
        if self.is_another:
            return "Look whether the file belongs to this table, and declare the true delimiter, header_at and headers."
        fixes = []
        if renamed := self.of("renamed"):
            fixes.append(
                f"Add {', '.join(repr(c.found) for c in renamed[:3])} to the column's `header` in the declaration"
                " (or declare it as a column of its own, if it is another)"
            )
        if self.of("removed"):
            fixes.append("add the column's new name to its `header`, or take `required` away if it may be missing")
        if self.of("doubled"):
            fixes.append("say with `nth` which of the columns of one name is meant")
        text = "; ".join(fixes)
        return f"{text[:1].upper()}{text[1:]}; or ask for the export as it was."

    def diff(self) -> str:
        """The differences as lines: sign, name in the declaration, name in the file, what it is."""
        rows = [
            (f"  {_SIGNS[c.kind]}", _shown(c.declared) or "–", _shown(c.found) or "–", c.words)
            for c in sorted(self.changes, key=lambda c: c.kind not in _HARMFUL)
        ]
        table = [("   ", "declared", "in the file", ""), *rows[:_SHOWN]]
        widths = [max(map(_width, column)) for column in zip(*table, strict=True)]
        lines = ["  ".join(text + " " * (width - _width(text)) for text, width in zip(r, widths, strict=True)) for r in table]
        if len(rows) > _SHOWN:
            lines.append(f"    … and {len(rows) - _SHOWN:,} more")
        return "\n".join(line.rstrip() for line in lines)


def compare(export: Export, header: Sequence[str], positions: Sequence[int | None], doubled: Sequence[Column] = ()) -> Drift:
    """Compare a header with its declaration.

    Args:
        header: the names in the file.
        positions: for each declared column its position in the header, None where it was not found.
        doubled: columns whose name the header has more than once, though the declaration does not say which is meant.
    """
    names = [" ".join(text.split()) if export.has_header else f"column {place}" for place, text in enumerate(header, start=1)]
    claimed = {" ".join(alias.split()).casefold() for column in doubled for alias in column.headers}
    taken = set(positions)
    added = [place for place, name in enumerate(names) if place not in taken and name.casefold() not in claimed]
    missing = [place for place, position in enumerate(positions) if position is None]
    is_another = len(missing) == len(positions)
    renamed = {} if is_another or not export.has_header else _renamed(export.columns, names, positions, missing, added)
    changes = [
        Change("renamed", called(export, export.columns[place]), names[position], "renamed, it seems")
        for place, position in renamed.items()
    ]
    for place in [place for place in missing if place not in renamed]:
        column = export.columns[place]
        words = ("removed", "removed: must have values") if column.must_have_value else ("empty", "not in the file: empty")
        changes.append(Change(words[0], called(export, column), "", words[1]))
    changes += [_twice(export, column, names) for column in doubled]
    changes += [
        Change("added", "", names[position], f"added in place {position + 1}: ignored")
        for position in added
        if position not in renamed.values()
    ]
    if export.has_header:
        changes += _names(export.columns, names, positions)
        changes += _moved(export.columns, names, positions)
    return Drift(tuple(changes), is_another, "header" if export.has_header else "first record")


def called(export: Export, column: Column) -> str:
    """What a column is called in messages: its headers, or its place in a file without a header."""
    if not export.has_header:
        return f"column {column.position} ({column.name})"
    return " or ".join(map(repr, column.headers)) + (f" (number {column.nth} of that name)" if column.nth > 1 else "")


def _twice(export: Export, column: Column, names: list[str]) -> Change:
    claimed = {" ".join(alias.split()).casefold() for alias in column.headers}
    places = [str(place) for place, name in enumerate(names, start=1) if name.casefold() in claimed]
    return Change("doubled", called(export, column), names[int(places[0]) - 1], f"in places {', '.join(places)}")


def _names(columns: Sequence[Column], names: list[str], positions: Sequence[int | None]) -> list[Change]:
    """Columns that were found under a name other than the first that is declared, or in another case."""
    changes = []
    for column, position in zip(columns, positions, strict=True):
        if position is None or not names[position]:
            continue
        first, found = " ".join(column.headers[0].split()), names[position]
        if found == first or found in column.headers[1:]:
            kind, words = "alias", "another of its names"
        else:
            kind, words = "case", "another case"
        if found != first:
            changes.append(Change(kind, repr(first), found, words))
    return changes


def _moved(columns: Sequence[Column], names: list[str], positions: Sequence[int | None]) -> list[Change]:
    """The fewest columns that would have to be moved to have the declared order: all but a longest rising sequence."""
    present = [(place, position) for place, position in enumerate(positions) if position is not None]
    ends: list[int] = []
    rank = []
    for _, position in present:
        at = bisect_left(ends, position)
        ends[at : at + 1] = [position]
        rank.append(at)
    stay, wanted = set(), len(ends) - 1
    for (place, _), at in zip(reversed(present), reversed(rank), strict=True):
        if at == wanted:
            stay.add(place)
            wanted -= 1
    return [
        Change("moved", repr(columns[place].headers[0]), names[position], f"moved to place {position + 1}")
        for place, position in present
        if place not in stay
    ]


def _renamed(
    columns: Sequence[Column], names: list[str], positions: Sequence[int | None], missing: list[int], added: list[int]
) -> dict[int, int]:
    """Missing columns and what they seem to be called now: place in the declaration → position in the file.

    The name must resemble one that is declared; less so where it stands between the same neighbours as the missing one.
    """
    pairs = []
    for place in missing[:100]:  # a file of another table altogether would be compared each with each
        for position in added[:100]:
            alike = max(_alike(header, names[position]) for header in columns[place].headers)
            if alike >= (_ALIKE_IN_PLACE if _stands_in_place(positions, place, position) else _ALIKE):
                pairs.append((-alike, place, position))
    found: dict[int, int] = {}
    for _, place, position in sorted(pairs):
        if place not in found and position not in found.values():
            found[place] = position
    return found


def _alike(one: str, other: str) -> float:
    """0 to 1; case, blanks and punctuation do not count."""
    plain = ["".join(c for c in text.casefold() if c.isalnum()) for text in (one, other)]
    return SequenceMatcher(None, *plain, autojunk=False).ratio() if all(plain) else 0.0


def _stands_in_place(positions: Sequence[int | None], place: int, position: int) -> bool:
    before = positions[place - 1] if place else -1
    after = positions[place + 1] if place + 1 < len(positions) else None
    return before == position - 1 or after == position + 1


def _shown(name: str) -> str:
    plain = "".join("�" if unicodedata.category(c)[0] == "C" else c for c in name)
    return plain if len(plain) <= _LONGEST else plain[: _LONGEST - 1] + "…"


def _width(text: str) -> int:
    """Columns on a terminal; Chinese characters take two."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
