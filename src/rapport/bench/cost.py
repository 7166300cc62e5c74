"""What a process costs: it is started fresh, waited for, and counted with all that it started itself."""

import json
import os
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rapport.errors import RapportError


@dataclass(frozen=True)
class Cost:
    """What a process cost: seconds by the clock, CPU seconds with its children's, the most memory of one process in GiB."""

    wall: float
    cpu: float
    gib: float
    steps: Sequence[Mapping[str, object]] = ()


def cost_of(command: Sequence[str], environment: Mapping[str, str] = {}) -> Cost:
    """Run a command to its end; a JSON list on its standard output is taken as its steps.

    Raises:
        RapportError: it failed; what it said last is told.
    """
    began = time.monotonic()
    with tempfile.TemporaryFile("w+") as told:  # a pipe that nobody reads would stop a child that has much to say
        child = subprocess.Popen(command, env={**os.environ, **environment}, stdout=subprocess.PIPE, stderr=told, text=True)
        output = child.stdout.read()
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        told.seek(0)
        errors = told.read()
    if child.returncode:
        raise RapportError(
            f"{command[1:3]} ended with exit code {child.returncode}.",
            where=(errors.strip() or output)[-2000:],
            fix="Run it alone.",
        )
    steps = json.loads(output.splitlines()[-1]) if output.startswith("[") else ()
    return Cost(time.monotonic() - began, used.ru_utime + used.ru_stime, used.ru_maxrss / 2**20, steps)
