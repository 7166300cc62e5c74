"""Versions: fingerprints of what each metric means, so that nobody changes a number without saying so."""

import json
import re
from dataclasses import dataclass
from hashlib import sha256

from rapport.metrics.catalogue import Catalogue
from rapport.metrics.definitions import Metric

_COMMENTS = re.compile(r"\{#.*?#\}|--[^\n]*", re.DOTALL)
# What a metric is, in dbt's semantic manifest; everything else there is a consequence or a description.
_OF_METRIC = ("type", "type_params", "filter")
_OF_MODEL = ("defaults", "entities", "dimensions", "primary_entity")


@dataclass(frozen=True)
class Change:
    """A metric that does not mean what was written down.

    Args:
        why: what changed: its own definition, or marts that it adds up; what these are made of has tests of its own.
        is_said: whether its `meta.version` says so.
    """

    metric: str
    why: tuple[str, ...]
    is_said: bool


def versions_of(catalogue: Catalogue) -> dict[str, dict]:
    """What is written down of a project: each metric's version, fingerprint and models, and the fingerprints of these.

    Args:
        catalogue: of the project, with the SQL of its models.
    """
    raw = {one["name"]: one for one in catalogue.semantic["metrics"]}
    metrics, models = {}, {}
    for name, metric in sorted(catalogue.metrics.items()):
        marts = sorted(catalogue.mart_of(model).name for model in catalogue.leaf_models(metric))
        metrics[name] = {"version": metric.version, "fingerprint": _fingerprint(catalogue, metric, raw), "models": marts}
        models |= {mart: _hash(_bare(catalogue.sql_of(mart))) for mart in marts}
    return {"metrics": metrics, "models": dict(sorted(models.items()))}


def changes(written: dict[str, dict], now: dict[str, dict]) -> list[Change]:
    """The metrics that are not as they were written down; new and removed ones are no change of meaning.

    Args:
        written, now: as `versions_of` gives them.
    """
    found = []
    for name, about in now["metrics"].items():
        before = written["metrics"].get(name)
        if before is None:
            continue
        own = ["its definition"] if about["fingerprint"] != before["fingerprint"] else []
        models = {*about["models"], *before["models"]}
        changed = sorted(model for model in models if now["models"].get(model) != written["models"].get(model))
        if own or changed:
            found.append(Change(name, (*own, *changed), about["version"] != before["version"]))
    return found


def as_text(versions: dict[str, dict]) -> str:
    """Versions as the file holds them: one line for each metric and model, so that changes read well and merge."""
    parts = []
    for part, entries in versions.items():
        lines = [f"  {json.dumps(name)}: {json.dumps(entry)}" for name, entry in entries.items()]
        parts.append(f" {json.dumps(part)}: {{\n" + ",\n".join(lines) + "\n }")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _fingerprint(catalogue: Catalogue, metric: Metric, raw: dict[str, dict]) -> str:
    """The hash of a metric's expression, unit and windows, those of all that it is made of, and how their marts are read."""
    names, todo = [], [metric]
    while todo:
        one = todo.pop()
        if one.name not in names:
            names.append(one.name)
            todo += [catalogue.metrics[part.metric] for part in one.inputs]
    about = [{key: raw[name].get(key) for key in _OF_METRIC} for name in sorted(names)]
    models = {catalogue.metrics[name].model for name in names} - {""}
    about += [{key: catalogue.models[model].get(key) for key in _OF_MODEL} for model in sorted(models)]
    rules = [
        (one.unit, one.window, one.grains, one.empty, one.min_n, one.n, one.standard_error, one.definition.get("en"))
        for one in (catalogue.metrics[name] for name in sorted(names))
    ]
    gates = (metric.gate, metric.needs, metric.why_null)
    return _hash(json.dumps([_without_words(about), rules, repr(gates)], sort_keys=True, default=str))


def _without_words(content: object) -> object:
    """The same without labels, descriptions and places in files."""
    if isinstance(content, dict):
        left_out = {"description", "label", "config", "metadata"}
        return {key: _without_words(value) for key, value in content.items() if key not in left_out}
    return [_without_words(one) for one in content] if isinstance(content, list) else content


def _bare(sql: str) -> str:
    return " ".join(_COMMENTS.sub(" ", sql).split())


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:12]
