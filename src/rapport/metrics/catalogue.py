"""The catalogue: which metrics there are, what they mean, by what they may be asked; from a snapshot's manifests, without dbt."""

import difflib
import json
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path

from rapport.errors import RapportError, UsageError
from rapport.metrics.periods import GRAINS
from rapport.settings import Settings

ADDITIVE = {"sum", "sum_boolean", "count", "count_distinct"}


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
class Metric:
    """A metric as `config.meta` describes it (METRICS.md); `kind` is simple, derived or ratio.

    Args:
        model, day: the semantic model that a simple metric aggregates, and its column for the day; empty for others.
        trap: why it must not be asked, where MetricFlow would answer plausibly and wrongly.
        inputs: of a ratio the numerator, then the denominator; of a derived metric what `expression` names.
        n, standard_error: the metrics that give these.
        plans: the metric whose plan this one is.
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
    empty: str = "null"
    version: str = "1"
    plans: str | None = None
    model: str = ""
    aggregation: str = ""
    expression: str = ""
    day: str = ""
    trap: str | None = None
    inputs: tuple[Input, ...] = field(default=(), repr=False)

    @property
    def is_count(self) -> bool:
        """Whether it counts things, so that it can be part of a proportion."""
        return self.unit == "count" or self.aggregation in {"count", "count_distinct", "sum_boolean"}

    @property
    def is_listed(self) -> bool:
        """Whether people are meant to ask for it; inputs of other metrics need no label."""
        return bool(self.label) and self.trap is None

    @property
    def is_rate(self) -> bool:
        """Whether its value says nothing when it rests on too few: a sum or a count always holds."""
        return self.unit in {"percent", "points", "ratio", "score"}

    @property
    def is_period_mart(self) -> bool:
        """Whether it can only be asked for a period end of its mart."""
        return self.window == "period_mart"


@dataclass(frozen=True)
class Mart:
    """A published model: its columns with types, and `config.meta`."""

    name: str
    unique_id: str
    columns: dict[str, str]
    meta: dict[str, object]

    @property
    def is_public(self) -> bool:
        """Whether it may be read in any scope although it has no customer_id."""
        return bool(self.meta.get("public"))

    @property
    def has_records(self) -> bool:
        """Whether each row says which record of which file it comes from."""
        return {"_file_id", "_row"} <= set(self.columns)


class Catalogue:
    """The metrics, dimensions and marts of one snapshot.

    Args:
        semantic: the content of dbt's semantic_manifest.json.
        manifest: the content of dbt's manifest.json.
    """

    def __init__(self, semantic: dict, manifest: dict) -> None:
        self.semantic = semantic
        self.parents: dict[str, list[str]] = manifest["parent_map"]
        self.models: dict[str, dict] = {model["name"]: model for model in semantic["semantic_models"]}
        self.marts = {
            node["name"]: Mart(
                node["name"],
                node["unique_id"],
                {column: about.get("data_type") or "" for column, about in node["columns"].items()},
                node["config"].get("meta") or {},
            )
            for node in manifest["nodes"].values()
            if node["resource_type"] == "model" and node["schema"] == "marts"
        }
        self.core = {node["unique_id"] for node in manifest["nodes"].values() if node["schema"] == "core"}
        self.metrics = {metric["name"]: _metric(metric, self.models) for metric in semantic["metrics"]}

    def metric(self, name: str) -> Metric:
        """A metric by name.

        Raises:
            UsageError: there is none, and the nearest names are given; or it is one of those that must not be asked.
        """
        if found := self.metrics.get(name):
            if found.trap:
                raise UsageError(
                    f"{name} cannot be asked: {found.trap}.",
                    fix="Ask a plain metric for the other window instead (`--compare`, or another `--period`).",
                )
            return found
        listed = [metric.name for metric in self.listed()]
        near = difflib.get_close_matches(name, listed, n=3, cutoff=0.5) or [one for one in listed if name in one][:3]
        fix = f"Did you mean {' or '.join(near)}?" if near else "`rapport metrics` lists them all."
        raise UsageError(f"There is no metric called {name!r}.", fix=fix)

    def listed(self) -> list[Metric]:
        """The metrics that people may ask for, by name."""
        return sorted((one for one in self.metrics.values() if one.is_listed), key=lambda one: one.name)

    def plan_of(self, name: str) -> Metric | None:
        """The metric that says what is planned for another."""
        return next((metric for metric in self.metrics.values() if metric.plans == name), None)

    def leaves(self, metric: Metric, filters: tuple[str, ...] = ()) -> list[Input]:
        """The simple metrics that a metric is made of in the end, each with all filters on the way to it."""
        if metric.kind == "simple":
            return [Input(metric.name, metric.name, filters)]
        return [leaf for one in metric.inputs for leaf in self.leaves(self.metric(one.metric), filters + one.filters)]

    def mart_of(self, model: str) -> Mart | None:
        """The mart that a semantic model describes."""
        return self.marts.get(self.models[model]["node_relation"]["alias"])

    def leaf_models(self, metric: Metric) -> list[str]:
        """The marts that a metric aggregates, each once."""
        return list(dict.fromkeys(self.metrics[leaf.metric].model for leaf in self.leaves(metric)))

    def dimensions(self, metric: Metric) -> dict[str, Dimension]:
        """What a metric can be asked by: the dimensions that all marts it aggregates have in common, by their short names.

        Where several have one name, the short name is that of what the facts point to (an order), then the fact's own, then the
        customer's: so it means the same for metrics over one fact and over several. The others are asked as `<entity>__<name>`.
        """
        per_model = [self._references(model) for model in self.leaf_models(metric)]
        common = [one for reference, one in per_model[0].items() if all(reference in other for other in per_model[1:])]
        named: dict[str, Dimension] = {one.reference: one for one in common}
        # Own dimensions come before those that are reached through an entity; the sort is stable and the last one wins.
        for one in sorted(common, key=lambda one: not one.is_attribute):
            named[one.name] = one
        return named

    def dimension(self, metric: Metric, name: str) -> Dimension:
        """A dimension of a metric.

        Raises:
            UsageError: the metric cannot be asked by it; those that it has are named.
        """
        found = self.dimensions(metric)
        if name in found:
            return found[name]
        short = sorted({one.name for one in found.values()})
        raise UsageError(
            f"{metric.name} cannot be asked by {name!r}.",
            fix=f"It has: {', '.join(short) or 'no dimension'}; and the time grains {', '.join(GRAINS)}.",
        )

    @cached_property
    def attribute_model(self) -> str | None:
        """The mart of customers' current attributes, whose `attributes_by_day` names the one that knows them by day."""
        return next((mart.name for mart in self.marts.values() if mart.meta.get("attributes_by_day")), None)

    def customer_dimensions(self) -> dict[str, str]:
        """What a scope may be written by: the attributes of customers, and `customer` itself, with their columns."""
        if self.attribute_model is None:
            return {}
        about = self.models[self.attribute_model]
        entities = {one["name"]: one.get("expr") or one["name"] for one in about["entities"] if one["type"] == "primary"}
        return entities | {one.name: one.expression for one in self._own(self.attribute_model).values()}

    def primary_entity(self, model: str) -> str:
        """The entity that a semantic model is about."""
        about = self.models[model]
        own = next((entity["name"] for entity in about["entities"] if entity["type"] == "primary"), None)
        return about.get("primary_entity") or own or ""

    def _references(self, model: str) -> dict[str, Dimension]:
        found: dict[str, Dimension] = {}
        for entity in self.models[model]["entities"]:
            found[entity["name"]] = Dimension(
                entity["name"], entity["name"], model, entity.get("expr") or entity["name"], is_attribute=False
            )
        found |= self._own(model)
        foreign = {entity["name"] for entity in self.models[model]["entities"] if entity["type"] == "foreign"}
        for other, about in self.models.items():
            if any(entity["type"] == "primary" and entity["name"] in foreign for entity in about["entities"]):
                found |= self._own(other)
        return found

    def _own(self, model: str) -> dict[str, Dimension]:
        entity, is_attribute = self.primary_entity(model), model == self.attribute_model
        return {
            f"{entity}__{one['name']}": Dimension(
                one["name"], f"{entity}__{one['name']}", model, one.get("expr") or one["name"], is_attribute
            )
            for one in self.models[model]["dimensions"]
            if one["type"] == "categorical"
        }


