"""Composing: figures first, files that never change, revisions only on purpose."""

import json
from decimal import Decimal
from hashlib import sha256

import pytest

from rapport.editions.compose import compose
from rapport.editions.proof import read_rows
from rapport.editions.store import list_editions
from rapport.errors import UsageError

pytestmark = pytest.mark.usefixtures("answers", "no_pdf")


def october(settings, state, **options):
    return compose(settings, state, "management_month", "2026-10", **options)


def test_an_edition_lies_whole_in_its_folder_and_its_manifest_tells_each_file_by_its_hash(composed):
    assert composed.edition_id == "management_month.2026-10.all.r1"
    assert composed.folder.parts[-4:] == ("management_month", "2026-10", "all", "r1")
    manifest = json.loads((composed.folder / "manifest.json").read_text(encoding="utf-8"))
    on_disk = {
        path.relative_to(composed.folder).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in composed.files()
        if path.name != "manifest.json"
    }
    assert manifest["files"] == on_disk
    assert {"figures.json", "rows.parquet", "proof.json", "en/index.html", "en/report.pdf", "en/subject.txt"} <= set(on_disk)
    assert (manifest["snapshot"], manifest["build"], manifest["as_of"]) == (7, 9, "2026-11-04T06:00:00+00:00")
    assert [check["passed"] for check in manifest["checks"]] == [False, True]


def test_the_rows_of_a_figure_are_kept_with_it(composed):
    rows = read_rows(composed.folder / "rows.parquet", "net_revenue@2026-10")

    assert [(row.file_id, row.row, row.amount) for row in rows] == [
        ("f" * 64, 1, Decimal(12_000_000)),
        ("f" * 64, 2, Decimal(840_000)),
    ]


def test_composing_again_gives_the_edition_that_is_there(settings, state, answers):
    first = october(settings, state)
    answers.snapshot = 8  # nothing that is printed has changed

    again = october(settings, state, revise=True)

    assert (again.edition_id, again.is_new) == (first.edition_id, False)


def test_the_same_content_gives_the_same_bytes_elsewhere(tmp_path_factory, settings, state, monkeypatch):
    from tests.editions.conftest import settings_at, state_of

    here = october(settings, state)
    elsewhere = settings_at(tmp_path_factory.mktemp("elsewhere"), monkeypatch)
    there = october(elsewhere, state_of(elsewhere))

    assert {path.name: path.read_bytes() for path in here.files()} == {path.name: path.read_bytes() for path in there.files()}


def test_a_changed_figure_makes_no_edition_by_itself_and_a_held_one_on_purpose(settings, state, answers):
    first = october(settings, state)
    before = {path: path.read_bytes() for path in first.files()}
    answers.values["net_revenue@2026-10"] = "12840001"
    answers.records["net_revenue@2026-10"].append(("f" * 64, 3, Decimal(1)))

    with pytest.raises(UsageError, match="--revise"):
        october(settings, state)
    second = october(settings, state, revise=True)

    assert (second.edition_id, second.status) == ("management_month.2026-10.all.r2", "held")
    assert {path: path.read_bytes() for path in first.files()} == before
    assert [one.edition_id for one in list_editions(settings, state)] == [second.edition_id, first.edition_id]


def test_a_folder_that_a_crash_left_without_an_entry_is_replaced(settings, state):
    orphan = settings.editions / "management_month/2026-10/all/r1/en/half"
    orphan.parent.mkdir(parents=True)
    orphan.write_text("left behind", encoding="utf-8")

    edition = october(settings, state)

    assert edition.is_new and not orphan.exists() and (edition.folder / "figures.json").exists()


def test_a_scope_is_encoded_in_id_and_folder(settings, state):
    edition = october(settings, state, scope="account_manager=crm:E/07")

    assert edition.edition_id == "management_month.2026-10.account_manager=crm%3AE%2F07.r1"
    assert edition.folder.parent.name == "account_manager=crm%3AE%2F07"


def test_a_period_of_another_kind_is_refused(settings, state):
    with pytest.raises(UsageError, match="2026-Q3"):
        compose(settings, state, "management_month", "2026-Q3")
