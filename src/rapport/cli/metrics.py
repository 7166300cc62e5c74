"""`rapport metric` and `rapport metrics`: figures from the published snapshot, and the catalogue."""

from itertools import chain, groupby
from typing import TYPE_CHECKING, Annotated

import typer

from rapport.cli.app import app
from rapport.cli.output import print_json, print_table, wants_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rapport.metrics.catalogue import Catalogue
    from rapport.metrics.definitions import Metric
    from rapport.metrics.figures import Figure


@app.command()
def metric(
    names: Annotated[str, typer.Argument(metavar="NAME[,NAME…]", help="Metrics by name; `rapport metrics` lists them.")],
    period: Annotated[
        str,
        typer.Option(
            help="2026-11-21, 2026-W47, 2026-11, 2026-Q4, 2026, FY2026, FY2026-Q2, FY2026-P03, 2026-10-01..2026-10-14 or all."
        ),
    ],
    by: Annotated[
        str,
        typer.Option(
            metavar="DIM[,DIM…]",
            help="Dimensions, and at most one of day, week, month, quarter, year, fiscal_month, fiscal_quarter, fiscal_year.",
        ),
    ] = "",
    where: Annotated[str, typer.Option(help='Conditions, e.g. "channel = web, country in (DE, AT)"; never SQL.')] = "",
    scope: Annotated[str, typer.Option(help="Only these accounts: all, or dimension=value as of the period's end.")] = "all",
    compare: Annotated[
        str,
        typer.Option(
            metavar="WHAT[,WHAT…]",
            help="Beside it previous_period, previous_year, plan, year_to_date (or another grain), rolling_12m (or other).",
        ),
    ] = "",
    to_date: Annotated[
        str, typer.Option(metavar="GRAIN", help="Not the period, but from the start of its year, quarter, month … to its end.")
    ] = "",
    rolling: Annotated[str, typer.Option(metavar="LENGTH", help="Not the period, but 12m, 4q, 52w, 90d … up to its end.")] = "",
    snapshot: Annotated[
        int | None, typer.Option(help="A published snapshot by number; the current one when not given.")
    ] = None,
) -> None:
    """Ask metrics of the published snapshot: the same numbers that reports print.

    A rate that rests on too few, or that no system feeds, answers with the reason instead of a number. A period that still runs
    is compared like for like with --to-date: so many days of this year with as many of last year.

    Example: [b]rapport metric net_revenue,orders --period 2026-10 --to-date year --compare previous_year,plan[/b]
    """
    from dataclasses import replace

    from rapport.errors import UsageError
    from rapport.metrics.periods import parse_period
    from rapport.metrics.questions import Question, open_figures
    from rapport.metrics.windows import PAST
    from rapport.settings import current_settings

    if to_date and rolling:
        raise UsageError("A window is either to date or rolling.", fix="Leave out --to-date or --rolling.")
    window = f"{to_date}_to_date" if to_date else f"rolling_{rolling}" if rolling else ""
    comparisons = _list(compare)
    if len(past := [one for one in comparisons if one in PAST]) > 1:
        raise UsageError("One table compares with one past period.", where=", ".join(past), fix="Ask twice.")
    settings = current_settings()
    calendar = settings.company.fiscal
    everything = period.strip().lower() == "all"  # ends with the snapshot, which is not open yet
    reported = None if everything else parse_period(period, calendar=calendar)
    with open_figures(settings, snapshot, scope, reported) as figures:
        asked = parse_period(period, calendar=calendar, as_of_on=figures.as_of_on)
        question = Question(_list(names), asked, _list(by), [where] if where else [], window)
        beside = replace(question, beside=past[0] if past else None, beside_plan="plan" in comparisons)
        answers = figures.ask(beside)
        compared = {one: figures.ask(replace(question, comparison=one)) for one in comparisons}
    if wants_json():
        print_json({"figures": [figure.as_json() for figure in chain(answers, *compared.values())]})
    else:
        _print(answers, compared)


