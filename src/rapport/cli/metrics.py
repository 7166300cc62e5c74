"""`rapport metric` and `rapport metrics`: figures from the published snapshot, and the catalogue."""

from typing import TYPE_CHECKING, Annotated

import typer

from rapport.cli.app import app
from rapport.cli.output import print_json, print_table, wants_json

if TYPE_CHECKING:
    from rapport.metrics.figures import Figure


@app.command()
def metric(
    names: Annotated[str, typer.Argument(metavar="NAME[,NAME…]", help="Metrics by name; `rapport metrics` lists them.")],
    period: Annotated[
        str,
        typer.Option(help="2026-11-21, 2026-W47, 2026-11, 2026-Q4, 2026, FY2026, 2026-10-01..2026-10-14 or all."),
    ],
    by: Annotated[
        str,
        typer.Option(metavar="DIM[,DIM…]", help="Dimensions, and at most one of day, week, month, quarter, year, fiscal_year."),
    ] = "",
    where: Annotated[str, typer.Option(help='Conditions, e.g. "channel = web, country in (DE, AT)"; never SQL.')] = "",
    scope: Annotated[str, typer.Option(help="Only these accounts: all, or dimension=value as of the period's end.")] = "all",
    compare: Annotated[str, typer.Option(help="Also previous_period, previous_year or plan.")] = "",
    snapshot: Annotated[
        int | None, typer.Option(help="A published snapshot by number; the current one when not given.")
    ] = None,
) -> None:
    """Ask metrics of the published snapshot: the same numbers that reports print.

    A rate that rests on too few, or that no system feeds, answers with the reason instead of a number.

    Example: [b]rapport metric net_revenue,orders --period 2026-Q3 --by month,channel --compare previous_year[/b]
    """
    from dataclasses import replace

    from rapport.metrics.periods import parse_period
    from rapport.metrics.questions import Question, open_figures
    from rapport.settings import current_settings

    settings = current_settings()
    starts = settings.company.fiscal_year_starts
    everything = period.strip().lower() == "all"  # ends with the snapshot, which is not open yet
    reported = None if everything else parse_period(period, fiscal_year_starts=starts)
    with open_figures(settings, snapshot, scope, reported) as figures:
        asked = parse_period(period, fiscal_year_starts=starts, as_of_on=figures.as_of_on)
        question = Question(_list(names), asked, _list(by), [where] if where else [], beside=compare or None)
        answers = figures.ask(question)
        compared = figures.ask(replace(question, comparison=compare, beside=None)) if compare else []
    if wants_json():
        print_json({"figures": [figure.as_json() for figure in (*answers, *compared)]})
    else:
        _print(answers, compared, compare)


@app.command()
def metrics(lang: Annotated[str, typer.Option(help="Language of labels and definitions.")] = "en") -> None:
    """List the metrics that can be asked for, with their definitions and dimensions.

    Example: [b]rapport metrics --lang zh[/b]
    """
    from rapport.metrics.catalogue import published_catalogue
    from rapport.settings import current_settings

    catalogue = published_catalogue(current_settings())
    listed = [
        {
            "name": one.name,
            "label": one.label.get(lang) or one.label["en"],
            "unit": one.unit,
            "definition": one.definition.get(lang) or one.definition.get("en", ""),
            "dimensions": sorted({dimension.name for dimension in catalogue.dimensions(one).values()}),
            "periods": list(one.grains),
        }
        for one in catalogue.listed()
    ]
    if wants_json():
        print_json({"metrics": listed})
        return
    columns = ("name", "label", "unit", "definition", "dimensions")
    rows = [[", ".join(one[column]) if column == "dimensions" else one[column] for column in columns] for one in listed]
    print_table([column.capitalize() for column in columns], rows)


def _list(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _print(answers: "list[Figure]", compared: "list[Figure]", compare: str) -> None:
    dimensions = list(answers[0].by) if answers else []
    columns = ["Metric", "Period", *dimensions, "Value", "Unit", *([compare] if compare else []), "n", "95 % interval", "Note"]
    beside = compared or [None] * len(answers)
    print_table(
        columns,
        [
            [
                figure.metric,
                figure.period.text,
                *("unknown" if member is None else str(member) for member in figure.by.values()),
                _value(figure),
                figure.currency or figure.unit,
                *([_value(other)] if other else []),
                "" if figure.n is None else f"{figure.n:,}",
                f"{figure.interval[0]} … {figure.interval[1]}" if figure.interval else "",
                _note(figure, other),
            ]
            for figure, other in zip(answers, beside, strict=True)
        ],
    )


def _value(figure: "Figure") -> str:
    return "–" if figure.value is None else f"{figure.value:,}"


def _note(figure: "Figure", other: "Figure | None") -> str:
    reasons = [figure.reason, other.reason if other and other.value is None else None]
    return "; ".join(dict.fromkeys(reason for reason in reasons if reason))
