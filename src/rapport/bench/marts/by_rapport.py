"""The process that the bench measures: one night in a home, of the shared set, with each step's cost, as JSON."""

import json
import sys
import time
from datetime import UTC, datetime
from unittest.mock import patch

from sqlalchemy import insert

from rapport.bench.composing import cpu_seconds
from rapport.bench.marts.shared import COLUMNS, MODELS
from rapport.exports.load import load
from rapport.exports.parsing import end_parsing
from rapport.exports.pull import pull
from rapport.settings import Settings, current_settings
from rapport.state import State, open_state
from rapport.state.database import now
from rapport.state.tables import verdicts
from rapport.warehouse.build import build, latest_build
from rapport.warehouse.content import published_tables
from rapport.warehouse.lock import warehouse_lock
from rapport.warehouse.snapshots import publish


def night(settings: Settings, state: State, as_of: datetime) -> list[dict[str, object]]:
    """Pull, load, build and publish the shared set; the gates are opened unasked."""
    steps: list[dict[str, object]] = []

    def step(name: str, do) -> None:
        wall, cpu = time.monotonic(), cpu_seconds()
        do()
        steps.append({"step": name, "wall": time.monotonic() - wall, "cpu": cpu_seconds() - cpu})

    with warehouse_lock(settings) as lock:
        step("pull", lambda: pull(settings, state))
        step("load", lambda: (load(settings, state), end_parsing()))
        step("build", lambda: build(settings, state, as_of, lock, only=MODELS))
    _open_gates(state)
    with patch("rapport.warehouse.content.published_tables", _shared):
        step("publish", lambda: publish(settings, state, latest_build(state).number))
    return steps


def _shared(manifest) -> list[tuple[str, str]]:
    """The published tables of the shared set: the others were not built."""
    return [(schema, table) for schema, table in published_tables(manifest) if schema != "marts" or table in COLUMNS]


def _open_gates(state: State) -> None:
    built = latest_build(state)
    with state.write("bench.gates") as connection:
        for about in ({"gate": "raw", "lake_hash": built.lake_hash}, {"gate": "marts", "build_number": built.number}):
            row = {"is_open": True, "suites": "bench", "skipped": [], "checked_at": now(), **about}
            connection.execute(insert(verdicts).values(row))


if __name__ == "__main__":
    here = current_settings()
    print(json.dumps(night(here, open_state(here.state_url), datetime.fromisoformat(sys.argv[1]).replace(tzinfo=UTC))))
