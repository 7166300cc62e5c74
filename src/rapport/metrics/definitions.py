"""Definitions: what a metric, a dimension and a mart say about themselves in dbt's manifests."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rapport.metrics.periods import Period

_OF_RATES = {"percent", "percentage_points", "points", "per_thousand", "ratio", "score"}
ADDITIVE = {"sum", "sum_boolean", "count", "count_distinct"}  # aggregations that single records add up to


@dataclass(frozen=True)
class Dimension:
    """Something to ask a metric by.

    Args:
        name: what people write, e.g. `tier`.
        reference: what MetricFlow calls it, e.g. `customer__tier`; an entity's own name for its key.
        model: the mart whose column it is.
        expression: the column, or SQL over it.
        is_attribute: whether it is an attribute of customers, which changes over time.
    """

    name: str
    reference: str
    model: str
    expression: str
    is_attribute: bool

    @property
    def template(self) -> str:
        """The dimension as MetricFlow's filters write it."""
        kind = "Dimension" if "__" in self.reference else "Entity"
        return f"{{{{ {kind}('{self.reference}') }}}}"


@dataclass(frozen=True)
class Input:
    """A metric that another one is made of, with the filters (MetricFlow templates) that only this use of it has."""

    metric: str
    alias: str
    filters: tuple[str, ...] = ()


@dataclass(frozen=True)
class Gate:
    """Where a mart says, period by period, why a metric must not be told: a column that is null where it may."""

    mart: str
    column: str


@dataclass(frozen=True)
class Need:
    """What another metric must be, for the same days and members, for a metric to be told; where it is not, the reason."""

    metric: str
    reason: str
    least: float | None = None
    most: float | None = None


@dataclass(frozen=True)
class StandsFor:
    """In whose place a metric answers, where that one is asked by a dimension (rapport.metrics.stand_ins)."""

    metric: str
    by: str
    reference: str = ""


@dataclass(frozen=True)
class Metric:
    """A metric as `config.meta` describes it (METRICS.md); `kind` is simple, derived or ratio.

    Args:
        model, day: the semantic model that a simple metric aggregates, and its column for the day; empty for others.
        trap: why it must not be asked, where MetricFlow would answer plausibly and wrongly.
        subject: the folder of models/marts that it stands in.
        stands_for: the metric in whose place it answers; nobody asks for it by its own name.
        inputs: of a ratio the numerator, then the denominator; of a derived metric what `expression` names.
        n, standard_error: the metrics that give these.
        counts: by language, what is told below min_n; its places name the metrics that count (rapport.metrics.counts). A ratio
            of counts needs none.
        plans: the metric whose plan this one is.
        difference_of: the two shares, both ratios of counts, whose difference it is; its interval is Newcombe's.
        looks_ahead: whether days that nobody has seen yet are part of what it tells, like a plan's (`config.meta.ahead`).
        of_period_end: whether the end of a period alone decides its value, so that 2026-Q3 has what 2026-09 has.
        gate, needs, why_null: when it answers with a reason (rapport.metrics.reasons says how); why_null is a dimension.
    """

    name: str
    kind: str
    label: dict[str, str]
    definition: dict[str, str]
    unit: str
    good: str = "none"
    min_n: int | None = None
    window: str | None = None
    grains: tuple[str, ...] = ()
    material: float | None = None
    n: str | None = None
    standard_error: str | None = None
    counts: dict[str, str] = field(default_factory=dict)
    empty: str = "null"
    version: str = "1"
    plans: str | None = None
    difference_of: tuple[str, ...] = ()
    looks_ahead: bool = False
    of_period_end: bool = False
    gate: Gate | None = None
    needs: tuple[Need, ...] = ()
    why_null: str | None = None
    model: str = ""
    aggregation: str = ""
    expression: str = ""
    day: str = ""
    trap: str | None = None
    subject: str = ""
    stands_for: StandsFor | None = None
    inputs: tuple[Input, ...] = field(default=(), repr=False)

    @property
    def is_count(self) -> bool:
        """Whether it counts things, so that it can be part of a proportion."""
        return self.unit == "count" or self.aggregation in {"count", "count_distinct", "sum_boolean"}

    @property
    def is_listed(self) -> bool:
        """Whether people are meant to ask for it; inputs of other metrics need no label."""
        return bool(self.label) and self.trap is None and self.stands_for is None

    @property
    def asked_as(self) -> str:
        """The name under which people ask for it."""
        return self.stands_for.metric if self.stands_for else self.name

    @property
    def is_rate(self) -> bool:
        """Whether its value says nothing when it rests on too few: a sum or a count always holds."""
        return self.kind == "ratio" or self.unit in _OF_RATES

    @property
    def rests_on_values(self) -> bool:
        """Whether it is a median, a percentile or an average, whose n is the number of values unless it says otherwise."""
        return self.kind == "simple" and self.aggregation in {"median", "percentile", "average"}

    @property
    def is_period_mart(self) -> bool:
        """Whether it can only be asked for a period end of its mart."""
        return self.window == "period_mart"

    def grain_of(self, window: "Period") -> str | None:
        """The grain of its mart's rows that answer for a window; None where none do."""
        return window.as_grain(self.grains, by_end=self.of_period_end)


