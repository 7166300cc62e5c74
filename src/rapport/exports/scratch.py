"""Scratch folders: in the file system of what is made in them, to be renamed into place; killed processes' are swept."""

import os
import shutil
import socket
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def scratch_folder(root: Path) -> Iterator[Path]:
    """A folder below `root/.tmp` for this process alone, gone at the end."""
    host = socket.gethostname()
    shelf = root / ".tmp"
    for old in shelf.glob(f"{host}.*.*"):
        if not _is_alive(int(old.name.split(".")[-2])):
            shutil.rmtree(old, ignore_errors=True)
    folder = shelf / f"{host}.{os.getpid()}.{uuid.uuid4().hex}"
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
