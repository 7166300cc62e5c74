"""The journal: which run did which step, when, with what counts."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import update

from rapport.state import State
from rapport.state.database import now, owner
from rapport.state.tables import run_steps, runs

Counts = dict[str, int | str | float | list[str]]


class Run:
    """One run in the journal; `with run.step("load") as counts:` enters one step and what it counted."""

    def __init__(self, state: State, run_id: int) -> None:
        self._state, self.run_id, self._position = state, run_id, 0

    @contextmanager
    def step(self, name: str) -> Iterator[Counts]:
        """Enter a step; its status is `failed` with the error's first line when the block raises."""
        self._position += 1
        key = {"run_id": self.run_id, "position": self._position}
        counts: Counts = {}
        started = now()
        with self._state.write("journal.step") as connection:
            connection.execute(
                run_steps.insert(), {**key, "step": name, "status": "started", "counts": {}, "started_at": started}
            )
        _progress(f"{name} …")
        clock = time.perf_counter()
        status = "failed"
        try:
            yield counts
            status = "done"
        except BaseException as error:
            counts["error"] = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise
        finally:
            counts["seconds"] = round(time.perf_counter() - clock, 2)
            with self._state.write("journal.step") as connection:
                connection.execute(
                    update(run_steps)
                    .where(run_steps.c.run_id == key["run_id"], run_steps.c.position == key["position"])
                    .values(status=status, counts=counts, ended_at=now())
                )


@contextmanager
def entry(state: State, command: str, as_of: datetime | None = None) -> Iterator[Run]:
    """Enter a run; runs that were killed stay `started` and are shown as such by `rapport status`."""
    with state.write("journal.run") as connection:
        run_id = connection.execute(
            runs.insert().values(command=command, status="started", owner=owner(), as_of=as_of, started_at=now())
        ).inserted_primary_key[0]
    status, message = "failed", None
    try:
        yield Run(state, run_id)
        status = "done"
    except BaseException as error:
        message = str(error) or type(error).__name__
        raise
    finally:
        with state.write("journal.run") as connection:
            connection.execute(
                update(runs).where(runs.c.run_id == run_id).values(status=status, message=message, ended_at=now())
            )


def _progress(words: str) -> None:
    """Tell a person at a terminal what is going on; scripts and tests see nothing."""
    if sys.stderr.isatty():
        print(words, file=sys.stderr, flush=True)
