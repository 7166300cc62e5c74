"""The bench of loading: fresh processes that take turns; nothing is said before the loads are proved equal."""

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median

from rapport.bench.cost import Cost, cost_of
from rapport.bench.load.files import COLUMNS, make_csv, make_workbook
from rapport.errors import RapportError
from rapport.settings import Settings

HERE = Path(__file__).parent
GOALS = {
    "good rows over DuckDB": 1.5,
    "1 % bad rows over DuckDB": 1.5,
    "memory, GiB": 1.5,
    "workbook, CPU s": 3.0,
    "10,010 files, CPU s": 2.0,
}
_BAD = 0.01
_WORKBOOK_ROWS, _KNOWN, _NEW = 100_000, 10_000, 10


@dataclass
class Loads:
    """What each contestant's rounds cost, by case and contestant."""

    rows: int
    cases: dict[str, dict[str, list[Cost]]] = field(default_factory=dict)

    def note(self, case: str, contestant: str, cost: Cost) -> None:
        """Add a round."""
        self.cases.setdefault(case, {}).setdefault(contestant, []).append(cost)

    def least(self, case: str, contestant: str) -> float:
        """Least CPU seconds of all rounds."""
        return min(cost.cpu for cost in self.cases[case][contestant])

    def middle(self, case: str, contestant: str) -> float:
        """Median CPU seconds of all rounds."""
        return median(cost.cpu for cost in self.cases[case][contestant])


def bench_load(settings: Settings, rows: int, rounds: int) -> Loads:
    """Measure loading `rows` order rows, all good and with one in a hundred bad, a workbook, and a pull of known files.

    Raises:
        RapportError: a process failed, or a load is not what it should be.
    """
    settings.scratch.mkdir(parents=True, exist_ok=True)
    loads = Loads(rows)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=settings.scratch) as scratch:
        folder = Path(scratch)
        for case, bad in (("good", 0), ("bad", _BAD)):
            source = folder / f"orders_{case}.csv"
            make_csv(source, rows, bad)
            for _ in range(rounds):
                _one_round(loads, case, source, folder / "round")
            source.unlink()
        _workbook(loads, folder, rounds)
        _known_files(loads, folder, rounds)
    return loads


def _one_round(loads: Loads, case: str, source: Path, at: Path) -> None:
    at.mkdir()
    loads.note(case, "Rapport", _by_rapport(at / "home", [source]))
    duckdb = [sys.executable, "-m", "rapport.bench.load.by_duckdb", str(source), str(at / "duckdb.parquet"), "1GB"]
    loads.note(case, "DuckDB", cost_of(duckdb))
    _prove(at / "home", at / "duckdb.parquet", loads.rows)
    for library in ("pandas", "polars"):
        (at / library).mkdir()
        command = [sys.executable, "-m", f"rapport.bench.load.by_{library}", str(source), str(at / library / "orders")]
        loads.note(case, library, cost_of(command))
    shutil.rmtree(at)


def _workbook(loads: Loads, folder: Path, rounds: int) -> None:
    make_csv(folder / "small.csv", _WORKBOOK_ROWS)
    make_workbook(folder / "small.csv", folder / "orders.xlsx")
    for _ in range(rounds):
        loads.note("workbook", "Rapport", _by_rapport(folder / "home", [folder / "orders.xlsx"]))
        _count(folder / "home", _WORKBOOK_ROWS)
        shutil.rmtree(folder / "home")


def _known_files(loads: Loads, folder: Path, rounds: int) -> None:
    """A pull that finds many files that it knows, and a few new ones; they are as small as files can be."""
    header = ",".join(COLUMNS)
    files = []
    for number in range(_KNOWN + rounds * _NEW):
        file = folder / f"orders_{number:06}.csv"
        file.write_text(f"{header}\nO{number},1" + "," * (len(COLUMNS) - 2) + "\n")
        files.append(file)
    home = folder / "home"
    _by_rapport(home, files[:_KNOWN])
    for number in range(rounds):
        begin = _KNOWN + number * _NEW
        loads.note("known files", "Rapport", _by_rapport(home, files[begin : begin + _NEW]))
    _count(home, len(files))


