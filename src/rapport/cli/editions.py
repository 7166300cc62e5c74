"""`rapport compose`, `rapport editions` and `rapport trace`."""

from typing import TYPE_CHECKING, Annotated

import typer

from rapport.cli.app import app
from rapport.cli.output import print_json, print_table, wants_json

if TYPE_CHECKING:
    from decimal import Decimal

    from rapport.editions.store import Edition
    from rapport.editions.trace import FileRows, Trace


@app.command()
def compose(
    name: Annotated[str, typer.Argument(help="A folder of reports/, e.g. management_month.")],
    period: Annotated[str, typer.Option(help="The period, e.g. 2026-10.")],
    scope: Annotated[str, typer.Option(help="all, or dimension=value such as account_manager=crm:E-07.")] = "all",
    locale: Annotated[str | None, typer.Option(help="One language; all of the company's when not given.")] = None,
    revise: Annotated[bool, typer.Option("--revise", help="Make a revision if anything has changed; it is held.")] = False,
) -> None:
    """Compose an edition of a report and print its id and files. Nothing changed, nothing done: the edition there is printed.

    Example: [bold]rapport compose management_month --period 2026-10[/bold]
    """
    from rapport.editions.compose import compose as compose_edition
    from rapport.settings import current_settings
    from rapport.state import open_state

    settings = current_settings()
    edition = compose_edition(settings, open_state(settings.state_url), name, period, scope, locale, revise=revise)
    if wants_json():
        print_json(
            {"edition": edition.edition_id, "is_new": edition.is_new, "status": edition.status, "files": edition.files()}
        )
        return
    print(f"{edition.edition_id} ({'composed now' if edition.is_new else 'unchanged'}, {edition.status})")
    for file in edition.files():
        print(f"  {file}")


@app.command()
def editions(report: Annotated[str | None, typer.Argument(help="One report; all when not given.")] = None) -> None:
    """List the editions there are, the newest period first.

    Example: [bold]rapport editions management_month[/bold]
    """
    from rapport.editions.store import list_editions, read_manifest
    from rapport.settings import current_settings
    from rapport.state import open_state

    settings = current_settings()
    found = list_editions(settings, open_state(settings.state_url), **({"report": report} if report else {}))

    def personal(edition: "Edition") -> dict[str, list[str]] | None:
        return (read_manifest(edition.folder) or {}).get("personal_data")  # not known of editions that are older than it

    if wants_json():
        print_json(
            {
                "editions": [
                    {**vars(edition), "locales": edition.locales(), "personal_data": personal(edition)} for edition in found
                ]
            }
        )
        return
    print_table(
        ["edition", "status", "snapshot", "languages", "folder"],
        [
            (
                one.edition_id,
                one.status,
                f"{one.snapshot:06}",
                ", ".join(one.locales()),
                str(one.folder.relative_to(settings.home)),
            )
            for one in found
        ],
    )


@app.command()
def trace(
    edition: Annotated[str, typer.Argument(help="An edition's id, as `rapport editions` prints it.")],
    figure: Annotated[str, typer.Argument(help="A figure's id, or a metric's name for the edition's own period.")],
    rows: Annotated[int, typer.Option(help="How many records of each file to print; --json gives all.", min=0)] = 5,
) -> None:
    """Lead a printed number back to its definition, SQL, models and checks, and to the records of the files that it adds up.

    Example: [bold]rapport trace management_month.2026-10.all.r1 net_revenue[/bold]
    """
    from rapport.editions.trace import trace as trace_figure
    from rapport.settings import current_settings

    found = trace_figure(current_settings(), edition, figure)
    if wants_json():
        print_json(found.as_json())
        return
    _print_trace(found, rows)


def _print_trace(found: "Trace", rows: int) -> None:
    figure, meaning = found.figure, found.meaning
    print(f"{figure['id']} = {_value(figure)}, in {found.edition.edition_id}")
    if meaning:
        print(f"\nMetric      {figure['metric']}: {meaning['label'].get('en', '')} (version {meaning['version']})")
        print(f"Definition  {meaning['definition'].get('en', '')}")
    for part in found.parts:
        adds_up = f", from {part['records']:,} records in {part['files']:,} files" if part["records"] else ""
        print(f"Made of     {part['id']} = {_value(part)}{adds_up}")
    if found.sql:
        print(f"\nSQL on snapshot {found.edition.snapshot:06}:\n{found.sql}")
    if found.models:
        print(f"\nModels, from the mart back to the exports:\n  {', '.join(found.models)}")
    if found.checks:
        print(f"\nChecks of the gates on these: {sum(check['passed'] for check in found.checks)} of {len(found.checks)} passed")
        for check in found.checks:
            print(f"  {'passed ' if check['passed'] else 'WARNING'} {check['name']}")
    if found.files:
        print("\nRecords that it adds up, by file (its SHA-256, which names it in the archive):")
        for file in found.files:
            print(f"  {file.file_id}  {', '.join(file.names)}\n    {_records(file, rows, figure['unit'])}")
        total = _at_scale(found.total, figure["unit"])
        print(f"{sum(len(file.rows) for file in found.files):,} records in {len(found.files):,} files add up to {total}")


def _value(figure: dict) -> str:
    if figure["value"] is None:
        return f"– ({figure['reason']})" if figure["reason"] else "–"
    unit = figure["currency"] or figure["unit"]
    return figure["value"] if unit == "count" else f"{figure['value']} {unit}"


def _records(file: "FileRows", shown: int, unit: str) -> str:
    first = "".join(f"; record {row}: {_at_scale(amount, unit)}" for row, amount in file.rows[:shown])
    more = "; …" if len(file.rows) > shown else ""
    return f"{len(file.rows):,} records, {_at_scale(file.total, unit)}{first}{more}"


def _at_scale(amount: "Decimal", unit: str) -> "Decimal":
    """An amount at the scale at which its figure is printed, but with every digit that this would round away."""
    from rapport.metrics.figures import rounded

    printed = rounded(amount, unit)
    return printed if printed == amount else amount
