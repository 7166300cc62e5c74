"""The DAG files: light to parse, one per report folder, scheduled by what publishing gives out."""

from rapport.airflow import POOLS
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
