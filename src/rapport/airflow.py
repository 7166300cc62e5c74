"""Airflow: the one module that may import it, beside the DAG files themselves.

It runs the DAG files in one process (demo, tests), starts a standalone Airflow (`make up`), and says which failures are worth
a retry.
"""

import os
import secrets
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

from rapport.errors import RapportError
from rapport.settings import Settings, current_settings

POOLS = {"warehouse": (1, "DuckDB has one writer"), "delivery": (1, "one sender at a time")}


def task_defaults() -> dict[str, object]:
    """Default arguments of every task: a busy warehouse is waited for, refused data and closed gates fail at once."""
    from airflow.sdk import ExceptionRetryPolicy, RetryAction, RetryRule

    return {
        "retries": 2,
        "retry_delay": timedelta(seconds=30),  # a due DAG can start before the API server is up
        "retry_policy": ExceptionRetryPolicy(
            rules=[
                RetryRule(
                    "rapport.errors.WarehouseBusy", RetryAction.RETRY, timedelta(minutes=2), "another run holds the lock"
                ),
                RetryRule("rapport.errors.RapportError", RetryAction.FAIL, reason="the same data would fail again"),
            ]
        ),
    }


def environment(home: Path, project: Path) -> dict[str, str]:
    """The AIRFLOW_… variables of an Airflow that lives below `home`, listens on loopback only and knows only our DAGs."""
    return {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(project / "dags"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home / 'airflow.db'}",
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
        "AIRFLOW__LOGGING__LOGGING_LEVEL": os.environ.get("AIRFLOW__LOGGING__LOGGING_LEVEL", "WARNING"),
    }


def hand_on_connection(name: str | None) -> None:
    """Put one of Airflow's connections, wherever it keeps them, into RAPPORT_CONN_<NAME>; one that is set stays.

    What Airflow does not know either is left out: who needs it says so.
    """
    if name is None or (variable := f"RAPPORT_CONN_{name.upper()}") in os.environ:
        return
    from airflow.sdk import Connection
    from airflow.sdk.exceptions import AirflowNotFoundException

    with suppress(AirflowNotFoundException):
        os.environ[variable] = Connection.get(name).as_json()


@contextmanager
def _quiet(log: Path) -> Iterator[None]:
    """Send what Airflow and the tasks print to a file, at the level of file descriptors: children write there too."""
    log.parent.mkdir(parents=True, exist_ok=True)
    sys.stdout.flush()
    sys.stderr.flush()
    saved = os.dup(1), os.dup(2)
    with open(log, "ab") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    try:
        yield
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        for descriptor, target in zip(saved, (1, 2), strict=True):
            os.dup2(descriptor, target)
            os.close(descriptor)


def run_dags(settings: Settings, dag_ids: Sequence[str]) -> dict[str, dict[str, str]]:
    """Run DAGs of the project's own DAG files one after the other in this process, with a metadata database of their own.

    Must be the first use of Airflow in the process, since Airflow reads its configuration when it is imported.

    Returns:
        The state of each task, by DAG id and task id (mapped tasks as `task[0]`).

    Raises:
        RapportError: a DAG did not end in success; names the tasks that failed and the log.
    """
    home = settings.home / "airflow-one-process"  # never the home of a live scheduler
    home.mkdir(parents=True, exist_ok=True)
    log = home / "run.log"
    os.environ |= environment(home, settings.project)
    os.environ |= {"RAPPORT_HOME": str(settings.home), "RAPPORT_COMPANY": str(settings.company_file)}
    with _quiet(log):
        dags = _load_dags(settings.project / "dags")
        ended = {dag_id: _run(dags[dag_id]) for dag_id in dag_ids}
    for dag_id, (state, tasks) in ended.items():
        if state != "success":
            failed = ", ".join(f"{task}: {end}" for task, end in tasks.items() if end == "failed")
            raise RapportError(
                f"The DAG {dag_id} ended as {state}.",
                where=f"{failed or 'no task failed'}; log: {log}",
                fix="Read the log, or run `rapport run` to see the error here.",
            )
    return {dag_id: tasks for dag_id, (_, tasks) in ended.items()}


def _load_dags(folder: Path) -> dict[str, object]:
    from airflow.dag_processing.dagbag import DagBag
    from airflow.utils.db import upgradedb

    upgradedb()
    _create_pools()
    bag = DagBag(dag_folder=str(folder))
    if bag.import_errors:
        raise RapportError("A DAG file cannot be imported.", where=str(bag.import_errors), fix="Mend the file.")
    return dict(bag.dags)


def _run(dag: object) -> tuple[str, dict[str, str]]:
    run = dag.test()
    tasks = {
        f"{task.task_id}[{task.map_index}]" if task.map_index >= 0 else task.task_id: str(task.state)
        for task in run.get_task_instances()
    }
    return str(run.state), tasks


def _create_pools() -> None:
    from airflow.models.pool import Pool

    for name, (slots, description) in POOLS.items():
        Pool.create_or_update_pool(name, slots=slots, description=description, include_deferred=False)


def standalone() -> None:
    """Start Airflow's scheduler and web server on 127.0.0.1 with our DAGs and pools; ends with Ctrl-C."""
    settings = current_settings()
    home = settings.home / "airflow"
    home.mkdir(parents=True, exist_ok=True)
    os.environ |= environment(home, settings.project) | {
        "AIRFLOW__LOGGING__LOGGING_LEVEL": "INFO",
        # Without it scheduler and web server each make one of their own at the first start, and no task of that day can report.
        "AIRFLOW__API_AUTH__JWT_SECRET": _secret(home / "api-secret"),
    }
    from airflow.utils.db import upgradedb

    upgradedb()
    _create_pools()
    os.environ["PATH"] = f"{Path(sys.executable).parent}:{os.environ['PATH']}"  # standalone starts its parts by name
    _start_without_log_servers()


def _secret(file: Path) -> str:
    """The secret by which Airflow's parts trust each other: made once, readable by its owner alone."""
    if not file.exists():
        with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as fresh:
            fresh.write(secrets.token_urlsafe(32))
    return file.read_text(encoding="utf-8")


def _start_without_log_servers() -> None:
    """Scheduler and triggerer would serve their logs on every address of the machine; on one machine they are read as files."""
    from airflow.cli.commands import standalone_command

    class LoopbackOnly(standalone_command.SubCommand):
        def __init__(self, parent: object, name: str, command: list[str], env: dict[str, str]) -> None:
            quiet = ["--skip-serve-logs"] if name in ("scheduler", "triggerer") else []
            super().__init__(parent, name, command + quiet, env)

    standalone_command.SubCommand = LoopbackOnly
    standalone_command.StandaloneCommand().run()


if __name__ == "__main__":
    standalone()
