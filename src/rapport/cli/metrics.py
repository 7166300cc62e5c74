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
def metrics(
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="Only this one, with all that is known about it.")] = "",
    lang: Annotated[str, typer.Option(help="Language of labels and definitions.")] = "en",
) -> None:
    """List the metrics that can be asked for, or say of one what it means, and by what and for which periods it can be asked.

    Example: [b]rapport metrics --lang zh[/b], [b]rapport metrics net_revenue[/b]
    """
    from rapport.metrics.catalogue import published_catalogue
    from rapport.settings import current_settings

    catalogue = published_catalogue(current_settings())
    listed = [
        {
            "name": one.name,
            "label": one.label.get(lang) or one.label.get("en", one.name),
            "unit": one.unit,
            "definition": one.definition.get(lang) or one.definition.get("en", ""),
            "dimensions": sorted({dimension.name for dimension in catalogue.dimensions(one).values()}),
            "periods": list(one.grains or ("any",)),
            "version": one.version,
        }
        for one in ([catalogue.metric(name)] if name else catalogue.listed())
    ]
    if wants_json():
        print_json({"metrics": listed})
        return
    if name:
        (one,) = listed
        print_table(["", ""], [[key, ", ".join(value) if isinstance(value, list) else value] for key, value in one.items()])
        return
    columns = ("name", "label", "unit", "definition")
    print_table([column.capitalize() for column in columns], [[one[column] for column in columns] for one in listed])


def _list(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _print(answers: "list[Figure]", compared: "list[Figure]", compare: str) -> None:
    if not answers:
        print("Nothing: no member has a fact in this period.")
        return
    figures = list(zip(answers, compared or answers, strict=True))
    columns: dict[str, list[str]] = {
        "Metric": [figure.metric for figure, _ in figures],
        "Period": [figure.period.text for figure, _ in figures],
    }
    for name in answers[0].by:
        columns[name] = ["unknown" if figure.by[name] is None else str(figure.by[name]) for figure, _ in figures]
    columns["Value"] = _right([_value(figure) for figure, _ in figures])
    if compared:
        columns[compare.replace("_", " ").capitalize()] = _right([_value(other) for _, other in figures])
    columns["Unit"] = [figure.currency or figure.unit for figure, _ in figures]
    columns["n"] = _right(["" if figure.n is None else f"{figure.n:,}" for figure, _ in figures])
    columns["95 %"] = [" … ".join(map(str, figure.interval)) if figure.interval else "" for figure, _ in figures]
    told = {name: cells for name, cells in columns.items() if any(cells)}
    print_table(list(told), zip(*told.values(), strict=True))
    for note in dict.fromkeys(f"{one.metric}: {_note(one)}" for pair in figures for one in pair if one.reason):
        print(note)


def _value(figure: "Figure") -> str:
    if _is_counts(figure):
        return f"{figure.numerator:,} of {figure.denominator:,}"
    return "–" if figure.value is None else f"{figure.value:,}"


def _note(figure: "Figure") -> str | None:
    return "counts, where they are too few for a rate" if _is_counts(figure) else figure.reason


def _is_counts(figure: "Figure") -> bool:
    return figure.value is None and bool(figure.denominator)


def _right(cells: list[str]) -> list[str]:
    width = max(map(len, cells))
    return [cell.rjust(width) if any(cells) else cell for cell in cells]
