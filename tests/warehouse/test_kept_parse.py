"""dbt's parse of the project: one home leaves it, another takes it, and dbt accepts it as its own."""

import os
import shutil
from pathlib import Path

import pytest
from tests.conftest import PROJECT
from tests.warehouse.conftest import COMPANY

from rapport.settings import Settings
from rapport.warehouse.dbt import nightly, run_dbt
from rapport.warehouse.lock import warehouse_lock
from rapport.warehouse.parse import keep_parse


@pytest.fixture
def project(tmp_path) -> Path:
    shutil.copytree(Path(__file__).parent / "tiny", tmp_path / "dbt_project")
    profile = (PROJECT / "dbt_project/profiles.yml").read_text()  # what it names decides whether dbt takes a parse
    (tmp_path / "dbt_project/profiles.yml").write_text(profile.replace("rapport:", "tiny:", 1))
    return tmp_path


@pytest.fixture
def home(project):
    """Parses the project in a home of this name; returns what dbt says about why it could not use a parse that was there."""
    (project / "company.yml").write_text(COMPANY)

    def parse(name: str) -> list[str]:
        settings = Settings(project=project, home=project / name)
        settings.scratch.mkdir(parents=True, exist_ok=True)
        with warehouse_lock(settings) as lock:
            run_dbt(settings, ["parse"], places=nightly(settings), lock=lock)
        log = (settings.home / "dbt/logs/dbt.log").read_text()
        return [line.partition("Unable to do partial parsing because ")[2] for line in log.splitlines() if "Unable to" in line]

    return parse


def test_a_home_takes_the_parse_that_another_left_and_dbt_finds_it_its_own(home):
    assert home("first") == ["saved manifest not found. Starting full parse."]
    assert home("second") == []


def test_an_edited_metric_takes_no_parse_from_before(home, project):
    home("first")
    with open(project / "dbt_project/models/marts/sales_lines.yml", "a") as file:
        file.write("\n")

    assert home("second") == ["saved manifest not found. Starting full parse."]


def test_another_company_takes_no_parse_of_this_one(home, project):
    home("first")
    (project / "company.yml").write_text(COMPANY.replace("Berlin", "Paris"))

    assert home("second") == ["saved manifest not found. Starting full parse."]


def a_parse(home: Path) -> Path:
    """A folder in which dbt left a parse."""
    target = home / "dbt/target"
    target.mkdir(parents=True)
    (target / "partial_parse.msgpack").write_bytes(b"new")
    return target


def test_of_many_parses_the_newest_are_kept(project):
    kept = project / "var/cache/dbt"
    kept.mkdir(parents=True)
    for number in range(12):
        file = kept / f"{number}.msgpack"
        file.write_bytes(b"old")
        os.utime(file, (number, number))

    keep_parse(Settings(project=project), a_parse(project / "home"), kept / "new.msgpack")

    assert sorted(file.stem for file in kept.iterdir()) == sorted(["10", "11", *"3456789", "new"])


def test_a_project_that_is_not_ours_to_write_to_gets_no_parse(project, monkeypatch):
    monkeypatch.setattr(os, "access", lambda folder, _how: folder != project)

    keep_parse(Settings(project=project), a_parse(project / "home"), project / "var/cache/dbt/new.msgpack")

    assert not (project / "var").exists()
