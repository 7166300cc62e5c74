"""Two runs at once, and a reader all the while."""

import os
import subprocess
import sys
import threading
import time

import duckdb

from tests.conftest import PROJECT

COUNTED = "select (select sum(amount) from marts.sales_lines), (select sum(amount) from marts.sales_returns)"


class Reader(threading.Thread):
    """Opens the published snapshot again and again, as BI tools do."""

    def __init__(self, home) -> None:
        super().__init__()
        self.home, self.stop, self.faults, self.reads = home, threading.Event(), [], []

    def run(self) -> None:
        while not self.stop.wait(0.02):
            try:
                with duckdb.connect(str((self.home.path / "published/current").resolve()), read_only=True) as connection:
                    self.reads.append(connection.execute(COUNTED).fetchone())
            except Exception as error:
                self.faults.append(error)


def test_of_two_runs_one_works_and_the_other_says_who_while_readers_see_whole_snapshots(tiny, tmp_path):
    home = tiny.copy_to(tmp_path / "home")
    home.drop_more()
    reader = Reader(home)
    reader.start()
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
    _, errors = first.communicate(timeout=600)
    time.sleep(0.2)  # one more read, of what was published
    reader.stop.set()
    reader.join()

    assert first.returncode == 0, errors
    assert second.returncode == 4
    assert str(first.pid) in second.stderr and "since" in second.stderr
    assert not reader.faults
    assert len(set(reader.reads)) == 2, "the old snapshot, then the new one, and nothing between"
