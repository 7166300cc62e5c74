"""Personal data keeps its class from the export to the mart: what a column carries is read from the SQL that dbt compiled."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import get_args

import pytest

from rapport.exports.column import PersonalData
from rapport.metrics.carried import Source, carried

LOADERS_OWN = ["_system", "_file_id", "_row", "_exported_at", "_loaded_at", "_load", "_removed_at"]


@dataclass
class Flow:
    """What flows where.

    Attributes:
        classes: (table, column) → the class that YAML gives it.
        inputs: (table, column) of a model → the columns of its parents that it carries.
    """

    classes: dict[Source, str] = field(default_factory=dict)
    inputs: dict[Source, set[Source]] = field(default_factory=dict)

    def unclassed(self, *schemas: str) -> dict[str, str]:
        """Columns of these schemas that carry personal data and say none of its classes: what they carry."""
        wrong = {}
        for column, sources in self.inputs.items():
            carries = {self.classes[one] for one in sources if one in self.classes}
            if column[0].split(".")[0] in schemas and carries and self.classes.get(column) not in carries:
                wrong[".".join(column)] = f"says {self.classes.get(column)}, carries {' or '.join(sorted(carries))}"
        return wrong


def with_parents_first(nodes: dict[str, dict]) -> Iterator[dict]:
    seen: set[str] = set()

    def visit(unique_id: str) -> Iterator[dict]:
        if unique_id in nodes and unique_id not in seen:
            seen.add(unique_id)
            for parent in nodes[unique_id].get("depends_on", {}).get("nodes", []):
                yield from visit(parent)
            yield nodes[unique_id]

    for unique_id in nodes:
        yield from visit(unique_id)


@pytest.fixture(scope="module")
def flow(built) -> Flow:
    manifest, found, columns = built.manifest(), Flow(), {}
    nodes = manifest["sources"] | {
        unique_id: node for unique_id, node in manifest["nodes"].items() if node["resource_type"] in ("model", "seed")
    }
    for node in with_parents_first(nodes):
        table = f"{node['schema']}.{node.get('identifier') or node['alias']}"
        columns[table] = list(node["columns"])
        for name, about in node["columns"].items():
            if kind := about["config"]["meta"].get("personal"):
                found.classes[table, name] = kind
        if node["resource_type"] == "source":
            columns[table] += LOADERS_OWN
        elif node["resource_type"] == "model" and node["language"] == "sql":
            outputs = carried(node["compiled_code"], columns)
            columns[table] = list(outputs)
            found.inputs |= {(table, name): sources for name, sources in outputs.items()}
    return found


def test_every_class_in_yaml_is_one_of_the_declarations(flow):
    assert set(flow.classes.values()) <= set(get_args(PersonalData))


def test_what_a_system_carries_on_from_its_exports_keeps_its_class(flow):
    assert flow.classes["staging.stg_crm__contacts", "email"] == "email"
    assert flow.inputs["staging.core_crm__contacts", "email"] == {("staging.stg_crm__contacts", "email")}

    assert flow.unclassed("staging") == {}


def test_what_a_mart_carries_on_from_core_keeps_its_class(flow):
    assert ("core.customers", "customer_name") in flow.inputs["marts.account_history", "customer_name"]

    assert flow.unclassed("marts") == {}


def test_what_core_calls_personal_is_so_in_each_system_that_brings_it(flow):
    brought = {
        (f"core.{table.split('__')[1]}", name): (table, name)
        for table, name in flow.inputs
        if table.startswith("staging.core_")
    }
    for column, (table, name) in brought.items():
        if column in flow.classes and flow.inputs[table, name]:
            assert flow.classes.get((table, name)) == flow.classes[column], f"{table}.{name}"


def test_no_mart_hands_on_a_mail_address_or_a_telephone(flow):
    """Marts are what reports may print; who is to be contacted is looked up where contacts are kept."""
    assert [
        column for column, kind in flow.classes.items() if kind in ("email", "phone") and column[0].startswith("marts.")
    ] == []
