"""`rapport build`, `publish` and `dbt`."""

from typing import Annotated

import typer

from rapport.cli.app import app
from rapport.cli.output import print_json, print_table, wants_json


@app.command()
def build() -> None:
    """Build the warehouse: register what the lake holds and run dbt once over it.

    A build that is interrupted or fails changes nothing for readers; the next one repeats it whole. When systems, feeds,
    shared_ids, currency, timezone or revenue_basis of the company changed, everything is built anew, and the result says so.

    Example: [bold]rapport build --as-of 2026-11-01[/bold]
    """
    from rapport import steps

    number = steps.build()
    built = _build(number)
    told = {
        "build": number,
        "as_of": built.as_of,
        "models": built.counts.get("model", 0),
        "tests": built.counts.get("test", 0),
        "deliveries": built.to_sequence - built.from_sequence,
        "full_refresh": built.full_refresh,
    }
    if wants_json():
        print_json(told)
    else:
        print_table([name.replace("_", " ") for name in told], [list(told.values())])


@app.command()
def publish(
    build: Annotated[int | None, typer.Argument(help="The build's number; the newest one when not given.")] = None,
) -> None:
    """Publish the newest build, once both gates are open for it, as a numbered snapshot that readers see from then on.

    Content that readers already see is not published again.

    Example: [bold]rapport publish[/bold]
    """
    from rapport import steps

    counts = steps.publish(build or _build().number)
    if wants_json():
        print_json(counts)
    elif counts["unchanged"]:
        print(f"Nothing new: snapshot {counts['snapshot']:06} already holds what the build holds.")
    else:
        print(f"Snapshot {counts['snapshot']:06} is published.")


@app.command(
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []},
    add_help_option=False,
)
def dbt(context: typer.Context) -> None:
    """Run dbt with every path and the company's vars set, in a warehouse of your own (`dev/warehouse.duckdb` below the home).

    Everything after `dbt` goes to dbt. The nightly warehouse is not touched; RAPPORT_WAREHOUSE names another one,
    a `warehouse.duckdb` in a folder of its own.

    Example: [bold]rapport dbt build --select +sales_lines[/bold]
    """
    from rapport.settings import current_settings
    from rapport.warehouse.development import run_for_analyst

    raise SystemExit(run_for_analyst(current_settings(), context.args))


def _build(number: int | None = None):
    """A build of the state; the newest one when no number is given."""
    from sqlalchemy import select

    from rapport.errors import UsageError
    from rapport.settings import current_settings
    from rapport.state import open_state
    from rapport.state.tables import builds

    query = select(builds).order_by(builds.c.number.desc()).limit(1)
    with open_state(current_settings().state_url).read() as connection:
        built = connection.execute(query if number is None else query.where(builds.c.number == number)).first()
    if built is None:
        raise UsageError("There is no build.", fix="Build first: `rapport build`.")
    return built
