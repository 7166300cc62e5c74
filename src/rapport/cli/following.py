"""Telling how far DAGs are whose own output goes to a log: each step, as it begins, on the standard error of before."""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rapport.settings import Settings

_SECONDS = 0.5  # between two looks at the journal


@contextmanager
def following(settings: "Settings") -> Iterator[None]:
    """Print what enters the journal while the block runs, with the time since its beginning."""
    began, ended = time.monotonic(), threading.Event()
    earlier = _newest(settings)
    with os.fdopen(os.dup(2), "w", encoding="utf-8") as stderr:  # what the block redirects is no longer ours

        def follow() -> None:
            seen = earlier
            while True:
                is_last = ended.wait(_SECONDS)
                for number, command in _runs_after(settings, seen):
                    minutes, seconds = divmod(int(time.monotonic() - began), 60)
                    print(f"  {minutes}:{seconds:02}  {command} …", file=stderr, flush=True)
                    seen = number
                if is_last:
                    return

        teller = threading.Thread(target=follow, daemon=True)
        teller.start()
        try:
            yield
        finally:
            ended.set()
            teller.join()


def _newest(settings: "Settings") -> int:
    return max((number for number, _ in _runs_after(settings, 0)), default=0)


def _runs_after(settings: "Settings", seen: int) -> list[tuple[int, str]]:
    """Runs that entered the journal after this one, as (number, command); a step that a DAG calls is a run of its own."""
    from sqlalchemy import select

    from rapport.state import open_state
    from rapport.state.tables import runs

    state = open_state(settings.state_url)
    try:
        with state.read() as connection:
            rows = connection.execute(select(runs.c.run_id, runs.c.command).where(runs.c.run_id > seen).order_by(runs.c.run_id))
            return [(row.run_id, row.command) for row in rows]
    finally:
        state.engine.dispose()
