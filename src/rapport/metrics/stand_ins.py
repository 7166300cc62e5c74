"""Stand-ins: metrics that answer in another one's place where that is asked by a dimension, such as the plan by region.

What was agreed for each region and what was agreed for each employee are two plans of the same company, so no sum over the rows
of both is a plan, and neither is the company's. Each is a metric of its own, and says in its `config.meta` in whose place it
answers:

    stands_for: {metric: plan, by: region, reference: customer__region}

`reference` is what MetricFlow calls the dimension of the metrics that it is met with; the stand-in's own rows are asked under
that name, so that revenue by region and the plan by region meet in one question. (dbt refuses two models with one entity and
dimension, hence not in its YAML.) Without it the dimension is an entity of both.

What is made of a metric with stand-ins has them too, wherever all it is made of has the dimension: they are made here.
"""

import copy

_MADE = "made_here"


def with_stand_ins(semantic: dict) -> dict:
    """A semantic manifest in which everything that is made of a metric with stand-ins has a stand-in for each of theirs.

    Args:
        semantic: the content of semantic_manifest.json; it is left as it is.
    """
    metrics = [one for one in semantic["metrics"] if _MADE not in _meta(one)]
    stands: dict[tuple[str, str], str] = {}
    entities: dict[str, str] = {}
    for one in metrics:
        if about := _meta(one).get("stands_for"):
            stands[about["metric"], about["by"]] = one["name"]
            entity, is_dimension, _ = about.get("reference", "").partition("__")
            if is_dimension:
                entities[one["type_params"]["metric_aggregation_params"]["semantic_model"]] = entity
    if not stands:
        return semantic
    models = [
        one | {"primary_entity": entities[one["name"]]} if one["name"] in entities else one
        for one in semantic["semantic_models"]
    ]
    named = {one["name"]: one for one in metrics}
    made = [stand_in for name in _parts_first(named) for stand_in in _made_of(named[name], stands)]
    metrics = metrics + made
    return semantic | {"metrics": metrics, "semantic_models": models}


def _parts_first(named: dict[str, dict]) -> list[str]:
    """The names of all metrics, each behind everything that it is made of."""
    found: dict[str, None] = {}

    def visit(name: str) -> None:
        if name not in found:
            for one in _inputs(named[name]["type_params"]):
                visit(one["name"])
            found[name] = None

    for name in named:
        visit(name)
    return list(found)


def _made_of(raw: dict, stands: dict[tuple[str, str], str]) -> list[dict]:
    """The stand-ins of a ratio or a derived metric; they are entered into `stands`, by metric and dimension."""
    if raw["type"] not in {"ratio", "derived"}:
        return []
    parts = {one["name"] for one in _inputs(raw["type_params"])}
    made = []
    for by in sorted({by for metric, by in stands if metric in parts} - {by for metric, by in stands if metric == raw["name"]}):
        stand_in = copy.deepcopy(raw) | {"name": f"{raw['name']}_by_{by}"}
        stand_in["config"]["meta"] |= {"stands_for": {"metric": raw["name"], "by": by}, _MADE: True}
        for one in _inputs(stand_in["type_params"]):
            if other := stands.get((one["name"], by)):
                one |= {"name": other, "alias": one.get("alias") or one["name"]}  # what the expression calls it
        stands[raw["name"], by] = stand_in["name"]
        made.append(stand_in)
    return made


def _inputs(params: dict) -> list[dict]:
    return [one for one in (params.get("numerator"), params.get("denominator"), *(params.get("metrics") or ())) if one]


def _meta(raw: dict) -> dict:
    return (raw.get("config") or {}).get("meta") or {}
