"""Hostile and overlarge files: refused in time, within their memory, with a reason; the files beside them are loaded."""

import contextlib
import subprocess
import sys
import textwrap

import psutil
import pytest

from rapport.exports import parsing

GOOD = "order_no,ordered_on,amount,units\nA,31/12/2024,1,1\n"


def declare(shop, limits: str) -> None:
    shop.declare(f"""\
        - name: orders
          config: {{meta: {{export: {{files: "orders*", load: append, limits: {{{limits}}}}}}}}}
          columns:
            - {{name: order_no, data_type: varchar, config: {{meta: {{key: true}}}}}}
        """)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"order_no\n" + b"A" * (1 << 20) + b"\n", "A line is longer than 1,048,576 bytes; it begins at byte 9"),
        (b"order_no\n" + b"A\n" * 700_000 + b"B" * 1_100_000, "it begins at byte 1,400,009"),
        (b"order_no\n" + bytes(3 << 20), "A line is longer"),
        (b",".join(b"c%d" % n for n in range(2001)) + b"\n", "The header has 2,001 columns; 2,000 are allowed"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "does not decode"),
        (b'order_no\n"A\n' + b"B\n" * 3, None),
    ],
)
def test_cheap_guards_refuse_before_anything_is_parsed(shop, content, what):
    shop.drop("orders1.csv", content)
    shop.drop("orders2.csv", GOOD)

    result = shop.take()

    assert [what in file.what for file in result.refused] == ([True] if what else [])
    assert ("A",) in shop.rows("order_no")


@pytest.fixture
def broken_reader(tmp_path, monkeypatch):
    """Makes a child in which opening a file whose text begins with `!` does something terrible."""

    def make(terrible: str) -> None:
        script = tmp_path / "broken.py"
        script.write_text(
            textwrap.dedent(f"""\
            from rapport.exports import parsing_child
            from rapport.exports.readers.delimited import DelimitedReader

            make = DelimitedReader.__init__

            def broken(self, export, text, name, scratch):
                if open(text, "rb").read(1) == b"!":
                    {terrible}
                make(self, export, text, name, scratch)

            DelimitedReader.__init__ = broken
            parsing_child.main()
            """),
            encoding="utf-8",
        )
        monkeypatch.setattr(parsing, "CHILD", (sys.executable, str(script)))
        monkeypatch.setattr(parsing, "_child", None)

    return make


@pytest.mark.parametrize(
    ("terrible", "limits", "what"),
    [
        ("list(iter(lambda: bytearray(1 << 24), 0))", "memory_mib: 300", "needs more than 300 MiB of memory"),
        ("exec('while True: pass')", "seconds: 1", "was not read within its limit of CPU time"),
        ("import os; os.abort()", "seconds: 60", "made its reader end with SIGABRT"),
        ("raise KeyError('x')", "seconds: 60", "makes the reader fail (KeyError: 'x')"),
        ("open(scratch / 'big', 'wb').truncate(1 << 40)", "unpacked_mib: 1", "makes the reader fail (OSError"),
    ],
)
def test_a_file_that_breaks_its_reader_is_refused_and_stops_no_other(shop, broken_reader, terrible, limits, what):
    broken_reader(terrible)
    declare(shop, limits)
    shop.drop("orders1.csv", GOOD)
    shop.drop("orders2.csv", "!" + GOOD)
    shop.drop("orders3.csv", GOOD.replace("A", "C"))

    result = shop.take()
    parsing._child.end()

    assert [(file.name, what in file.what) for file in result.refused] == [("orders2.csv", True)], result.refused
    assert sorted(shop.rows("order_no")) == [("A",), ("C",)]


@pytest.mark.parametrize("name", ["SIGKILL", "SIGTERM", "SIGINT"])
def test_a_file_whose_reader_is_killed_from_outside_is_read_once_more(shop, broken_reader, tmp_path, name):
    killed = tmp_path / "killed"
    once = f"os.path.exists({str(killed)!r}) or [open({str(killed)!r}, 'w'), os.kill(os.getpid(), signal.{name})]"
    broken_reader(f"import os, signal; {once}")
    declare(shop, "seconds: 60")
    shop.drop("orders1.csv", "!,order_no\n1,B\n")

    result = shop.take()
    parsing.end_parsing()

    assert killed.exists() and (result.files, result.refused) == (1, [])


def test_a_file_whose_reader_is_killed_again_is_refused_until_the_next_load(shop, broken_reader, monkeypatch):
    broken_reader("import os; os.kill(os.getpid(), 9)")
    declare(shop, "seconds: 60")
    shop.drop("orders1.csv", GOOD)
    shop.drop("orders2.csv", "!,order_no\n1,B\n")

    result = shop.take()
    again = shop.load()
    parsing.end_parsing()
    monkeypatch.undo()

    for load in (result, again):
        assert [(file.name, file.is_new) for file in load.refused] == [("orders2.csv", True)]
    assert "lost its reader to SIGKILL, and again" in result.refused[0].what
    assert shop.rows("order_no") == [("A",)]
    monkeypatch.setattr(parsing, "_child", None)
    mended = shop.load()
    assert (mended.files, mended.refused) == (1, [])


def test_the_child_ends_with_its_parent():
    code = (
        "import os, sys\nfrom rapport.exports import parsing\n"
        "print(parsing._the_child()._process.pid, flush=True)\nos.kill(os.getpid(), 9)"
    )
    parent = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    child = int(parent.stdout)

    with contextlib.suppress(psutil.NoSuchProcess):
        psutil.Process(child).wait(timeout=10)
    assert not psutil.pid_exists(child) or psutil.Process(child).status() == psutil.STATUS_ZOMBIE