@dataclass(frozen=True)
class Mart:
    """A published model: its columns with types, `config.meta`, and the class of each column that holds personal data."""

    name: str
    unique_id: str
    columns: dict[str, str]
    meta: dict[str, object]
    personal: dict[str, str] = field(default_factory=dict)

    @property
    def is_public(self) -> bool:
        """Whether it may be read in any scope although it has no customer_id."""
        return bool(self.meta.get("public"))

    @property
    def has_records(self) -> bool:
        """Whether each row says which record of which file it comes from."""
        return {"_file_id", "_row"} <= set(self.columns)


def read_metric(raw: dict, models: dict[str, dict], file: str = "") -> Metric:
    """A metric from its entry in semantic_manifest.json, and the semantic models there by name.

    Args:
        file: the YAML that it stands in, below the dbt project.
    """
    meta = (raw.get("config") or {}).get("meta") or {}
    params = raw["type_params"]
    aggregation = params.get("metric_aggregation_params") or {}
    about = models.get(aggregation.get("semantic_model"))
    inputs = [params["numerator"], params["denominator"]] if raw["type"] == "ratio" else params.get("metrics") or []
    return Metric(
        name=raw["name"],
        kind=raw["type"],
        label=_bilingual(meta.get("label")),
        definition=_bilingual(meta.get("definition") or raw.get("description")),
        unit=meta.get("unit") or "",
        good=meta.get("good") or "none",
        min_n=meta.get("min_n"),
        window=meta.get("window"),
        grains=tuple(meta.get("grains") or ()),
        material=meta.get("material"),
        n=meta.get("n"),
        standard_error=meta.get("standard_error"),
        counts=_bilingual(meta.get("counts")),
        empty=str(meta.get("empty") or "null"),
        version=str(meta.get("version") or 1),
        plans=meta.get("plans"),
        difference_of=tuple(meta.get("difference_of") or ()),
        looks_ahead=bool(meta.get("ahead") or meta.get("plans")),
        of_period_end=bool(meta.get("of_period_end")),
        gate=Gate(**gate) if (gate := meta.get("gate")) else None,
        needs=tuple(Need(**need) for need in meta.get("needs") or ()),
        why_null=meta.get("why_null"),
        model=aggregation.get("semantic_model") or "",
        aggregation=aggregation.get("agg") or "",
        expression=params.get("expr") or "",
        day=_day_column(about, aggregation.get("agg_time_dimension")) if about else "",
        trap=_trap(raw["type"], inputs),
        subject=_subject(file),
        stands_for=StandsFor(**stands_for) if (stands_for := meta.get("stands_for")) else None,
        inputs=tuple(Input(one["name"], one.get("alias") or one["name"], _filters(one)) for one in inputs),
    )


def _subject(file: str) -> str:
    """The folder below models/marts that a file lies in, however deep."""
    folders = file.split("/")[:-1]
    return folders[folders.index("marts") + 1] if "marts" in folders[:-1] else ""


def _day_column(model: dict, name: str | None) -> str:
    name = name or model["defaults"]["agg_time_dimension"]
    return next(one.get("expr") or name for one in model["dimensions"] if one["name"] == name)


def _trap(kind: str, inputs: list[dict]) -> str | None:
    """Kinds of metrics whose answers to a window of days were measured to be wrong (FACTS.md)."""
    if kind in {"cumulative", "conversion"}:
        return f"it is {kind}, and would answer for other days than those asked"
    if any(one.get("offset_window") or one.get("offset_to_grain") for one in inputs):
        return "it has an offset, and would answer for other days than those asked"
    return None


def _filters(raw: dict) -> tuple[str, ...]:
    """The filters of a metric, or of its use as an input, as MetricFlow templates."""
    return tuple(one["where_sql_template"] for one in (raw.get("filter") or {}).get("where_filters", ()))


def _bilingual(words: dict[str, str] | str | None) -> dict[str, str]:
    return words if isinstance(words, dict) else {"en": words} if words else {}
