"""The process that the bench measures: pull and load of whatever lies in a home's drops, with each step's cost, as JSON."""

import json
import time

from rapport.bench.composing import cpu_seconds
from rapport.exports.load import load
from rapport.exports.parsing import end_parsing
from rapport.exports.pull import pull
from rapport.settings import Settings, current_settings
from rapport.state import State, open_state


def taken(settings: Settings, state: State) -> list[dict[str, object]]:
    """Pull, then load; each step's seconds by the clock and of CPU, with those of the child that parses."""
    steps: list[dict[str, object]] = []
    for name, step in (("pull", pull), ("load", load)):
        wall, cpu = time.monotonic(), cpu_seconds()
        step(settings, state)
        end_parsing()
        steps.append({"step": name, "wall": time.monotonic() - wall, "cpu": cpu_seconds() - cpu})
    return steps


if __name__ == "__main__":
    here = current_settings()
    print(json.dumps(taken(here, open_state(here.state_url))))
