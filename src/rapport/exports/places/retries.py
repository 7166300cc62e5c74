"""Retries: a place that fails is asked again, a file is read on from where it broke off, and then there is an end."""

import hashlib
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, TypeVar

from rapport.errors import FileUnreachable, PlaceUnreachable
from rapport.exports.places.store import Dropped, Store

ATTEMPTS = 5  # without progress; then the place counts as away
FIRST_WAIT, LONGEST_WAIT = 0.5, 15.0  # seconds; each wait is about twice the one before
_PROGRESS = 1 << 16  # bytes that count as progress, so that a trickle has an end too

_LONGEST_WORDS = 300  # of a library's own words in a message

_Result = TypeVar("_Result")


class _Failed(Exception):
    """The place failed; `cause` is its own error."""

    def __init__(self, cause: BaseException) -> None:
        super().__init__(str(cause))
        self.cause = cause


def persistently(store: Store, where: str, action: Callable[[], _Result]) -> _Result:
    """Do something at a place, again when it fails for a moment.

    Raises:
        PlaceUnreachable: it went on failing.
        FileUnreachable: it failed in a way that does not pass, such as a missing right.
        FileNotFoundError: the file or the place is not there.
    """
    return _retry(store, where, action, lambda: 0)


def fetch(dropped: Dropped, target: Path) -> tuple[str, int]:
    """Copy a dropped file to a local one; after an interruption it is read on from where it broke off.

    Returns:
        Its SHA-256 and its bytes.

    Raises:
        PlaceUnreachable, FileUnreachable, FileNotFoundError: as `persistently`.
    """
    with open(target, "wb") as file:
        content = _Content(dropped, file)
        _retry(dropped.store, dropped.where, content.read_on, lambda: content.position)
    return content.sha256.hexdigest(), content.position


class _Content:
    """A file on its way."""

    def __init__(self, dropped: Dropped, file: BinaryIO) -> None:
        self._dropped, self._file = dropped, file
        self.position, self.sha256 = 0, hashlib.sha256()

    def read_on(self) -> None:
        dropped = self._dropped
        start, chunks = dropped.store.read(dropped.name, dropped.listed, self.position)
        if start != self.position:  # the place begins at the beginning only
            self._file.seek(0)
            self._file.truncate()
            self.position, self.sha256 = 0, hashlib.sha256()
        for chunk in _of_the_place(dropped.store, chunks):
            self._file.write(chunk)
            self.sha256.update(chunk)
            self.position += len(chunk)
        if dropped.bytes > self.position:
            raise _Failed(EOFError(f"it ended at byte {self.position} of {dropped.bytes}"))


def _of_the_place(store: Store, chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The chunks, with the place's failures told apart from those of writing them here."""
    while True:
        try:
            chunk = next(chunks, None)
        except FileNotFoundError:
            raise
        except store.errors as error:
            raise _Failed(error) from error
        if chunk is None:
            return
        yield chunk


def _retry(store: Store, where: str, action: Callable[[], _Result], position: Callable[[], int]) -> _Result:
    from tenacity import RetryCallState, Retrying, retry_if_exception

    failures, reached = 0, 0

    def guarded() -> _Result:
        try:
            return action()
        except (_Failed, FileNotFoundError, FileExistsError):
            raise
        except store.errors as error:
            raise _Failed(error) from error

    def is_enough(_: RetryCallState) -> bool:
        nonlocal failures, reached
        failures, reached = (1, position()) if position() >= reached + _PROGRESS else (failures + 1, reached)
        return failures >= ATTEMPTS

    def wait(_: RetryCallState) -> float:
        return min(LONGEST_WAIT, FIRST_WAIT * 2 ** (failures - 1)) * random.uniform(0.75, 1.25)

    def is_passing(error: BaseException) -> bool:
        return isinstance(error, _Failed) and (isinstance(error.cause, EOFError) or store.is_passing(error.cause))

    retrying = Retrying(
        retry=retry_if_exception(is_passing), stop=is_enough, wait=wait, before_sleep=lambda _: store.restart(), reraise=True
    )
    try:
        return retrying(guarded)
    except _Failed as failed:
        words = store.mask(f"{type(failed.cause).__name__}: {failed.cause}".strip(": "))
        words = words if len(words) <= _LONGEST_WORDS else f"{words[:_LONGEST_WORDS]}…"
        if not is_passing(failed):
            raise FileUnreachable(
                "The place refuses what is asked of it.",
                where=f"{where}: {words}",
                fix="Check the address, the connection's login and its rights.",
            ) from failed.cause
        raise PlaceUnreachable(
            f"The place does not answer as it should, after {retrying.statistics['attempt_number']} attempts.",
            where=f"{where}: {words}",
            fix="Check that the server runs and can be reached from here, then pull again; what had arrived is kept.",
        ) from failed.cause
