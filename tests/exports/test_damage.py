"""Damage on the way: flipped bits and cut ends of files that bear a checksum are refused or harmless, 500 of 500 times.

Without a checksum some damage cannot be told from data: `python -m tests.exports.test_damage` says how much.
"""

import gzip
import hashlib
import io
import random
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter
import zstandard

TRIALS = 500
ROWS = [(f"A-{number:05}", Decimal(number * 37 % 1000) / 4, f"customer {number % 17}") for number in range(120)]
TEXT = "order_no,amount,name\n" + "".join(f"{order},{amount},{name}\n" for order, amount, name in ROWS)
DECLARATION = """\
- name: orders
  config: {meta: {export: {files: "orders*", format: [csv, xlsx], load: append}}}
  columns:
    - {name: order_no, data_type: varchar, config: {meta: {key: true}}}
    - {name: amount, data_type: "decimal(18,2)", config: {meta: {required: true}}}
    - {name: name, data_type: varchar, config: {meta: {required: true}}}
"""


def workbook() -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for row, cells in enumerate([("order_no", "amount", "name"), *ROWS]):
            sheet.write_row(row, 0, cells)
    return content.getvalue()


def zipped() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("orders.csv", TEXT)
    return content.getvalue()


WHOLE = {
    "orders.csv.gz": gzip.compress(TEXT.encode(), mtime=0),
    "orders.csv.zip": zipped(),
    "orders.csv.zst": zstandard.ZstdCompressor(write_checksum=True).compress(TEXT.encode()),
    "orders.xlsx": workbook(),
    "orders.csv": TEXT.encode(),
}


def damaged(content: bytes, chance: random.Random) -> bytes:
    """One flipped bit, or all from some byte on lost."""
    place = chance.randrange(len(content))
    if chance.random() < 0.5:
        return content[:place]
    return content[:place] + bytes([content[place] ^ 1 << chance.randrange(8)]) + content[place + 1 :]


def drop_damaged(shop, kinds: list[str], trials: int, *, manifests: bool) -> None:
    """Drop files that are each damaged once, under names of their own; with the whole file's SHA-256 beside CSV if wanted."""
    chance = random.Random(5)
    for trial in range(trials):
        kind = kinds[trial % len(kinds)]
        name = f"orders_{trial:03}{kind.removeprefix('orders')}"
        content = damaged(WHOLE[kind], chance)
        if content == WHOLE[kind]:
            continue
        shop.drop(name, content)
        if manifests and kind == "orders.csv":
            shop.drop(f"{name}.sha256", hashlib.sha256(WHOLE[kind]).hexdigest())


def outcomes(shop) -> Iterator[str]:
    """What became of each file that arrived: refused, harmless (all rows as they were), noticed (rejects), or wrong."""
    result = shop.take()
    yield from ("refused" for _ in result.refused)
    by_file: dict[str, list] = {file.file_id: [] for file in shop.files()}
    for file_id, *row in shop.rows("_file_id, order_no, amount, name") if by_file else []:
        by_file[file_id].append(tuple(row))
    rejected = {file.file_id for file in shop.files() if file.rows_rejected}
    for file_id, rows in by_file.items():
        yield "harmless" if rows == ROWS else "noticed" if file_id in rejected else "wrong"


@pytest.mark.parametrize("kind", WHOLE)
def test_what_is_whole_is_loaded_as_it_is(shop, kind):
    shop.declare(DECLARATION)
    shop.drop(kind, WHOLE[kind])

    assert list(outcomes(shop)) == ["harmless"]


def test_500_damaged_files_with_a_checksum_are_refused_or_harmless(shop):
    shop.declare(DECLARATION)
    drop_damaged(shop, list(WHOLE), TRIALS, manifests=True)
    damaged_on_arrival = len(shop.pull().damaged)

    found = Counter(outcomes(shop))

    assert damaged_on_arrival > TRIALS // 10, "each CSV with a manifest was noticed when it was pulled"
    assert found["wrong"] == found["noticed"] == 0, found
    assert damaged_on_arrival + found.total() > TRIALS * 0.95, "all but files that became empty or the same"


def test_damage_without_a_checksum_is_refused_or_rejected_where_it_shows(shop):
    shop.declare(DECLARATION)
    drop_damaged(shop, ["orders.csv"], 200, manifests=False)

    found = Counter(outcomes(shop))

    assert found["refused"] > 50, "most cuts end within a record"
    assert found["wrong"] > 0, "a letter that became another one, or a cut within the last value, cannot be seen"


if __name__ == "__main__":
    from tests.exports.conftest import COMPANY, Shop

    with tempfile.TemporaryDirectory() as folder:
        plain = Shop(Path(folder))
        (plain.project / "company.yml").write_text(COMPANY, encoding="utf-8")
        plain.drops.mkdir(parents=True)
        plain.declare(DECLARATION)
        drop_damaged(plain, ["orders.csv"], TRIALS, manifests=False)
        sys.stdout.write(f"{TRIALS} damaged CSV files without a checksum: {dict(Counter(outcomes(plain)))}\n")
