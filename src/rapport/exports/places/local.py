"""Local places: folders of this machine, or mounted ones."""

import os
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from rapport.exports.places.store import Status, Store

_CHUNK = 1 << 20


class LocalStore(Store):
    """A folder."""

    errors = (PermissionError,)

    def __init__(self, root: Path) -> None:
        self._root = root

    def list(self, leave_out: Sequence[str]) -> Iterator[tuple[str, Status]]:
        if not self._root.is_dir():
            raise FileNotFoundError(str(self._root))
        return self._below(str(self._root), "", set(leave_out))

    def _below(self, folder: str, prefix: str, leave_out: set[str]) -> Iterator[tuple[str, Status]]:
        with os.scandir(folder) as entries:
            for entry in entries:
                name = prefix + entry.name
                if entry.is_dir(follow_symlinks=False):
                    if f"{name}/" not in leave_out:
                        yield from self._below(entry.path, f"{name}/", leave_out)
                elif entry.is_file():
                    try:
                        yield name, _status(entry.stat())
                    except FileNotFoundError:
                        continue  # gone since it was listed

    def status(self, name: str) -> Status:
        return _status(os.stat(self._root / name))

    def read(self, name: str, _listed: Status, start: int) -> tuple[int, Iterator[bytes]]:
        return start, self._chunks(name, start)

    def _chunks(self, name: str, start: int) -> Iterator[bytes]:
        with open(self._root / name, "rb") as file:
            file.seek(start)
            while chunk := file.read(_CHUNK):
                yield chunk

    def move(self, name: str, target: str) -> None:
        goal = self._root / target
        goal.parent.mkdir(parents=True, exist_ok=True)
        if goal.exists():
            raise FileExistsError(str(goal))
        os.rename(self._root / name, goal)


def _status(status: os.stat_result) -> Status:
    return Status(status.st_size, datetime.fromtimestamp(status.st_mtime, UTC))
