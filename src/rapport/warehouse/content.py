"""What a snapshot holds, and a hash that says whether it holds anything new."""

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING

from rapport.errors import RapportError
from rapport.warehouse.connections import literal, quoted

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


def columns_of(connection: "duckdb.DuckDBPyConnection", schema: str, table: str) -> list[tuple[str, str]]:
    """Columns of `warehouse.<schema>.<table>` as (name, type), in their order.

    Raises:
        RapportError: there is no such table.
    """
    columns = connection.execute(
        "select column_name, data_type from duckdb_columns() "
        "where database_name = 'warehouse' and schema_name = ? and table_name = ? order by column_index",
        [schema, table],
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


def content_hash(connection: "duckdb.DuckDBPyConnection", artefacts: Path) -> str:
    """A hash of what readers get: the published tables in catalog `warehouse`, and what the metrics on them mean.

    It is `<way of hashing>:<64 hex>`.

    Neither the order of the rows nor when they were loaded counts. Each table is its number of rows and the sum of its rows'
    hashes, so DuckDB reads it once and sorts nothing. Doubles count to seven digits: their last ones depend on the order in
    which threads add numbers up; no page prints them.

    Args:
        artefacts: the folder with manifest.json and semantic_manifest.json of the build.
    """
    meaning = json.loads((artefacts / "semantic_manifest.json").read_text(encoding="utf-8"))
    tables = published_tables(artefacts / "manifest.json")
    seen = []
    for schema, table in tables:
        ignored = {"_loaded_at"} | (_NOT_CONTENT.get(table, set()) if schema == "rapport" else set())
        columns = [(name, kind) for name, kind in columns_of(connection, schema, table) if name not in ignored]
        row = ", ".join(_hashed(name, kind) for name, kind in sorted(columns))
        rows, total = connection.execute(
            f"select count(*), sum(hash({row})::hugeint)::varchar from warehouse.{quoted(schema)}.{quoted(table)}"
        ).fetchone()
        seen.append([schema, table, columns, rows, total])
    digest = hashlib.sha256(json.dumps([seen, _unordered(meaning)]).encode()).hexdigest()
    return f"{way_of_hashing()}:{digest}"


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


def copy_table(connection: "duckdb.DuckDBPyConnection", schema: str, table: str) -> None:
    """Copy a table from catalog `warehouse` to `snapshot`: oldest day first, so a question about a month reads a part.

    Rows of a day stay as the build left them: a total order cost more than the rest of publishing. Descriptions are copied too.
    """
    days = [name for name, kind in columns_of(connection, schema, table) if kind == "DATE"]
    order = f" order by {quoted(days[0])}" if days else ""
    name = f"{quoted(schema)}.{quoted(table)}"
    connection.execute(f"create schema if not exists snapshot.{quoted(schema)}")
    connection.execute(f"create table snapshot.{name} as select * from warehouse.{name}{order}")
    _copy_descriptions(connection, schema, table)


def _copy_descriptions(connection: "duckdb.DuckDBPyConnection", schema: str, table: str) -> None:
    name = f"snapshot.{quoted(schema)}.{quoted(table)}"
    of_table = connection.execute(
        "select comment from duckdb_tables() "
        "where database_name = 'warehouse' and schema_name = $schema and table_name = $name union all "
        "select comment from duckdb_views() where database_name = 'warehouse' and schema_name = $schema and view_name = $name",
        {"schema": schema, "name": table},
    ).fetchone()
    if of_table and of_table[0]:
        connection.execute(f"comment on table {name} is {literal(of_table[0])}")
    for column, comment in connection.execute(
        "select column_name, comment from duckdb_columns() where database_name = 'warehouse' and schema_name = ? "
        "and table_name = ? and comment is not null",
        [schema, table],
    ).fetchall():
        connection.execute(f"comment on column {name}.{quoted(column)} is {literal(comment)}")
