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


@source.command("new")
def new(
    samples: Annotated[list[Path], typer.Argument(metavar="SAMPLE…", help="Files of one table, as the system writes them.")],
    system: Annotated[str | None, typer.Option(help="The system's name; the samples' folder when left out.")] = None,
    table: Annotated[str | None, typer.Option(help="The table's name; made from the files' names when left out.")] = None,
    to: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Where to write; dbt_project/models/systems/<system> when left out.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace this table's declaration and staging model.")] = False,
    day_first: Annotated[bool, typer.Option("--day-first", help="Where samples fit both: 3/4 is the 3rd of April.")] = False,
    month_first: Annotated[bool, typer.Option("--month-first", help="Where samples fit both: 3/4 is March the 4th.")] = False,
) -> None:
    """Profile sample files of one table, and write a first declaration and staging model for an analyst to finish.

    Whole columns are looked at, by the loader's own casts: encoding, delimiter, header line, decimal mark, types, null words,
    date formats, keys, personal data. Each decision is shown with its evidence. What the samples cannot decide, as 3/4/2026,
    is asked; without a terminal it becomes a TODO, which the loader refuses until somebody answers it. Nothing is guessed.
    Several samples are better than one: a column must fit all of them.

    Example: [bold]rapport source new till/orders_2026-09.csv till/orders_2026-10.csv[/bold]
    """
    from rapport.cli.profiles import declare

    declare(samples, system, table, to, force=force, day_first=day_first, month_first=month_first)


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
