"""The proof of an edition: what leads back from its figures to definitions, SQL, models and rows of files, kept with it."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from rapport.settings import Settings

if TYPE_CHECKING:
    import duckdb

    from rapport.metrics.catalogue import Catalogue, Metric
    from rapport.metrics.figures import Figure


@dataclass(frozen=True)
class Row:
    """What one record of one file adds to a figure."""

    figure: str
    file_id: str
    row: int
    amount: Decimal


@dataclass(frozen=True)
class Proof:
    """Everything that `rapport trace` needs: an edition proves itself when its snapshot is long gone.

    Args:
        rows: of every printed figure that is a sum of records, and of those parts of ratios that are.
        queries: figure id → the metric measured (`plan` for a figure's plan), the SQL that gave it, and the ids of its parts.
        metrics: name → what it means and the dbt models that lead to it, from the exports on.
    """

    rows: list[Row]
    queries: dict[str, dict[str, object]]
    metrics: dict[str, dict[str, object]]


def proof_of(printed: Iterable["Figure"], ask) -> Proof:
    """Collect the proof of the figures that pages print.

    Args:
        ask: the open snapshot that answered them (`open_figures`).

    Raises:
        RapportError: records do not add up to a figure, so it must not be printed.
    """
    needed: dict[str, Figure] = {}
    queries: dict[str, dict[str, object]] = {}
    for figure in printed:
        parts = ask.parts(figure)
        needed |= {one.id: one for one in (figure, *parts)}
        queries |= {part.id: _query(part, ask, []) for part in parts}
        queries[figure.id] = _query(figure, ask, parts)
    return Proof(
        rows=_rows([needed[name] for name in sorted(needed)], ask),
        queries=dict(sorted(queries.items())),
        metrics={
            name: _meaning(ask.catalogue, ask.catalogue.metrics[name])
            for name in sorted({figure.measurement.metric for figure in needed.values() if figure.measurement})
        },
    )


def _query(figure: "Figure", ask, parts: Sequence["Figure"]) -> dict[str, object]:
    metric = figure.measurement.metric if figure.measurement else figure.metric
    return {"metric": metric, "sql": ask.sql_of(figure), "parts": [part.id for part in parts]}


def _rows(figures: Sequence["Figure"], ask) -> list[Row]:
    return [
        Row(figure.id, file_id, row, amount)
        for figure in figures
        if figure.value is not None and ask.is_additive(figure)
        for file_id, row, amount in ask.rows(figure)
    ]


def _meaning(catalogue: "Catalogue", metric: "Metric") -> dict[str, object]:
    return {
        "label": metric.label,
        "definition": metric.definition,
        "unit": metric.unit,
        "version": metric.version,
        "models": models_above(catalogue, metric),
    }


def models_above(catalogue: "Catalogue", metric: "Metric") -> list[str]:
    """The marts that a metric aggregates and all that these are made from, as dbt names them without the project."""
    found: dict[str, None] = {}
    todo = [catalogue.mart_of(model).unique_id for model in catalogue.leaf_models(metric)]
    while todo:
        node = todo.pop(0)
        if node not in found:
            found[node] = None
            todo += sorted(catalogue.parents.get(node, ()))
    return [f"{kind} {'.'.join(names)}" for kind, _, *names in (node.split(".") for node in found)]


def rows_as_parquet(settings: Settings, rows: Sequence[Row]) -> bytes:
    """Rows as Parquet: figure, file_id, row, amount decimal(18,4)."""
    from rapport.warehouse.connections import hardened, literal

    settings.scratch.mkdir(parents=True, exist_ok=True)
    file = settings.scratch / f"rows-{uuid.uuid4().hex}.parquet"
    columns = zip(*((row.figure, row.file_id, row.row, row.amount) for row in rows), strict=True) if rows else ([], [], [], [])
    try:
        with hardened(settings, folders=[settings.scratch]) as connection:
            connection.execute("create table proof (figure varchar, file_id varchar, row bigint, amount decimal(18, 4))")
            connection.execute(
                "insert into proof select unnest($1), unnest($2), unnest($3), unnest($4::decimal(18, 4)[])",
                [list(column) for column in columns],
            )
            connection.execute(f"copy proof to {literal(str(file))} (format parquet, compression zstd)")
        return file.read_bytes()
    finally:
        file.unlink(missing_ok=True)


def read_rows(settings: Settings, file: Path, figure: str) -> list[Row]:
    """The rows of one figure, in order of file and record."""
    from rapport.warehouse.connections import hardened, path_literal

    def read(connection: "duckdb.DuckDBPyConnection") -> None:
        kept = f"read_parquet({path_literal(file)})"
        connection.execute(f"create table proof as select figure, file_id, row, amount from {kept} where figure = $1", [figure])

    with hardened(settings, prepare=read) as connection:
        found = connection.execute("from proof order by file_id, row, amount").fetchall()
    return [Row(*row) for row in found]
