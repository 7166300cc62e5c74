"""Places: where systems drop their exports, through fsspec, so that a bucket is listed like a folder."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import BinaryIO

from upath import UPath

from rapport.errors import UsageError
from rapport.settings import Settings

_UNFINISHED = (".tmp", ".temp", ".part", ".partial", ".filepart", ".crdownload", ".swp", ".lock")


@dataclass(frozen=True)
class Dropped:
    """A file as it lies in a drop.

    Attributes:
        place: the drop it lies in.
        name: its path below the drop, with `/`.
        modified_at: UTC.
    """

    place: str
    name: str
    path: UPath
    bytes: int
    modified_at: datetime

    def open(self) -> BinaryIO:
        """Open the file for reading."""
        return self.path.open("rb")

    def is_unchanged(self) -> bool:
        """Whether the file is still as it was listed; a system may be writing it just now."""
        status = self.path.stat()
        return (status.st_size, _instant(status.st_mtime)) == (self.bytes, self.modified_at)


def list_drop(settings: Settings, system: str) -> list[Dropped]:
    """List the files that a system has dropped, at any depth, by name; hidden and half-uploaded ones are not files yet.

    Raises:
        UsageError: the place does not exist.
    """
    place = settings.drop_of(system)
    root = UPath(place)
    if not root.is_dir():
        raise UsageError(
            f"The place where {system} drops its exports does not exist.",
            where=place,
            fix=f"Make it, or name another in company.yml (systems: {system}: drops) or with --drops {system}=PATH.",
        )
    return sorted(_walk(root, place), key=lambda dropped: dropped.name)


def _walk(root: UPath, place: str) -> Iterator[Dropped]:
    for path in root.rglob("*"):
        name = path.relative_to(root).as_posix()
        if _is_finished(name) and path.is_file():
            status = path.stat()
            yield Dropped(place, name, path, status.st_size, _instant(status.st_mtime))


def _is_finished(name: str) -> bool:
    parts = name.split("/")
    hidden = any(part.startswith((".", "~$")) for part in parts)
    return not hidden and not name.endswith("~") and not name.lower().endswith(_UNFINISHED)


def _instant(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
