"""`make up` on a machine that has never seen it: the first start already runs the DAGs, and listens on loopback alone."""

import os
import signal
import sqlite3
import subprocess
import sys
import time

import pytest

from tests.conftest import PROJECT


def ended(database) -> dict[str, str]:
    """The state of each DAG's newest run."""
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        return dict(connection.execute("select dag_id, state from dag_run order by id").fetchall())


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_first_start_runs_the_dags_to_their_end(tiny_exports, tmp_path):
    home = tiny_exports.copy_to(tmp_path / "home")
    log = open(tmp_path / "log", "w")  # noqa: SIM115
    airflow = subprocess.Popen(
        [sys.executable, "-m", "rapport.airflow"],
        env={**os.environ, **home.environment},
        cwd=PROJECT,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    database, states, deadline = home.path / "airflow/airflow.db", {}, time.monotonic() + 600
    try:
        while time.monotonic() < deadline and states.get("warehouse") not in ("success", "failed"):
            time.sleep(3)
            assert airflow.poll() is None, (tmp_path / "log").read_text()[-3000:]
            try:
                states = ended(database)
            except sqlite3.OperationalError:  # not there yet
                continue
    finally:
        os.killpg(airflow.pid, signal.SIGINT)
        try:
            airflow.wait(60)
        except subprocess.TimeoutExpired:
            os.killpg(airflow.pid, signal.SIGKILL)
            airflow.wait()
        log.close()

    assert states.get("warehouse") == "success", (tmp_path / "log").read_text()[-5000:]
    assert (home.path / "published/current").exists()
    assert (home.path / "airflow/api-secret").stat().st_mode & 0o077 == 0
