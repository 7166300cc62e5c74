"""What `rapport source new` does: profile, ask, write, and load the samples by what was written."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from rapport.cli.output import print_json, print_table, wants_json
from rapport.errors import UsageError

if TYPE_CHECKING:
    from rapport.exports.profiling.findings import Findings
    from rapport.exports.rehearsal import Rehearsed
    from rapport.settings import Settings

_LOADS = {
    "snapshot": "each file is the whole truth; what is missing from the newest was removed",
    "append": "each file adds records",
    "upsert": "a later file's version of a key wins",
}


def declare(
    samples: Sequence[Path],
    system: str | None,
    table: str | None,
    to: Path | None,
    *,
    force: bool,
    day_first: bool,
    month_first: bool,
) -> None:
    """Profile samples, ask what they leave open, and write the declaration and the staging model.

    Raises:
        UsageError: a sample is missing or cannot be read, a name is no name, or the table is there already.
    """
    from rapport.exports.profiling.names import snake_case
    from rapport.exports.profiling.profile import profile
    from rapport.exports.profiling.writing import write
    from rapport.settings import current_settings

    if day_first and month_first:
        raise UsageError("--day-first and --month-first exclude each other.", fix="Give one of them.")
    for path in samples:
        if not path.is_file():
            raise UsageError("There is no such file.", where=str(path), fix="Name sample files, not folders or patterns.")
    system = system or snake_case(samples[0].resolve().parent.name)
    for name in filter(None, (system, table)):
        if name != snake_case(name) or not name[:1].isalpha():
            raise UsageError(f"{name!r} is not a name: small letters, digits and _, a letter first.", fix="Give another name.")
    settings = current_settings()
    first = "day first" if day_first else "month first" if month_first else None
    findings = profile(settings, samples, system, table, first)
    if sys.stdin.isatty() and not wants_json() and not os.environ.get("RAPPORT_YES"):
        _ask(findings)
    folder = to or settings.dbt_project / "models" / "systems" / system
    written = write(findings, folder, force=force)
    rehearsed = None
    if not findings.questions and folder.resolve() == (settings.dbt_project / "models" / "systems" / system).resolve():
        rehearsed = _rehearse(settings, system, samples)
    if wants_json():
        print_json(_plain(findings, written, rehearsed))
    else:
        _print(findings, written, rehearsed)


def _ask(findings: "Findings") -> None:
    for question in list(findings.questions):
        typer.echo(f"{question.column or 'The export'}: {question.text}")
        answer = _chosen("Which", [*question.choices, "leave open"], "leave open")
        if answer in question.choices:
            findings.answer(question, answer)
    for load, meaning in _LOADS.items():
        typer.echo(f"  {load}: {meaning}")
    findings.export["load"] = _chosen("What does a file mean", list(_LOADS), "append")
    findings.evidence["load"] = "said by a person"


def _chosen(question: str, choices: Sequence[str], default: str) -> str:
    while True:
        answer = typer.prompt(f"{question} ({', '.join(choices)})", default=default).strip()
        if answer in choices:
            return answer


def _rehearse(settings: "Settings", system: str, samples: Sequence[Path]) -> "list[Rehearsed]":
    from rapport.exports.rehearsal import rehearse

    return [file for path in samples for file in rehearse(settings, system, [path])]


def _plain(findings: "Findings", written: list[Path], rehearsed: "list[Rehearsed] | None") -> dict[str, object]:
    from dataclasses import asdict

    loads = [
        {"file": str(f.path), "good": f.rows_good, "rejected": f.rows_rejected, "refused": f.refused} for f in rehearsed or ()
    ]
    return asdict(findings) | {"written": written, "samples": loads if rehearsed is not None else None}


def _print(findings: "Findings", written: list[Path], rehearsed: "list[Rehearsed] | None") -> None:
    shown = {"\t": "a tab", "": "none"}
    keys = [(key, shown.get(str(value), str(value)), findings.evidence.get(key, "")) for key, value in findings.export.items()]
    told = [(key, "", why) for key, why in findings.evidence.items() if key not in findings.export]
    print_table(("key", "value", "evidence"), keys + told, title=f"{findings.system}.{findings.table}")
    rows = [
        (
            column.header or f"(column {column.place})",
            column.name,
            column.data_type + (", key" if column.meta.get("key") else ""),
            "; ".join([*column.evidence, column.facts]),
        )
        for column in findings.columns
    ]
    print_table(("header", "column", "type", "evidence"), rows, title="Columns")
    if findings.faulty:
        typer.echo(f"{findings.faulty:,} records have another number of values than the header; they would be rejected.")
    for path in written:
        typer.echo(f"Written: {path}")
    for question in findings.questions:
        typer.echo(f"Open: {question.column or 'export'}, {question.key}: {question.text}")
    for file in rehearsed or ():
        words = f"refused: {file.refused[0]}" if file.refused else f"{file.rows_good:,} good, {file.rows_rejected:,} rejected"
        typer.echo(f"Sample {file.name}: {file.records:,} records, {words}")
    typer.echo(
        f"Next: {'answer the TODO, ' if findings.questions else ''}describe table and columns, say what `load` a file is, then"
        f" `rapport source check {findings.system} FILE` (docs/analysts/add-a-system.md)."
    )