def _by_rapport(home: Path, files: Sequence[Path]) -> Cost:
    drops = home / "drops/shop"
    drops.mkdir(parents=True, exist_ok=True)
    for file in files:
        os.link(file, drops / file.name)
    declarations = home / "project/dbt_project/models/systems/shop/_shop__sources.yml"
    if not declarations.exists():
        declarations.parent.mkdir(parents=True)
        shutil.copy(HERE / "shop.yml", declarations)
    named = {
        "HOME": home,
        "STATE_URL": f"sqlite:///{home / 'state.sqlite'}",
        "PROJECT": home / "project",
        "COMPANY": HERE / "company.yml",
    }
    environment = {f"RAPPORT_{name}": str(value) for name, value in named.items()}
    return cost_of([sys.executable, "-m", "rapport.bench.load.by_rapport"], environment)


def _lake(home: Path) -> tuple[str, str]:
    return str(home / "lake/shop/orders/*/*.parquet"), str(home / "lake/shop/orders__rejects/*/*.parquet")


def _prove(home: Path, by_duckdb: Path, rows: int) -> None:
    """Hold Rapport's rows to DuckDB's, value by value, and their number with the rejects to the file's."""
    import duckdb

    good, rejects = _lake(home)
    names = ", ".join(COLUMNS)
    same = f"bit_xor(hash({names.replace('changed_at', 'epoch_us(changed_at)')})), count(*)"
    with duckdb.connect(config={"threads": 2}) as connection:
        ours = connection.execute(f"select {same} from read_parquet('{good}', hive_partitioning = false)").fetchone()
        theirs = connection.execute(f"select {same} from read_parquet('{by_duckdb}')").fetchone()
        has_rejects = connection.execute(f"select count(*) from glob('{rejects}')").fetchone()[0]
        rejected = connection.execute(f"select count(*) from read_parquet('{rejects}')").fetchone()[0] if has_rejects else 0
    if ours != theirs or ours[1] + rejected != rows:
        raise RapportError(
            "Rapport and DuckDB loaded different rows.",
            where=f"Rapport {ours[1]:,} good and {rejected:,} rejected, DuckDB {theirs[1]:,}, of {rows:,}",
            fix="One of the two is wrong: find out which.",
        )


def _count(home: Path, rows: int) -> None:
    import duckdb

    with duckdb.connect() as connection:
        found = connection.execute(
            f"select count(*) from read_parquet('{_lake(home)[0]}', hive_partitioning = false)"
        ).fetchone()
    if found[0] != rows:
        raise RapportError("A load lost rows.", where=f"{found[0]:,} of {rows:,}", fix="Find out which.")


def ratios(loads: Loads) -> dict[str, float]:
    """The figures that have a goal, from the least CPU seconds."""
    costs = [cost for contestants in loads.cases.values() for cost in contestants["Rapport"]]
    known = [next(float(step["cpu"]) for step in cost.steps if step["step"] == "pull") for cost in _of(loads, "known files")]
    return {
        "good rows over DuckDB": loads.least("good", "Rapport") / loads.least("good", "DuckDB"),
        "1 % bad rows over DuckDB": loads.least("bad", "Rapport") / loads.least("bad", "DuckDB"),
        "memory, GiB": max(cost.gib for cost in costs),
        "workbook, CPU s": loads.least("workbook", "Rapport"),
        "10,010 files, CPU s": min(known),
    }


def _of(loads: Loads, case: str) -> list[Cost]:
    return loads.cases[case]["Rapport"]


def as_json(loads: Loads) -> dict[str, object]:
    """What `--json` prints."""
    return {"goals": GOALS, **json.loads(json.dumps(asdict(loads))), "ratios": ratios(loads)}
