"""A store: what every kind of place can do, so that a bucket is read like a folder."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple


class Status(NamedTuple):
    """What a place says of a file without reading it; None for what it does not say.

    Attributes:
        modified_at: UTC.
        version: what changes with the content, such as an ETag.
    """

    bytes: int | None
    modified_at: datetime | None
    version: str | None = None

    def agrees(self, other: "Status") -> bool:
        """Whether nothing that both say differs: a listing says less than a look at the one file."""
        return all(own == theirs for own, theirs in zip(self, other, strict=True) if None not in (own, theirs))


class Store(ABC):
    """One place where files are dropped.

    Attributes:
        errors: what a failure of the place raises; all else is a failure of ours.
        can_move: whether files can be moved within it.
    """

    errors: tuple[type[BaseException], ...] = ()
    can_move = True

    @abstractmethod
    def list(self, leave_out: Sequence[str]) -> Iterator[tuple[str, Status]]:
        """Every file at any depth, by its path below the place with `/`; nothing below the folders `leave_out`.

        Raises:
            FileNotFoundError: there is no such place.
        """

    @abstractmethod
    def status(self, name: str) -> Status:
        """What the place says of one file now.

        Raises:
            FileNotFoundError: it is gone.
        """

    @abstractmethod
    def read(self, name: str, listed: Status, start: int) -> tuple[int, Iterator[bytes]]:
        """The bytes of a file from `start`, in chunks; from 0 where the place cannot begin in the middle.

        Returns:
            Where the chunks begin, and the chunks.

        Raises:
            FileNotFoundError: it is gone.
        """

    def move(self, name: str, target: str) -> None:
        """Give a file another name; what an interrupted move left behind is finished.

        Raises:
            FileExistsError: another file has that name; nothing was changed.
        """
        raise NotImplementedError

    def is_passing(self, _error: BaseException) -> bool:
        """Whether one of `errors` may be gone a moment later."""
        return False

    def mask(self, words: str) -> str:
        """The words without secrets."""
        return words

    def restart(self) -> None:  # noqa: B027 - a folder has none
        """Forget connections, which a failure may have broken."""

    def close(self) -> None:
        """End what `restart` does not."""
        self.restart()


@dataclass(frozen=True)
class Dropped:
    """A file as it lies in a drop.

    Attributes:
        place: the drop it lies in.
        name: its path below the drop, with `/`.
        bytes: -1 when the place does not say.
        modified_at: UTC; when it was listed, where the place does not say.
    """

    place: str
    name: str
    bytes: int
    modified_at: datetime
    listed: Status
    store: Store = field(repr=False, compare=False)

    @property
    def where(self) -> str:
        """The file, as a person looks for it."""
        return self.beside(self.name)

    def beside(self, name: str) -> str:
        """Another file of the same drop, as a person looks for it."""
        return f"{self.place.rstrip('/')}/{name}"

    def is_unchanged(self) -> bool:
        """Whether the file is still as it was listed; a system may be writing it just now."""
        from rapport.exports.places.retries import persistently

        try:
            now = persistently(self.store, self.where, lambda: self.store.status(self.name))
        except FileNotFoundError:
            return False
        return now.agrees(self.listed)
