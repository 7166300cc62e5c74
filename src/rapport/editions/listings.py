"""Listings: rows that a report's query selects from marts, their numbers made figures."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from rapport.editions.report import QueryFigure
from rapport.errors import UsageError

if TYPE_CHECKING:
    from rapport.metrics.figures import Figure
    from rapport.metrics.periods import Period


@dataclass(frozen=True)
class Listing:
    """Rows of marts: cells are figures or texts; `count` and `totals` are of all rows, `rows` are those to print."""

    sql: str
    rows: list[dict[str, object]]
    count: "Figure"
    totals: dict[str, "Figure"]

    def figures(self) -> Iterator["Figure"]:
        """Every figure in it."""
        yield from (self.count, *self.totals.values())
        for row in self.rows:
            yield from (cell for cell in row.values() if hasattr(cell, "unit"))


def list_rows(name: str, entry: QueryFigure, period: "Period", ask, currency: str) -> Listing:
    """Run a report's query.

    Args:
        name: of the figure in report.yml.
        ask: an open snapshot (`open_figures`).
        currency: of the money in it.

    Raises:
        UsageError: the query is refused, or its first column does not tell its rows apart.
    """
    sql = _rendered(entry, period)
    found = ask.query(sql)
    key = next(iter(found[0])) if found else ""
    keys = [str(row[key]) for row in found]
    if len(set(keys)) != len(keys):
        raise UsageError(
            f"The rows of {name!r} are not told apart by their first column, {key!r}.", fix="Select a unique column first."
        )
    units = {column: declared.unit for column, declared in entry.columns.items() if declared.unit}

    def cell(row: dict, column: str) -> object:
        if column not in units:
            return row[column]
        value = None if row[column] is None else Decimal(str(row[column]))
        return own_figure(f"{name}.{column}", period, value, units[column], currency, {key: str(row[key])})

    totals = {
        column: sum((Decimal(str(row[column])) for row in found if row[column] is not None), Decimal(0))
        for column, declared in entry.columns.items()
        if declared.total
    }
    return Listing(
        sql=sql,
        rows=[{column: cell(row, column) for column in row} for row in found[: entry.show]],
        count=own_figure(f"{name}.count", period, Decimal(len(found)), "count", currency),
        totals={
            column: own_figure(f"{name}.{column}", period, value, units[column], currency) for column, value in totals.items()
        },
    )


def own_figure(
    metric: str, period: "Period", value: Decimal | None, unit: str, currency: str, by: dict | None = None
) -> "Figure":
    """A figure that a query of the report gave, or that counts or adds up what one gave."""
    from rapport.metrics.figures import Figure, figure_id, rounded

    return Figure(
        id=figure_id(metric, period, by or {}),
        metric=metric,
        period=period,
        by=by or {},
        comparison=None,
        value=rounded(value, unit),
        unit=unit,
        currency=currency if unit == "currency" else None,
        reason=None if value is not None else "not known",
    )


def _rendered(entry: QueryFigure, period: "Period") -> str:
    """The query with its parameters as SQL literals; `period_start` and `period_end` are always there."""
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
    parameters = {"period_start": period.start, "period_end": period.end, **entry.parameters}
    return environment.from_string(entry.query).render({name: _literal(value) for name, value in parameters.items()})


def _literal(value: date | float | str) -> str:
    match value:
        case date():
            return f"date '{value.isoformat()}'"
        case str():
            return "'" + value.replace("'", "''") + "'"
    return str(value)
