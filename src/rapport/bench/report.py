"""What a report costs: CPU seconds to compose it, cold in a fresh process and warm again in it, leaving the home as it is."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select

from rapport.editions.background import background_of
from rapport.editions.report import read_report
from rapport.errors import RapportError
from rapport.settings import Settings
from rapport.state import open_state
from rapport.state.tables import editions, messages, metadata

if TYPE_CHECKING:
    from rapport.metrics.periods import Period

GOALS = {"cold": 12.0, "warm": 8.0}  # CPU seconds: both languages, all formats
_KEPT = ("fontconfig", "metricflow")  # what a home that has composed before keeps beside it
_OWN = (editions, messages)  # what a home knows of its own editions: the bench composes as if there were none


@dataclass(frozen=True)
class Run:
    """One composition.

    Args:
        run: cold (a fresh process, its imports included) or warm (again in the same process).
        seconds: CPU, user and system, children included.
        steps: the same by step; what is left over is hashing, writing and the state.
        sizes: bytes by file, in the edition's folder.
    """

    run: str
    seconds: float
    steps: dict[str, float]
    sizes: dict[str, int]


@dataclass(frozen=True)
class Cost:
    """What composing a period's report costs."""

    report: str
    period: str
    languages: list[str]
    runs: list[Run]


def bench_report(settings: Settings, report: str, period: str | None = None) -> Cost:
    """Compose a period of a report twice, in a home that is thrown away.

    Args:
        period: the newest that the published snapshot covers when not given.

    Raises:
        RapportError: nothing is published, or the report cannot be composed.
    """
    from rapport.editions.words import languages

    wanted = period or newest_period(settings, report).text
    with scratch_home(settings) as home:
        state = f"sqlite:///{home / 'state.sqlite'}"
        environment = {**os.environ, "RAPPORT_HOME": str(home), "RAPPORT_STATE_URL": state}
        environment |= {"RAPPORT_PROJECT": str(settings.project), "RAPPORT_COMPANY": str(settings.company_file)}
        done = subprocess.run(
            [sys.executable, "-m", "rapport.bench.composing", report, wanted],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        raise RapportError(
            f"{report} of {wanted} could not be composed.",
            where=(done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1],
            fix=f"`rapport compose {report} --period {wanted} --debug` shows more.",
        )
    return Cost(report, wanted, languages(settings), [Run(**run) for run in json.loads(done.stdout)])


def newest_period(settings: Settings, report: str) -> "Period":
    """The newest period of a report's kind that was over when the current snapshot was built."""
    from rapport.metrics.periods import period_of
    from rapport.warehouse.connections import published_file

    as_of = background_of(open_state(settings.state_url), int(published_file(settings).stem)).as_of
    return period_of(read_report(settings, report).period, as_of.astimezone(settings.company.zone).date()).previous()


@contextmanager
def scratch_home(settings: Settings) -> Iterator[Path]:
    """A home beside the real one's data: the same snapshots, the same state but for editions, gone when the block ends."""
    settings.scratch.mkdir(parents=True, exist_ok=True)
    home = Path(tempfile.mkdtemp(prefix="bench-", dir=settings.scratch))
    try:
        (home / "published").symlink_to(settings.published, target_is_directory=True)
        for name in _KEPT:
            if (settings.home / "cache" / name).is_dir():
                shutil.copytree(settings.home / "cache" / name, home / "cache" / name)
        _copy_state(settings.state_url, f"sqlite:///{home / 'state.sqlite'}")
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _copy_state(old: str, new: str) -> None:
    source, copy = open_state(old), open_state(new)
    with source.read() as reading, copy.write("bench.copied") as writing:
        for table in metadata.sorted_tables:
            if table not in _OWN and (rows := [dict(row) for row in reading.execute(select(table)).mappings()]):
                writing.execute(table.insert(), rows)
    source.engine.dispose()
    copy.engine.dispose()


def as_json(cost: Cost) -> dict[str, object]:
    """What `--json` prints."""
    return {**asdict(cost), "goals": GOALS, "within": all(run.seconds <= GOALS[run.run] for run in cost.runs)}
