"""`rapport bench`: what the steps cost on this machine."""

import os
from typing import TYPE_CHECKING, Annotated

import typer

from rapport.cli.app import app
from rapport.cli.output import print_json, print_table, wants_json

if TYPE_CHECKING:
    from rapport.bench.report import Run

bench = typer.Typer(no_args_is_help=True, help="Measure what steps cost on this machine; nothing is left behind.")
app.add_typer(bench, name="bench")


@bench.command()
def report(
    name: Annotated[str, typer.Argument(help="A folder of reports/.")] = "management_month",
    period: Annotated[str | None, typer.Option(help="The period; the newest that is published when not given.")] = None,
) -> None:
    """CPU seconds to compose a report from the published snapshot, in all languages and formats.

    Cold is a fresh process with its imports, warm the same again in that process. No edition is entered.

    Example: [bold]rapport bench report management_month --json[/bold]
    """
    from rapport.bench.report import GOALS, as_json, bench_report
    from rapport.settings import current_settings

    cost = bench_report(current_settings(), name, period)
    if wants_json():
        print_json(as_json(cost))
        return
    print(f"{cost.report}, {cost.period}, in {', '.join(cost.languages)}: CPU seconds, user and system")
    print_table(["run", *cost.runs[0].steps, "the rest", "in all", "goal", "within"], [_row(run, GOALS) for run in cost.runs])
    if os.environ.get("PYTHONDONTWRITEBYTECODE"):
        print("PYTHONDONTWRITEBYTECODE is set: the cold run compiled every module that it imported.")
    print_table(["file", "bytes"], sorted(cost.runs[-1].sizes.items()))


def _row(run: "Run", goals: dict[str, float]) -> list[object]:
    rest = run.seconds - sum(run.steps.values())
    return [run.run, *run.steps.values(), rest, run.seconds, goals[run.run], run.seconds <= goals[run.run]]


@bench.command()
def marts(
    lines: Annotated[list[int], typer.Option(help="Order lines; may be given several times.")] = [1_000_000, 10_000_000],  # noqa: B006
    rounds: Annotated[int, typer.Option(help="How often each is measured.")] = 3,
) -> None:
    """CPU seconds from exports to marts: Rapport's full build and its day after, beside one script by hand, pandas and polars.

    Each in a process of its own, in turns, in homes that are thrown away. Results are proved equal before anything is printed.

    Example: [bold]rapport bench marts --lines 1000000 --rounds 1[/bold]
    """
    from rapport.bench.marts.run import GOALS, as_json, bench_marts, ratios
    from rapport.settings import current_settings

    measured = bench_marts(current_settings(), sorted(lines), rounds)
    if wants_json():
        print_json(as_json(measured))
        return
    rows = [
        [
            f"{one.lines:,}",
            name,
            one.least(name),
            one.middle(name),
            min(cost.wall for cost in costs),
            max(cost.gib for cost in costs),
            ", ".join(f"{step['step']} {step['cpu']:.1f}" for step in min(costs, key=lambda cost: cost.cpu).steps),
        ]
        for one in measured
        for name, costs in one.rounds.items()
    ]
    print_table(["lines", "what", "CPU s, least", "median", "clock s, least", "GiB", "of which"], rows)
    print_table(["goal", "is", "at most"], [[name, value, GOALS[name]] for name, value in ratios(measured).items()])


@bench.command()
def load(
    rows: Annotated[int, typer.Option(help="Order rows of the large CSV; 10 M are 1.3 GB.")] = 10_000_000,
    rounds: Annotated[int, typer.Option(help="How often each is measured.")] = 3,
) -> None:
    """CPU seconds to load a large CSV, good and with 1 % of bad rows, beside DuckDB's own typed reader, pandas and polars.

    Then a workbook of 100,000 rows, and a pull that finds 10,000 known files and 10 new ones.

    Example: [bold]rapport bench load --rows 1000000 --rounds 1[/bold]
    """
    from rapport.bench.load.run import GOALS, as_json, bench_load, ratios
    from rapport.settings import current_settings

    loads = bench_load(current_settings(), rows, rounds)
    if wants_json():
        print_json(as_json(loads))
        return
    table = [
        [
            case,
            name,
            loads.least(case, name),
            loads.middle(case, name),
            min(cost.wall for cost in costs),
            max(cost.gib for cost in costs),
            ", ".join(f"{step['step']} {step['cpu']:.2f}" for step in min(costs, key=lambda cost: cost.cpu).steps),
        ]
        for case, contestants in loads.cases.items()
        for name, costs in contestants.items()
    ]
    print_table(["case", "what", "CPU s, least", "median", "clock s, least", "GiB", "of which"], table)
    print_table(["goal", "is", "at most"], [[name, value, GOALS[name]] for name, value in ratios(loads).items()])
