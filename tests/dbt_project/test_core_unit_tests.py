"""Every rule in SQL has a dbt unit test; the nightly build leaves them out, this runs them all."""

from datetime import UTC, datetime

import yaml
from tests.conftest import PROJECT

from rapport.exports.declarations import read_declarations
from rapport.settings import Settings
from rapport.warehouse.dbt import nightly, run_dbt
from rapport.warehouse.inputs import ThisBuild, write_inputs
from rapport.warehouse.lock import warehouse_lock


def test_every_unit_test_of_every_system_holds_on_an_empty_warehouse(tmp_path):
    company = yaml.safe_load((PROJECT / "company.yml").read_text(encoding="utf-8"))
    systems = sorted(folder.name for folder in (PROJECT / "dbt_project/models/systems").iterdir())
    company["systems"] = {system: {"drops": f"drops/{system}"} for system in systems}
    (tmp_path / "company.yml").write_text(yaml.safe_dump(company))
    settings = Settings(home=tmp_path, company_file=tmp_path / "company.yml")
    settings.scratch.mkdir()
    this_build = ThisBuild(number=1, as_of=datetime(2026, 11, 1, tzinfo=UTC), from_sequence=0, to_sequence=0)
    write_inputs(settings, settings.warehouse_file, this_build, read_declarations(settings), [], [])

    with warehouse_lock(settings) as lock:
        arguments = ["build", "--exclude-resource-types", "test", "--threads", "2"]
        result = run_dbt(settings, arguments, places=nightly(settings), lock=lock)  # raises, and names what failed

    declared = sum(
        len(yaml.safe_load(file.read_text(encoding="utf-8")).get("unit_tests", []))
        for file in (PROJECT / "dbt_project/models").rglob("*.yml")
    )
    assert result.counts["unit_test"] == declared > 0
