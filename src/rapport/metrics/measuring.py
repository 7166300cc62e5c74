"""Measuring: one metric over one window, as MetricFlow's SQL answers it on a scope's connection."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from rapport.errors import RapportError, UsageError
from rapport.metrics.catalogue import Catalogue
from rapport.metrics.counts import counted_in
from rapport.metrics.definitions import Dimension, Metric, Need
from rapport.metrics.figures import Measurement, rounded
from rapport.metrics.intervals import newcombe
from rapport.metrics.reason import Reason
from rapport.metrics.scope import set_attributes_day
from rapport.metrics.templates import FILE, RECORD, Templates, facts_of, member_of, placeholder, values_of
from rapport.warehouse.connections import literal, quoted

if TYPE_CHECKING:
    import duckdb

Members = tuple[object, ...]  # one for each dimension asked by; None is the unknown member


@dataclass(frozen=True)
class Parts:
    """A measured value and what it rests on, unrounded; for ratios, 0–100 where the unit is percent or points."""

    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    n: int | None = None
    standard_error: Decimal | None = None
    interval: tuple[Decimal, Decimal] | None = None
    reason: Reason | None = None  # why the value must not be told, or is none
    counts: dict[str, Decimal] = field(default_factory=dict)  # by metric, where these are told in the value's place


class Measuring:
    """Asks DuckDB what MetricFlow makes of questions.

    Args:
        connection: a scope's connection (`open_scope`).
    """

    def __init__(self, connection: "duckdb.DuckDBPyConnection", catalogue: Catalogue, templates: Templates) -> None:
        self.connection, self.catalogue, self.templates = connection, catalogue, templates
        self._type_of = lru_cache(maxsize=None)(self._described)
        self._proved_days: set[date] = set()
        self._day: date | None = None  # of the attributes that customers have on the connection now

    def measure(self, how: Measurement, by: Sequence[Dimension] = ()) -> dict[Members, Parts]:
        """A metric over a window, for each member that has facts in it; without dimensions the one member is ().

        Raises:
            UsageError: a condition names a dimension that the metric lacks, or a value that is none of the dimension's.
        """
        metric = self.catalogue.metric(how.metric)
        values = self._values(metric.name, how, by)
        parts = {members: Parts(value) for members, value in values.items()}
        if metric.kind == "ratio":
            above, below = (self._values(one.metric, how, by, one.filters) for one in metric.inputs)
            numerator, denominator = (self.catalogue.metric(one.metric) for one in metric.inputs)
            scale = 100 if metric.unit in {"percent", "points"} else 1
            for members, value in values.items():
                over, under = above.get(members), below.get(members)
                if over is None and under and numerator.empty == "zero":
                    value = over = Decimal(0)  # a member of the denominator alone has nothing above it
                _prove_division(metric, value, over, under)
                n = int(under or 0) if denominator.is_count else None
                parts[members] = Parts(None if value is None else value * scale, over, under, n)
        if metric.n or metric.rests_on_values:
            counts = self._values(metric.n or values_of(metric.name), how, by)
            parts = {members: replace(part, n=int(counts.get(members) or 0)) for members, part in parts.items()}
        if metric.counts and any(part.n is not None and part.n < (metric.min_n or 0) for part in parts.values()):
            counted = {name: self._values(name, how, by) for name in counted_in(metric.counts)}
            parts = {
                members: replace(part, counts={name: found.get(members) or Decimal(0) for name, found in counted.items()})
                for members, part in parts.items()
            }
        if metric.standard_error:
            errors = self._values(metric.standard_error, how, by)
            parts = {members: replace(part, standard_error=errors.get(members)) for members, part in parts.items()}
        if metric.difference_of:
            rates, others = (self.measure(replace(how, metric=name), by) for name in metric.difference_of)
            parts = {
                members: replace(part, interval=_between(rates.get(members), others.get(members)))
                for members, part in parts.items()
            }
        for need in metric.needs:
            parts = self._needing(need, parts, how, by)
        telling = next((one for one in (metric, *self._parts(metric)) if one.why_null), None)
        if telling and any(part.value is None for part in parts.values()):
            reasons = self._why_null(telling, how, by)
            parts = {
                members: replace(part, reason=part.reason or reasons.get(members)) if part.value is None else part
                for members, part in parts.items()
            }
        return parts

    def _needing(
        self, need: Need, parts: dict[Members, Parts], how: Measurement, by: Sequence[Dimension]
    ) -> dict[Members, Parts]:
        """Parts with the reason where another metric is not what it must be."""
        other, found = self.catalogue.metric(need.metric), dict(parts)
        needed = self.measure(replace(how, metric=need.metric), by)
        for members, part in parts.items():
            value = needed[members].value if members in needed else None
            is_low = value is not None and need.least is not None and value < Decimal(str(need.least))
            is_high = value is not None and need.most is not None and value > Decimal(str(need.most))
            if is_low or is_high:
                limits = {"metric": other.name, "value": rounded(value, other.unit), "least": need.least, "most": need.most}
                found[members] = replace(part, reason=Reason(need.reason, **limits))
        return found

    def _parts(self, metric: Metric) -> list[Metric]:
        """What a metric has no value without: what a ratio divides by, and all that a derived one is made of."""
        inputs = metric.inputs[1:] if metric.kind == "ratio" else metric.inputs
        return [self.catalogue.metric(one.metric) for one in inputs]

    def _why_null(self, metric: Metric, how: Measurement, by: Sequence[Dimension]) -> dict[Members, Reason]:
        """What the mart of a metric says about members without a value: the reason that most of their rows give."""
        leaf = self.catalogue.leaves(metric)[0]
        dimension = self.catalogue.dimension(metric, metric.why_null)
        if any(one.reference == dimension.reference for one in by):
            return {}  # the member itself says it
        references = [*(one.reference for one in by), dimension.reference]
        counts = self._asked(facts_of(leaf.metric), how, references, leaf.filters)
        found: dict[Members, tuple[Decimal, str]] = {}
        for (*members, text), count in counts.items():
            if text and count:
                found[tuple(members)] = max(found.get(tuple(members), (Decimal(0), "")), (count, text))
        return {members: Reason.read(text) for members, (_, text) in found.items()}

    def forget_day(self) -> None:
        """Let the next question set the day of customers' attributes, as somebody else has set it."""
        self._day = None

    def records(self, leaf: str, how: Measurement, filters: tuple[str, ...]) -> list[tuple[str, int, Decimal]]:
        """The records behind a simple additive metric: file id, record number, amount.

        What count_distinct counts is given once, with the first of its records.

        Raises:
            RapportError: a fact does not say which record it comes from.
        """
        metric = self.catalogue.metric(leaf)
        entity = self.catalogue.primary_entity(metric.model)
        by = [f"{entity}__{FILE}", f"{entity}__{RECORD}"]
        distinct = metric.aggregation == "count_distinct"
        if distinct:
            by.append(f"{entity}__{member_of(leaf)}")
        found = self._asked(leaf, how, by, filters)
        found = [(file, row, amount, *member) for (file, row, *member), amount in found.items() if amount]
        if any(file is None or row is None for file, row, *_ in found):
            raise RapportError(
                f"A fact of {leaf} does not say which record it comes from.",
                where=f"marts.{self.catalogue.mart_of(metric.model).name}",
                fix="Carry _file_id and _row into the mart.",
            )
        if distinct:
            found = list({one[3]: one for one in sorted(found, key=lambda one: one[:2], reverse=True)}.values())
        return sorted((file, row, amount) for file, row, amount, *_ in found)

    def sql(self, how: Measurement) -> str:
        """The SQL of a measurement with its values written in, as one can run it on the snapshot."""
        metric = self.catalogue.metric(how.metric)
        filters, values = self._filters(metric, how)
        start, end = self._window(metric, how)
        sql = self.templates.sql(how.metric, (), filters + how.filters)
        texts = {
            name: f"date '{value}'" if isinstance(value, date) else literal(str(value))
            for name, value in (values | {"start": start, "end": end}).items()
        }
        return re.sub(r"\$(\w+)", lambda match: texts[match[1]], sql)  # in one pass: a value may look like a parameter

    def has_facts(self, metric: Metric, how: Measurement, by: Sequence[Dimension]) -> set[Members]:
        """The members that have at least one fact in the window."""
        members: set[Members] = set()
        for leaf in self.catalogue.leaves(metric):
            asked = self._asked(facts_of(leaf.metric), how, [one.reference for one in by], leaf.filters)
            members |= {key for key, count in asked.items() if count}
        return members

    def first_day(self, metric: Metric) -> date | None:
        """The first day on which the metric has a fact."""
        days = []
        for leaf in self.catalogue.leaves(metric):
            raw = next(one for one in self.catalogue.semantic["metrics"] if one["name"] == leaf.metric)
            model = self.catalogue.models[self.catalogue.metric(leaf.metric).model]
            name = (
                raw["type_params"]["metric_aggregation_params"]["agg_time_dimension"] or model["defaults"]["agg_time_dimension"]
            )
            column = next(one.get("expr") or name for one in model["dimensions"] if one["name"] == name)
            mart = self.catalogue.mart_of(model["name"]).name
            days += self.connection.execute(f'select cast(min({column}) as date) from warehouse.marts."{mart}"').fetchone()
        return min((day for day in days if day), default=None)

    def _values(
        self, metric: str, how: Measurement, by: Sequence[Dimension], filters: tuple[str, ...] = ()
    ) -> dict[Members, Decimal | None]:
        return self._asked(metric, how, [one.reference for one in by], filters)

    def _asked(
        self, metric: str, how: Measurement, by: Sequence[str], filters: tuple[str, ...]
    ) -> dict[Members, Decimal | None]:
        own, values = self._filters(self.catalogue.metric(how.metric), how)
        sql = self.templates.sql(metric, tuple(by), own + how.filters + filters)
        start, end = self._window(self.catalogue.metric(how.metric), how)
        given = {name: value for name, value in (values | {"start": start, "end": end}).items() if f"${name}" in sql}
        self._be_on(how.attributes_on)
        cursor = self.connection.execute(sql, given)
        names = [column[0] for column in cursor.description]
        places = [names.index(reference) for reference in by]
        value = names.index(metric)
        return {tuple(row[place] for place in places): _decimal(row[value]) for row in cursor.fetchall()}

    def _be_on(self, day: date) -> None:
        """Give customers the attributes of a day; a customer with two sets of them would count twice, in silence."""
        if day == self._day:
            return
        set_attributes_day(self.connection, day)
        self._day = day
        model = self.catalogue.attribute_model
        if day in self._proved_days or model is None:
            return
        key = self.catalogue.customer_dimensions()[self.catalogue.primary_entity(model)]
        twice = self.connection.execute(
            f"select {key} from warehouse.marts.{quoted(model)} group by all having count(*) > 1 limit 1"
        ).fetchone()
        if twice:
            raise RapportError(
                f"Customer {twice[0]} has two sets of attributes on {day}.",
                where=f"marts.{self.catalogue.marts[model].meta['attributes_by_day']}",
                fix="Let valid_from and valid_to of a customer's rows not overlap.",
            )
        self._proved_days.add(day)

    def _window(self, metric: Metric, how: Measurement) -> tuple[date, date]:
        """The days of metric_time: of a period mart the one day that is its period end."""
        if metric.is_period_mart:
            return how.first_end or how.end, how.end + timedelta(days=1)
        return how.start, how.end

    def _filters(self, metric: Metric, how: Measurement) -> tuple[tuple[str, ...], dict[str, object]]:
        filters, values = [], {}
        for number, condition in enumerate(how.conditions):
            dimension = self.catalogue.dimension(metric, condition.dimension)
            names = [f"value_{number}_{position}_" for position in range(len(condition.values))]
            values |= {name: self._typed(dimension, value) for name, value in zip(names, condition.values, strict=True)}
            filters.append(_filter(dimension, condition.operator, [placeholder(name) for name in names]))
        if metric.is_period_mart:
            filters += self._grain_filters(metric)
            values["grain"] = how.grain
        return tuple(filters), values

    def _grain_filters(self, metric: Metric) -> list[str]:
        models = self.catalogue.leaf_models(metric)
        graded = [model for model in models if "grain" in self.catalogue.mart_of(model).columns]
        return list(dict.fromkeys(
            f"{{{{ Dimension('{self.catalogue.primary_entity(model)}__grain') }}}} = {placeholder('grain')}" for model in graded
        ))  # fmt: skip

    def _typed(self, dimension: Dimension, value: str) -> object:
        kind = self._type_of(dimension.model, dimension.expression)
        (typed,) = self.connection.execute(f"select try_cast(? as {kind})", [value]).fetchone()
        if typed is None:
            raise UsageError(f"{value!r} is not a value of {dimension.name}.", fix=f"It is of type {kind.lower()}.")
        return typed

    def _described(self, model: str, expression: str) -> str:
        return self.connection.execute(f"describe select {expression} from warehouse.marts.{self._mart(model)}").fetchone()[1]

    def _mart(self, model: str) -> str:
        return quoted(self.catalogue.mart_of(model).name)


