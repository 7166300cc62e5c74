"""`rapport retry`: files in quarantine, tried again."""

from typing import Annotated

import typer

from rapport.cli.app import app
from rapport.cli.output import print_json, print_table, wants_json


@app.command()
def retry(
    systems: Annotated[
        list[str] | None, typer.Argument(metavar="[SYSTEM]…", help="Only these systems; all when left out.")
    ] = None,
) -> None:
    """Try refused files again, and say of each what came of it.

    A refused file waits in the archive: nothing has to be dropped twice. After its declaration was mended, the next load takes
    it up by itself; this command does so now, and tries those again, too, whose declaration is the same, e.g. after an update
    of Rapport. Exit 3 when a file is refused again. Example: [bold]rapport retry crm[/bold]
    """
    from dataclasses import asdict

    from rapport.exports.retry import retry
    from rapport.settings import current_settings
    from rapport.state import open_state

    settings = current_settings()
    retried, result = retry(settings, open_state(settings.state_url), systems)
    if wants_json():
        print_json({"retried": [asdict(file) for file in retried], "load": result.counts()})
    else:
        _print(retried)
        if others := result.files - sum(file.outcome == "taken" for file in retried):
            typer.echo(f"{others:,} other files were loaded.")
    if any(file.outcome == "refused again" for file in retried):
        raise typer.Exit(3)


def _print(retried: list) -> None:
    if not retried:
        typer.echo("No file waits in quarantine.")
        return
    rows = [(f"{f.system}.{f.table}", f.name, f.outcome, f.rows_good, f.rows_rejected, f.rows_skipped) for f in retried]
    print_table(("table", "file", "what came of it", "good", "rejected", "skipped"), rows)
    for file in retried:
        if file.outcome == "refused again":
            typer.echo(f"Refused: {file.system}.{file.table}: {file.name}\n  {file.what}\n  Fix: {file.fix}", err=True)
