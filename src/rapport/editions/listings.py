"""Listings: rows that a report's query selects from marts, their numbers made figures."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from rapport.editions.foreign import shortened
from rapport.editions.report import QueryFigure
from rapport.errors import UsageError
from rapport.metrics.reason import Reason

if TYPE_CHECKING:
    from rapport.metrics.definitions import Metric
    from rapport.metrics.figures import Figure
    from rapport.metrics.periods import Period


@dataclass(frozen=True)
class Listing:
    """Rows of marts: cells are figures, lists of figures (by position or by key) or texts.

    `count` and `totals` are of `all_rows`; `rows` are those that pages print, `shown` and `shown_totals` are of these.
    `metrics` are those of columns that a metric fills, `good` says of columns of changes which direction is welcome, `reason`
    why there are no rows. `grouped_by` is the comparison by whose first day rows are grouped, where that is not the period's.
    """

    sql: str
    all_rows: list[dict[str, object]]
    show: int
    count: "Figure"
    totals: dict[str, "Figure"]
    shown: "Figure"
    shown_totals: dict[str, "Figure"]
    in_workbook: bool = True
    metrics: dict[str, "Metric"] = field(default_factory=dict)
    good: dict[str, str] = field(default_factory=dict)
    reason: str | None = None
    grouped_by: str | None = None

    @property
    def columns(self) -> list[str]:
        """The names of its columns, the one that tells rows apart first."""
        return list(self.all_rows[0]) if self.all_rows else []

    @property
    def rows(self) -> list[dict[str, object]]:
        """The rows to print, their texts cut to a length that pages can bear."""
        return [{name: shortened(cell) for name, cell in row.items()} for row in self.all_rows[: self.show]]

    def measured(self) -> Iterator["Figure"]:
        """The figures of metrics that pages print."""
        for row in self.rows:
            yield from (row[column] for column in self.metrics)

    def figures(self) -> Iterator["Figure"]:
        """Every figure that pages may print; the other rows' are in the workbook only."""
        yield from (self.count, *self.totals.values(), self.shown, *self.shown_totals.values())
        for row in self.rows:
            for cell in row.values():
                yield from figures_in(cell)


def figures_in(cell: object) -> list["Figure"]:
    """The figures of one cell: one, several, or none where it holds text."""
    if hasattr(cell, "unit"):
        return [cell]
    if isinstance(cell, dict):
        cell = list(cell.values())
    return [one for one in cell if hasattr(one, "unit")] if isinstance(cell, list) else []


def list_rows(name: str, entry: QueryFigure, period: "Period", ask, currency: str) -> Listing:
    """Run a report's query.

    Args:
        name: of the figure in report.yml.
        ask: an open snapshot (`open_figures`).
        currency: of the money in it.

    Raises:
        UsageError: the query is refused, or its first column does not tell its rows apart.
    """
    sql = _rendered(entry, period, currency)
    found = ask.query(sql)
    key = next(iter(found[0])) if found else ""
    keys = [str(row[key]) for row in found]
    if len(set(keys)) != len(keys):
        raise UsageError(
            f"The rows of {name!r} are not told apart by their first column, {key!r}.", fix="Select a unique column first."
        )
    cells = _Cells(name, entry, period, currency, key)

    def totals(rows: list[dict], suffix: str = "") -> dict[str, "Figure"]:
        return {
            column: own_figure(
                f"{name}{suffix}.{column}",
                period,
                sum((Decimal(str(row[column])) for row in rows if row[column] is not None), Decimal(0)),
                declared.unit,
                currency,
            )
            for column, declared in entry.columns.items()
            if declared.total
        }

    shown = found[: entry.show]
    return Listing(
        sql=sql,
        all_rows=[{column: cells.of(row, column) for column in row} for row in found],
        show=entry.show,
        count=own_figure(f"{name}.count", period, Decimal(len(found)), "count", currency),
        totals=totals(found),
        shown=own_figure(f"{name}.shown.count", period, Decimal(len(shown)), "count", currency),
        shown_totals=totals(shown, ".shown"),
        in_workbook=entry.in_workbook,
        good={column: declared.good for column, declared in entry.columns.items() if declared.good},
    )


@dataclass(frozen=True)
class _Cells:
    """Makes the cells of one listing."""

    name: str
    entry: QueryFigure
    period: "Period"
    currency: str
    key: str

    def of(self, row: dict, column: str) -> object:
        declared = self.entry.columns.get(column)
        value = row[column]
        if declared is None:
            return value
        if declared.keyed_by:
            units = declared.unit if isinstance(declared.unit, dict) else {}
            return {
                key: self._figure(
                    row, column, one, units.get(key, "ratio" if units else declared.unit), {declared.keyed_by: key}
                )
                for key, one in zip(row[declared.keyed_by] or [], value or [], strict=True)
            }
        if isinstance(value, list):
            return [
                self._figure(row, column, one, declared.unit, {"position": str(position)})
                for position, one in enumerate(value, start=1)
            ]
        return self._figure(row, column, value, declared.unit, {})

    def _figure(self, row: dict, column: str, value: object, unit: str, more: dict[str, str]) -> "Figure":
        exact = None if value is None else Decimal(str(value))
        by = {self.key: str(row[self.key]), **more}
        return own_figure(f"{self.name}.{column}", self.period, exact, unit, self.currency, by)


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
        reason=None if value is not None else Reason("not_known"),
    )


def _rendered(entry: QueryFigure, period: "Period", currency: str) -> str:
    """The query with its parameters as SQL literals; `period_start`, `period_end` and `currency` are always there."""
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
    parameters = {"period_start": period.start, "period_end": period.end, "currency": currency, **entry.parameters}
    return environment.from_string(entry.query).render({name: _literal(value) for name, value in parameters.items()})


def _literal(value: date | float | str) -> str:
    match value:
        case date():
            return f"date '{value.isoformat()}'"
        case str():
            return "'" + value.replace("'", "''") + "'"
    return str(value)
