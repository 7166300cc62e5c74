"""A night without gates: pull, load, build and publish as the steps do, in a process that tests may kill."""

from sqlalchemy import insert

from rapport.exports.load import load
from rapport.exports.pull import pull
from rapport.settings import current_settings
from rapport.state import open_state
from rapport.state.database import now
from rapport.state.tables import verdicts
from rapport.warehouse.build import BuildResult, build, latest_build
from rapport.warehouse.lock import warehouse_lock
from rapport.warehouse.snapshots import publish


def build_newest(settings, state) -> BuildResult:
    """Everything up to the build."""
    with warehouse_lock(settings) as lock:
        pull(settings, state)
        load(settings, state)
        return build(settings, state, settings.as_of(), lock)


def publish_newest(settings, state) -> int:
    """Open both gates and publish the newest build; returns the snapshot's number."""
    built = latest_build(state)
    with state.write("test.gates") as connection:
        for about in ({"gate": "raw", "lake_hash": built.lake_hash}, {"gate": "marts", "build_number": built.number}):
            row = {"is_open": True, "suites": "s", "skipped": [], "checked_at": now(), **about}
            connection.execute(insert(verdicts).values(row))
    return publish(settings, state, built.number).number


if __name__ == "__main__":
    settings = current_settings()
    state = open_state(settings.state_url)
    build_newest(settings, state)
    print(publish_newest(settings, state))
