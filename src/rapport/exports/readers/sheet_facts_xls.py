"""XLS: which rows of a sheet have values, and which cells hold errors; read from the records of the binary file."""

import struct
from collections.abc import Iterator
from pathlib import Path

from rapport.exports.readers.sheet_facts import NoWorkbook, SheetFacts

_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
_BOOK = ("Workbook", "Book")
_END_OF_CHAIN = 0xFFFFFFFA  # from here on numbers of sectors mean something else
_BEGIN, _END, _DATE_MODE, _PASSWORD, _SHEET = 0x809, 0x0A, 0x22, 0x2F, 0x85
_NUMBER, _RK, _LABEL, _RICH_TEXT, _MANY_RK, _SHARED = 0x203, 0x27E, 0x204, 0xD6, 0xBD, 0xFD
_ERROR, _FORMULA, _FORMULA_TEXT, _OLD_BEGIN = 0x205, (0x06, 0x206, 0x406), 0x207, (0x009, 0x209, 0x409)


def check_compound(file: Path) -> None:
    """Look for a workbook in a compound file.

    Raises:
        NoWorkbook: it holds none, is damaged, or is protected by a password.
    """
    try:
        kinds = {kind for kind, _ in _records(_stream(file.read_bytes(), _BOOK), 0)}
    except (struct.error, IndexError, KeyError) as error:
        raise NoWorkbook(f"its compound file is damaged ({error})") from None
    if _PASSWORD in kinds:
        raise NoWorkbook("it is protected by a password")
    if _SHEET not in kinds:
        raise NoWorkbook("its records are damaged")


def xls_facts(file: Path, position: int) -> SheetFacts:
    """Look at one sheet, the first is 0.

    Raises:
        NoWorkbook: the file is damaged.
    """
    try:
        book = _stream(file.read_bytes(), _BOOK)
        sheets, is_1904 = [], False
        for kind, content in _records(book, 0):
            if kind == _SHEET:
                sheets.append(struct.unpack_from("<I", content)[0])
            elif kind == _DATE_MODE:
                is_1904 = bool(struct.unpack_from("<H", content)[0])
        filled, shared, faults = _cells(book, sheets[position])
    except (struct.error, IndexError) as error:
        raise NoWorkbook(f"its records are damaged ({error})") from None
    return SheetFacts(filled, faults, is_1904, doubtful=shared)


def _cells(book: bytes, offset: int) -> tuple[set[int], set[int], dict[tuple[int, int], str]]:
    """Rows with a value; rows of which only shared strings are known; cells with errors."""
    filled: set[int] = set()
    shared: set[int] = set()
    faults: dict[tuple[int, int], str] = {}
    pending = None  # the row of a formula whose text follows
    for kind, content in _records(book, offset):
        if kind == _FORMULA_TEXT and pending is not None:
            if struct.unpack_from("<H", content)[0]:
                filled.add(pending)
            pending = None
        elif kind in (_NUMBER, _RK, _MANY_RK):
            filled.add(struct.unpack_from("<H", content)[0] + 1)
        elif kind in (_LABEL, _RICH_TEXT):
            row, _, _, length = struct.unpack_from("<4H", content)
            filled.update([row + 1] if length else [])
        elif kind == _SHARED:
            shared.add(struct.unpack_from("<H", content)[0] + 1)
        elif kind == _ERROR:
            row, column, _, value, is_error = struct.unpack_from("<3H2B", content)
            filled.add(row + 1)
            if is_error:
                faults[row + 1, column + 1] = _ERRORS.get(value, "#ERROR")
        elif kind in _FORMULA:
            row, column = struct.unpack_from("<2H", content)
            result = content[6:14]
            if result[6:] != b"\xff\xff" or result[0] == 1:
                filled.add(row + 1)
            elif result[0] == 0:
                pending = row + 1
            elif result[0] == 2:
                filled.add(row + 1)
                faults[row + 1, column + 1] = _ERRORS.get(result[2], "#ERROR")
    return filled, shared - filled, faults


def _records(book: bytes, offset: int) -> Iterator[tuple[int, bytes]]:
    """The records of one part of the workbook, without those of charts within it."""
    depth = 0
    while offset + 4 <= len(book):
        kind, length = struct.unpack_from("<HH", book, offset)
        if kind == _BEGIN or kind in _OLD_BEGIN:
            depth += 1
        elif kind == _END:
            depth -= 1
            if depth == 0:
                return
        elif depth == 1:
            yield kind, book[offset + 4 : offset + 4 + length]
        offset += 4 + length


def _stream(data: bytes, names: tuple[str, ...]) -> bytes:
    """One of the streams of a compound file, by its name."""
    sector_bits, small_bits = struct.unpack_from("<HH", data, 30)
    fat_count, directory = struct.unpack_from("<I", data, 44)[0], struct.unpack_from("<I", data, 48)[0]
    cutoff, small_fat = struct.unpack_from("<I", data, 56)[0], struct.unpack_from("<I", data, 60)[0]
    more, more_count = struct.unpack_from("<II", data, 68)
    if sector_bits not in (9, 12) or small_bits != 6:
        raise NoWorkbook("its compound file is damaged")
    size = 1 << sector_bits

    def sector(number: int) -> bytes:
        return data[(number + 1) * size : (number + 2) * size]

    def numbers(content: bytes) -> list[int]:
        return [number for (number,) in struct.iter_unpack("<I", content[: len(content) // 4 * 4])]

    tables = numbers(data[76:512])
    for _ in range(min(more_count, len(data) // size)):
        entries = numbers(sector(more))
        tables, more = tables + entries[:-1], entries[-1]
    fat = [number for table in tables[:fat_count] if table < _END_OF_CHAIN for number in numbers(sector(table))]

    def chain(first: int, links: list[int]) -> Iterator[int]:
        for _ in range(len(links)):
            if first >= _END_OF_CHAIN:
                return
            yield first
            first = links[first]

    def content_of(first: int) -> bytes:
        return b"".join(map(sector, chain(first, fat)))

    entries = content_of(directory)
    found: dict[str, tuple[int, int]] = {}
    for offset in range(0, len(entries) - 127, 128):
        length = struct.unpack_from("<H", entries, offset + 64)[0]
        name = entries[offset : offset + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
        found.setdefault("/" if entries[offset + 66] == 5 else name, struct.unpack_from("<II", entries, offset + 116))
    if "EncryptedPackage" in found:
        raise NoWorkbook("it is protected by a password")
    start, length = next((found[name] for name in names if name in found), (None, 0))
    if start is None:
        raise NoWorkbook("it holds no workbook")
    if length >= cutoff:
        return content_of(start)[:length]
    small = content_of(found["/"][0])
    links = numbers(content_of(small_fat))
    return b"".join(small[number * 64 : number * 64 + 64] for number in chain(start, links))[:length]
