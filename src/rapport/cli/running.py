"""`rapport run`: the whole way, once."""

import json
import os
from pathlib import Path
from typing import Annotated

import typer

from rapport.cli.app import app
from rapport.cli.output import print_json, print_table, wants_json
from rapport.errors import UsageError


@app.command()
def run(
    drops: Annotated[
        list[str] | None,
        typer.Option(metavar="SYSTEM=PATH", help="Read one system's exports from another place, for this run only."),
    ] = None,
) -> None:
    """Pull, load, check, build, check and publish; then compose the due reports and send the mail that waits.

    One run works at a time: a second one ends at once with exit code 4 and says who is at work.

    Example: [bold]rapport run --drops shop=/mnt/shop-exports[/bold]
    """
    from rapport import steps

    name_drops(drops or [])
    run_id = steps.run()
    show_run(int(run_id))


def name_drops(drops: list[str]) -> None:
    """Put `SYSTEM=PATH` overrides where the settings find them; relative paths are relative to where the command was typed."""
    if not drops:
        return
    named = json.loads(os.environ.get("RAPPORT_DROPS", "{}"))
    for drop in drops:
        system, equals, place = drop.partition("=")
        if not equals or not place:
            raise UsageError("A drop is not written as it must be.", where=drop, fix="Write --drops SYSTEM=PATH.")
        named[system] = place if "://" in place else str(Path(place).expanduser().absolute())
    os.environ["RAPPORT_DROPS"] = json.dumps(named)


def show_run(run_id: int) -> None:
    """Print what a run's steps counted."""
    from sqlalchemy import select

    from rapport.settings import current_settings
    from rapport.state import open_state
    from rapport.state.tables import run_steps

    state = open_state(current_settings().state_url)
    with state.read() as connection:
        rows = connection.execute(
            select(run_steps.c.step, run_steps.c.status, run_steps.c.counts)
            .where(run_steps.c.run_id == run_id)
            .order_by(run_steps.c.position)
        ).all()
    if wants_json():
        print_json({"run": run_id, "steps": [{"step": step, "status": status, **counts} for step, status, counts in rows]})
        return
    print_table(
        ["step", "what happened", "seconds"],
        [(step, in_words(counts), float(counts.get("seconds", 0))) for step, _, counts in rows],
        title=f"Run {run_id}",
    )


def in_words(counts: dict[str, object]) -> str:
    """What a step counted, as one line."""
    return ", ".join(
        f"{name}: {', '.join(value) if isinstance(value, list) else value}"
        for name, value in counts.items()
        if name != "seconds"
    )
