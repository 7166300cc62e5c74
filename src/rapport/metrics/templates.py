"""SQL templates: what MetricFlow makes of a metric, dimensions and filters, with the window and all values left open."""

import copy
import json
from contextlib import suppress
from functools import cached_property, lru_cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from rapport.errors import UsageError
from rapport.files import write_atomically
from rapport.metrics.catalogue import Catalogue, catalogue_of

# Names of what the question layer adds to the manifest to be able to ask for the records and the number of facts behind a
# metric.
FILE, RECORD = "rapport_file_id", "rapport_row"
_FACTS, _VALUES, _MEMBER = "rapport_facts_of_", "rapport_values_of_", "rapport_member_of_"

_DAY = "{{ TimeDimension('metric_time', 'day') }}"
# A time_constraint would be widened to whole months, and offsets answer for the wrong days (FACTS.md): the window is this
# filter, always.
_WINDOW = f"{_DAY} >= '§start§' and {_DAY} < '§end§'"


def placeholder(name: str) -> str:
    """What stands in a filter for the value that DuckDB gets as parameter `name`; values never enter SQL as text."""
    return f"'§{name}§'"


def facts_of(metric: str) -> str:
    """The metric that counts the facts of a simple metric."""
    return f"{_FACTS}{metric}"


def values_of(metric: str) -> str:
    """The metric that counts the values of a median, a percentile or an average."""
    return f"{_VALUES}{metric}"


def member_of(metric: str) -> str:
    """The dimension that holds what a count_distinct metric counts."""
    return f"{_MEMBER}{metric}"


class Templates:
    """The SQL of questions to one snapshot; the same question for another window or other values is the same template.

    Args:
        catalogue: of the snapshot.
        kept: a JSON file of templates that earlier processes have made of the same manifest; it need not exist.
    """

    def __init__(self, catalogue: Catalogue, kept: Path | None = None) -> None:
        self._catalogue, self._kept = catalogue, kept
        self._known: dict[str, str] = _read(kept)
        self._is_changed = False

    def sql(self, metric: str, by: tuple[str, ...] = (), filters: tuple[str, ...] = ()) -> str:
        """The SQL for one metric, with parameters $start, $end (dates) and those that `placeholder` put into the filters.

        Args:
            by: MetricFlow references, such as `customer__tier`; the result has a column for each, then one for the metric.
            filters: MetricFlow templates.

        Raises:
            UsageError: MetricFlow cannot answer this.
        """
        key = json.dumps([metric, by, filters])
        if key not in self._known:
            self._known[key] = self._explained(metric, by, filters)
            self._is_changed = True
        return self._known[key]

    def keep(self) -> None:
        """Write the templates down for later processes, where there is a file for them and something is new."""
        if self._kept and self._is_changed:
            everything = _read(self._kept) | self._known  # another process may have added its own meanwhile
            with suppress(OSError):  # a home that cannot be written to still answers, only later
                write_atomically(self._kept, json.dumps(everything, indent=1).encode(), point="metrics.templates.kept")
            self._is_changed = False

    @cached_property
    def _engine(self):
        """MetricFlow itself, which takes seconds of CPU time to come up: only for a question that nobody has asked before."""
        from metricflow.engine.metricflow_engine import MetricFlowEngine
        from metricflow.protocols.sql_client import SqlEngine
        from metricflow.sql.render.duckdb_renderer import DuckDbSqlPlanRenderer
        from metricflow_semantics.model.dbt_manifest_parser import parse_manifest_from_dbt_generated_manifest
        from metricflow_semantics.model.semantic_manifest_lookup import SemanticManifestLookup

        class Renderer:  # all that MetricFlow asks of a client when it only explains
            sql_engine_type = SqlEngine.DUCKDB
            sql_plan_renderer = DuckDbSqlPlanRenderer()

        manifest = parse_manifest_from_dbt_generated_manifest(json.dumps(_widened(self._catalogue)))
        return MetricFlowEngine(SemanticManifestLookup(manifest), Renderer())

    def _explained(self, metric: str, by: tuple[str, ...], filters: tuple[str, ...]) -> str:
        from metricflow.engine.metricflow_engine import MetricFlowQueryRequest

        request = MetricFlowQueryRequest.create(
            metric_names=[metric], group_by_names=list(by), where_constraints=[_WINDOW, *filters]
        )
        try:
            sql = self._engine.explain(request).sql_statement.sql
        except Exception as error:  # MetricFlow has no common base class for what it cannot answer
            first = next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)
            raise UsageError(
                f"{metric} cannot be asked like this: {first}",
                where=f"by {', '.join(by) or 'nothing'}, where {' and '.join(filters) or 'nothing'}",
                fix="`rapport metrics` lists what each metric can be asked by.",
            ) from error
        names = {part.split("§")[0] for part in sql.split("'§")[1:]}
        for name in names:
            sql = sql.replace(placeholder(name), f"${name}")
        return "\n".join(line for line in sql.splitlines() if not line.lstrip().startswith("--"))


