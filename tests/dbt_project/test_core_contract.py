"""The core contract is stated twice, in SQL for readers and in YAML for dbt; and layers are configured folder by folder."""

from pathlib import Path
from typing import get_args

import pytest
import yaml
from tests.conftest import PROJECT

from rapport.exports.column import PersonalData

DBT = PROJECT / "dbt_project"
CORE = sorted((DBT / "models/core").glob("*.sql"))
PROVENANCE = {"_system", "_file_id", "_row", "_exported_at", "_loaded_at", "_load", "_removed_at"}


def stated_in_sql(file: Path) -> dict:
    """The arguments of the model's one call of core_union."""
    import jinja2

    calls = []
    jinja2.Environment().from_string(file.read_text(encoding="utf-8")).render(
        core_union=lambda table, key, columns: calls.append({"table": table, "key": key, "columns": columns})
    )
    (call,) = calls
    return call


def described(file: Path) -> dict:
    (model,) = yaml.safe_load(file.with_suffix(".yml").read_text(encoding="utf-8"))["models"]
    return model


@pytest.mark.parametrize("file", CORE, ids=lambda file: file.stem)
def test_a_core_table_states_the_same_contract_in_sql_and_yaml(file):
    sql, model = stated_in_sql(file), described(file)

    assert sql["table"] == model["name"] == file.stem
    types = {
        column["name"]: column["data_type"] + (" not null" if {"type": "not_null"} in column.get("constraints", []) else "")
        for column in model["columns"]
    }
    assert {name: kind for name, kind in types.items() if name not in PROVENANCE} == sql["columns"]
    assert set(types) >= PROVENANCE
    assert list(types)[: len(sql["columns"])] == list(sql["columns"])


@pytest.mark.parametrize("file", CORE, ids=lambda file: file.stem)
def test_the_key_of_a_core_table_is_never_null_and_tested(file):
    sql, model = stated_in_sql(file), described(file)

    assert all(sql["columns"][column].endswith(" not null") for column in sql["key"])
    if len(sql["key"]) == 1:
        (tested,) = [column["name"] for column in model["columns"] if "unique" in column.get("data_tests", [])]
        assert [tested] == sql["key"]
    else:
        assert {"unique_key": {"arguments": {"key": sql["key"]}}} in model["data_tests"]


def test_every_folder_of_marts_is_configured_as_marts():
    """dbt would build the models of a folder that dbt_project.yml does not list as staging views, and publish none of them."""
    configured = yaml.safe_load((DBT / "dbt_project.yml").read_text(encoding="utf-8"))["models"]["rapport"]
    folders = {folder.name for folder in (DBT / "models/marts").iterdir() if folder.is_dir()}

    listed = {name for name, config in configured.items() if isinstance(config, dict) and config.get("+schema") == "marts"}
    assert folders <= listed


def test_every_model_has_a_description_beside_it():
    models = list((DBT / "models").rglob("*.sql"))

    assert models
    for file in models:
        model = described(file)
        assert model["name"] == file.stem
        assert model["description"].strip(), file


def test_what_systems_describe_for_core_is_in_the_contract():
    for file in (DBT / "models/systems").rglob("core_*.yml"):
        table = file.stem.split("__")[1]
        contract = stated_in_sql(DBT / "models/core" / f"{table}.sql")["columns"]
        assert {column["name"] for column in described(file).get("columns", [])} <= set(contract) | PROVENANCE, file


def test_files_that_are_core_tables_are_declared_by_the_contract():
    """`canonical` was written from the contract once; this keeps it the contract: columns, types, what is required, keys."""
    declared = DBT / "models/systems/canonical/_canonical__sources.yml"
    (source,) = yaml.safe_load(declared.read_text(encoding="utf-8"))["sources"]
    tables = {table["name"]: table for table in source["tables"]}

    assert set(tables) == {file.stem for file in CORE}
    for file in CORE:
        contract, columns = stated_in_sql(file), tables[file.stem]["columns"]
        meta = {column["name"]: column.get("config", {}).get("meta", {}) for column in columns}
        required = {name for name, said in meta.items() if said.get("required") or said.get("key")}
        types = {
            column["name"]: column["data_type"] + (" not null" if column["name"] in required else "") for column in columns
        }
        assert types == contract["columns"], file.stem
        assert {name for name, said in meta.items() if said.get("key")} == set(contract["key"]), file.stem
        personal = personal_classes(described(file)["columns"])
        assert {name: said["personal"] for name, said in meta.items() if "personal" in said} == personal, file.stem


def personal_classes(columns: list[dict]) -> dict[str, str]:
    """Column → class of personal data, of those that have one."""
    classes = {column["name"]: column.get("config", {}).get("meta", {}).get("personal") for column in columns}
    return {name: one for name, one in classes.items() if one is not None}


def test_what_systems_bring_to_core_is_personal_as_the_contract_says():
    """Of `canonical` only what a company feeds is built, so what is compiled does not tell of the others."""
    for file in (DBT / "models/systems").rglob("core_*.yml"):
        table = described(DBT / "models/core" / f"{file.stem.split('__')[1]}.sql")
        contract, brought = personal_classes(table["columns"]), personal_classes(described(file).get("columns", []))
        assert {name: brought[name] for name in contract if name in brought}.items() <= contract.items(), file
        if file.parent.name == "canonical":
            assert brought == contract, file


PERSONAL = {
    "access_events": {"user_id"},
    "contacts": {"birthday", "contact_name", "email", "phone"},
    "customers": {"birthday", "customer_name"},
    "employees": {"email", "employee_name"},
    "feedback": {"body"},
    "interactions": {"subject"},
    "survey_responses": {"comment"},
}  # what the contract stars


def test_core_has_a_class_for_each_column_that_the_contract_stars_and_for_no_other():
    starred = {(table, column) for table, columns in PERSONAL.items() for column in columns}
    classes = {(file.stem, name): one for file in CORE for name, one in personal_classes(described(file)["columns"]).items()}

    assert set(classes) == starred
    assert set(classes.values()) <= set(get_args(PersonalData))
