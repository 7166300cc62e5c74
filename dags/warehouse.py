"""Every night: pull the exports, load and check them, build the marts, check and publish those.

Sources: the drops that company.yml names. A refused file or a closed gate fails its task at once, with what happened, where
and what to do in the task's log and in `rapport status`; the last published snapshot stays.
"""

from airflow.sdk import Asset, chain, dag, task
from pendulum import datetime

from rapport.airflow import hand_on_connection, task_defaults
from rapport.settings import current_settings

PUBLISHED = Asset(name="published", uri="rapport://published")
company = current_settings().company


@dag(
    schedule="0 4 * * *",
    start_date=datetime(2026, 1, 1, tz=company.timezone),
    catchup=False,
    max_active_runs=1,
    default_args=task_defaults(),
    tags=["rapport"],
    doc_md=__doc__,
)
def warehouse():
    @task(map_index_template="{{ system }}")
    def pull_and_load(system: str) -> dict:
        from airflow.sdk import get_current_context

        from rapport import steps

        get_current_context()["system"] = system
        hand_on_connection(company.systems[system].connection)
        return steps.pull_and_load(system)

    @task
    def check_raw(logical_date=None) -> dict[str, int]:
        from rapport import steps

        return steps.check_raw(logical_date)

    @task(pool="warehouse")  # DuckDB has one writer: one slot
    def build(logical_date=None) -> int:
        from rapport import steps

        return steps.build(logical_date)

    @task(pool="warehouse")
    def check_marts(build_number: int) -> dict[str, int]:
        from rapport import steps

        return steps.check_marts(build_number)

    @task(pool="warehouse", outlets=[PUBLISHED])
    def publish(build_number: int) -> dict[str, int | bool]:
        from rapport import steps

        return steps.publish(build_number)

    @task  # a branch of its own: a refused file makes the run fail, and does not hold up the rest
    def refusals(loads: list[dict]) -> None:
        from rapport import steps

        steps.stop_if_refused(list(loads))

    loaded = pull_and_load.expand(system=sorted(company.systems))
    built = build()
    checked = check_marts(built)
    refusals(loaded)
    chain(loaded, check_raw(), built, checked, publish(built))


warehouse()
