"""The errors that a person is meant to read: what happened, where, and what to do."""

import errno


class RapportError(Exception):
    """A failure that a person can act on; the command line prints it without a traceback.

    Args:
        what: what happened, as one sentence.
        where: file, record, column, model or setting concerned; empty when there is no such place.
        fix: what to do about it, as one sentence.
    """

    exit_code = 1

    def __init__(self, what: str, *, where: str = "", fix: str = "") -> None:
        super().__init__(what)
        self.what, self.where, self.fix = what, where, fix

    def __str__(self) -> str:
        parts = [self.what]
        if self.where:
            parts.append(f"Where: {self.where}")
        if self.fix:
            parts.append(f"Fix: {self.fix}")
        return "\n".join(parts)


class UsageError(RapportError):
    """The command, a setting or a declaration is not written as it must be."""

    exit_code = 2


class ExportRefused(RapportError):
    """An export file cannot be taken as it is; it stays in the archive."""

    exit_code = 3


class GateClosed(RapportError):
    """A critical check failed; nothing was published and the last snapshot stays."""

    exit_code = 3


class PlaceUnreachable(RapportError):
    """A place where a system drops its exports does not answer, or refuses; what had arrived from it is kept."""


class FileUnreachable(PlaceUnreachable):
    """A place refuses one file; its other files may be read."""


class WarehouseBusy(RapportError):
    """Another process holds the warehouse lock."""

    exit_code = 4


class DeliveryIncomplete(RapportError):
    """Not every message reached its server."""

    exit_code = 5


class DiskFull(RapportError):
    """There is no room for what a step writes."""


_DISK_FULL = ("no space left on device", "database or disk is full")


def is_disk_full(error: BaseException | None) -> bool:
    """Whether an error, or one that led to it, says that there is no room left, in the system's words or in a database's."""
    while error is not None:
        if getattr(error, "errno", None) == errno.ENOSPC or any(words in str(error).lower() for words in _DISK_FULL):
            return True
        error = error.__cause__ or error.__context__
    return False
