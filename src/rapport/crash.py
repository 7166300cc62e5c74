"""Crash points: places at which a test can kill the process, to prove that nothing is lost or doubled.

`RAPPORT_CRASH_AT=<point>` kills with SIGKILL the first time that the point is passed; `RAPPORT_CRASH_AT=<point>#3` the third.
`RAPPORT_CRASH_LOG=<file>` appends the name of every point that is passed, which is how the tests find them all.
"""

import os
import signal
from collections import Counter

_passed: Counter[str] = Counter()


def crash_point(name: str) -> None:
    """Mark that a rename, commit, dbt model or SMTP reply has just happened.

    Args:
        name: dotted and stable, e.g. `load.parquet.renamed`.
    """
    _passed[name] += 1
    if log := os.environ.get("RAPPORT_CRASH_LOG"):
        with open(log, "a", encoding="utf-8") as file:
            file.write(f"{name}\n")
    wanted, _, occurrence = os.environ.get("RAPPORT_CRASH_AT", "").partition("#")
    if wanted == name and _passed[name] == int(occurrence or 1):
        os.kill(os.getpid(), signal.SIGKILL)
