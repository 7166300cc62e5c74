"""The DAG files: light to parse, one per report folder, scheduled by what publishing gives out."""

import os
import subprocess
import sys

import pytest

from rapport.airflow import POOLS
from rapport.airflow import environment as airflow_environment
from tests.conftest import PROJECT

REPORTS = [file.parent.name for file in (PROJECT / "reports").glob("*/report.yml")]


def test_there_is_a_dag_for_the_warehouse_and_one_per_report_folder(parsed):
    assert REPORTS
    assert set(parsed["dags"]) == {"warehouse", *(f"report_{report}" for report in REPORTS)}


def test_what_publishing_gives_out_is_what_reports_are_scheduled_by(parsed):
    published = parsed["dags"]["warehouse"]["outlets"]

    assert len(published) == 1
    for report in REPORTS:
        assert parsed["dags"][f"report_{report}"]["schedule"] == published


def test_parsing_is_light(parsed):
    heavy = {"pandas", "great_expectations", "dbt", "weasyprint", "duckdb", "metricflow", "altair", "sqlalchemy"}

    assert not heavy & set(parsed["modules"])
    assert parsed["cpu"] < 0.5, f"{parsed['cpu']:.2f} CPU s"


def test_every_task_waits_for_a_pool_that_is_created(parsed):
    pools = {pool for dag in parsed["dags"].values() for pool in dag["pools"].values()} - {"default_pool"}

    assert pools == set(POOLS)


def test_a_busy_warehouse_is_retried_and_refused_data_is_not(parsed):
    for dag in parsed["dags"].values():
        assert set(dag["retries"].values()) == {2}
        for rules in dag["policy"].values():
            assert rules == ["rapport.errors.WarehouseBusy=retry", "rapport.errors.RapportError=fail"]


def test_every_dag_explains_itself_and_never_catches_up(parsed):
    for dag in parsed["dags"].values():
        assert dag["doc"] and not dag["catchup"]


PULLS = """
import os
from airflow.sdk import dag, task

@dag(schedule=None)
def pulls():
    @task
    def pull():
        from rapport.airflow import hand_on_connection
        from rapport.connections import read_connection
        from rapport.settings import current_settings

        for name in ("shop_store", "unknown", None):
            hand_on_connection(name)
        found = read_connection(current_settings(), "shop_store")
        told = (found.login, found.password, found.text("region_name"), os.environ.get("RAPPORT_CONN_UNKNOWN"))
        with open(os.environ["TOLD"], "w") as file:
            file.write(repr(told))

    pull()

pulls()
"""
RUN = """
import pathlib, sys
from rapport.airflow import _load_dags, _run
dags = _load_dags(pathlib.Path(sys.argv[1]))
from airflow.models.connection import Connection
from airflow.utils.session import create_session
with create_session() as session:
    session.add(Connection("shop_store", uri="aws://key:p%2Fw-of-database@/?region_name=eu"))
print(_run(dags["pulls"]))
"""


@pytest.mark.slow
def test_a_task_hands_on_a_connection_that_only_airflows_database_has(tmp_path):
    folder, told = tmp_path / "dags", tmp_path / "told"
    folder.mkdir()
    (folder / "pulls.py").write_text(PULLS)
    own = {"AIRFLOW__CORE__DAGS_FOLDER": str(folder), "RAPPORT_HOME": str(tmp_path / "home"), "TOLD": str(told)}
    environment = {**os.environ, **airflow_environment(tmp_path, PROJECT), **own}

    done = subprocess.run([sys.executable, "-c", RUN, folder], env=environment, capture_output=True, text=True, check=False)

    assert told.exists(), done.stdout + done.stderr[-3000:]
    assert told.read_text() == "('key', 'p/w-of-database', 'eu', None)"
