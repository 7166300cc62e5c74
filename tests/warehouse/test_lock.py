"""The lock: one writer, and whoever comes second hears who was first."""

import fcntl
import getpass
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta

import pytest

from rapport.errors import WarehouseBusy
from rapport.warehouse.lock import holder, is_held, warehouse_lock

HOLD = """
import time
from rapport.settings import current_settings
from rapport.warehouse.lock import warehouse_lock
with warehouse_lock(current_settings()):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def other_process(settings):
    """A process that holds the lock of the same home."""
    named = {"RAPPORT_HOME": str(settings.home), "RAPPORT_COMPANY": str(settings.company_file)}
    process = subprocess.Popen([sys.executable, "-c", HOLD], env=os.environ | named, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()


def test_a_second_process_is_told_who_holds_the_warehouse_and_since_when(settings, other_process):
    with pytest.raises(WarehouseBusy) as raised, warehouse_lock(settings):
        pass

    assert raised.value.exit_code == 4
    assert f"in use by {getpass.getuser()} on {socket.gethostname()} (process {other_process.pid})" in raised.value.what
    since = datetime.fromisoformat(json.loads(settings.home.joinpath("warehouse.lock").read_text())["since"])
    assert since.isoformat() in raised.value.what
    assert timedelta() <= datetime.now(UTC) - since < timedelta(minutes=1)


def test_the_lock_of_a_killed_process_is_free_and_tells_who_left_it(settings, other_process):
    other_process.send_signal(signal.SIGKILL)
    other_process.wait()

    file = settings.home / "warehouse.lock"
    assert holder(file)["pid"] == other_process.pid
    assert not is_held(file)
    with warehouse_lock(settings):
        assert holder(file)["pid"] == os.getpid()


def test_a_step_inside_a_run_finds_the_lock_of_the_run(settings):
    with warehouse_lock(settings) as outer, warehouse_lock(settings) as inner:
        assert inner is outer
    assert not is_held(settings.home / "warehouse.lock")
    assert holder(settings.home / "warehouse.lock") is None


def test_somebody_who_only_looks_at_the_lock_keeps_nobody_out(settings):
    file = settings.home / "warehouse.lock"
    with warehouse_lock(settings):
        pass
    with open(file, encoding="utf-8") as looking:
        fcntl.flock(looking, fcntl.LOCK_SH)  # as is_held does, for an instant
        threading.Timer(0.1, fcntl.flock, (looking, fcntl.LOCK_UN)).start()
        with warehouse_lock(settings):
            assert holder(file)["pid"] == os.getpid()


def test_another_thread_of_the_same_process_finds_it_taken(settings):
    outcome = []

    def elsewhere():
        try:
            with warehouse_lock(settings):
                outcome.append("got in")
        except WarehouseBusy:
            outcome.append("busy")

    with warehouse_lock(settings):
        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join()
    assert outcome == ["busy"]


def test_a_child_that_inherits_the_lock_keeps_it_after_its_parent_gave_it_back(settings):
    with warehouse_lock(settings) as lock:
        child = subprocess.Popen(["sleep", "60"], pass_fds=[lock.descriptor])
    try:
        with pytest.raises(WarehouseBusy), warehouse_lock(settings):
            pass
    finally:
        child.kill()
        child.wait()
    with warehouse_lock(settings):
        pass


def test_an_analysts_warehouse_has_a_lock_of_its_own(settings):
    with warehouse_lock(settings), warehouse_lock(settings, settings.development_warehouse) as own:
        assert own.file == settings.home / "dev" / "warehouse.lock"
