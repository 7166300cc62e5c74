"""Columns: what is measured for each period of a question, or for what it is compared with."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from rapport.errors import UsageError
from rapport.metrics.catalogue import Catalogue
from rapport.metrics.definitions import Metric
from rapport.metrics.periods import GRAINS, Period
from rapport.metrics.windows import PAST, checked_comparison, checked_window, compared, is_window, windowed


@dataclass(frozen=True)
class Question:
    """What to ask.

    Args:
        metrics: names.
        period: what to measure; with a time grain in `by`, what to split.
        by: dimensions, and at most one time grain.
        where: conditions as `--where` has them, e.g. `channel = web`; all must hold.
        window: measure not the period but what ends with it: `year_to_date` (or of another grain), `rolling_12m` (or other).
        comparison: answer not for the period but for what it is compared with: previous_period, previous_year, plan, a window.
        beside: the comparison in the column beside this one. A table that compares periods by segment uses one membership, that
            of the first day of the comparison's period, in both columns.
        beside_plan: the plan stands in a column beside this one: who only has a plan has a row too.
    """

    metrics: Sequence[str]
    period: Period
    by: Sequence[str] = ()
    where: Sequence[str] = ()
    window: str = ""
    comparison: str | None = None
    beside: str | None = None
    beside_plan: bool = False

    def __post_init__(self) -> None:
        checked_window(self.window)
        for name in (self.comparison, self.beside):
            checked_comparison(name)
        if sum(name in GRAINS for name in self.by) > 1:
            raise UsageError("A question has at most one time grain.", where=", ".join(self.by), fix="Leave one.")


@dataclass(frozen=True)
class Column:
    """One metric in one window: what is measured for one period of the question, or for the one beside it."""

    metric: Metric
    window: Period
    attributes_on: date


@dataclass(frozen=True)
class Columns:
    """Finds the columns of questions.

    Args:
        as_of_on: the day as of which the snapshot was built.
    """

    catalogue: Catalogue
    as_of_on: date

    def column(
        self, metric: Metric, period: Period, question: Question, names: Collection[str], by_segment: bool
    ) -> Column | None:
        """What to measure for a period; None when nothing is planned for the metric, or not by these dimensions.

        Args:
            metric: the one that answers for the one asked.
            names: the dimensions asked by and filtered for.
            by_segment: whether attributes of customers are among them.
        """
        if question.comparison and is_window(question.comparison):
            period = windowed(period, question.comparison, self.as_of_on)
            return Column(metric, period, period.last_day)
        period = windowed(period, question.window, self.as_of_on)
        if question.comparison == "plan":
            plan = self.catalogue.plan_of(metric.asked_as)
            plan = self.catalogue.stand_in(plan, names) if plan else None
            return Column(plan, period, period.last_day) if plan else None
        if question.comparison:
            window = compared(period, question.comparison)
            return Column(metric, window, window.start if by_segment else window.last_day)
        if by_segment and question.beside in PAST:
            return Column(metric, period, compared(period, question.beside).start)
        return Column(metric, period, period.last_day)

    def beside(self, column: Column, period: Period, comparison: str, question: Question) -> Column:
        """The column beside a column, with the same membership."""
        period = windowed(period, question.window, self.as_of_on)
        window = period if question.comparison else compared(period, comparison)
        return Column(column.metric, window, column.attributes_on)
