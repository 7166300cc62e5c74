"""One writer: a lock on the warehouse that says who holds it and since when."""

import fcntl
import getpass
import json
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rapport.errors import WarehouseBusy
from rapport.settings import Settings


@dataclass(frozen=True)
class Lock:
    """A held lock; its descriptor is handed to the dbt child, so the lock lives as long as either process."""

    file: Path
    descriptor: int


_ATTEMPTS, _PAUSE = 7, 0.05  # 0.3 seconds in all; a look at the lock takes microseconds
_held = threading.local()  # file → Lock: a step inside a run finds the run's lock, another thread finds it taken


@contextmanager
def warehouse_lock(settings: Settings, warehouse: Path | None = None) -> Iterator[Lock]:
    """Hold the lock of the warehouse for the length of the block; inside a block that holds it, this is free.

    Args:
        warehouse: the DuckDB file meant; the company's own when not given. The lock lies beside it.

    Raises:
        WarehouseBusy: another process or thread holds it; the error says who and since when.
    """
    with only_holder((warehouse or settings.warehouse_file).with_suffix(".lock"), "The warehouse is in use") as lock:
        yield lock


@contextmanager
def only_holder(file: Path, what: str) -> Iterator[Lock]:
    """Hold the lock in `file` for the length of the block; inside a block that holds it, this is free.

    Args:
        what: the beginning of the error's sentence, which goes on with who holds it and since when.

    Raises:
        WarehouseBusy: another process or thread holds it.
    """
    held: dict[Path, Lock] = _held.__dict__.setdefault("locks", {})
    if file in held:
        yield held[file]
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        if not _taken(descriptor):
            raise _busy(file, what)
        _write(descriptor, json.dumps(_me()))
        held[file] = Lock(file, descriptor)
        try:
            yield held[file]
        finally:
            del held[file]
            _write(descriptor, "")
    finally:
        os.close(descriptor)  # not LOCK_UN, which would also take it from a child that still writes


def _taken(descriptor: int) -> bool:
    """Take the lock, trying a few times: who only asks whether it is held (`is_held`) holds it for an instant."""
    for attempt in range(_ATTEMPTS):
        if attempt:
            time.sleep(_PAUSE)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            continue
        return True
    return False


def holder(file: Path) -> dict[str, object] | None:
    """Who holds or last held the lock in `file`: owner, host, pid, since; None when it was given back properly."""
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):  # just taken, or just given back
        return None


def is_held(file: Path) -> bool:
    """Whether a process holds the lock in `file` at this moment."""
    if not file.exists():
        return False
    with open(file, encoding="utf-8") as opened:
        try:
            fcntl.flock(opened, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _me() -> dict[str, object]:
    from rapport.state.database import now

    return {
        "owner": getpass.getuser(),
        "host": socket.gethostname(),
        "pid": os.getpid(),
        "since": now().isoformat(timespec="seconds"),
    }


def _write(descriptor: int, text: str) -> None:
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, text.encode(), 0)


def _busy(file: Path, what: str) -> WarehouseBusy:
    who = holder(file)
    by = "{owner} on {host} (process {pid}) since {since}".format_map(who) if who else "another process, just now"
    return WarehouseBusy(
        f"{what} by {by}.",
        where=str(file),
        fix="Wait until it has finished, then run the same command again.",
    )
