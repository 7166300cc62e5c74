"""The process that a bench measures: it composes a report twice and prints what each time cost, as JSON."""

import importlib
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from unittest.mock import patch

from sqlalchemy import delete

from rapport.settings import Settings, current_settings
from rapport.state import State, open_state
from rapport.state.tables import editions

# step → the function that does it, where composing looks it up
STEPS = {
    "figures": "rapport.editions.compose.compute",
    "proof": "rapport.editions.compose.proof_of",
    "pages": "rapport.editions.compose.render",
    "pdf": "rapport.editions.pdf.write_pdf",
    "workbook": "rapport.editions.compose.write_workbook",
}


def cpu_seconds() -> float:
    """CPU of this process and of the children that it has waited for, user and system."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def composed_twice(settings: Settings, state: State, report: str, period: str) -> list[dict[str, object]]:
    """Compose a report cold and warm; the edition is forgotten each time.

    Returns:
        Per run: run, seconds, steps and sizes; the cold one counts everything since the process began.
    """
    from rapport.editions.compose import compose

    runs = []
    for run in ("cold", "warm"):
        began = 0.0 if run == "cold" else cpu_seconds()
        with _stopwatches() as steps:
            edition = compose(settings, state, report, period)
        seconds = cpu_seconds() - began
        sizes = {file.relative_to(edition.folder).as_posix(): file.stat().st_size for file in edition.files()}
        runs.append({"run": run, "seconds": seconds, "steps": steps, "sizes": sizes})
        with state.write("bench.forgotten") as connection:
            connection.execute(delete(editions).where(editions.c.edition_id == edition.edition_id))
        shutil.rmtree(edition.folder)
    return runs


@contextmanager
def _stopwatches() -> Iterator[dict[str, float]]:
    """Count the CPU seconds of each step while the block runs."""
    steps = dict.fromkeys(STEPS, 0.0)
    with ExitStack() as stack:
        for step, place in STEPS.items():
            module, _, name = place.rpartition(".")
            function = getattr(importlib.import_module(module), name)
            stack.enter_context(patch(place, _timed(function, step, steps)))
        yield steps


def _timed(function: Callable, step: str, steps: dict[str, float]) -> Callable:
    def timed(*arguments: object, **options: object) -> object:
        began = cpu_seconds()
        try:
            return function(*arguments, **options)
        finally:
            steps[step] += cpu_seconds() - began

    return timed


if __name__ == "__main__":
    here = current_settings()
    try:
        print(json.dumps(composed_twice(here, open_state(here.state_url), *sys.argv[1:3])))
    except Exception as error:
        sys.exit(str(error).partition("\n")[0] or type(error).__name__)
