"""`rapport source`: exports that are new: a first declaration from samples, and what a file would do."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rapport.cli.app import app
from rapport.cli.output import print_json, print_table, wants_json

if TYPE_CHECKING:
    from rapport.exports.rehearsal import Rehearsed

source = typer.Typer(no_args_is_help=True, rich_markup_mode="rich")
app.add_typer(source, name="source", help="Declare a system's exports, and see what a file would do before it is dropped.")


@source.command("check")
def check(
    system: Annotated[str, typer.Argument(help="The system, a folder of dbt_project/models/systems.")],
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="Files as they would be dropped.")],
    limit: Annotated[int, typer.Option(help="How many rejected records of a file to show; the counts are of all.")] = 10,
) -> None:
    """Show what files would do, without loading them.

    The loader itself reads them into a scratch folder that is thrown away: which declaration covers each file, when it was
    exported, how its header differs, how many records are good, rejected and skipped, and why. Archive, lake and state stay as
    they are, and the system need not be in company.yml yet. Exit 3 when a file would be refused or no declaration covers it.

    Example: [bold]rapport source check crm ~/Downloads/accounts_2026-10-31.csv[/bold]
    """
    from rapport.exports.rehearsal import rehearse
    from rapport.settings import current_settings

    rehearsed = rehearse(current_settings(), system, files, shown=limit)
    if wants_json():
        print_json({"files": [_plain(system, file) for file in rehearsed]})
    else:
        for file in rehearsed:
            _print(system, file)
    if any(file.refused for file in rehearsed):
        raise typer.Exit(3)


def _plain(system: str, file: "Rehearsed") -> dict[str, object]:
    from dataclasses import asdict

    what, fix = file.refused or (None, None)
    return {
        "file": str(file.path),
        "declaration": f"{system}.{file.table}" if file.table else None,
        "exported_at": file.exported_at,
        "refused": what,
        "fix": fix,
        "records": file.records,
        "good": file.rows_good,
        "rejected": file.rows_rejected,
        "skipped": file.rows_skipped,
        "notices": file.notices,
        "reasons": [{"column": column, "rule": rule, "rejects": n} for (column, rule), n in file.reasons.most_common()],
        "rejects": [
            {
                "record": reject.row,
                "line": reject.line,
                "reasons": [asdict(reason) for reason in reject.reasons],
                "text": reject.text,
            }
            for reject in file.rejects
        ],
    }


def _print(system: str, file: "Rehearsed") -> None:
    typer.echo(f"{file.path}")
    if file.table:
        when = f", exported at {file.exported_at:%Y-%m-%d %H:%M} UTC" if file.exported_at else ""
        typer.echo(f"  covered by {system}.{file.table}{when}")
    if file.refused:
        what, fix = file.refused
        typer.echo(f"  Refused: {what}\n  Fix: {fix}")
        return
    typer.echo(
        f"  {file.records:,} records: {file.rows_good:,} good, {file.rows_rejected:,} rejected, {file.rows_skipped:,} skipped"
    )
    for notice in file.notices or ["the header is as declared"]:
        typer.echo(f"  Note: {notice}")
    if file.reasons:
        reasons = [(column or "(record)", rule, n) for (column, rule), n in file.reasons.most_common()]
        print_table(("column", "reason", "rejects"), reasons, title="By reason")
        rows = [
            (str(reject.row), str(reject.line), why.column or "(record)", why.rule, (why.value or reject.text)[:80])
            for reject in file.rejects
            for why in reject.reasons
        ]
        print_table(("record", "line", "column", "reason", "value"), rows, title="The first rejects")
