"""Mirrors: a lake or an archive on an object store, with the files that are worked on in a folder here.

Every name is unique: it holds the SHA-256 of the content, or of the arrival. So a file is put once, appears whole, as objects
do, and never changes; a copy here needs no second look.
"""

import os
import uuid
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from rapport.connections import read_connection
from rapport.crash import crash_point
from rapport.errors import UsageError
from rapport.exports.places import Dropped, Status, fetch, persistently
from rapport.settings import Settings

Result = TypeVar("Result")
_AT_ONCE = 8  # files that are fetched at the same time
_open: dict[tuple[str, Path], "Mirror"] = {}


class Mirror:
    """A folder whose truth lies on an object store.

    Args:
        url: `s3://bucket/prefix`.
        folder: where the copies are.
    """

    def __init__(self, settings: Settings, name: str, url: str, folder: Path) -> None:
        from rapport.exports.places.s3 import S3Store

        connection = read_connection(settings, name) if settings.connection(name) else None
        self.url, self.folder = url.rstrip("/"), folder
        self._store = S3Store(url.partition("://")[2], connection)

    def names(self) -> dict[str, Status]:
        """What the store holds now, by path below it."""
        return self._persistently(self.url, lambda: dict(self._store.list(())))

    def _persistently(self, where: str, action: Callable[[], Result]) -> Result:
        try:
            return persistently(self._store, where, action)
        except FileNotFoundError:
            raise UsageError(
                "There is no such bucket.", where=self.url, fix="Make it, or correct RAPPORT_LAKE or RAPPORT_ARCHIVE."
            ) from None

    def put(self, paths: Iterable[Path], *, point: str) -> None:
        """Send files that are in the folder to the store; then pass the crash point `point`."""
        for path in paths:
            name = path.relative_to(self.folder).as_posix()
            self._persistently(f"{self.url}/{name}", lambda path=path, name=name: self._store.put(path, name))
            crash_point(point)

    def put_text(self, name: str, content: bytes, *, point: str) -> None:
        """Send a small file to the store; then pass the crash point `point`."""
        self._persistently(f"{self.url}/{name}", lambda: self._store.put_bytes(content, name))
        crash_point(point)

    def bring(self, wanted: Iterable[Path]) -> None:
        """Fetch those of these files that the store holds and the folder does not."""
        missing = {path.relative_to(self.folder).as_posix() for path in wanted if not path.exists()}
        if missing:
            self.bring_all(missing.__contains__)

    def bring_all(self, is_wanted: Callable[[str], bool]) -> None:
        """Fetch every file whose name is wanted and that the folder does not have."""
        found = {name: status for name, status in self.names().items() if is_wanted(name) and not (self.folder / name).exists()}
        with ThreadPoolExecutor(_AT_ONCE) as threads:
            for _ in threads.map(self._fetch, found, found.values()):
                pass

    def _fetch(self, name: str, status: Status) -> None:
        target = self.folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = target.with_name(f".{target.name}.{uuid.uuid4().hex}.tmp")
        try:
            fetch(Dropped(self.url, name, status.bytes, status.modified_at, status, self._store), temporary)
            os.replace(temporary, target)
        finally:
            temporary.unlink(missing_ok=True)


def lake_mirror(settings: Settings) -> Mirror | None:
    """The mirror of the lake; None when it is a folder itself."""
    return _mirror(settings, "lake", settings.lake_url, settings.lake)


def archive_mirror(settings: Settings) -> Mirror | None:
    """The mirror of the archive; None when it is a folder itself."""
    return _mirror(settings, "archive", settings.archive_url, settings.archive)


def _mirror(settings: Settings, name: str, url: str | None, folder: Path) -> Mirror | None:
    if url is None:
        return None
    if (url, folder) not in _open:
        _open[url, folder] = Mirror(settings, name, url, folder)
    return _open[url, folder]
