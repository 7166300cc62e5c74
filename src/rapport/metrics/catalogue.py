"""The catalogue: which metrics there are, what they mean and by what they may be asked; read without dbt."""

import difflib
import json
from collections.abc import Collection
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from rapport.errors import RapportError, UsageError
from rapport.metrics.definitions import Dimension, Input, Mart, Metric, read_metric
from rapport.metrics.periods import GRAINS
from rapport.metrics.stand_ins import with_stand_ins

if TYPE_CHECKING:
    from rapport.settings import Settings


class Catalogue:
    """The metrics, dimensions and marts of one snapshot.

    Args:
        semantic: the content of dbt's semantic_manifest.json.
        manifest: the content of dbt's manifest.json.
    """

    def __init__(self, semantic: dict, manifest: dict) -> None:
        self.semantic = with_stand_ins(semantic)
        self.parents: dict[str, list[str]] = manifest["parent_map"]
        self.models: dict[str, dict] = {model["name"]: model for model in self.semantic["semantic_models"]}
        self.marts = {
            node["name"]: Mart(
                node["name"],
                node["unique_id"],
                {column: about.get("data_type") or "" for column, about in node["columns"].items()},
                node["config"].get("meta") or {},
                personal_classes(node["columns"]),
            )
            for node in manifest["nodes"].values()
            if node["resource_type"] == "model" and node["schema"] == "marts"
        }
        self.core = {node["unique_id"] for node in manifest["nodes"].values() if node["schema"] == "core"}
        files = {one["name"]: one["original_file_path"] for one in manifest["metrics"].values()}
        self.metrics = {
            metric["name"]: read_metric(metric, self.models, files.get(metric["name"], ""))
            for metric in self.semantic["metrics"]
        }
        self._nodes: dict[str, dict] = manifest["nodes"]

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

    def stand_ins(self, metric: Metric) -> dict[str, Metric]:
        """The metrics that answer for a metric where it is asked by one dimension alone, by that dimension."""
        return dict(self._stand_ins.get(metric.name, {}))

    def stand_in(self, metric: Metric, names: Collection[str]) -> Metric | None:
        """The metric that answers for a metric asked by these dimensions, most often itself; None where none can."""
        apart = self._stand_ins.get(metric.name)
        if not apart or set(names) <= set(self._own_dimensions(metric)):
            return metric
        alone = next(iter(names)) if len(set(names)) == 1 else None
        return next((one for by, one in apart.items() if alone in {by, self._own_dimensions(one)[by].reference}), None)

    def answering(self, metric: Metric, names: Collection[str]) -> Metric:
        """The metric that answers for a metric asked by these dimensions.

        Raises:
            UsageError: it is told by each of several dimensions apart, and asked by another or by two of them.
        """
        if found := self.stand_in(metric, names):
            return found
        raise UsageError(
            f"{metric.name} cannot be asked by {' and '.join(sorted(set(names)))}.",
            fix=f"Ask it as a whole, or by one of these alone: {', '.join(sorted(self._stand_ins[metric.name]))}. "
            "Each is told for itself, and they do not add up.",
        )

    @cached_property
    def _stand_ins(self) -> dict[str, dict[str, Metric]]:
        """Metric → dimension → the metric that answers by it, where everything that this one is made of has the dimension."""
        found: dict[str, dict[str, Metric]] = {}
        for one in self.metrics.values():
            if one.stands_for and one.stands_for.by in self._own_dimensions(one):
                found.setdefault(one.stands_for.metric, {})[one.stands_for.by] = one
        return found

    def leaves(self, metric: Metric, filters: tuple[str, ...] = ()) -> list[Input]:
        """The simple metrics that a metric is made of in the end, each with all filters on the way to it."""
        if metric.kind == "simple":
            return [Input(metric.name, metric.name, filters)]
        return [leaf for one in metric.inputs for leaf in self.leaves(self.metric(one.metric), filters + one.filters)]

    def is_spread(self, metric: Metric) -> bool:
        """Whether something that it is made of has a row for every day, facts or not."""
        return any(leaf.metric in self._spread for leaf in self.leaves(metric))

    @cached_property
    def _spread(self) -> set[str]:
        return {one["name"] for one in self.semantic["metrics"] if one["type_params"].get("join_to_timespine")}

    def mart_of(self, model: str) -> Mart | None:
        """The mart that a semantic model describes."""
        return self.marts.get(self.models[model]["node_relation"]["alias"])

    def sql_of(self, mart: str) -> str:
        """The SQL of a mart as it stands in its file."""
        return self._nodes[self.marts[mart].unique_id].get("raw_code") or ""

    def leaf_models(self, metric: Metric) -> list[str]:
        """The marts that a metric aggregates, each once."""
        return list(dict.fromkeys(self.metrics[leaf.metric].model for leaf in self.leaves(metric)))

    def dimensions(self, metric: Metric) -> dict[str, Dimension]:
        """What a metric can be asked by: the dimensions that all marts it aggregates have in common, by their short names.

        Where several have one name, the short name is that of what the facts point to (an order), then the fact's own, then the
        customer's: so it means the same for metrics over one fact and over several. The others are asked as `<entity>__<name>`.
        A metric with stand-ins has their dimensions too, each by itself.
        """
        apart = {by: self._own_dimensions(one)[by] for by, one in self._stand_ins.get(metric.name, {}).items()}
        return self._own_dimensions(metric) | apart

    def _own_dimensions(self, metric: Metric) -> dict[str, Dimension]:
        per_model = [self._references(model) for model in self.leaf_models(metric)]
        common = [one for reference, one in per_model[0].items() if all(reference in other for other in per_model[1:])]
        if metric.is_period_mart:
            common = [one for one in common if one.name != "grain"]  # the period says it
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
        foreign = {
            one["name"]: one.get("expr") or one["name"] for one in self.models[model]["entities"] if one["type"] == "foreign"
        }
        for name, column in foreign.items():
            found[name] = Dimension(name, name, model, column, is_attribute=False)
        found |= self._own(model)
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


def personal_classes(columns: dict[str, dict]) -> dict[str, str]:
    """Column → class of personal data, of the columns that have one."""
    classes = {name: (about.get("config") or {}).get("meta", {}).get("personal") for name, about in columns.items()}
    return {name: kind for name, kind in classes.items() if kind}


@lru_cache(maxsize=8)  # a snapshot never changes
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


def published_catalogue(settings: "Settings", number: int | None = None) -> Catalogue:
    """The catalogue of a published snapshot: of the current one when no number is given."""
    from rapport.warehouse.connections import published_file

    return catalogue_of(published_file(settings, number).with_suffix(""))


def read_catalogue(settings: "Settings", number: int | None = None) -> list[Metric]:
    """The metrics that people may ask for, of a published snapshot, by name."""
    return published_catalogue(settings, number).listed()
