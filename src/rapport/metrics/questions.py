"""Questions: a published snapshot, opened in a scope, that answers for metrics by name."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from rapport.metrics.answers import Answering
from rapport.metrics.catalogue import catalogue_of
from rapport.metrics.columns import Question
from rapport.metrics.definitions import Metric
from rapport.metrics.figures import Figure, rounded
from rapport.metrics.measuring import Measuring, Parts
from rapport.metrics.periods import Period
from rapport.metrics.reasons import Reasons
from rapport.metrics.records import Record, records_of, signs
from rapport.metrics.windows import COMPARISONS

if TYPE_CHECKING:
    from rapport.metrics.scope import Contents
    from rapport.settings import Settings

__all__ = ["COMPARISONS", "Figures", "Question", "open_figures"]


@contextmanager
def open_figures(
    settings: "Settings", snapshot: int | None = None, scope: str = "all", period: Period | None = None
) -> Iterator["Figures"]:
    """Open a published snapshot for questions.

    Args:
        snapshot: its number; the current one when not given.
        scope: `all`, or `dimension=value` such as `account_manager=crm:E-07`.
        period: the period of the report: the scope's accounts, and the customers that report queries see, are those of its last
            day, also for comparisons. The snapshot's last day when not given.

    Raises:
        RapportError: nothing has been published.
        UsageError: the scope is not written as it must be, or no account is in it.
    """
    from rapport.metrics.scope import open_scope
    from rapport.metrics.templates import templates_of
    from rapport.warehouse.connections import published_file

    file = published_file(settings, snapshot)
    folder = file.with_suffix("")
    catalogue = catalogue_of(folder)
    connection, contents = open_scope(settings, catalogue, file, scope, period.last_day if period else None)
    templates = templates_of(folder, settings.home / "cache" / "metricflow")
    try:
        yield Figures(settings, Measuring(connection, catalogue, templates), contents, period)
    finally:
        connection.close()
        templates.keep()


class Figures:
    """An open snapshot, in a scope, that answers questions; `open_figures` makes it.

    Args:
        measuring: on the scope's connection.
        contents: what the scope holds.
        period: of the report, for its queries.
    """

    def __init__(self, settings: "Settings", measuring: Measuring, contents: "Contents", period: Period | None) -> None:
        self.currency = settings.company.currency
        self.catalogue = measuring.catalogue
        self.as_of_on = contents.as_of_on
        self._measuring, self._contents, self._period = measuring, contents, period
        reasons = Reasons(self.catalogue, contents, settings.company, measuring.connection)
        self._answering = Answering(measuring, reasons, self.currency)

    def ask(self, question: Question) -> list[Figure]:
        """Answer a question: metric by metric, period by period, member by member, the unknown one last.

        Where a plan is asked beside other metrics, who has a plan and no sales, or sales and no plan, has figures of all.

        Raises:
            UsageError: a metric or dimension that there is not, or a period that does not fit a metric.
        """
        metrics = [self.catalogue.metric(name) for name in question.metrics]
        met = metrics if len(metrics) > 1 and any(one.plans for one in metrics) else []
        return [
            figure
            for metric in metrics
            for figure in self._answering.answers(metric, question, [other for other in met if other is not metric])
        ]

    def query(self, sql: str) -> list[dict[str, object]]:
        """The rows that a report's query selects from marts.

        Raises:
            UsageError: it is anything but one SELECT from marts that this scope may see.
        """
        from rapport.metrics.queries import checked
        from rapport.metrics.scope import set_attributes_day

        connection = self._measuring.connection
        self._measuring.forget_day()
        set_attributes_day(connection, self._period.last_day if self._period else self.as_of_on - timedelta(days=1))
        cursor = connection.execute(checked(sql, self._contents.visible))
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def rows(self, figure: Figure) -> list[Record]:
        """The records of export files that add up to an additive figure: file id, record number, amount.

        Raises:
            UsageError: the figure is not a sum of records; `parts` are what it is made of.
            RapportError: the records do not add up to the figure.
        """
        return records_of(self._measuring, figure)

    def is_additive(self, figure: Figure) -> bool:
        """Whether records add up to the figure."""
        how = figure.measurement
        return how is not None and signs(self.catalogue, self.catalogue.metric(how.metric)) is not None

    def parts(self, figure: Figure) -> list[Figure]:
        """The figures that a ratio divides, for the same days and members; none for others."""
        how = figure.measurement
        metric = self.catalogue.metric(how.metric) if how else None
        if metric is None or metric.kind != "ratio":
            return []
        return [self._part(figure, self.catalogue.metric(one.metric), one.filters) for one in metric.inputs]

    def sql_of(self, figure: Figure) -> str:
        """The SQL that gives the figure, with its values written in; empty for a figure that no metric gave."""
        return self._measuring.sql(figure.measurement) if figure.measurement else ""

    def _part(self, figure: Figure, metric: Metric, filters: tuple[str, ...]) -> Figure:
        how = replace(figure.measurement, metric=metric.name, filters=figure.measurement.filters + filters)
        value = self._measuring.measure(how).get((), Parts()).value
        return replace(
            figure,
            # Asked without a filter it is the very figure that a question about it gives; with one it has no name of its own.
            id=f"{figure.id}/{metric.asked_as}" if filters else f"{metric.asked_as}@{figure.id.partition('@')[2]}",
            metric=metric.asked_as,
            value=rounded(value or Decimal(0), metric.unit),
            unit=metric.unit,
            currency=self.currency if metric.unit == "currency" else None,
            n=None,
            numerator=None,
            denominator=None,
            interval=None,
            reason=None,
            measurement=how,
        )
