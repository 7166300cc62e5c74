"""Running dbt: with every path set, in a child that shares the warehouse lock and dies with its parent."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rapport.errors import RapportError, UsageError
from rapport.settings import Settings
from rapport.warehouse.lock import Lock
from rapport.warehouse.parse import forget_stale_parse, keep_parse, take_kept_parse

_QUIETLY = ("--log-level", "none", "--log-level-file", "info")  # dbt's debug log costs seconds and is read by nobody


@dataclass(frozen=True)
class DbtPlaces:
    """The warehouse that a run of dbt writes and the folder in which it leaves artefacts, logs and its parse cache."""

    warehouse: Path
    folder: Path

    @property
    def target(self) -> Path:
        return self.folder / "target"


@dataclass(frozen=True)
class DbtResult:
    """What dbt did: how many nodes of each kind, and the tests that warn."""

    counts: Mapping[str, int]
    warnings: Sequence[Mapping[str, object]]


def nightly(settings: Settings) -> DbtPlaces:
    """Where the steps build."""
    return DbtPlaces(settings.warehouse_file, settings.home / "dbt")


def development(settings: Settings) -> DbtPlaces:
    """Where `rapport dbt` builds."""
    return DbtPlaces(settings.development_warehouse, settings.development_warehouse.parent / "dbt")


def dbt_vars(settings: Settings) -> dict[str, object]:
    """The vars of every dbt run: what company.yml says and nothing else, so that all runs see the same project.

    Raises:
        UsageError: a system of company.yml has no folder in the dbt project.
    """
    company = settings.company
    return {
        "paths": _model_paths(settings),
        "systems": sorted(company.systems),
        "feeds": company.feeds,
        "shared_ids": company.shared_ids,
        "currency": company.currency,
        "timezone": company.timezone,
        "country": company.country,
        "fiscal_year_starts": company.fiscal_year_starts,
        "revenue_basis": company.revenue_basis,
        "history_starts_on": company.history_starts_on.isoformat(),
        "languages": company.languages,
    }


def _model_paths(settings: Settings) -> list[str]:
    """The folders of models that are parsed: all, but of the systems only the company's own."""
    models = settings.dbt_project / "models"
    layers = sorted(folder for folder in models.iterdir() if folder.is_dir() and folder.name != "systems")
    systems = [models / "systems" / system for system in sorted(settings.company.systems)]
    if missing := [folder for folder in systems if not folder.is_dir()]:
        raise UsageError(
            f"The dbt project does not know the system {missing[0].name!r}, which the company file lists.",
            where=f"{settings.company_file}; there is no folder {missing[0]}",
            fix="Add the folder (docs say how to add a system), or take the system out of the company file.",
        )
    return [str(folder.relative_to(settings.dbt_project)) for folder in systems + layers]


def dbt_environment(settings: Settings, places: DbtPlaces) -> dict[str, str]:
    """The environment of a dbt process: this one's, every path set, telemetry and colours off."""
    return os.environ | {
        "RAPPORT_WAREHOUSE": str(places.warehouse),
        "RAPPORT_LAKE": str(settings.lake),
        "RAPPORT_SCRATCH": str(settings.scratch),
        "RAPPORT_MEMORY_LIMIT": settings.memory_limit,
        "RAPPORT_THREADS": str(settings.threads),
        "DBT_PROJECT_DIR": str(settings.dbt_project),
        "DBT_PROFILES_DIR": str(settings.dbt_project),
        "DBT_TARGET_PATH": str(places.target),
        "DBT_LOG_PATH": str(places.folder / "logs"),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DBT_VERSION_CHECK": "false",
        "DBT_ENGINE_HINTS_ENABLED": "false",  # hints leave a file in the user's home, and nothing is written outside ours
        "DO_NOT_TRACK": "1",
    }


def _seen_from_the_warehouse(settings: Settings, places: DbtPlaces) -> dict[str, str]:
    """The profile's paths relative to the warehouse's folder: dbt takes a parse for its own only under the same profile."""
    scratch = os.path.relpath(settings.scratch, places.warehouse.parent)
    return {"RAPPORT_WAREHOUSE": places.warehouse.name, "RAPPORT_SCRATCH": scratch}


def run_dbt(
    settings: Settings,
    arguments: Sequence[str],
    *,
    places: DbtPlaces,
    lock: Lock,
    on_node: Callable[[dict], None] = lambda _event: None,
) -> DbtResult:
    """Run dbt quietly and wait for it.

    Args:
        arguments: the command and its options, e.g. `["build", "--full-refresh"]`; the company's vars are added.
        lock: the lock of the warehouse; the child holds it too.
        on_node: called with `{"nodes": n}` and then with `{"finished": name, "kind": …, "status": …}` per node.

    Raises:
        RapportError: a model or test failed (all are named, with dbt's message and the compiled file), or dbt could not run.
    """
    forget_stale_parse(settings, places.target)
    given = json.dumps(dbt_vars(settings), sort_keys=True)
    kept = take_kept_parse(settings, places.target, given)
    console = places.folder / "console.log"
    read_end, write_end = os.pipe()
    with open(console, "wb") as output:
        child = subprocess.Popen(
            child_command([*arguments, "--vars", given, *_QUIETLY], lock, write_end),
            env=dbt_environment(settings, places) | _seen_from_the_warehouse(settings, places),
            cwd=places.warehouse.parent,
            pass_fds=[lock.descriptor, write_end],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    os.close(write_end)
    summary = None
    try:
        with os.fdopen(read_end, encoding="utf-8") as events:
            for line in events:
                event = json.loads(line)
                if "result" in event:
                    summary = event["result"]
                else:
                    on_node(event)
    except BaseException:
        child.kill()
        raise
    finally:
        code = child.wait()
    if summary is None:
        raise RapportError(
            f"dbt ended without a result (exit code {code}).",
            where=f"{console}: {_tail(console)}",
            fix="Run it again; if it was killed for want of memory, lower RAPPORT_MEMORY_LIMIT.",
        )
    keep_parse(settings, places.target, kept)
    if not summary["success"]:
        raise _failed(summary, settings)
    return DbtResult(summary["counts"], summary["warnings"])


def child_command(arguments: Sequence[str], lock: Lock | None, events: int = -1) -> list[str]:
    """The command line of the process in which dbt runs; `events` is the descriptor on which it reports, -1 for none."""
    descriptors = [str(os.getpid()), str(lock.descriptor if lock else -1), str(events)]
    return [sys.executable, "-m", "rapport.warehouse.dbt_child", *descriptors, "--", *arguments]


def _failed(summary: Mapping, settings: Settings) -> RapportError:
    failures = summary["failures"]
    if not failures:
        return RapportError(
            "dbt could not read the project.",
            where=_one_line(summary["exception"] or "no message"),
            fix="Mend the file named, then build again; `rapport dbt parse` checks the project in seconds.",
        )
    first, more = failures[0], len(failures) - 1
    named = "; ".join(f"{f['kind']} {f['name']}: {_one_line(f['message'])} ({_file(f, settings)})" for f in failures[:5])
    return RapportError(
        f"dbt {first['kind']} {first['name']} failed" + (f", and {more} more." if more else "."),
        where=named + (f"; and {more - 4} more" if more > 4 else ""),
        fix=f"Mend it, then build again; `rapport dbt build --select +{first['name']}` tries it in a warehouse of your own.",
    )


def _file(failure: Mapping, settings: Settings) -> Path:
    return settings.dbt_project / failure["file"]


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _tail(file: Path, size: int = 2000) -> str:
    return _one_line(file.read_text(encoding="utf-8", errors="replace")[-size:])
