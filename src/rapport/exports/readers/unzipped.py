"""Workbooks that are zips: their members, checked before any other program opens them."""

import zipfile
from collections.abc import Iterator
from pathlib import Path

from rapport.exports.limits import Limits
from rapport.exports.readers.sheet_facts import NoWorkbook

_SMALL = 10 << 20  # bytes that are no danger, however well they pack; of real exports' sheets one byte becomes 5 to 40
_CHUNK = 1 << 20
_FAULTS = (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, OSError, NotImplementedError, RuntimeError, ValueError)


def member_names(file: Path) -> list[str]:
    """The members' names.

    Raises:
        NoWorkbook: the zip has no directory, as when it was cut short.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            return archive.namelist()
    except _FAULTS as error:
        raise NoWorkbook(f"its zip is damaged ({error})") from None


def check_members(file: Path, limits: Limits) -> None:
    """Unpack every member once, into nothing: sizes, ratio and check sums hold.

    Raises:
        NoWorkbook: one of them does not.
    """
    import zlib

    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            if len({member.filename.lower() for member in members}) < len(members):
                raise NoWorkbook("its zip has two members of one name")
            unpacked = sum(member.file_size for member in members)
            packed = sum(member.compress_size for member in members)
            if unpacked > limits.unpacked_mib << 20:
                raise NoWorkbook(f"it unpacks to {unpacked:,} bytes, more than {limits.unpacked_mib:,} MiB")
            if unpacked > _SMALL and unpacked > limits.ratio * packed:
                raise NoWorkbook(f"it unpacks to {unpacked // max(packed, 1):,} times its size, more than {limits.ratio}")
            for member in members:
                if member.flag_bits & 1:
                    raise NoWorkbook("it is protected by a password")
                with archive.open(member) as stream:
                    while stream.read(_CHUNK):
                        pass
    except (*_FAULTS, zlib.error) as error:
        raise NoWorkbook(f"its zip is damaged ({error})") from None


def chunks(archive: zipfile.ZipFile, member: str) -> Iterator[bytes]:
    """A member's bytes, a mebibyte at a time."""
    with archive.open(member) as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk
