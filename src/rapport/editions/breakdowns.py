"""Breakdowns: metrics by the members of a dimension, as a listing whose numbers are the very figures that a question gives."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from rapport.editions.changes import change
from rapport.editions.listings import Listing, own_figure
from rapport.editions.report import Breakdown

if TYPE_CHECKING:
    from rapport.metrics.catalogue import Metric
    from rapport.metrics.figures import Figure
    from rapport.metrics.periods import Period


def break_down(name: str, entry: Breakdown, period: "Period", ask, catalogue: dict[str, "Metric"], currency: str) -> Listing:
    """Ask metrics by a dimension.

    A member of which every metric is null or zero, now and in what it is compared with, has no row.

    Args:
        name: of the figure in report.yml.
        ask: an open snapshot (`open_figures`).
        catalogue: the metrics by name.
        currency: the company's.

    Raises:
        UsageError: a metric cannot be asked by the dimension.
    """
    columns = {metric: _asked(entry, metric, period, ask, entry.by) for metric in entry.metrics}
    members = {figure.by[entry.by]: None for figures in columns.values() for figure in figures[None].values()}
    metrics = {metric: catalogue[metric] for metric in entry.metrics}
    units = {metric: catalogue[metric].unit for metric in entry.metrics}
    rows = [_row(entry, columns, member, partial(_absent, entry, units, member, period, currency)) for member in members]
    rows = [row for row in rows if any(_says_something(cell) for cell in row.values())]
    rows.sort(key=lambda row: _place(entry, row))
    whole = {metric: _asked(entry, metric, period, ask, None) for metric in entry.metrics} if entry.total else {}
    totals = {column: cell for column, cell in _row(entry, whole, None, None).items() if column != entry.by}
    if entry.compare:
        metrics |= {f"{metric}_{entry.compare}": catalogue[metric] for metric in entry.metrics}
    reasons = (figure.reason for figure in _of_now(columns))
    shown = rows[: entry.show]
    return Listing(
        sql="",
        all_rows=rows,
        show=entry.show,
        count=own_figure(f"{name}.count", period, Decimal(len(rows)), "count", currency),
        totals=totals,
        shown=own_figure(f"{name}.shown.count", period, Decimal(len(shown)), "count", currency),
        shown_totals={},
        in_workbook=entry.in_workbook,
        metrics=metrics,
        good={f"{metric}_on_{entry.compare}": catalogue[metric].good for metric in entry.metrics} if entry.compare else {},
        grouped_by=entry.compare if any("~beside_" in one.id for one in _of_now(columns)) else None,
        reason=None if rows else next((one for one in reasons if one), None) or _why(entry, period, ask),
    )


def _of_now(columns: dict[str, dict]) -> Iterator["Figure"]:
    """The period's own figures, of all metrics and members."""
    return (figure for figures in columns.values() for figure in figures[None].values())


def _asked(entry: Breakdown, metric: str, period: "Period", ask, by: str | None) -> dict[str | None, dict[object, "Figure"]]:
    """A metric's figures by member, without comparison (None) and with it."""
    from rapport.metrics.questions import Question

    found: dict[str | None, dict[object, Figure]] = {}
    for comparison in (None, entry.compare) if entry.compare else (None,):
        question = Question(
            metrics=(metric,),
            period=period,
            by=(by,) if by else (),
            where=tuple(entry.where),
            comparison=comparison,
            beside=None if comparison else entry.compare,
        )
        found[comparison] = {figure.by.get(by): figure for figure in ask.ask(question)}
    return found


def _row(entry: Breakdown, columns: dict[str, dict], member: object, absent) -> dict[str, object]:
    """One member's figures; a metric that does not know the member has one without value."""
    row: dict[str, object] = {entry.by: None if member is None else str(member)}
    for metric, figures in columns.items():
        row[metric] = now = figures[None].get(member) or absent(metric)
        if entry.compare:
            before = figures[entry.compare].get(member) or absent(metric, entry.compare)
            row[f"{metric}_{entry.compare}"] = before
            row[f"{metric}_on_{entry.compare}"] = change(now, before, entry.compare)
    return row


def _says_something(cell: object) -> bool:
    """Whether a cell is a figure with a number other than zero, or one that rests on too few."""
    return hasattr(cell, "unit") and bool(cell.value or cell.n or cell.denominator)


def _absent(
    entry: Breakdown,
    units: dict[str, str],
    member: object,
    period: "Period",
    currency: str,
    metric: str,
    comparison: str | None = None,
) -> "Figure":
    """The figure without value of a member that a metric, or what it is compared with, does not know."""
    from rapport.metrics.conditions import parse_conditions
    from rapport.metrics.figures import figure_id

    by = {entry.by: member}
    conditions = tuple(one for text in entry.where for one in parse_conditions(text))
    unknown = own_figure(metric, period, None, units[metric], currency, by)
    return replace(unknown, id=figure_id(metric, period, by, conditions, comparison), comparison=comparison)


def _place(entry: Breakdown, row: dict[str, object]) -> tuple:
    member, first = row[entry.by], row[entry.metrics[0]].value
    known = entry.order.index(member) if member in entry.order else len(entry.order)
    return member is None, known, -(first or Decimal(0)), str(member)


def _why(entry: Breakdown, period: "Period", ask) -> str | None:
    """Why the metrics have no members: the reason that the whole has."""
    return next((_asked(entry, metric, period, ask, None)[None][None].reason for metric in entry.metrics), None)
