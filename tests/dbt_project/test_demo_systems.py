"""The demo systems' declarations fit what the demo company exports."""

import csv
import json
from datetime import date

import pytest

from rapport.demo import make_exports
from rapport.exports.declarations import read_declarations
from rapport.settings import Settings


@pytest.fixture(scope="module")
def exports():
    return {key: export for key, export in read_declarations(Settings()).items() if key[0] in FORMATS}


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("drops")
    make_exports(folder, date(2026, 11, 20))
    return {system: sorted((folder / system).iterdir()) for system in FORMATS}


FORMATS = {"crm": "csv", "shop": "csv", "helpdesk": "json_lines", "surveys": "xlsx", "loyalty": "csv"}


def test_every_file_belongs_to_exactly_one_declared_export(exports, files):
    for system, paths in files.items():
        for path in paths:
            claims = [table for (owner, table), export in exports.items() if owner == system and export.covers(path.name)]
            assert len(claims) == 1, f"{path.name}: {claims}"


def test_every_header_of_a_file_is_declared_and_every_declared_column_is_in_the_file(exports, files):
    for (system, table), export in exports.items():
        path = next(path for path in files[system] if export.covers(path.name))
        assert {header for column in export.columns for header in column.headers} == headers(path, export), table


def headers(path, export) -> set[str]:
    if export.format == "xlsx":
        from python_calamine import CalamineWorkbook

        return set(CalamineWorkbook.from_path(str(path)).get_sheet_by_name(export.sheet).to_python()[0])
    if export.format == "json_lines":
        objects = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.endswith("}")]
        nested = {f"csat.{key}" for item in objects for key in item.get("csat") or {}}
        return {key for item in objects for key in item if key != "csat"} | nested
    with open(path, encoding=export.encoding[0], newline="") as file:
        return set(next(csv.reader(file, delimiter=export.delimiter)))


def test_personal_data_of_people_is_marked(exports):
    personal = {(table, column.name) for (_, table), export in exports.items() for column in export.columns if column.personal}

    assert {("contacts", "contact_name"), ("contacts", "email"), ("contacts", "phone"), ("employees", "email")} <= personal
    assert ("answers", "comment") in personal
