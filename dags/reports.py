"""One DAG per report folder: compose what is due from the published snapshot, and mail it.

Each runs when a snapshot was published and at its report's due time. Nothing due, nothing done: the tasks are skipped.
"""

import yaml
from airflow.sdk import Asset, AssetOrTimeSchedule, CronTriggerTimetable, dag, task
from airflow.sdk.exceptions import AirflowSkipException
from pendulum import datetime

from rapport.airflow import task_defaults
from rapport.settings import current_settings

PUBLISHED = Asset(name="published", uri="rapport://published")
settings = current_settings()


def report_dag(report: str, title: str, due_at: str):
    hour, minute = due_at.split(":")
    timetable = CronTriggerTimetable(f"{int(minute)} {int(hour)} * * *", timezone=settings.company.timezone)

    @dag(
        dag_id=f"report_{report}",
        dag_display_name=title,
        schedule=AssetOrTimeSchedule(assets=[PUBLISHED], timetable=timetable),
        start_date=datetime(2026, 1, 1, tz=settings.company.timezone),
        catchup=False,
        max_active_runs=1,
        default_args=task_defaults(),
        tags=["rapport"],
        doc_md=__doc__,
    )
    def report_pipeline():
        @task
        def compose(logical_date=None) -> list[str]:
            from rapport import steps

            if editions := steps.compose_due(report, logical_date):
                return editions
            raise AirflowSkipException("nothing is due")

        @task(pool="delivery")
        def send(editions: list[str]) -> dict[str, int]:
            from rapport import steps

            return steps.send(editions)

        send(compose())

    return report_pipeline()


for file in sorted(settings.reports.glob("*/report.yml")):
    declaration = yaml.safe_load(file.read_text(encoding="utf-8"))
    report_dag(file.parent.name, declaration["title"]["en"], declaration["due"]["at"])
