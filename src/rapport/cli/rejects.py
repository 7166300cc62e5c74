"""`rapport rejects`: what was not accepted of the exports, and its way back."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rapport.cli.app import app
from rapport.cli.output import print_json, print_table, wants_json

if TYPE_CHECKING:
    from rapport.exports.lake import LakeFile
    from rapport.settings import Settings


@app.command()
def rejects(
    table: Annotated[str | None, typer.Argument(help="A table, such as crm.accounts or accounts; all when left out.")] = None,
    limit: Annotated[int, typer.Option(help="How many records to show; the counts are always of all.")] = 50,
    export: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Write them as files of the original shape with the reason added.")
    ] = None,
) -> None:
    """Show which records were not accepted, and why.

    Each with its file, record, line, column, reason and value; then how many there are of each reason. With --export they are
    written as files like those that came (same delimiter, encoding, header and columns; .xlsx of workbooks, .csv of Parquet)
    with the column `rejected_because` added: correct the values and drop the file again, the loader ignores that column.

    Example: [bold]rapport rejects crm.accounts --export to-correct[/bold]
    """
    from rapport.errors import UsageError
    from rapport.exports.lake import current_files
    from rapport.settings import current_settings
    from rapport.state import open_state

    settings = current_settings()
    files = current_files(settings, open_state(settings.state_url))
    if table:
        tables = sorted({f"{file.system}.{file.table}" for file in files})
        files = [file for file in files if table in (file.table, f"{file.system}.{file.table}")]
        if not files:
            raise UsageError(
                f"Nothing was loaded into a table {table}.", where="the lake", fix=f"Name one of {', '.join(tables) or 'none'}."
            )
    if export:
        _export(settings, files, export)
    else:
        _show(settings, files, limit)


def _show(settings: "Settings", files: "list[LakeFile]", limit: int) -> None:
    from collections import Counter
    from dataclasses import asdict

    from rapport.exports.lake import read_rejects

    found = list(read_rejects(settings, files))
    counts = Counter((f"{r.system}.{r.table}", why.column or "(record)", why.rule) for r in found for why in r.reasons)
    if wants_json():
        summary = [{"table": t, "column": c, "rule": rule, "rejects": n} for (t, c, rule), n in counts.most_common()]
        print_json({"rejects": [asdict(reject) for reject in found[:limit]], "total": len(found), "counts": summary})
        return
    rows = [
        (f"{r.system}.{r.table}", r.name, str(r.row), str(r.line), why.column or "(record)", why.rule, why.value or r.text[:80])
        for r in found[:limit]
        for why in r.reasons
    ]
    print_table(("table", "file", "record", "line", "column", "reason", "value"), rows)
    print_table(("table", "column", "reason", "rejects"), [(*key, n) for key, n in counts.most_common()], title="By reason")
    typer.echo(f"{len(found):,} rejected records; {min(limit, len(found)):,} shown.")


def _export(settings: "Settings", files: "list[LakeFile]", folder: Path) -> None:
    from dataclasses import asdict

    from rapport.exports.returning.write import return_rejects

    returned = return_rejects(settings, files, folder)
    if wants_json():
        print_json({"files": [asdict(file) for file in returned]})
        return
    for file in returned:
        typer.echo(
            f"{file.path}: {file.rejected:,} rejected of {file.records:,} records{'. ' + file.note if file.note else ''}"
        )
    if not returned:
        typer.echo("No record was rejected.")
    else:
        typer.echo("Correct the values that `rejected_because` names, then drop the files where the system drops its exports.")
