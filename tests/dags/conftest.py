"""The project's DAG files, parsed once in a process of their own: Airflow keeps its configuration for the life of a process."""

import json
import os
import subprocess
import sys

import pytest

from tests.conftest import PROJECT

PARSE = """
import json, runpy, sys, time
import airflow.sdk
from airflow.sdk import AssetOrTimeSchedule, CronTriggerTimetable, ExceptionRetryPolicy, RetryAction, RetryRule, dag, task
import pendulum
before, started = set(sys.modules), time.process_time()
for file in ("warehouse", "reports"):
    runpy.run_path(f"dags/{file}.py")
spent = time.process_time() - started
loaded = sorted({name.partition(".")[0] for name in set(sys.modules) - before})

from airflow.dag_processing.dagbag import DagBag
bag = DagBag("dags")
assert not bag.import_errors, bag.import_errors

def told(dag):
    asset_condition = getattr(dag.timetable, "asset_condition", None)
    return {
        "outlets": [asset.uri for task in dag.tasks for asset in task.outlets],
        "schedule": [asset.uri for asset in asset_condition.objects] if asset_condition else [],
        "pools": {task.task_id: task.pool for task in dag.tasks},
        "retries": {task.task_id: task.retries for task in dag.tasks},
        "policy": {
            task.task_id: [f"{rule.exception_path}={rule.action.value}" for rule in task.retry_policy.rules]
            for task in dag.tasks
        },
        "catchup": dag.catchup,
        "doc": dag.doc_md,
    }

print(json.dumps({"cpu": spent, "modules": loaded, "dags": {name: told(dag) for name, dag in bag.dags.items()}}))
"""


@pytest.fixture(scope="session")
def parsed(tmp_path_factory) -> dict:
    home = tmp_path_factory.mktemp("airflow")
    environment = {
        **os.environ,
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home}/airflow.db",
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "RAPPORT_HOME": str(home / "rapport"),
        "RAPPORT_COMPANY": str(PROJECT / "company.yml"),
    }
    done = subprocess.run(
        [sys.executable, "-c", PARSE], cwd=PROJECT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])
