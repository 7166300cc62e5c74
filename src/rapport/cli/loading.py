"""Commands that bring exports in: pull, load."""

from collections import Counter
from collections.abc import Mapping
from typing import Annotated

import typer

from rapport.cli.app import app
from rapport.cli.output import print_json, print_table, wants_json

_Systems = Annotated[list[str] | None, typer.Argument(metavar="[SYSTEM]…", help="Only these systems; all when left out.")]


@app.command()
def pull(systems: _Systems = None) -> None:
    """Copy new export files to the archive.

    Looks where company.yml says that each system drops its exports. Each new file is kept under its SHA-256 with a note of
    where it came from; a file that was there before is a repeat and changes nothing. A file that is not what its sender says
    is not taken (exit 3); a place that does not answer is named and stops no other (exit 1).
    Example: [bold]rapport pull crm shop[/bold]
    """
    from rapport.exports.pull import LEFT, pull
    from rapport.settings import current_settings
    from rapport.state import open_state

    settings = current_settings()
    result = pull(settings, open_state(settings.state_url), systems)
    counts = [(system, table, n["new"], n["known"], n["repeats"]) for (system, table), n in result.tables.items()]
    columns = ("system", "table", "new", "known", "repeats")
    if wants_json():
        left = {kind: getattr(result, kind) for kind in LEFT}
        print_json({"tables": [dict(zip(columns, row, strict=True)) for row in counts], **left})
    else:
        print_table(columns, [row for row in counts if any(row[2:])])
        _say_without_files(result.tables)
        words = {
            "unmatched": "no declaration covers it",
            "unfinished": "is still arriving; a later pull takes it",
            "undated": "its name does not tell when it was exported",
        }
        for kind, names in result.left().items():
            for name in names:
                if kind in words:
                    typer.echo(f"Left: {name} ({words[kind]})")
                else:
                    typer.echo(f"{kind.capitalize()}: {name}", err=True)
    if result.unreachable:
        raise typer.Exit(1)
    if result.undated or result.damaged:
        raise typer.Exit(3)


def _say_without_files(tables: Mapping[tuple[str, str], Counter[str]]) -> None:
    """One line per system, so that a name that no declaration's `files` meets is seen; a system that is a menu names many."""
    without: dict[str, list[str]] = {}
    for (system, table), counts in tables.items():
        if not counts.total():
            without.setdefault(system, []).append(table)
    for system, names in without.items():
        of_all = sum(1 for other, _ in tables if other == system)
        typer.echo(f"{system}: no files of {', '.join(names) if len(names) <= 8 else f'{len(names)} of {of_all} tables'}")


@app.command()
def load(systems: _Systems = None) -> None:
    """Turn archived files into typed Parquet files of the lake.

    Columns are typed by the declarations; a record that does not fit is a reject (see [bold]rapport rejects[/bold]), and a
    file that cannot be read at all is refused, named here, and stops no other (exit 3). Example: [bold]rapport load crm[/bold]
    """
    from dataclasses import asdict

    from rapport.exports.load import load
    from rapport.settings import current_settings
    from rapport.state import open_state

    settings = current_settings()
    result = load(settings, open_state(settings.state_url), systems)
    if wants_json():
        print_json(asdict(result))
    else:
        print_table(("", "count"), [(name.replace("_", " "), count) for name, count in result.counts().items()])
        for notice in result.notices:
            typer.echo(f"Note: {notice}")
        for file in result.refused:
            typer.echo(f"Refused: {file.system}.{file.table}: {file.name}\n  {file.what}\n  Fix: {file.fix}", err=True)
    if result.refused:
        raise typer.Exit(3)
