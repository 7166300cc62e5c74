"""Every rule in SQL has a dbt unit test; the nightly build leaves them out, this runs them all."""

import yaml
from tests.conftest import PROJECT


def test_every_unit_test_of_every_system_holds_on_an_empty_warehouse(built):
    declared = sum(
        len(yaml.safe_load(file.read_text(encoding="utf-8")).get("unit_tests", []))
        for file in (PROJECT / "dbt_project/models").rglob("*.yml")
    )
    assert built.result.counts["unit_test"] == declared > 0
