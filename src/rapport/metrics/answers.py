"""Answers: measurements laid on a frame of periods × members, each with its value or the reason why there is none."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import pairwise

from rapport.errors import UsageError
from rapport.metrics.calendars import LUNAR_NEW_YEAR
from rapport.metrics.conditions import Condition, parse_conditions
from rapport.metrics.definitions import Dimension, Metric
from rapport.metrics.figures import Figure, Joint, Measurement, figure_id, rounded
from rapport.metrics.intervals import around, wilson
from rapport.metrics.measuring import Measuring, Members, Parts
from rapport.metrics.periods import GRAINS, Period, parse_period, period_of
from rapport.metrics.reason import Reason
from rapport.metrics.reasons import NO_DATA, NOTHING_TO_DIVIDE_BY, Reasons
from rapport.metrics.windows import PAST, checked_comparison, checked_window, compared, is_window, windowed

TRUNCATED = frozenset({"day", "week", "month", "quarter", "year"})  # the grains that MetricFlow can group days by


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
    """

    metrics: Sequence[str]
    period: Period
    by: Sequence[str] = ()
    where: Sequence[str] = ()
    window: str = ""
    comparison: str | None = None
    beside: str | None = None

    def __post_init__(self) -> None:
        checked_window(self.window)
        for name in (self.comparison, self.beside):
            checked_comparison(name)
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
    """

    def __init__(self, measuring: Measuring, reasons: Reasons, currency: str) -> None:
        self.measuring, self.reasons, self.currency = measuring, reasons, currency
        self.catalogue, self.as_of_on = measuring.catalogue, reasons.contents.as_of_on

    def answers(self, metric: Metric, question: Question) -> Iterator[Figure]:
        """The figures of one metric, on a frame: every period has every member that any of its windows has."""
        conditions = tuple(one for text in question.where for one in parse_conditions(text))
        by = [self.catalogue.dimension(metric, name) for name in question.by if name not in GRAINS]
        named = [self.catalogue.dimension(metric, one.dimension) for one in conditions]
        by_segment = any(dimension.is_attribute for dimension in (*by, *named))
        beside = f"beside_{question.beside}" if by_segment and question.beside in PAST else None
        suffix = "~".join(filter(None, (question.window, question.comparison or beside))) or None

        periods = self._periods(metric, question)
        columns = [self._column(metric, period, question, by_segment) for period in periods]
        measured = self._measured(columns, conditions, by)
        frame: dict[Members, None] = {} if by else {(): None}
        for parts in measured:
            frame |= dict.fromkeys(parts)
        if by and (other := question.comparison or question.beside) in PAST:
            others = [
                self._beside(column, period, other, question) if column else None
                for column, period in zip(columns, periods, strict=True)
            ]
            for parts in self._measured(others, conditions, by):
                frame |= dict.fromkeys(parts)

        names = [dimension.name for dimension in by]
        for period, column, parts in zip(periods, columns, measured, strict=True):
            joint = self._joint(metric, period, column, question, conditions, by)
            for members in sorted(frame, key=_unknown_last):
                known = dict(zip(names, members, strict=True))
                identity = figure_id(metric.name, period, known, conditions, suffix)
                part = parts.get(members)
                figure = self._figure(identity, metric, period, column, part, known, conditions, question.comparison)
                yield replace(figure, joint=joint(members)) if joint else figure

    def _periods(self, metric: Metric, question: Question) -> list[Period]:
        grain = next((name for name in question.by if name in GRAINS), None)
        period = question.period
        if grain is None:
            return [period]
        if period.kind == "all":
            first = self.measuring.first_day(metric) or period.last_day
            period = replace(period, start=period_of(grain, first, period.calendar).start)
        return list(period.split(grain))

    def _column(self, metric: Metric, period: Period, question: Question, by_segment: bool) -> _Column | None:
        """What to measure for a period; None when nothing is planned for the metric."""
        if question.comparison and is_window(question.comparison):
            period = windowed(period, question.comparison, self.as_of_on)
            return _Column(metric, period, period.last_day)
        period = windowed(period, question.window, self.as_of_on)
        if question.comparison == "plan":
            plan = self.catalogue.plan_of(metric.name)
            return _Column(plan, period, period.last_day) if plan else None
        if question.comparison:
            window = compared(period, question.comparison)
            return _Column(metric, window, window.start if by_segment else window.last_day)
        if by_segment and question.beside in PAST:
            return _Column(metric, period, compared(period, question.beside).start)
        return _Column(metric, period, period.last_day)

    def _beside(self, column: _Column, period: Period, comparison: str, question: Question) -> _Column:
        """The column beside a column, with the same membership."""
        period = windowed(period, question.window, self.as_of_on)
        window = period if question.comparison else compared(period, comparison)
        return _Column(column.metric, window, column.attributes_on)

    def _measured(
        self, columns: Sequence[_Column | None], conditions: tuple[Condition, ...], by: Sequence[Dimension]
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

    def _can_be_asked(self, column: _Column, conditions: tuple[Condition, ...], by: Sequence[Dimension]) -> bool:
        """Whether a column's metric has the dimensions asked by; only a plan can lack what its metric has."""
        possible = self.catalogue.dimensions(column.metric)
        return all(one.reference in possible for one in by) and all(one.dimension in possible for one in conditions)

    def _one_grain(self, columns: list[_Column], conditions: tuple[Condition, ...], by: Sequence[Dimension]) -> str | None:
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
            grains = {column.window.as_grain(metric.grains) for column in columns}
            return "day" if len(grains) == 1 else None
        if len(kinds) != 1 or not kinds <= TRUNCATED:
            return None
        (grain,) = kinds
        starts = [period_of(grain, one.window.start).start for one in columns]
        ends = [period_of(grain, one.window.last_day).start for one in columns]
        return grain if starts == ends and len(set(starts)) == len(starts) else None

    def _measured_together(
        self, columns: list[_Column], grain: str, conditions: tuple[Condition, ...], by: Sequence[Dimension]
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
        self, column: _Column, conditions: tuple[Condition, ...], by: Sequence[Dimension]
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
    def _measurement(column: _Column, conditions: tuple[Condition, ...]) -> Measurement:
        window, metric = column.window, column.metric
        grain = window.as_grain(metric.grains) if metric.is_period_mart else window.kind
        return Measurement(metric.name, window.start, window.end, grain, conditions, column.attributes_on)

    def _joint(
        self,
        metric: Metric,
        period: Period,
        column: _Column | None,
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
        columns = [_Column(metric, both, column.attributes_on), _Column(metric, both.previous_year(), column.attributes_on)]
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
            is_proportion=self._is_proportion(of),
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

    def _is_proportion(self, metric: Metric) -> bool:
        counted = metric.kind == "ratio" and all(self.catalogue.metric(one.metric).is_count for one in metric.inputs)
        return counted and metric.unit == "percent"

    def _unit_of_input(self, metric: Metric, position: int) -> str:
        return self.catalogue.metric(metric.inputs[position].metric).unit if metric.kind == "ratio" else ""


def _refuse_other_windows(metric: Metric, window: Period) -> None:
    """A metric over rows that are already periods would add them up for any other window, and answer plausibly."""
    if window.as_grain(metric.grains):
        return
    fitting = " or ".join(period_of(grain, window.last_day).text for grain in metric.grains)
    raise UsageError(
        f"{metric.name} is known for a calendar {' or '.join(metric.grains)} only, not for {window.text}.",
        fix=f"Ask for {fitting}." if metric.grains else "Its `config.meta.grains` names no period.",
    )


def _unknown_last(members: Members) -> tuple:
    return tuple((member is None, "" if member is None else member) for member in members)
