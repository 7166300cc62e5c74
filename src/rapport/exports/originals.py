"""Originals: what lies beside a dropped file, and where it goes once its delivery is noted."""

from collections.abc import Collection, Iterator
from pathlib import PurePosixPath

from rapport.crash import crash_point
from rapport.errors import ExportRefused
from rapport.exports.arrival import Arrival, companions
from rapport.exports.manifests import LONGEST
from rapport.exports.places import Dropped, persistently


def read_small(dropped: Dropped, suffix: str) -> bytes:
    """The content of a manifest beside a file.

    Raises:
        ExportRefused: it is larger than any manifest, or gone.
        PlaceUnreachable, FileUnreachable: the place does not give it.
    """
    store, name = dropped.store, dropped.name + suffix

    def read() -> bytes:
        content = b""
        _, chunks = store.read(name, store.status(name), 0)
        for chunk in chunks:
            content += chunk
            if len(content) > LONGEST:
                raise ExportRefused(
                    "What lies beside it is too large for a manifest.",
                    where=dropped.beside(name),
                    fix=f"A manifest is of one file, and at most {LONGEST >> 20} MiB.",
                )
        return content

    try:
        return persistently(store, dropped.beside(name), read)
    except FileNotFoundError:
        raise ExportRefused("Its manifest is gone.", where=dropped.beside(name), fix="Send both again.") from None


def move_original(dropped: Dropped, target: str, file_id: str, arrival: Arrival, names: Collection[str]) -> bool:
    """Move a file whose delivery is noted, and what speaks of it alone; nothing is ever overwritten.

    The file goes last: an interruption leaves it where the next pull finds it, known, and moves it.

    Args:
        target: its name then, below the drop; where that is taken, one with the content's SHA-256 in it.
        names: all that lies in the drop.

    Returns:
        Whether it was moved; one that has changed since is another file, which stays.
    """
    if not dropped.is_unchanged():
        return False
    for name in companions(arrival, dropped.name, names):
        _move(
            dropped,
            name,
            target + name.removeprefix(dropped.name) if name.startswith(dropped.name) else _beside(target, name),
            file_id,
        )
    crash_point("pull.companions.moved")
    _move(dropped, dropped.name, target, file_id)
    crash_point("pull.original.moved")
    return True


def _beside(target: str, name: str) -> str:
    return PurePosixPath(target).with_name(PurePosixPath(name).name).as_posix()


def _move(dropped: Dropped, name: str, target: str, file_id: str) -> None:
    store = dropped.store
    for free in _names(target, file_id):
        try:
            return persistently(store, dropped.beside(name), lambda free=free: store.move(name, free))
        except FileExistsError:
            continue
        except FileNotFoundError:
            return  # another pull has moved it


def _names(target: str, file_id: str) -> Iterator[str]:
    path = PurePosixPath(target)
    yield target
    number = 1
    while True:
        mark = file_id[:12] if number == 1 else f"{file_id[:12]}.{number}"
        yield path.with_name(f"{path.stem}.{mark}{path.suffix}").as_posix()
        number += 1
