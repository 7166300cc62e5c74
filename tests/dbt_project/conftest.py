"""The whole project built once on an empty warehouse, with its unit tests: for tests of what dbt makes of it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from tests.conftest import PROJECT

from rapport.exports.declarations import read_declarations
from rapport.settings import Settings
from rapport.warehouse.dbt import DbtResult, nightly, run_dbt
from rapport.warehouse.inputs import ThisBuild, write_inputs
from rapport.warehouse.lock import warehouse_lock


@dataclass(frozen=True)
class Built:
    """What a build gave.

    Attributes:
        target: dbt's folder of artefacts.
    """

    result: DbtResult
    warehouse: Path
    target: Path

    def manifest(self) -> dict:
        return json.loads((self.target / "manifest.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    """Every system that the project knows, each with what the demo company feeds from it; a failing unit test raises here."""
    home = tmp_path_factory.mktemp("every_system")
    company = yaml.safe_load((PROJECT / "company.yml").read_text(encoding="utf-8"))
    systems = sorted(folder.name for folder in (PROJECT / "dbt_project/models/systems").iterdir())
    company["systems"] = {system: {"drops": f"drops/{system}"} for system in systems}
    (home / "company.yml").write_text(yaml.safe_dump(company), encoding="utf-8")
    settings = Settings(home=home, company_file=home / "company.yml")
    settings.scratch.mkdir()
    this_build = ThisBuild(number=1, as_of=datetime(2026, 11, 1, tzinfo=UTC), from_sequence=0, from_build=0, to_sequence=0)
    write_inputs(settings, settings.warehouse_file, this_build, read_declarations(settings), [], [])
    places = nightly(settings)
    with warehouse_lock(settings) as lock:
        arguments = ["build", "--exclude-resource-types", "test", "--threads", "2"]
        result = run_dbt(settings, arguments, places=places, lock=lock)  # raises, and names what failed
    yield Built(result, places.warehouse, places.target)


@pytest.fixture(scope="session")
def models(built: Built) -> dict[str, dict]:
    """The manifest's models by name; the disabled ones of `canonical` are not among them."""
    nodes = built.manifest()["nodes"].values()
    return {node["name"]: node for node in nodes if node["resource_type"] == "model"}