@lru_cache(maxsize=8)
def templates_of(folder: Path, cache: Path | None = None) -> Templates:
    """The templates of a snapshot.

    Args:
        folder: of the snapshot, with dbt's manifests.
        cache: a folder in which templates are kept, by the manifest and the MetricFlow that they were made of.
    """
    catalogue = catalogue_of(folder)
    return Templates(catalogue, cache / f"{_identity(catalogue)}.json" if cache else None)


def _identity(catalogue: Catalogue) -> str:
    """SHA-256 of all that a template depends on: the manifest, this module and the version of MetricFlow."""
    made_by = [version("metricflow"), sha256(Path(__file__).read_bytes()).hexdigest()]
    return sha256(json.dumps([catalogue.semantic, made_by], sort_keys=True).encode()).hexdigest()


def _read(kept: Path | None) -> dict[str, str]:
    try:
        return json.loads(kept.read_text(encoding="utf-8")) if kept else {}
    except (FileNotFoundError, ValueError):  # nothing kept yet, or half a file of a disk that was full: made again
        return {}


def _widened(catalogue: Catalogue) -> dict:
    """The semantic manifest, with records' file and number as dimensions, and a count of facts for each simple metric.

    So records and facts are asked for with exactly the joins and filters of the metric itself.
    """
    semantic = copy.deepcopy(catalogue.semantic)
    models = {model["name"]: model for model in semantic["semantic_models"]}
    for name, model in models.items():
        if (mart := catalogue.mart_of(name)) and mart.has_records:
            model["dimensions"] += [_dimension(FILE, "_file_id"), _dimension(RECORD, "_row")]
    for raw in list(semantic["metrics"]):
        metric = catalogue.metrics[raw["name"]]
        if metric.kind != "simple":
            continue
        if metric.aggregation == "count_distinct":
            models[metric.model]["dimensions"].append(_dimension(member_of(metric.name), metric.expression))
        semantic["metrics"].append(_count(raw, facts_of(metric.name), "1"))
        if metric.rests_on_values:
            semantic["metrics"].append(_count(raw, values_of(metric.name), metric.expression))
    return semantic


def _dimension(name: str, expression: str) -> dict:
    return {
        "name": name, "description": "", "type": "categorical", "datatype": None, "is_partition": False, "type_params": None,
        "expr": expression, "metadata": None, "label": None, "config": {"meta": {}},
    }  # fmt: skip


def _count(raw: dict, name: str, expression: str) -> dict:
    counting = copy.deepcopy(raw) | {"name": name}
    params = counting["type_params"]
    params["expr"] = expression
    params["join_to_timespine"] = False
    params["metric_aggregation_params"] |= {"agg": "count", "non_additive_dimension": None, "agg_params": None}
    return counting