@app.command()
def metrics(
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="Only this one, with all that is known about it.")] = "",
    lang: Annotated[str, typer.Option(help="Language of labels and definitions.")] = "en",
) -> None:
    """List the metrics that can be asked for, or say of one what it means, how it can be asked and what it is read from.

    Example: [b]rapport metrics --lang zh[/b], [b]rapport metrics net_revenue[/b]
    """
    from rapport.metrics.catalogue import published_catalogue
    from rapport.metrics.subjects import by_subject, subject_name
    from rapport.settings import current_settings

    catalogue = published_catalogue(current_settings())
    listed = [
        _described(catalogue, one, lang)
        for one in ([catalogue.metric(name)] if name else chain(*by_subject(catalogue.listed()).values()))
    ]
    if wants_json():
        print_json({"metrics": listed})
        return
    if name:
        (one,) = listed
        print_table(["", ""], [[key, ", ".join(value) if isinstance(value, list) else value] for key, value in one.items()])
        return
    columns = ("name", "label", "unit", "definition")
    for subject, group in groupby(listed, key=lambda one: one["subject"]):
        rows = [[one[column] for column in columns] for one in group]
        print_table([column.capitalize() for column in columns], rows, title=subject_name(subject, lang))


def _described(catalogue: "Catalogue", metric: "Metric", lang: str) -> dict[str, object]:
    """All that is known about a metric."""
    from rapport.metrics.lineage import origins

    read_from = origins(catalogue, metric)
    periods = [f"any that ends with a {' or '.join(metric.grains)}"] if metric.of_period_end else metric.grains
    return {
        "name": metric.name,
        "subject": metric.subject,
        "label": metric.label.get(lang) or metric.label.get("en", metric.name),
        "unit": metric.unit,
        "definition": metric.definition.get(lang) or metric.definition.get("en", ""),
        "dimensions": sorted({dimension.name for dimension in catalogue.dimensions(metric).values()}),
        "periods": list(periods or ("any",)),
        "marts": list(read_from.marts),
        "core": list(read_from.core),
        "version": metric.version,
    }


def _list(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _print(answers: "list[Figure]", compared: "dict[str, list[Figure]]") -> None:
    if not answers:
        print("Nothing: no member has a fact in this period.")
        return
    columns: dict[str, list[str]] = {
        "Metric": [figure.metric for figure in answers],
        "Period": [figure.period.text for figure in answers],
    }
    for name in answers[0].by:
        columns[name] = ["unknown" if figure.by[name] is None else str(figure.by[name]) for figure in answers]
    columns["Value"] = _right([_value(figure) for figure in answers])
    for comparison, others in compared.items():
        beside = {(one.metric, *one.by.values(), position): one for position, one in _numbered(others)}
        found = [beside.get((one.metric, *one.by.values(), position)) for position, one in _numbered(answers)]
        columns[comparison.replace("_", " ").capitalize()] = _right([_value(one) if one else "" for one in found])
    columns["Unit"] = [figure.currency or figure.unit for figure in answers]
    columns["n"] = _right(["" if figure.n is None else f"{figure.n:,}" for figure in answers])
    columns["95 %"] = [" … ".join(map(str, figure.interval)) if figure.interval else "" for figure in answers]
    told = {name: cells for name, cells in columns.items() if any(cells)}
    print_table(list(told), zip(*told.values(), strict=True))
    every = list(chain(answers, *compared.values()))
    for note in dict.fromkeys(f"{one.metric}: {_note(one)}" for one in every if one.reason):
        print(note)
    for note in dict.fromkeys(_joint(one) for one in every if one.joint):
        print(note)


def _numbered(figures: "list[Figure]") -> "Iterator[tuple[int, Figure]]":
    """Figures with the number of their period among those of the same metric and members."""
    seen: dict[tuple[object, ...], int] = {}
    for figure in figures:
        key = (figure.metric, *figure.by.values())
        seen[key] = seen.get(key, -1) + 1
        yield seen[key], figure


def _joint(figure: "Figure") -> str:
    joint, members = figure.joint, "".join(f", {name} {member or 'unknown'}" for name, member in figure.by.items())
    values = "" if joint.value is None else f": {joint.value:,}, the year before {joint.other:,}"
    return f"{figure.metric}{members}: {joint.reason}{values}"


def _value(figure: "Figure") -> str:
    if figure.counts:
        return figure.counts.text("en", "{:,}".format, "{part} of {whole}")
    return "–" if figure.value is None else f"{figure.value:,}"


def _note(figure: "Figure") -> str | None:
    return "counts, where they are too few for a rate or score" if figure.counts else figure.reason


def _right(cells: list[str]) -> list[str]:
    width = max(map(len, cells))
    return [cell.rjust(width) if any(cells) else cell for cell in cells]
