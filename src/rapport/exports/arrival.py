"""Arrival: when a dropped file is complete, which of several are taken, and what becomes of the original."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from pathlib import PurePosixPath
from typing import Literal

from pydantic import Field, field_validator

from rapport.exports.column import Strict, Texts
from rapport.exports.manifests import MANIFESTS, is_manifest
from rapport.exports.places.store import Dropped, Status


class Move(Strict):
    """Where originals go.

    Attributes:
        move: a folder below the drop; nothing in it is ever taken.
    """

    move: str

    @field_validator("move")
    @classmethod
    def _is_below(cls, value: str) -> str:
        folder = PurePosixPath(value)
        if folder.is_absolute() or ".." in folder.parts or not folder.parts:
            raise ValueError(f"{value!r} is not a folder below the drop, such as done/")
        return f"{folder.as_posix()}/"


class Arrival(Strict):
    """The rules by which files of an export arrive.

    A file is complete when its marker lies beside it or it has been stable long enough; without either rule, at once.

    Attributes:
        stable_seconds: how long size and time must have stayed the same.
        marker: name of a file beside it, `{name}` and `{stem}` are its own with and without suffix; `.done` is short for
            `{name}.done`; `manifest` for a sender's manifest or SHA-256.
        take: all files, or only the one with the latest exported_at.
        ignore: patterns of files that are none of this export's and need not be named.
        then: what becomes of an original whose delivery is noted.
    """

    stable_seconds: int = Field(default=0, ge=0, le=600)
    marker: str | None = Field(default=None, min_length=1)
    take: Literal["all", "newest"] = "all"
    ignore: Texts = ()
    then: Literal["leave"] | Move = "leave"

    @field_validator("marker")
    @classmethod
    def _in_full(cls, value: str | None) -> str | None:
        if value is not None and ("/" in value or value in ("{name}", "{stem}")):
            raise ValueError(f"{value!r} is not the name of a marker, such as .done, {{stem}}.ok, _SUCCESS or manifest")
        return f"{{name}}{value}" if value and value.startswith(".") else value

    @property
    def done_folder(self) -> str | None:
        """Where originals go, with `/` at its end; None when they stay."""
        return self.then.move if isinstance(self.then, Move) else None

    def ignores(self, name: str) -> bool:
        """Whether a file of this name need not be named; a pattern without `/` is matched against its last part."""
        return any(fnmatchcase(name if "/" in pattern else PurePosixPath(name).name, pattern) for pattern in self.ignore)

    def markers(self, name: str) -> tuple[str, ...]:
        """Names of the files beside a file that say that it is complete."""
        if self.marker is None:
            return ()
        if self.marker == "manifest":
            return tuple(name + suffix for suffix in MANIFESTS)
        path = PurePosixPath(name)
        own = self.marker.replace("{name}", path.name).replace("{stem}", path.stem)
        return (path.with_name(own).as_posix(),)

    def is_a_marker(self, name: str) -> bool:
        """Whether a name can only be a marker's: it is no export, also when what it marks is not there."""
        pattern = (self.marker or "").replace("{name}", "*").replace("{stem}", "*")
        return pattern not in ("", "manifest") and fnmatchcase(PurePosixPath(name).name, pattern)


def companions(arrival: Arrival, name: str, names: Collection[str]) -> list[str]:
    """The files beside a file that speak of it alone, and go where it goes: manifests, and a marker that bears its name."""
    own = arrival.markers(name) if arrival.marker and "{" in arrival.marker else ()
    return [beside for beside in dict.fromkeys((*(name + suffix for suffix in MANIFESTS), *own)) if beside in names]


def is_beside(arrivals: Iterable[Arrival], name: str) -> bool:
    """Whether a file only speaks of others: a manifest, or a marker of one of the exports."""
    return is_manifest(name) or any(arrival.is_a_marker(name) for arrival in arrivals)


@dataclass
class Completeness:
    """Which files of an export are complete.

    Attributes:
        complete: to be taken.
        young: would be complete if they stay as they are until `until`.
        marked: wait for their marker, however long that takes.
    """

    complete: list[Dropped] = field(default_factory=list)
    young: list[Dropped] = field(default_factory=list)
    marked: list[Dropped] = field(default_factory=list)
    until: datetime | None = None


def completeness(
    arrival: Arrival,
    files: Iterable[Dropped],
    names: Collection[str],
    now: datetime,
    before: Mapping[str, tuple[datetime, Status]],
) -> Completeness:
    """Tell complete files from those that are still arriving.

    Args:
        names: all that lies in the drop.
        now: when it was listed, UTC.
        before: name → when it was first listed by this pull as it was then; a file that has not changed since has been stable
            as long by our own clock, whatever the place's says.
    """
    found = Completeness()
    span = timedelta(seconds=arrival.stable_seconds)
    for file in files:
        if any(marker in names for marker in arrival.markers(file.name)) or not (arrival.marker or span):
            found.complete.append(file)
            continue
        if not span:
            found.marked.append(file)
            continue
        listed_at, listed = before.get(file.name, (now, file.listed))
        since = listed_at if listed.agrees(file.listed) else now
        # a time that lies ahead is of a clock that goes wrong, and one that the place does not say is none
        said = file.listed.modified_at if file.listed.modified_at and file.listed.modified_at <= now else now
        stable_at = min(since, said) + span
        if stable_at <= now:
            found.complete.append(file)
        else:
            found.young.append(file)
            found.until = max(found.until or stable_at, stable_at)
    return found
