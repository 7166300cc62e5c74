"""Packed files: unpacked with their checksums, and never further than their limits."""

import gzip
import io
import os
import stat
import zipfile

import pytest
import zstandard

TEXT = "order_no,ordered_on,amount,units\n" + "".join(f"A{n},31/12/2024,{n}.5,{n}\n" for n in range(50))


def zipped(members: dict[str, str | bytes], **options) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return content.getvalue()


PACKED = {
    "gzip": gzip.compress(TEXT.encode(), mtime=0),
    "gzip of two members": gzip.compress(TEXT[:700].encode()) + gzip.compress(TEXT[700:].encode()),
    "zip": zipped({"export/orders.csv": TEXT, "__MACOSX/._orders.csv": "x"}),
    "zstd": zstandard.ZstdCompressor(write_checksum=True).compress(TEXT.encode()),
}


@pytest.fixture
def packed_shop(shop):
    shop.declare("""\
        - name: orders
          config: {meta: {export: {files: "orders*", load: append, limits: {unpacked_mib: 20, ratio: 50}}}}
          columns:
            - {name: order_no, data_type: varchar, config: {meta: {key: true}}}
            - {name: units, data_type: integer}
        """)
    return shop


@pytest.mark.parametrize("kind", PACKED)
def test_what_is_packed_is_read_as_if_it_were_not(packed_shop, kind):
    packed_shop.drop("orders.csv.packed", PACKED[kind])

    assert packed_shop.take().rows_good == 50
    assert packed_shop.rows("order_no, units, _row")[49] == ("A49", 49, 50)


@pytest.mark.parametrize("kind", PACKED)
def test_every_flipped_byte_and_every_cut_of_a_packed_file_is_refused_or_harmless(packed_shop, kind):
    content = PACKED[kind]
    for place in range(3, len(content), max(1, len(content) // 12)):
        packed_shop.drop(f"orders{place}.flipped", content[:place] + bytes([content[place] ^ 0x10]) + content[place + 1 :])
        packed_shop.drop(f"orders{place}.cut", content[:place])

    packed_shop.take()

    rows = packed_shop.rows("_file_id, order_no, units") if packed_shop.files() else []
    by_file: dict[str, list] = {}
    for file_id, *row in rows:
        by_file.setdefault(file_id, []).append(tuple(row))
    whole = [(f"A{n}", n) for n in range(50)]
    assert all(found == whole for found in by_file.values()), "a damaged file that is taken has lost nothing"


def test_which_member_of_a_zip_to_read_is_never_guessed(packed_shop):
    packed_shop.drop("orders.zip", zipped({"orders.csv": TEXT, "lines.csv": "x\n"}))

    (refused,) = packed_shop.take().refused

    assert "in doubt: there are 2 members of 'orders.csv', 'lines.csv'" in refused.what
    assert "Declare `member`" in refused.fix


def bombs() -> dict[str, tuple[bytes, str]]:
    link = zipfile.ZipInfo("orders.csv")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    linked = io.BytesIO()
    with zipfile.ZipFile(linked, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    return {
        "too large": (gzip.compress(os.urandom(21 << 20), 1), "unpacks to more than 20 MiB"),
        "too dense": (gzip.compress(bytes(15 << 20)), "unpacks to more than 50, as no export's does"),
        "too dense in its second part": (
            gzip.compress(os.urandom(1 << 20), 1) + gzip.compress(bytes(200 << 20)) + gzip.compress(b"order_no,units\n"),
            "unpacks to more than",
        ),
        "zip too dense": (zipped({"a.csv": bytes(15 << 20)}), "unpacks to more than 50"),
        "zstd too dense": (zstandard.compress(bytes(15 << 20)), "unpacks to more than 50"),
        "twice": (gzip.compress(gzip.compress(TEXT.encode())), "packed twice: a gzip is in the gzip"),
        "zip in zip": (zipped({"a.csv": zipped({"a.csv": TEXT})}), "packed twice: a zip is in the zip"),
        "name that leads out": (zipped({"../orders.csv": TEXT}), "'../orders.csv', a link or a name that leads out"),
        "absolute name": (zipped({"/orders.csv": TEXT}), "leads out of it"),
        "name of a drive": (zipped({"C:\\orders.csv": TEXT}), "leads out of it"),
        "link": (linked.getvalue(), "a link or a name that leads out of it"),
        "nothing": (zipped({}), "there are 0 members"),
    }


@pytest.mark.parametrize("bomb", bombs())
def test_a_bomb_is_refused_and_nothing_of_it_stays(packed_shop, bomb):
    content, what = bombs()[bomb]
    packed_shop.drop("orders.bin", content)

    (refused,) = packed_shop.take().refused

    assert what in refused.what
    assert not list(packed_shop.settings.lake.rglob("*.unpacked"))