def _metric(raw: dict, models: dict[str, dict]) -> Metric:
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
        empty=str(meta.get("empty") or "null"),
        version=str(meta.get("version") or 1),
        plans=meta.get("plans"),
        model=aggregation.get("semantic_model") or "",
        aggregation=aggregation.get("agg") or "",
        expression=params.get("expr") or "",
        day=_day_column(about, aggregation.get("agg_time_dimension")) if about else "",
        trap=_trap(raw["type"], inputs),
        inputs=tuple(Input(one["name"], one.get("alias") or one["name"], filters_of(one)) for one in inputs),
    )


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


def filters_of(raw: dict) -> tuple[str, ...]:
    """The filters of a metric, or of its use as an input, as MetricFlow templates."""
    return tuple(one["where_sql_template"] for one in (raw.get("filter") or {}).get("where_filters", ()))


def _bilingual(words: dict[str, str] | str | None) -> dict[str, str]:
    return words if isinstance(words, dict) else {"en": words} if words else {}


@lru_cache(maxsize=4)  # a snapshot never changes
def catalogue_of(folder: Path) -> Catalogue:
    """The catalogue of a snapshot.

    Args:
        folder: `published/<number>/`, which holds dbt's manifests of its build.

    Raises:
        RapportError: the manifests are missing.
    """
    try:
        semantic, manifest = (json.loads((folder / name).read_bytes()) for name in ("semantic_manifest.json", "manifest.json"))
    except FileNotFoundError as error:
        raise RapportError(
            "A snapshot has lost the description of its metrics.",
            where=str(error.filename),
            fix="Publish again: `rapport run`.",
        ) from None
    return Catalogue(semantic, manifest)


def published_catalogue(settings: Settings, number: int | None = None) -> Catalogue:
    """The catalogue of a published snapshot: of the current one when no number is given."""
    from rapport.warehouse.connections import published_file

    return catalogue_of(published_file(settings, number).with_suffix(""))


def read_catalogue(settings: Settings, number: int | None = None) -> list[Metric]:
    """The metrics that people may ask for, of a published snapshot, by name."""
    return published_catalogue(settings, number).listed()
