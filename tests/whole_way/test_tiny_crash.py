"""A run killed anywhere: one more plain run, and everything is as if nothing had happened; no mail twice."""

import mailbox
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time

import duckdb
import pytest

from tests.conftest import PROJECT

from .conftest import Tiny

A_FEW = (  # the slow tests pass them all; a kill in a build and in publishing are in tests/warehouse, too
    "pull.sidecar.renamed",
    "load.parquet.renamed",
    "smtp.accepted",
)
NOBODY_CAN_KNOW = ("state.message.sending", "smtp.data", "smtp.accepted")


def published(home: Tiny) -> dict[str, list[tuple]]:
    """Every published mart's rows, without the instants at which they were loaded."""
    with duckdb.connect(str((home.path / "published/current").resolve()), read_only=True) as connection:
        tables = connection.execute(
            "select table_name from information_schema.tables where table_schema = 'marts' order by 1"
        ).fetchall()
        return {
            name: sorted(
                map(str, connection.execute(f"select columns(lambda c: c != '_loaded_at') from marts.{name}").fetchall())
            )
            for (name,) in tables
        }


def mails(home: Tiny) -> int:
    return len(mailbox.Maildir(home.path / "mailbox")) if (home.path / "mailbox").exists() else 0


def run_and_be_killed(home: Tiny, point: str, command: str = "run") -> None:
    done = home.rapport(command, check=False, RAPPORT_CRASH_AT=point)
    assert done.returncode == -signal.SIGKILL, (point, done.returncode, done.stderr)


@pytest.fixture(scope="session")
def points(tiny: Tiny) -> list[str]:
    """Every crash point that an undisturbed run passes, in the order in which it is first passed."""
    return list(dict.fromkeys((tiny.path / "points.log").read_text(encoding="utf-8").split()))


def run_once_more(home: Tiny) -> None:
    """One plain run; a mail of which nobody can know whether it arrived ends it with exit code 5, once."""
    assert home.rapport("run", check=False).returncode in (0, 5)


def statuses(home: Tiny) -> list[str]:
    with sqlite3.connect(home.path / "state.sqlite") as connection:
        return [status for (status,) in connection.execute("select status from messages")]


def test_a_run_killed_at_a_few_points_ends_as_an_undisturbed_one(tiny, tiny_exports, points, tmp_path):
    home = tiny_exports.copy_to(tmp_path / "home")
    assert set(A_FEW) <= set(points)

    for point in A_FEW:  # each run also heals what the one before left behind
        run_and_be_killed(home, point)
    run_once_more(home)

    assert published(home) == published(tiny)
    assert (mails(home), statuses(home)) == (1, ["unknown"])


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_a_build_killed_after_every_model_ends_as_an_undisturbed_one(tiny, tiny_exports, points, tmp_path):
    home = tiny_exports.copy_to(tmp_path / "home")
    models = [point for point in points if point.startswith("build.model.")]
    assert len(models) > 80

    home.rapport("pull")
    home.rapport("load")
    for point in models:
        run_and_be_killed(home, point, "build")
    run_once_more(home)

    assert published(home) == published(tiny)
    assert (mails(home), statuses(home)) == (1, ["sent"])


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_a_run_killed_after_every_rename_commit_and_reply_ends_as_an_undisturbed_one(tiny, tiny_exports, points, tmp_path):
    """Up to publishing one home is killed at one point after the other; from there on each point has a home of its own."""
    home = tiny_exports.copy_to(tmp_path / "home")
    others = [point for point in points if not point.startswith("build.model.")]
    first_of_publishing = others.index("state.publish.number_given")

    for point in others[:first_of_publishing]:
        run_and_be_killed(home, point)
    for number, point in enumerate(others[first_of_publishing:]):
        killed = home.copy_to(tmp_path / str(number))
        run_and_be_killed(killed, point)
        run_once_more(killed)
        assert published(killed) == published(tiny), point
        assert mails(killed) <= 1 and statuses(killed) == (["unknown"] if point in NOBODY_CAN_KNOW else ["sent"]), point


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_ten_random_kills_leave_nothing_behind(tiny, tiny_exports, tmp_path):
    home = tiny_exports.copy_to(tmp_path / "home")
    chance = random.Random(20261122)
    for _ in range(10):
        run = subprocess.Popen(
            [sys.executable, "-c", "from rapport.cli import main; main()", "run"],
            env={**os.environ, **home.environment},
            cwd=PROJECT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(chance.uniform(0.5, 40))
        run.kill()
        run.wait()
        time.sleep(1)  # a dbt child dies with its parent, but not in the same instant
    run_once_more(home)

    assert published(home) == published(tiny)
    assert mails(home) <= 1 and statuses(home) in (["sent"], ["unknown"])