def _filter(dimension: Dimension, operator: str, values: list[str]) -> str:
    """One condition as a MetricFlow filter; what is unknown is other than any value."""
    name = dimension.template
    match operator:
        case "is unknown":
            return f"{name} is null"
        case "!=":
            return f"{name} is distinct from {values[0]}"
        case "in":
            return f"{name} in ({', '.join(values)})"
        case "not in":
            return f"({name} not in ({', '.join(values)}) or {name} is null)"
    return f"{name} {operator} {values[0]}"


def _prove_division(metric: Metric, value: Decimal | None, over: Decimal | None, under: Decimal | None) -> None:
    """Refuse what MetricFlow does in silence when both parts are one metric without an alias: divide it by itself, filtered."""
    if value is not None and over is not None and under and abs(value - over / under) > Decimal("1e-9") * max(1, abs(value)):
        raise RapportError(
            f"{metric.name} is given as {value}, but its parts are {over} and {under}.",
            where=f"metric {metric.name}",
            fix="Give the numerator and the denominator an `alias` each in the metric's YAML.",
        )


def _decimal(value: object) -> Decimal | None:
    exact = Decimal(str(value)) if value is not None else None
    return exact if exact is not None and exact.is_finite() else None  # a division by zero is no value


def _between(rate: Parts | None, other: Parts | None) -> tuple[Decimal, Decimal] | None:
    """The interval of the difference of two shares; None where one of them rests on nothing."""
    if rate is None or other is None or not (rate.denominator and other.denominator):
        return None
    return newcombe(int(rate.numerator or 0), int(rate.denominator), int(other.numerator or 0), int(other.denominator))
