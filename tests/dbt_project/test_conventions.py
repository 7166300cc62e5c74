"""What every model owes its readers, told by dbt's manifest and by the warehouse that was built from it."""

import re
from collections import Counter
from pathlib import Path

import duckdb
import pytest
import sqlglot
from sqlglot import exp
from tests.conftest import PROJECT

PROVENANCE = {"_system", "_file_id", "_row", "_exported_at", "_loaded_at", "_load", "_removed_at"}

# Money and days are settled once, in these; whoever read the core tables beside them would settle them again, and otherwise.
BASE_MODELS = {
    "orders": {"orders_considered"},
    "order_lines": {"order_lines_considered", "returns_considered"},
    "returns": {"returns_considered"},
    "credits": {"credits_considered"},
    "fx_rates": {"exchange_rates"},
    "customer_links": {"account_links"},
    "targets": {"plan_days"},
}
ONLY_WHETHER_FED = {"churn_rules_used"}  # asks which core tables have rows, not what they say

RECONCILING = {"refused_rows", "control_totals"}  # count what each layer has, so they read all of them

NO_KEY = {"refused_rows"}  # a row may break several rules


def layer_of(node: dict) -> str:
    """systems, core, marts or statistics, by the folder."""
    return Path(node["original_file_path"]).parts[1]


def parents(node: dict, kind: str) -> list[str]:
    """The dbt ids of one kind (model, source, seed) that a model reads."""
    return [name for name in node["depends_on"]["nodes"] if name.startswith(f"{kind}.")]


@pytest.fixture(scope="module")
def contracted(models) -> list[dict]:
    """Core and marts, as readers find them."""
    return [node for node in models.values() if node["schema"] in ("core", "marts")]


def test_a_name_is_given_once_in_all_layers_and_systems():
    names = Counter(file.stem for kind in ("sql", "py") for file in (PROJECT / "dbt_project/models").rglob(f"*.{kind}"))

    assert [name for name, times in names.items() if times > 1] == []


def test_a_description_begins_with_the_grain(models):
    assert [name for name, node in models.items() if not re.match(r"One row\b", node["description"])] == []


def test_core_and_marts_keep_contracts_and_have_their_keys_tested(built, contracted):
    tested = {
        test["attached_node"]
        for test in built.manifest()["nodes"].values()
        if (test.get("test_metadata") or {}).get("name") in ("unique", "unique_key")
    }
    assert [node["name"] for node in contracted if not node["config"]["contract"]["enforced"]] == []
    assert {node["name"] for node in contracted if node["unique_id"] not in tested} <= NO_KEY


def test_every_column_of_every_model_is_described(built, models):
    with duckdb.connect(str(built.warehouse), read_only=True) as connection:
        columns = "select table_name, column_name from duckdb_columns() where schema_name in ('core', 'marts', 'staging')"
        found = set(connection.execute(columns).fetchall())
    said = {
        (name, column) for name, node in models.items() for column, words in node["columns"].items() if words["description"]
    }
    declared = {table for table, _ in found if table.startswith("core_canonical__")}  # described where they are declared

    missing = {(table, column) for table, column in found - said if table not in declared and column not in PROVENANCE}
    assert found and sorted(missing) == []


def test_no_mart_without_a_contract_ends_in_all_columns_of_something(models):
    open_ends = []
    for name, node in models.items():
        if (
            layer_of(node) in ("marts", "statistics")
            and node["language"] == "sql"
            and not node["config"]["contract"]["enforced"]
        ):
            tree = sqlglot.parse_one(node["compiled_code"], dialect="duckdb")
            last = [select for select in tree.find_all(exp.Select) if select.find_ancestor(exp.CTE, exp.Subquery) is None]
            open_ends += [name for select in last if any(column.is_star for column in select.expressions)]
    assert open_ends == []


def test_systems_read_their_own_exports_and_their_own_staging_alone(models):
    for name, node in models.items():
        if layer_of(node) == "systems":
            system = Path(node["original_file_path"]).parts[2]
            assert {source.split(".")[2] for source in parents(node, "source")} <= {system, "rapport"}, name
            assert all(f".stg_{system}__" in model for model in parents(node, "model")), name
            is_at_the_contract = name.startswith("core_") and system != "canonical"
            assert not (is_at_the_contract and parents(node, "source")), f"{name} reads an export past its staging"


def test_a_model_that_reads_an_export_with_deletions_says_what_becomes_of_them(built, models):
    sources = built.manifest()["sources"]
    deleting = {name for name, node in sources.items() if "deleted_when" in node["config"]["meta"].get("export", {})}
    readers = [node for node in models.values() if deleting & set(parents(node, "source"))]

    assert [node["name"] for node in readers if not re.search("latest_upsert|_is_deleted", node["raw_code"])] == []


def test_core_reads_what_systems_bring_to_its_own_table_alone(models):
    for name, node in models.items():
        if layer_of(node) == "core":
            brought = parents(node, "model")
            assert all(re.fullmatch(rf"model\.rapport\.core_[a-z0-9]+__{name}", model) for model in brought), name
            assert {source.split(".")[2] for source in parents(node, "source")} <= {"rapport"}, name


def test_marts_read_core_and_never_a_system(models):
    for name, node in models.items():
        if layer_of(node) in ("marts", "statistics") and name not in RECONCILING:
            read = [models[model.split(".")[2]] for model in parents(node, "model")]
            assert {layer_of(other) for other in read} <= {"core", "marts", "statistics"}, name
            assert {source.split(".")[2] for source in parents(node, "source")} <= {"rapport"}, name


@pytest.mark.parametrize("table", BASE_MODELS)
def test_what_must_be_settled_once_is_read_by_its_base_model_alone(models, table):
    readers = {name for name, node in models.items() if f"model.rapport.{table}" in parents(node, "model")}

    assert readers - RECONCILING - ONLY_WHETHER_FED == BASE_MODELS[table]
