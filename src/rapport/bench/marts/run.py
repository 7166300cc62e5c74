"""The bench itself: fresh processes, one after the other, round by round; nothing is said before the results are equal."""

import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median

from rapport.bench.cost import Cost, cost_of
from rapport.bench.marts.exports import make_day, make_history
from rapport.bench.marts.shared import differences, differing_sums
from rapport.errors import RapportError
from rapport.settings import Settings

HERE = Path(__file__).parent
GOALS = {"full": 2.0, "day": 0.2, "growth": 1.2, "memory": 3.0}
_AS_OF, _DAY_AFTER = "2026-11-01", "2026-11-02"
_BY_HAND = """
import sys, duckdb
sql = open(sys.argv[1], encoding="utf-8").read().replace("$drops", sys.argv[2])
connection = duckdb.connect(sys.argv[3], config={"threads": int(sys.argv[4]), "memory_limit": sys.argv[5]})
connection.execute("set timezone = 'UTC'")
connection.execute(sql)
connection.close()
"""


@dataclass(frozen=True)
class Measured:
    """What one size cost: per contestant its rounds."""

    lines: int
    rounds: dict[str, list[Cost]] = field(default_factory=dict)

    def least(self, contestant: str) -> float:
        """Least CPU seconds of all rounds."""
        return min(cost.cpu for cost in self.rounds[contestant])

    def middle(self, contestant: str) -> float:
        """Median CPU seconds of all rounds."""
        return median(cost.cpu for cost in self.rounds[contestant])


def bench_marts(settings: Settings, sizes: Sequence[int], rounds: int) -> list[Measured]:
    """Measure each size: the script by hand, pandas, polars, Rapport from nothing, and Rapport's day after.

    Args:
        sizes: order lines.
        rounds: how often; contestants take turns.

    Raises:
        RapportError: a process failed, or the results are not equal.
    """
    settings.scratch.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=settings.scratch) as scratch:
        return [_measure(settings, Path(scratch) / str(lines), lines, rounds) for lines in sizes]


def _measure(settings: Settings, folder: Path, lines: int, rounds: int) -> Measured:
    history, day = folder / "history", folder / "day"
    make_history(history, lines)
    make_day(day, lines)
    _warm_up(settings, folder / "warm")
    measured = Measured(lines)
    for number in range(rounds):
        at = folder / str(number)
        at.mkdir()
        _note(measured, "by hand", _by_hand(settings, history, at / "by_hand.duckdb"))
        _note(measured, "full", _by_rapport(settings, at / "home", history, _AS_OF))
        _prove(at / "home/warehouse.duckdb", at / "by_hand.duckdb")
        _note(measured, "day", _by_rapport(settings, at / "home", day, _DAY_AFTER))
        if number == 0:
            both = shutil.copytree(history, folder / "both")
            shutil.copytree(day, both, dirs_exist_ok=True)
            _by_hand(settings, both, at / "both.duckdb")
            _prove(at / "home/warehouse.duckdb", at / "both.duckdb")
            shutil.rmtree(both)
        for library in ("pandas", "polars"):
            (at / library).mkdir()
            command = [sys.executable, "-m", f"rapport.bench.marts.by_{library}", str(history), str(at / library)]
            _note(measured, library, cost_of(command))
            _prove_sums(library, at / library, at / "by_hand.duckdb")
        shutil.rmtree(at)
    return measured


def _note(measured: Measured, contestant: str, cost: Cost) -> None:
    measured.rounds.setdefault(contestant, []).append(cost)


def _prove(warehouse: Path, by_hand: Path) -> None:
    if found := differences(warehouse, by_hand):
        raise RapportError(
            "Rapport and the script by hand differ.", where=str(found), fix="One of the two is wrong: find out which."
        )


def _prove_sums(library: str, folder: Path, by_hand: Path) -> None:
    """Hold what a library added up, in doubles, to the script's decimals: each day's sum to a cent."""
    if wrong := differing_sums(folder, by_hand):
        raise RapportError(
            f"{library} and the script by hand differ.", where=str(wrong), fix="One of the two is wrong: find out which."
        )


def _by_hand(settings: Settings, drops: Path, target: Path) -> Cost:
    limits = [str(settings.threads), settings.memory_limit]
    return cost_of([sys.executable, "-c", _BY_HAND, str(HERE / "by_hand.sql"), str(drops), str(target), *limits])


def _by_rapport(settings: Settings, home: Path, exports: Path, as_of: str) -> Cost:
    drops = home / "drops/canonical"
    drops.mkdir(parents=True, exist_ok=True)
    for file in sorted(exports.iterdir()):
        os.link(file, drops / file.name)
    return cost_of([sys.executable, "-m", "rapport.bench.marts.by_rapport", as_of], _environment(settings, home))


def _warm_up(settings: Settings, folder: Path) -> None:
    """Build a little company, so that dbt's parse is kept: a project is parsed anew when it changes, not each night."""
    make_history(folder / "history", 3000)
    _by_rapport(settings, folder / "home", folder / "history", _AS_OF)
    shutil.rmtree(folder)


def _environment(settings: Settings, home: Path) -> dict[str, str]:
    named = {
        "HOME": home,
        "STATE_URL": f"sqlite:///{home / 'state.sqlite'}",
        "PROJECT": settings.project,
        "COMPANY": HERE / "company.yml",
    }
    return {f"RAPPORT_{name}": str(value) for name, value in named.items()}


def as_json(measured: Sequence[Measured]) -> dict[str, object]:
    """What `--json` prints."""
    return {"goals": GOALS, "sizes": [asdict(one) for one in measured], "ratios": ratios(measured)}


def ratios(measured: Sequence[Measured]) -> dict[str, float]:
    """The figures that have a goal, from the least CPU seconds: of the largest size, and its growth from the smallest."""
    small, large = measured[0], measured[-1]
    most = max(cost.gib for one in measured for name in ("full", "day") for cost in one.rounds[name])
    by_step = {step["step"]: float(step["cpu"]) for step in min(large.rounds["full"], key=lambda cost: cost.cpu).steps}
    load_and_build = by_step["pull"] + by_step["load"] + by_step["build"]
    return {
        "full": load_and_build / large.least("by hand"),
        "day": large.least("day") / large.least("full"),
        "growth": large.least("day") / small.least("day"),
        "memory": most,
    }
