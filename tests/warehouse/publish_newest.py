"""Publishing in a process of its own, which tests kill; forked from a server that has the imports behind it."""

import multiprocessing
import os

from rapport.settings import current_settings
from rapport.state import open_state
from rapport.warehouse.build import latest_build
from rapport.warehouse.snapshots import publish


def publish_newest(environment: dict[str, str]) -> None:
    os.environ.update(environment)
    settings = current_settings()
    state = open_state(settings.state_url)
    publish(settings, state, latest_build(state).number)


def publish_in_a_process(settings, **environment: str) -> int:
    """Publish the newest build elsewhere; returns the exit code, negative for the signal that killed it."""
    named = {"RAPPORT_HOME": str(settings.home), "RAPPORT_COMPANY": str(settings.company_file), **environment}
    server = multiprocessing.get_context("forkserver")
    server.set_forkserver_preload(["duckdb", "rapport.state", "rapport.warehouse.snapshots"])
    process = server.Process(target=publish_newest, args=(named,))
    process.start()
    process.join(timeout=60)
    return process.exitcode
