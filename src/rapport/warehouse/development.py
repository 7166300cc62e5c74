"""An analyst's own dbt: the same project, the same inputs, a warehouse of its own."""

import json
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from rapport.errors import UsageError
from rapport.settings import Settings
from rapport.state.database import State, open_state
from rapport.warehouse.build import latest_finished
from rapport.warehouse.dbt import DbtPlaces, child_command, dbt_environment, dbt_vars, development
from rapport.warehouse.inputs import ThisBuild, write_inputs
from rapport.warehouse.lock import Lock, warehouse_lock
from rapport.warehouse.parse import forget_stale_parse
from rapport.warehouse.registration import register

_READ_INPUTS = {"build", "compile", "docs", "retry", "run", "run-operation", "seed", "show", "snapshot", "source", "test"}


def run_for_analyst(settings: Settings, arguments: Sequence[str]) -> int:
    """Run dbt with these arguments and every path set; returns dbt's own exit code.

    It builds into `dev/warehouse.duckdb` below the home, or into the file that RAPPORT_WAREHOUSE names, with dbt's own files
    beside it. Files of the lake that no nightly build has seen yet are visible here, and stay unregistered; the nightly
    warehouse and its lock are not touched.

    Raises:
        UsageError: RAPPORT_WAREHOUSE names the nightly warehouse, a file beside it, or one that dbt would call otherwise.
        WarehouseBusy: another dbt is building into the same file.
    """
    places = _places(settings)
    command = next((word for word in arguments if not word.startswith("-")), "")
    is_help = command in ("", "init") or "--help" in arguments
    with_vars = arguments if is_help else _with_company(settings, arguments)
    forget_stale_parse(settings, places.target)
    if is_help or command not in _READ_INPUTS:
        return _call(settings, places, with_vars, None)
    with warehouse_lock(settings, places.warehouse) as lock:
        _prepare(settings, open_state(settings.state_url), places)
        return _call(settings, places, with_vars, lock)


def _places(settings: Settings) -> DbtPlaces:
    told = os.environ.get("RAPPORT_WAREHOUSE")
    if not told:
        return development(settings)
    warehouse = Path(told).expanduser().absolute()
    if warehouse.resolve() == settings.warehouse_file.resolve():
        raise UsageError(
            "The nightly warehouse is built by `rapport build` only: what is published must come from one whole build.",
            where=f"RAPPORT_WAREHOUSE={told}",
            fix="Unset RAPPORT_WAREHOUSE, or name another file.",
        )
    if warehouse.stem != "warehouse" or warehouse.parent.resolve() == settings.warehouse_file.resolve().parent:
        raise UsageError(  # dbt calls the database as the file is called; lock and dbt's folder lie beside it
            "A warehouse of one's own is called warehouse.duckdb and lies in a folder of its own.",
            where=f"RAPPORT_WAREHOUSE={told}",
            fix=f"Unset RAPPORT_WAREHOUSE, or name {settings.home / 'mine' / 'warehouse.duckdb'}, say.",
        )
    return DbtPlaces(warehouse, warehouse.parent / "dbt")


def _with_company(settings: Settings, arguments: Sequence[str]) -> list[str]:
    """The arguments with the company's vars; vars that the analyst gives go on top."""
    import yaml

    rest, given, words = [], {}, iter(arguments)
    for word in words:
        if word == "--vars" or word.startswith("--vars="):
            text = word.partition("=")[2] or next(words, "{}")
            given |= yaml.safe_load(text) or {}
        else:
            rest.append(word)
    return [*rest, "--vars", json.dumps(dbt_vars(settings) | given)]


def _prepare(settings: Settings, state: State, places: DbtPlaces) -> None:
    from rapport.exports.declarations import read_declarations
    from rapport.exports.lake import current_files

    files = current_files(settings, state)
    registered = register(state, files, provisional=True)
    last = latest_finished(state)
    this_build = ThisBuild(
        number=last.number if last else 0,
        as_of=settings.as_of(),
        from_sequence=0,  # a warehouse of one's own may be of any age, so everything counts as new
        to_sequence=max((row.sequence for row in registered), default=0),
    )
    write_inputs(settings, places.warehouse, this_build, read_declarations(settings), files, registered)


def _call(settings: Settings, places: DbtPlaces, arguments: Sequence[str], lock: Lock | None) -> int:
    return subprocess.call(
        child_command(arguments, lock),
        env=dbt_environment(settings, places),
        pass_fds=[lock.descriptor] if lock else [],
    )
