"""Packed files (gzip, zip, zstd): unpacked into scratch with their checksums, within limits that a bomb cannot pass."""

import zlib
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from stat import S_ISLNK
from typing import TYPE_CHECKING

from rapport.errors import ExportRefused
from rapport.exports.export import Export

if TYPE_CHECKING:
    from zipfile import ZipFile, ZipInfo

_CHUNK = 1 << 20
_SIP = 1 << 10  # bytes of zstd at once: it cannot be told to stop, and four bytes may become 128 KiB
_MAGIC = {b"\x1f\x8b": "gzip", b"PK\x03\x04": "zip", b"PK\x05\x06": "zip", b"\x28\xb5\x2f\xfd": "zstd"}
_HARMLESS = 10 << 20  # bytes up to which nobody asks how well they were packed: empty sheets shrink a thousandfold


def unpacked(export: Export, file: Path, name: str, scratch: Path) -> Path:
    """The file itself, or what is packed in it as a file in `scratch`. What it is packed with is told by its first bytes.

    Raises:
        ExportRefused: it is damaged or cut, too large or too dense, packed twice, or a zip whose member to read is in doubt.
    """
    kind = packing_of(file)
    if kind is None:
        return file
    target = scratch / f"{file.stem}.unpacked"
    try:
        _write(export, {"gzip": _gzip, "zip": _zip, "zstd": _zstd}[kind](export, file), target)
    except _Fault as fault:
        raise ExportRefused(fault.what, where=f"{export.system}.{export.table}: {name}", fix=fault.fix) from None
    if (inner := packing_of(target)) is not None:
        raise ExportRefused(
            f"The file is packed twice: a {inner} is in the {kind}.",
            where=f"{export.system}.{export.table}: {name}",
            fix="Unpack it once before it is dropped.",
        )
    return target


def packing_of(file: Path) -> str | None:
    """gzip, zip or zstd, by a file's first bytes; None for any other."""
    with open(file, "rb") as source:
        beginning = source.read(4)
    return next((kind for magic, kind in _MAGIC.items() if beginning.startswith(magic)), None)


class _Fault(Exception):
    def __init__(self, what: str, fix: str = "Ask for the export again; this copy is damaged.") -> None:
        super().__init__(what)
        self.what, self.fix = what, fix


def _write(export: Export, parts: Iterator[tuple[bytes, int]], target: Path) -> None:
    """Write what is unpacked, as long as it is not too much for what has been read of the packed file so far."""
    size = 0
    with open(target, "wb") as copy:
        for chunk, packed in parts:
            size += len(chunk)
            _check_size(export, size, packed)
            copy.write(chunk)


def _check_size(export: Export, size: int, packed_bytes: int) -> None:
    limits = export.limits
    raise_it = "Raise `limits` in the declaration if the file is meant to be so; else ask its sender what it is."
    if size > limits.unpacked_mib << 20:
        raise _Fault(f"The file unpacks to more than {limits.unpacked_mib:,} MiB.", raise_it)
    if size > _HARMLESS and size > limits.ratio * packed_bytes:
        raise _Fault(f"Each byte of the file unpacks to more than {limits.ratio}, as no export's does.", raise_it)


def _gzip(export: Export, file: Path) -> Iterator[tuple[bytes, int]]:
    """All members; each ends with a CRC and a length, which zlib compares. The last length, if true, spares the unpacking."""
    size = file.stat().st_size
    with open(file, "rb") as source:
        source.seek(max(size - 4, 0))
        _check_size(export, int.from_bytes(source.read(4), "little") if size > 18 else 0, size)
        source.seek(0)
        data = source.read(_CHUNK)
        while data:
            unpacker = zlib.decompressobj(wbits=31)
            while not unpacker.eof:
                if not data:
                    raise _Fault("The gzip file is cut: its last bytes, with the checksum, are missing.")
                yield _unpack(unpacker.decompress, data), source.tell()
                while unpacker.unconsumed_tail:
                    yield _unpack(unpacker.decompress, unpacker.unconsumed_tail), source.tell()
                data = source.read(_CHUNK) if not unpacker.eof else unpacker.unused_data or source.read(_CHUNK)
            if not data.strip(b"\0"):  # tapes pad with zeros
                data = b""


def _unpack(unpack: Callable[[bytes, int], bytes], data: bytes) -> bytes:
    try:
        return unpack(data, _CHUNK * 8)
    except zlib.error as error:
        raise _Fault(f"The gzip file is damaged: {error}.") from None


def _zstd(export: Export, file: Path) -> Iterator[tuple[bytes, int]]:
    import zstandard

    try:
        with open(file, "rb") as source:
            _check_size(export, max(zstandard.frame_content_size(source.read(18)), 0), file.stat().st_size)
            source.seek(0)
            data = source.read(_SIP)
            while data:
                unpacker = zstandard.ZstdDecompressor(max_window_size=1 << 27).decompressobj()
                while not unpacker.eof:
                    if not data:
                        raise _Fault("The zstd file is cut: its last bytes are missing.")
                    yield unpacker.decompress(data), source.tell()
                    data = source.read(_SIP) if not unpacker.eof else unpacker.unused_data or source.read(_SIP)
    except zstandard.ZstdError as error:
        raise _Fault(f"The zstd file is damaged: {error}.") from None


def _zip(export: Export, file: Path) -> Iterator[tuple[bytes, int]]:
    with _opened_zip(file) as archive:
        member = _member(export, archive)
        _check_size(export, member.file_size, max(member.compress_size, 1))
        try:
            with archive.open(member) as content:
                while chunk := content.read(_CHUNK):  # its CRC is compared at its end
                    yield chunk, member.compress_size
        except Exception as error:  # of any kind: damage shows in the checksum, in a codec, or as a place that is not there
            raise _Fault(f"The member {member.filename!r} cannot be unpacked: {error}.") from None


def _opened_zip(file: Path) -> "ZipFile":
    from zipfile import ZipFile

    try:
        return ZipFile(file)
    except Exception as error:  # of any kind, since every byte of it may be damaged
        raise _Fault(f"The zip cannot be read: {error}.") from None


def _member(export: Export, archive: "ZipFile") -> "ZipInfo":
    members = [member for member in archive.infolist() if not member.is_dir()]
    for member in members:
        _check_name(member)
    members = [member for member in members if not _is_clutter(member.filename)]
    if export.member:
        members = [
            member
            for member in members
            if fnmatchcase(member.filename if "/" in export.member else PurePosixPath(member.filename).name, export.member)
        ]
    if len(members) != 1:
        names = ", ".join(repr(member.filename) for member in archive.infolist()[:10]) or "nothing"
        which = f"{export.member!r} fits {len(members)} members" if export.member else f"there are {len(members)} members"
        raise _Fault(
            f"Which member of the zip to read is in doubt: {which} of {names}.", "Declare `member`, a pattern of its name."
        )
    if members[0].flag_bits & 1:
        raise _Fault(f"The member {members[0].filename!r} is encrypted.", "Ask for the export without a password.")
    return members[0]


def _check_name(member: "ZipInfo") -> None:
    path = PurePosixPath(member.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in path.parts[0] or S_ISLNK(member.external_attr >> 16):
        raise _Fault(
            f"The zip holds {member.filename!r}, a link or a name that leads out of it.",
            "Do not trust this file; ask its sender for a plain one.",
        )


def _is_clutter(name: str) -> bool:
    """Whether a member is what file managers add."""
    return name.startswith("__MACOSX/") or PurePosixPath(name).name in (".DS_Store", "Thumbs.db", "desktop.ini")
