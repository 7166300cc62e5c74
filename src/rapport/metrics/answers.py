"""Answers: measurements laid on a frame of periods × members, each with its value or the reason why there is none."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from rapport.errors import UsageError
from rapport.metrics.conditions import Condition, parse_conditions
from rapport.metrics.definitions import Dimension, Metric
from rapport.metrics.figures import Figure, Measurement, figure_id, rounded
from rapport.metrics.intervals import around, wilson
from rapport.metrics.measuring import Measuring, Members, Parts
from rapport.metrics.periods import GRAINS, Period, period_of
from rapport.metrics.reason import Reason
from rapport.metrics.reasons import NO_DATA, NOTHING_TO_DIVIDE_BY, Reasons

COMPARISONS = ("previous_period", "previous_year", "plan")


@dataclass(frozen=True)
class Question:
    """What to ask.

    Args:
        metrics: names.
        period: what to measure; with a time grain in `by`, what to split.
        by: dimensions, and at most one time grain.
        where: conditions as `--where` has them, e.g. `channel = web`; all must hold.
        comparison: answer not for the period but for what it is compared with: previous_period, previous_year or plan.
        beside: the comparison in the column beside this one. A table that compares periods by segment uses one membership, that
            of the first day of the comparison's period, in both columns.
    """

    metrics: Sequence[str]
    period: Period
    by: Sequence[str] = ()
    where: Sequence[str] = ()
    comparison: str | None = None
    beside: str | None = None

    def __post_init__(self) -> None:
        for name in (self.comparison, self.beside):
            if name and name not in COMPARISONS:
                raise UsageError(f"{name!r} is not a comparison.", fix=f"Choose one of: {', '.join(COMPARISONS)}.")
        if sum(name in GRAINS for name in self.by) > 1:
            raise UsageError("A question has at most one time grain.", where=", ".join(self.by), fix="Leave one.")


@dataclass(frozen=True)
class _Column:
    """One metric in one window: what is measured for one period of the question, or for the one beside it."""

    metric: Metric
    window: Period
    attributes_on: date


class Answering:
    """Makes figures of measurements.

    Args:
        currency: the company's.
        fiscal_year_starts: month (1–12).
    """

    def __init__(self, measuring: Measuring, reasons: Reasons, currency: str, fiscal_year_starts: int) -> None:
        self.measuring, self.reasons, self.currency, self.fiscal_year_starts = measuring, reasons, currency, fiscal_year_starts
        self.catalogue = measuring.catalogue

    def answers(self, metric: Metric, question: Question) -> Iterator[Figure]:
        """The figures of one metric, on a frame: every period has every member that any of its windows has."""
        conditions = tuple(one for text in question.where for one in parse_conditions(text))
        by = [self.catalogue.dimension(metric, name) for name in question.by if name not in GRAINS]
        named = [self.catalogue.dimension(metric, one.dimension) for one in conditions]
        by_segment = any(dimension.is_attribute for dimension in (*by, *named))
        suffix = question.comparison or (f"beside_{question.beside}" if by_segment and _is_past(question.beside) else None)

        rows: list[tuple[Period, _Column | None, dict[Members, Parts]]] = []
        frame: dict[Members, None] = {} if by else {(): None}
        for period in self._periods(metric, question):
            column = self._column(metric, period, question, by_segment)
            parts = self._measured(column, conditions, by)
            rows.append((period, column, parts))
            frame |= dict.fromkeys(parts)
            if by and _is_past(other := question.comparison or question.beside):
                frame |= dict.fromkeys(self._measured(self._beside(column, period, other, question), conditions, by))

        names = [dimension.name for dimension in by]
        for period, column, parts in rows:
            for members in sorted(frame, key=_unknown_last):
                known = dict(zip(names, members, strict=True))
                identity = figure_id(metric.name, period, known, conditions, suffix)
                yield self._figure(identity, metric, period, column, parts.get(members), known, conditions, question.comparison)

    def _periods(self, metric: Metric, question: Question) -> list[Period]:
        grain = next((name for name in question.by if name in GRAINS), None)
        period = question.period
        if grain is None:
            return [period]
        if period.kind == "all":
            first = self.measuring.first_day(metric) or period.last_day
            period = replace(period, start=period_of(grain, first, self.fiscal_year_starts).start)
        return list(period.split(grain, self.fiscal_year_starts))

    def _column(self, metric: Metric, period: Period, question: Question, by_segment: bool) -> _Column | None:
        """What to measure for a period; None when nothing is planned for the metric."""
        if question.comparison == "plan":
            plan = self.catalogue.plan_of(metric.name)
            return _Column(plan, period, period.last_day) if plan else None
        if question.comparison:
            window = _compared(period, question.comparison)
            return _Column(metric, window, window.start if by_segment else window.last_day)
        if by_segment and _is_past(question.beside):
            return _Column(metric, period, _compared(period, question.beside).start)
        return _Column(metric, period, period.last_day)

    @staticmethod
    def _beside(column: _Column, period: Period, comparison: str, question: Question) -> _Column:
        """The column beside a column, with the same membership."""
        window = period if question.comparison else _compared(period, comparison)
        return _Column(column.metric, window, column.attributes_on)

    def _measured(
        self, column: _Column | None, conditions: tuple[Condition, ...], by: Sequence[Dimension]
    ) -> dict[Members, Parts]:
        if column is None:
            return {}
        if column.metric.is_period_mart:
            _refuse_other_windows(column.metric, column.window, self.fiscal_year_starts)
        if self.reasons.why_none(column.metric, column.window):
            return {}
        possible = self.catalogue.dimensions(column.metric)
        if any(dimension.reference not in possible for dimension in by) or any(
            one.dimension not in possible for one in conditions
        ):
            return {}  # only a plan can lack what its metric has
        how = self._measurement(column, conditions)
        parts = self.measuring.measure(how, by)
        doubtful = {members for members, part in parts.items() if None in members and not part.value}
        if doubtful:
            # MetricFlow answers (unknown, 0) where there are no facts at all; only facts make an unknown member.
            doubtful -= self.measuring.has_facts(column.metric, how, by)
        return {members: part for members, part in parts.items() if members not in doubtful}

    @staticmethod
    def _measurement(column: _Column, conditions: tuple[Condition, ...]) -> Measurement:
        window = column.window
        return Measurement(column.metric.name, window.start, window.end, window.kind, conditions, column.attributes_on)

    def _figure(
        self,
        identity: str,
        metric: Metric,
        period: Period,
        column: _Column | None,
        part: Parts | None,
        members: dict[str, object],
        conditions: tuple[Condition, ...],
        comparison: str | None,
    ) -> Figure:
        of = column.metric if column else metric
        if column is None:
            value, reason = None, Reason("nothing_planned", metric=metric.name)
        else:
            value, reason = self._value_or_reason(column, part)
        was_measured = column is not None and not self.reasons.why_none(of, column.window)
        part = part or Parts(n=0 if (of.n or of.rests_on_values) and was_measured else None)
        own = tuple(
            Condition(name, "is unknown", ()) if member is None else Condition(name, "=", (str(member),))
            for name, member in members.items()
        )
        return Figure(
            id=identity,
            metric=metric.name,
            period=column.window if column else period,
            by=members,
            comparison=comparison,
            value=rounded(value, of.unit),
            unit=of.unit,
            currency=self.currency if of.unit == "currency" else None,
            n=part.n,
            numerator=rounded(part.numerator, self._unit_of_input(of, 0)),
            denominator=rounded(part.denominator, self._unit_of_input(of, -1)),
            interval=None if value is None else self._interval(of, value, part),
            reason=reason,
            measurement=self._measurement(column, own + conditions) if was_measured else None,
        )

    def _value_or_reason(self, column: _Column, part: Parts | None) -> tuple[Decimal | None, str | None]:
        metric = column.metric
        if none := self.reasons.why_none(metric, column.window):
            return None, none
        if part and part.reason:
            return None, part.reason
        value = part.value if part else None
        if value is None and not metric.is_rate and metric.empty == "zero":
            value = Decimal(0)
        if value is None:
            divided = metric.kind != "simple" and metric.is_rate
            return None, NOTHING_TO_DIVIDE_BY if divided else NO_DATA
        if metric.min_n and part.n is not None and part.n < metric.min_n:
            return None, self.reasons.too_few(part.n, metric.min_n)
        return value, self.reasons.caveat(metric, column.window)

    def _interval(self, metric: Metric, value: Decimal, part: Parts) -> tuple[Decimal, Decimal] | None:
        if part.standard_error is not None:
            low, high = around(value, part.standard_error)
        elif self._is_proportion(metric) and part.denominator and 0 <= part.numerator <= part.denominator:
            low, high = wilson(int(part.numerator), int(part.denominator))
        else:
            return None
        return rounded(low, metric.unit), rounded(high, metric.unit)

    def _is_proportion(self, metric: Metric) -> bool:
        counted = metric.kind == "ratio" and all(self.catalogue.metric(one.metric).is_count for one in metric.inputs)
        return counted and metric.unit == "percent"

    def _unit_of_input(self, metric: Metric, position: int) -> str:
        return self.catalogue.metric(metric.inputs[position].metric).unit if metric.kind == "ratio" else ""


def _is_past(comparison: str | None) -> bool:
    return comparison in {"previous_period", "previous_year"}


def _compared(period: Period, comparison: str) -> Period:
    return period.previous() if comparison == "previous_period" else period.previous_year()


def _refuse_other_windows(metric: Metric, window: Period, fiscal_year_starts: int) -> None:
    """A metric over rows that are already periods would add them up for any other window, and answer plausibly."""
    if window.kind in metric.grains:
        return
    fitting = " or ".join(period_of(grain, window.last_day, fiscal_year_starts).text for grain in metric.grains)
    raise UsageError(
        f"{metric.name} is known for a {' or '.join(metric.grains)} only, not for {window.text}.",
        fix=f"Ask for {fitting}." if metric.grains else "Its `config.meta.grains` names no period.",
    )


def _unknown_last(members: Members) -> tuple:
    return tuple((member is None, "" if member is None else member) for member in members)
