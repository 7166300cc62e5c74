"""Answers: measurements laid on a frame of periods × members, each with its value or the reason why there is none."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import pairwise

from rapport.errors import UsageError
from rapport.metrics.calendars import LUNAR_NEW_YEAR
from rapport.metrics.columns import Column, Columns, Question
from rapport.metrics.conditions import Condition, parse_conditions
from rapport.metrics.counts import Counts
from rapport.metrics.definitions import Dimension, Metric
from rapport.metrics.figures import Figure, Joint, Measurement, figure_id, rounded
from rapport.metrics.intervals import around, wilson
from rapport.metrics.measuring import Measuring, Members, Parts
from rapport.metrics.periods import GRAINS, Period, parse_period, period_of
from rapport.metrics.reason import Reason
from rapport.metrics.reasons import NO_DATA, NOTHING_TO_DIVIDE_BY, Reasons
from rapport.metrics.windows import PAST, windowed

TRUNCATED = frozenset({"day", "week", "month", "quarter", "year"})  # the grains that MetricFlow can group days by


@dataclass(frozen=True)
class _Asked:
    """What a question asks of one metric: the one that answers, for these periods, conditions and dimensions."""

    metric: Metric
    periods: list[Period]
    conditions: tuple[Condition, ...]
    by: list[Dimension]
    named: set[str]
    by_segment: bool


class Answering:
    """Makes figures of measurements.

    Args:
        currency: the company's.
    """

    def __init__(self, measuring: Measuring, reasons: Reasons, currency: str) -> None:
        self.measuring, self.reasons, self.currency = measuring, reasons, currency
        self.catalogue, self.as_of_on = measuring.catalogue, reasons.contents.as_of_on
        self.columns = Columns(self.catalogue, self.as_of_on)

    def answers(self, metric: Metric, question: Question, others: Iterable[Metric] = ()) -> Iterator[Figure]:
        """The figures of one metric, on a frame: every period has every member that any of its windows has.

        Args:
            others: metrics that the same question asks, whose members have figures too.
        """
        asked = self._asked(metric, question)
        beside = f"beside_{question.beside}" if asked.by_segment and question.beside in PAST else None
        suffix = "~".join(filter(None, (question.window, question.comparison or beside))) or None

        columns = self._columns_of(asked, question)
        measured = self._measured(columns, asked.conditions, asked.by)
        frame = self._frame(asked, question, columns, measured)
        for other in others:
            frame |= self._members(other, question)

        names = [dimension.name for dimension in asked.by]
        for period, column, parts in zip(asked.periods, columns, measured, strict=True):
            joint = self._joint(asked.metric, period, column, question, asked.conditions, asked.by)
            for members in sorted(frame, key=_unknown_last):
                known = dict(zip(names, members, strict=True))
                identity = figure_id(metric.name, period, known, asked.conditions, suffix)
                figure = self._figure(identity, asked, period, column, parts.get(members), known, question.comparison)
                yield replace(figure, joint=joint(members)) if joint else figure

    def _asked(self, metric: Metric, question: Question) -> _Asked:
        conditions = tuple(one for text in question.where for one in parse_conditions(text))
        grouped = [name for name in question.by if name not in GRAINS]
        named = {*grouped, *(one.dimension for one in conditions)}
        metric = self.catalogue.answering(metric, named)
        by = [self.catalogue.dimension(metric, name) for name in grouped]
        by_segment = any(self.catalogue.dimension(metric, name).is_attribute for name in sorted(named))
        return _Asked(metric, self._periods(metric, question), conditions, by, named, by_segment)

    def _columns_of(self, asked: _Asked, question: Question) -> list[Column | None]:
        return [self.columns.column(asked.metric, one, question, asked.named, asked.by_segment) for one in asked.periods]

    def _frame(
        self, asked: _Asked, question: Question, columns: Sequence[Column | None], measured: Sequence[dict[Members, Parts]]
    ) -> dict[Members, None]:
        """The members that have figures: those with facts in any window, also in one of the column beside."""
        if not asked.by:
            return {(): None}
        frame = {members: None for parts in measured for members in parts}
        if (other := question.comparison or question.beside) in PAST:
            others = [
                self.columns.beside(column, period, other, question) if column else None
                for column, period in zip(columns, asked.periods, strict=True)
            ]
            frame |= {members: None for parts in self._measured(others, asked.conditions, asked.by) for members in parts}
        with_plan = question.beside_plan or question.beside == "plan"
        if with_plan or question.comparison == "plan":
            alone = replace(question, comparison=None if question.comparison else "plan", beside=None, beside_plan=False)
            found = self._measured(self._columns_of(asked, alone), asked.conditions, asked.by)
            frame |= {members: None for parts in found for members in parts}
        return frame

    def _members(self, metric: Metric, question: Question) -> dict[Members, None]:
        asked = self._asked(metric, question)
        columns = self._columns_of(asked, question)
        return self._frame(asked, question, columns, self._measured(columns, asked.conditions, asked.by))

    def _periods(self, metric: Metric, question: Question) -> list[Period]:
        grain = next((name for name in question.by if name in GRAINS), None)
        period = question.period
        if grain is None:
            return [period]
        if period.kind == "all":
            first = self.measuring.first_day(metric) or period.last_day
            period = replace(period, start=period_of(grain, first, period.calendar).start)
        return list(period.split(grain))

    def _measured(
        self, columns: Sequence[Column | None], conditions: tuple[Condition, ...], by: Sequence[Dimension]
    ) -> list[dict[Members, Parts]]:
        """What was measured, column by column: in one question where that gives the same, else window by window."""
        asked = []
        for column in columns:
            if column is not None and column.metric.is_period_mart:
                _refuse_other_windows(column.metric, column.window)
            is_asked = column is not None and self._can_be_asked(column, conditions, by)
            asked.append(column if is_asked and not self.reasons.why_none(column.metric, column.window) else None)
        todo = [column for column in asked if column is not None]
        if grain := self._one_grain(todo, conditions, by):
            found = self._measured_together(todo, grain, conditions, by)
        else:
            found = {column.window: self._measured_alone(column, conditions, by) for column in todo}
        return [found[column.window] if column else {} for column in asked]

    def _can_be_asked(self, column: Column, conditions: tuple[Condition, ...], by: Sequence[Dimension]) -> bool:
        """Whether a column's metric has the dimensions asked by; only a plan can lack what its metric has."""
        possible = self.catalogue.dimensions(column.metric)
        return all(one.reference in possible for one in by) and all(one.dimension in possible for one in conditions)

    def _one_grain(self, columns: list[Column], conditions: tuple[Condition, ...], by: Sequence[Dimension]) -> str | None:
        """The time grain by which one question answers for all columns; None where each window must be asked alone.

        The windows follow each other without a gap; no attribute of customers is involved, as those change from window to
        window; and the metric is not spread over the time spine.
        """
        if len(columns) < 2 or any(one.window.end != other.window.start for one, other in pairwise(columns)):
            return None
        metric, kinds = columns[0].metric, {column.window.kind for column in columns[1:-1] or columns}
        possible = self.catalogue.dimensions(metric)
        named = [*by, *(possible[one.dimension] for one in conditions)]
        if any(dimension.is_attribute for dimension in named) or self.catalogue.is_spread(metric):
            return None
        if metric.is_period_mart:
            grains = {metric.grain_of(column.window) for column in columns}
            return "day" if len(grains) == 1 else None
        if len(kinds) != 1 or not kinds <= TRUNCATED:
            return None
        (grain,) = kinds
        starts = [period_of(grain, one.window.start).start for one in columns]
        ends = [period_of(grain, one.window.last_day).start for one in columns]
        return grain if starts == ends and len(set(starts)) == len(starts) else None

    def _measured_together(
        self, columns: list[Column], grain: str, conditions: tuple[Condition, ...], by: Sequence[Dimension]
    ) -> dict[Period, dict[Members, Parts]]:
        first, last = columns[0], columns[-1]
        how = replace(self._measurement(last, conditions), start=first.window.start, first_end=first.window.end)
        time = Dimension(grain, f"metric_time__{grain}", "", grain, is_attribute=False)
        found: dict[date, dict[Members, Parts]] = {}
        for (moment, *members), part in self._facts_only(last.metric, how, [time, *by]).items():
            if moment is not None:  # a sum over nothing is a row without a day
                found.setdefault(date(moment.year, moment.month, moment.day), {})[tuple(members)] = part
        if last.metric.is_period_mart:
            return {column.window: found.get(column.window.end, {}) for column in columns}
        return {column.window: found.get(period_of(grain, column.window.start).start, {}) for column in columns}

    def _measured_alone(
        self, column: Column, conditions: tuple[Condition, ...], by: Sequence[Dimension]
    ) -> dict[Members, Parts]:
        return self._facts_only(column.metric, self._measurement(column, conditions), by)

    def _facts_only(self, metric: Metric, how: Measurement, by: Sequence[Dimension]) -> dict[Members, Parts]:
        """What was measured, without what MetricFlow makes up: (unknown, 0) where there are no facts at all."""
        parts = self.measuring.measure(how, by)
        doubtful = {members for members, part in parts.items() if None in members and not part.value}
        if doubtful:
            doubtful -= self.measuring.has_facts(metric, how, by)  # only facts make an unknown member
        return {members: part for members, part in parts.items() if members not in doubtful}

    @staticmethod
    def _measurement(column: Column, conditions: tuple[Condition, ...]) -> Measurement:
        window, metric = column.window, column.metric
        grain = metric.grain_of(window) if metric.is_period_mart else window.kind
        return Measurement(metric.name, window.start, window.end, grain, conditions, column.attributes_on)

    def _joint(
        self,
        metric: Metric,
        period: Period,
        column: Column | None,
        question: Question,
        conditions: tuple[Condition, ...],
        by: Sequence[Dimension],
    ) -> Callable[[Members], Joint] | None:
        """What says for each member how January and February together compare with those of the year before.

        The lunar new year falls into the one or the other: where business stands still for it, days of these months compare
        with nothing alone. None for other countries, days and comparisons, and for period marts, whose windows are longer.
        """
        lunar = self.reasons.company.country in LUNAR_NEW_YEAR and question.comparison == "previous_year"
        if not lunar or column is None or metric.is_period_mart:
            return None
        window = windowed(period, question.window, self.as_of_on)
        year = window.start.year
        both = parse_period(f"{year}-01..{year}-02", calendar=period.calendar)
        if window.start < both.start or window.end > both.end or (window.start, window.end) == (both.start, both.end):
            return None
        if both.end > self.as_of_on:
            return lambda _members: Joint(both, None, None, Reason("lunar_new_year_waits", period=both.text))
        columns = [Column(metric, both, column.attributes_on), Column(metric, both.previous_year(), column.attributes_on)]
        now, before = (self._measured([one], conditions, by)[0] for one in columns)

        def joint(members: Members) -> Joint:
            (value, _), (other, reason) = (
                self._value_or_reason(one, parts.get(members)) for one, parts in zip(columns, (now, before), strict=True)
            )
            known = value is not None and other is not None
            reason = Reason("lunar_new_year", period=both.text) if known else reason or NO_DATA
            return Joint(both, rounded(value, metric.unit), rounded(other, metric.unit), reason)

        return joint

    def _figure(
        self,
        identity: str,
        asked: _Asked,
        period: Period,
        column: Column | None,
        part: Parts | None,
        members: dict[str, object],
        comparison: str | None,
    ) -> Figure:
        of = column.metric if column else asked.metric
        if column is None:
            value, reason = None, self._why_no_plan(asked)
        else:
            value, reason = self._value_or_reason(column, part)
        of_weeks = comparison in PAST and period.calendar.is_of_weeks and column.window.kind == period.kind
        if of_weeks and value is not None and column.window.days != period.days:
            longer = Reason("other_length", days=column.window.days, other_days=period.days)
            reason = Reason.joined([reason, longer] if reason else [longer])
        was_measured = column is not None and not self.reasons.why_none(of, column.window)
        part = part or Parts(n=0 if (of.n or of.rests_on_values) and was_measured else None)
        own = tuple(
            Condition(name, "is unknown", ()) if member is None else Condition(name, "=", (str(member),))
            for name, member in members.items()
        )
        return Figure(
            id=identity,
            metric=asked.metric.asked_as,
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
            counted=self._counted(of, part),
            measurement=self._measurement(column, own + asked.conditions) if was_measured else None,
        )

    def _why_no_plan(self, asked: _Asked) -> Reason:
        name = asked.metric.asked_as
        if self.catalogue.plan_of(name):
            return Reason("not_planned_by", metric=name, dimensions=tuple(sorted(asked.named)))
        return Reason("nothing_planned", metric=name)

    def _value_or_reason(self, column: Column, part: Parts | None) -> tuple[Decimal | None, str | None]:
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
        if (metric.is_rate or metric.rests_on_values) and metric.min_n and part.n is not None and part.n < metric.min_n:
            return None, self.reasons.too_few(part.n, metric.min_n)
        return value, self.reasons.caveat(metric, column.window)

    def _interval(self, metric: Metric, value: Decimal, part: Parts) -> tuple[Decimal, Decimal] | None:
        if part.interval is not None:
            low, high = part.interval
        elif part.standard_error is not None:
            low, high = around(value, part.standard_error)
        elif self._is_proportion(metric) and part.denominator and 0 <= part.numerator <= part.denominator:
            low, high = wilson(int(part.numerator), int(part.denominator))
        else:
            return None
        return rounded(low, metric.unit), rounded(high, metric.unit)

    def _counted(self, metric: Metric, part: Parts) -> Counts | None:
        """What there is to count: what the metric declares, or the parts of a proportion."""
        of_all = self._is_proportion(metric) and part.denominator
        found = part.counts or ({"part": part.numerator or Decimal(0), "whole": part.denominator} if of_all else {})
        return Counts({name: rounded(number, "count") for name, number in found.items()}, metric.counts) if found else None

    def _is_proportion(self, metric: Metric) -> bool:
        counted = metric.kind == "ratio" and all(self.catalogue.metric(one.metric).is_count for one in metric.inputs)
        return counted and metric.unit == "percent"

    def _unit_of_input(self, metric: Metric, position: int) -> str:
        return self.catalogue.metric(metric.inputs[position].metric).unit if metric.kind == "ratio" else ""


def _refuse_other_windows(metric: Metric, window: Period) -> None:
    """A metric over rows that are already periods would add them up for any other window, and answer plausibly."""
    if metric.grain_of(window):
        return
    known = " or ".join(metric.grains)
    fitting = " or ".join(period_of(grain, window.last_day).text for grain in metric.grains)
    if metric.of_period_end:
        raise UsageError(
            f"{metric.name} is known at the end of a calendar {known} only, and {window.text} does not end with one.",
            fix=f"Ask for {fitting}, or another period that ends with a {known}.",
        )
    raise UsageError(
        f"{metric.name} is known for a calendar {known} only, not for {window.text}.",
        fix=f"Ask for {fitting}." if metric.grains else "Its `config.meta.grains` names no period.",
    )


def _unknown_last(members: Members) -> tuple:
    return tuple((member is None, "" if member is None else member) for member in members)
