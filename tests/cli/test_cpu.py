"""What people type often costs little CPU.

The promise is 0.5 CPU s for `--help` and 1.5 for `status` on the machine where importing SQLAlchemy costs 0.53. A busy machine
makes every CPU second longer, so each command is compared with that import, measured beside it.
"""

import os
import resource
import subprocess
import sys

REFERENCE = 0.53


def cpu_of(*command: str) -> float:
    """CPU seconds of a command, the least of three runs."""
    return min(_once(command) for _ in range(3))


def _once(command: tuple[str, ...]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, env=os.environ, stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime - before.ru_utime) + (after.ru_stime - before.ru_stime)


def rapport(*arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-c", "from rapport.cli import main; main()", *arguments)


def test_help_and_status_are_quick(tmp_path):
    reference = cpu_of(sys.executable, "-c", "import sqlalchemy")
    on_a_quiet_machine = {
        "--help": cpu_of(*rapport("--help")) * REFERENCE / reference,
        "status": cpu_of(*rapport("status", "--home", str(tmp_path))) * REFERENCE / reference,
    }

    assert on_a_quiet_machine["--help"] < 0.5
    assert on_a_quiet_machine["status"] < 1.5
