"""Homes of known data sets: loaded, built and published once per session, without tests and gates, which others try."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from rapport.exports.load import load
from rapport.exports.pull import pull
from rapport.settings import Settings
from rapport.state import open_state
from rapport.state.tables import builds, verdicts
from rapport.warehouse import build as building
from rapport.warehouse.lock import warehouse_lock
from rapport.warehouse.snapshots import publish
from tests.conftest import DATA, data_of
from tests.golden.datasets import DATASETS
from tests.whole_way.conftest import Home

COMPANY = """
name: {en: Golden}
currency: USD
timezone: UTC
history_starts_on: 1996-01-01
systems: {canonical: {drops: drops/canonical}}
feeds:
  customers: [canonical]
  employees: [canonical]
  products: [canonical]
  orders: [canonical]
  order_lines: [canonical]
  contracts: [canonical]
  tickets: [canonical]
mail: {sender: "a@b.example"}
"""


@pytest.fixture(scope="session")
def golden(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Home]:
    """A maker of homes by the name of a data set.

    All are one company and are built in one place, one after the other, so that dbt parses the project once.
    """
    shelf, made = tmp_path_factory.mktemp("golden"), {}

    def home_of(name: str) -> Home:
        if name not in made:
            made[name] = make(name, shelf)
        return made[name]

    return home_of


def make(name: str, shelf: Path) -> Home:
    """Make the home of a data set in a folder of homes."""
    folder, as_of, write = DATASETS[name]
    data = data_of(folder) if folder else DATA
    path, parsed = shelf / "made-here", shelf / "parsed"
    (path / "drops/canonical").mkdir(parents=True)
    (path / "company.yml").write_text(COMPANY, encoding="utf-8")
    write(data, path / "drops/canonical")
    if parsed.exists():
        shutil.copytree(parsed, path / "dbt/target")
    _build_and_publish(
        Settings(home=path, company_file=path / "company.yml"), datetime.fromisoformat(as_of).replace(tzinfo=UTC)
    )
    if not parsed.exists():
        parsed.mkdir()
        for file in ("partial_parse.msgpack", "metrics.sha256"):
            shutil.copy(path / "dbt/target" / file, parsed)
    path = path.rename(shelf / name)
    return Home(path, {"RAPPORT_HOME": str(path), "RAPPORT_COMPANY": str(path / "company.yml"), "RAPPORT_AS_OF": as_of})


def _build_and_publish(settings: Settings, as_of: datetime) -> None:
    state = open_state(settings.state_url)
    pull(settings, state)
    result = load(settings, state)
    assert (result.refused, result.rows_rejected) == ([], 0)
    with warehouse_lock(settings) as lock, pytest.MonkeyPatch.context() as patch:
        run_dbt = building.run_dbt
        patch.setattr(building, "run_dbt", lambda settings, words, **how: run_dbt(settings, _without_tests(words), **how))
        number = building.build(settings, state, as_of, lock).number
        with state.write("test.verdicts") as connection:
            (lake_hash,) = connection.execute(select(builds.c.lake_hash).where(builds.c.number == number)).one()
            for gate, about in (("raw", {"lake_hash": lake_hash}), ("marts", {"build_number": number})):
                row = {"gate": gate, "is_open": True, "suites": "s", "skipped": [], "checked_at": as_of, **about}
                connection.execute(insert(verdicts).values(row))
        publish(settings, state, number)


def _without_tests(arguments: list[str]) -> list[str]:
    return [*arguments, "--exclude-resource-types", "test"]
