"""Places: where systems drop their exports; a bucket, a server or a page is listed and read like a folder."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from rapport.connections import Connection, read_connection
from rapport.errors import FileUnreachable, PlaceUnreachable, UsageError
from rapport.exports.places.local import LocalStore
from rapport.exports.places.retries import fetch, persistently
from rapport.exports.places.store import Dropped, Status, Store
from rapport.settings import Settings

__all__ = ["Dropped", "Status", "Store", "fetch", "list_drop", "open_place", "persistently"]

_UNFINISHED = (".tmp", ".temp", ".part", ".partial", ".filepart", ".crdownload", ".swp", ".lock")


@contextmanager
def open_place(settings: Settings, system: str) -> Iterator[Store]:
    """The place where a system drops its exports.

    Raises:
        UsageError: it is of no kind that is read, carries a password, or its connection is not set.
    """
    address = settings.drop_of(system)
    name = settings.company.systems[system].connection
    store = _store(address, system, lambda: read_connection(settings, name) if name else None)
    try:
        yield store
    finally:
        store.close()


def _store(address: str, system: str, connection: Callable[[], Connection | None]) -> Store:
    scheme, separator, rest = address.partition("://")
    if not separator:
        return LocalStore(Path(address))
    parts = urlsplit(address)
    if parts.password is not None or parts.query:
        raise UsageError(
            f"The place of {system} carries a password or a query, which would be printed.",
            where=f"company.yml, systems: {system}: drops",
            fix=f"Name a `connection` beside `drops`, and put them into RAPPORT_CONN_{system.upper()} or another name.",
        )
    match scheme:
        case "file":
            return LocalStore(Path(parts.path))
        case "s3":
            from rapport.exports.places.s3 import S3Store

            return S3Store(rest, connection())
        case "sftp":
            from rapport.exports.places.sftp import SftpStore

            return SftpStore(address, connection())
        case "http" | "https":
            from rapport.exports.places.http import HttpStore

            return HttpStore(address, connection())
    raise UsageError(
        f"Places {scheme}:// are not read.",
        where=f"company.yml, systems: {system}: {address}",
        fix="Use a folder, s3://, sftp://, http:// or https://.",
    )


def list_drop(store: Store, place: str, system: str, leave_out: Sequence[str] = ()) -> list[Dropped]:
    """List the files that a system has dropped, at any depth, by name; hidden and half-uploaded ones are not files yet.

    Args:
        leave_out: folders below the place, each with `/` at its end.

    Raises:
        UsageError: a folder that should be the place does not exist.
        PlaceUnreachable: it does not answer, or refuses.
    """
    try:
        found = persistently(store, place, lambda: list(store.list(leave_out)))
    except FileNotFoundError:
        if isinstance(store, LocalStore):
            raise UsageError(
                f"The place where {system} drops its exports does not exist.",
                where=place,
                fix=f"Make it, or name another in company.yml (systems: {system}: drops) or with --drops {system}=PATH.",
            ) from None
        raise PlaceUnreachable(
            f"The place where {system} drops its exports does not exist.",
            where=place,
            fix=f"Correct the address in company.yml (systems: {system}: drops).",
        ) from None
    except FileUnreachable as error:
        raise PlaceUnreachable(error.what, where=error.where, fix=error.fix) from error
    seen_at = datetime.now(UTC)
    dropped = (
        Dropped(place, name, -1 if status.bytes is None else status.bytes, status.modified_at or seen_at, status, store)
        for name, status in found
        if _is_finished(name)
    )
    return sorted(dropped, key=lambda file: file.name)


def _is_finished(name: str) -> bool:
    parts = name.split("/")
    hidden = any(part.startswith((".", "~$")) for part in parts)
    return not hidden and not name.endswith("~") and not name.lower().endswith(_UNFINISHED)
