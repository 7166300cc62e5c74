"""Files that appear whole or not at all."""

import os
import uuid
from pathlib import Path

from rapport.crash import crash_point


def sync_folder(folder: Path) -> None:
    """Make renames in `folder` survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def move_into_place(temporary: Path, target: Path, *, point: str) -> None:
    """Rename a finished file (same file system) to its final name, durably; then pass the crash point `point`."""
    with open(temporary, "rb") as file:
        os.fsync(file.fileno())
    target.parent.mkdir(parents=True, exist_ok=True)
    os.replace(temporary, target)
    sync_folder(target.parent)
    crash_point(point)


def write_atomically(target: Path, content: bytes, *, point: str) -> None:
    """Write `content` beside `target` and rename it into place; readers see the old file or the new one, never a part."""
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.{uuid.uuid4().hex}.tmp")
    temporary.write_bytes(content)
    move_into_place(temporary, target, point=point)


def move_folder_into_place(temporary: Path, target: Path, *, point: str) -> None:
    """Rename a finished folder (same file system) to its final name, durably; then pass the crash point `point`.

    Raises:
        OSError: the target exists and is not empty; nothing was changed.
    """
    for path in sorted(temporary.rglob("*")):
        if path.is_dir():
            sync_folder(path)
        else:
            with open(path, "rb") as file:
                os.fsync(file.fileno())
    sync_folder(temporary)
    target.parent.mkdir(parents=True, exist_ok=True)
    os.rename(temporary, target)
    sync_folder(target.parent)
    crash_point(point)
