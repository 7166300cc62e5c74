"""Two runs at once, and readers while a run publishes."""

import os
import subprocess
import sys
import threading
import time

import duckdb

from tests.conftest import PROJECT

COUNTED = "select (select sum(amount) from marts.sales_lines), (select sum(amount) from marts.sales_returns)"


def test_of_two_runs_at_once_one_works_and_the_other_says_who_is_at_work(tiny, tmp_path):
    home = tiny.copy_to(tmp_path / "home")
    first = subprocess.Popen(
        [sys.executable, "-c", "from rapport.cli import main; main()", "run"],
        env={**os.environ, **home.environment},
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    lock = home.path / "warehouse.lock"
    deadline = time.monotonic() + 60
    while str(first.pid) not in (lock.read_text() if lock.exists() else "") and time.monotonic() < deadline:
        time.sleep(0.05)

    second = home.rapport("run", check=False)
    _, errors = first.communicate(timeout=240)

    assert first.returncode == 0, errors
    assert second.returncode == 4
    assert str(first.pid) in second.stderr and "since" in second.stderr


def test_a_reader_of_the_published_snapshot_never_fails_while_a_run_publishes(tiny, tmp_path):
    home = tiny.copy_to(tmp_path / "home")
    stop, faults, reads = threading.Event(), [], []

    def read() -> None:
        while not stop.is_set():
            try:
                with duckdb.connect(str((home.path / "published/current").resolve()), read_only=True) as connection:
                    reads.append(connection.execute(COUNTED).fetchone())
            except Exception as error:
                faults.append(error)
            time.sleep(0.02)

    reader = threading.Thread(target=read)
    reader.start()
    try:
        home.drop_more()
        home.rapport("run")
    finally:
        stop.set()
        reader.join()

    assert not faults
    assert len(set(reads)) == 2, "the reader sees the old snapshot, then the new one, and nothing between"
