"""What a snapshot holds, and a hash that says whether it holds anything new."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from rapport.errors import RapportError
from rapport.warehouse.connections import quoted

if TYPE_CHECKING:
    import duckdb

ALWAYS = (("rapport", "lake_files"), ("rapport", "this_build"))
_NOT_CONTENT = {
    # When a file was loaded is the machine's history: loading it again changes no figure.
    "lake_files": {"loaded_at"},
    # A build's number and watermarks grow with every build; its day is what the figures are "as of".
    "this_build": {"number", "as_of", "from_sequence", "to_sequence", "from_build"},
}


def published_tables(manifest: Path) -> list[tuple[str, str]]:
    """The tables of a snapshot as (schema, name), sorted: each model with `config.meta.published`, and the build's own.

    Args:
        manifest: dbt's manifest.json of the build.
    """
    nodes = json.loads(manifest.read_text(encoding="utf-8"))["nodes"].values()
    models = [node for node in nodes if node["resource_type"] == "model" and node["config"]["meta"].get("published")]
    return sorted([*ALWAYS, *((node["schema"], node["alias"]) for node in models)])


@dataclass(frozen=True)
class Part:
    """The rows of one day of a table: how many, and the sum of their hashes, which hangs on no order."""

    rows: int
    hashes: int


@dataclass(frozen=True)
class Content:
    """What a table holds.

    Attributes:
        columns: (name, type) in their order.
        day: the column by which the parts are told apart; None where the table has no date, and then it is one part.
    """

    columns: list[tuple[str, str]]
    day: str | None
    parts: Mapping[date | None, Part]


def content_of(connection: "duckdb.DuckDBPyConnection", schema: str, table: str, catalog: str = "warehouse") -> Content:
    """Read a table of a catalogue once, and sort nothing.

    Raises:
        RapportError: there is no such table.
    """
    columns = columns_of(connection, schema, table, catalog)
    counted = ", ".join(_hashed(name, kind) for name, kind in sorted(_counting(schema, table, columns)))
    day = next((name for name, kind in columns if kind == "DATE"), None)
    rows = connection.execute(
        f"select {quoted(day) if day else 'null::date'}, count(*), sum(hash({counted})::hugeint) "
        f"from {quoted(catalog)}.{quoted(schema)}.{quoted(table)} group by 1"
    ).fetchall()
    return Content(columns, day, {when: Part(*numbers) for when, *numbers in rows})


def columns_of(
    connection: "duckdb.DuckDBPyConnection", schema: str, table: str, catalog: str = "warehouse"
) -> list[tuple[str, str]]:
    """Columns of a table as (name, type), in their order.

    Raises:
        RapportError: there is no such table.
    """
    columns = connection.execute(
        "select column_name, data_type from duckdb_columns() "
        "where database_name = ? and schema_name = ? and table_name = ? order by column_index",
        [catalog, schema, table],
    ).fetchall()
    if not columns:
        raise RapportError(
            f"The build has no table {schema}.{table}, which is meant to be published.",
            where="config.meta.published in the model's YAML",
            fix="Build again; a model that is not materialised as a table or view cannot be published.",
        )
    return columns


def way_of_hashing() -> str:
    """How this code hashes content: only hashes made in the same way can be compared.

    Raise the number when `content_hash` changes. DuckDB's own `hash` may change with its version.
    """
    import duckdb

    return f"v2-duckdb-{duckdb.__version__}"


def contents(connection: "duckdb.DuckDBPyConnection", manifest: Path) -> dict[tuple[str, str], Content]:
    """What each published table in catalog `warehouse` holds, by (schema, name)."""
    return {key: content_of(connection, *key) for key in published_tables(manifest)}


def content_hash(tables: Mapping[tuple[str, str], Content], semantic_manifest: Path) -> str:
    """A hash of what readers get: the published tables, and what the metrics on them mean.

    It is `<way of hashing>:<64 hex>`. Neither the order of the rows nor when they were loaded counts. Doubles count to seven
    digits: their last ones depend on the order in which threads add numbers up; no page prints them.
    """
    meaning = json.loads(semantic_manifest.read_text(encoding="utf-8"))
    seen = []
    for (schema, table), held in tables.items():
        columns = _counting(schema, table, held.columns)
        rows, hashes = (sum(getattr(part, name) for part in held.parts.values()) for name in ("rows", "hashes"))
        seen.append([schema, table, columns, rows, str(hashes) if rows else None])
    digest = hashlib.sha256(json.dumps([seen, _unordered(meaning)]).encode()).hexdigest()
    return f"{way_of_hashing()}:{digest}"


def _counting(schema: str, table: str, columns: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The columns that are content."""
    ignored = {"_loaded_at"} | (_NOT_CONTENT.get(table, set()) if schema == "rapport" else set())
    return [column for column in columns if column[0] not in ignored]


def _hashed(name: str, kind: str) -> str:
    """A column as it is hashed."""
    return f"{quoted(name)}::{kind.replace('DOUBLE', 'FLOAT')}" if "DOUBLE" in kind else quoted(name)


def _unordered(content: object) -> object:
    """JSON content with its objects' keys and its lists in one fixed order, whatever the order in which dbt wrote them."""
    if isinstance(content, dict):
        return {key: _unordered(content[key]) for key in sorted(content)}
    if isinstance(content, list):
        return sorted((_unordered(item) for item in content), key=json.dumps)
    return content
