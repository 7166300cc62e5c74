"""Composing: figures first, files that never change, revisions only on purpose."""

import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256

import pytest
from sqlalchemy import delete, update

from rapport.delivery.ledger import plan
from rapport.delivery.recipients import Recipient
from rapport.editions.compose import compose, compose_due
from rapport.editions.proof import read_rows
from rapport.editions.store import list_editions
from rapport.errors import RapportError, UsageError
from rapport.state.tables import builds, editions, snapshots
from tests.editions.fakes import OCTOBER

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


def test_the_rows_of_a_figure_are_kept_with_it(settings, composed):
    rows = read_rows(settings, composed.folder / "rows.parquet", "net_revenue@2026-10")

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
    change_a_figure(answers)

    with pytest.raises(UsageError, match="--revise"):
        october(settings, state)
    second = october(settings, state, revise=True)

    assert (second.edition_id, second.status) == ("management_month.2026-10.all.r2", "held")
    assert {path: path.read_bytes() for path in first.files()} == before
    assert [one.edition_id for one in list_editions(settings, state)] == [second.edition_id, first.edition_id]


def forget(state, table) -> None:
    with state.write("test") as connection:
        connection.execute(delete(table))


def change_a_figure(answers) -> None:
    answers.values["net_revenue@2026-10"] = "12840001"
    answers.records["net_revenue@2026-10"].append(("f" * 64, 3, Decimal(1)))


def test_an_edition_that_a_crash_left_whole_without_an_entry_is_entered_as_it_is(settings, state):
    first = october(settings, state)
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in first.files()}
    forget(state, editions)

    again = october(settings, state)

    assert again == first
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in again.files()} == before


def test_the_number_of_an_edition_that_a_crash_left_whole_is_passed_over_when_the_figures_are_others_now(
    settings, state, answers
):
    first = october(settings, state)
    before = {path: path.read_bytes() for path in first.files()}
    forget(state, editions)
    change_a_figure(answers)

    second = october(settings, state)

    assert (second.edition_id, second.status) == ("management_month.2026-10.all.r2", "released")
    assert {path: path.read_bytes() for path in first.files()} == before


def test_an_edition_of_which_a_lost_state_knows_nothing_is_not_composed_again_over_its_head(settings, state, answers):
    october(settings, state)
    forget(state, editions)
    forget(state, builds)
    change_a_figure(answers)

    with pytest.raises(RapportError) as raised:
        october(settings, state)

    assert "doctor --repair" in raised.value.fix


def test_a_period_that_was_not_over_when_the_snapshot_was_built_is_refused(settings, state):
    with state.write("test") as connection:  # 31 October, 23:30 in Berlin
        connection.execute(update(snapshots).values(as_of=datetime(2026, 10, 31, 22, 30, tzinfo=UTC)))

    with pytest.raises(UsageError, match="2026-10 ends on 2026-10-31") as raised:
        october(settings, state)

    assert "as of 2026-10-31" in raised.value.what
    assert "publish on 2026-11-01 or later" in raised.value.fix
    assert list_editions(settings, state) == []


def test_what_was_composed_too_early_goes_to_nobody_once_its_period_is_due(settings, state, answers):
    early = october(settings, state)
    before = {path: path.read_bytes() for path in early.files()}
    change_a_figure(answers)

    due = compose_due(settings, state, "management_month", OCTOBER)

    assert (due.revision, due.status, due.is_new) == (2, "released", True)
    assert [one.status for one in list_editions(settings, state)] == ["released", "superseded"]
    assert {path: path.read_bytes() for path in early.files()} == before
    assert compose_due(settings, state, "management_month", OCTOBER) == replace(due, is_new=False)


def test_an_edition_in_one_language_is_superseded_by_one_in_all_of_them_once_its_period_is_due(
    settings, state, tmp_path, monkeypatch
):
    texts = shutil.copytree(settings.reports, tmp_path / "reports") / "locales"
    shutil.copy(texts / "en.yml", texts / "de.yml")
    company = settings.company_file.read_text(encoding="utf-8")
    settings.company_file.write_text(company + "languages: [en, de]\n", encoding="utf-8")
    monkeypatch.setenv("RAPPORT_PROJECT", str(tmp_path))
    settings = type(settings)()
    one = october(settings, state, locale="en")

    due = compose_due(settings, state, "management_month", OCTOBER)

    assert (one.locales(), due.locales()) == (["en"], ["de", "en"])
    assert (due.revision, due.status) == (2, "released")


def test_a_held_revision_of_a_period_that_nobody_was_told_of_is_released_when_the_period_is_due(settings, state, answers):
    october(settings, state)
    change_a_figure(answers)
    held = october(settings, state, revise=True)

    due = compose_due(settings, state, "management_month", OCTOBER)

    assert (due.edition_id, held.status, due.status) == (held.edition_id, "held", "released")
    assert [one.status for one in list_editions(settings, state)] == ["released", "superseded"]


def test_once_somebody_has_a_message_later_figures_make_no_new_edition_by_themselves(settings, state, answers):
    first = compose_due(settings, state, "management_month", OCTOBER)
    plan(state, first.edition_id, [Recipient(name="Ana", address="ana@nordhaven.example")], "reports@nordhaven.example")
    change_a_figure(answers)

    assert compose_due(settings, state, "management_month", OCTOBER).edition_id == first.edition_id
    held = october(settings, state, revise=True)
    assert compose_due(settings, state, "management_month", OCTOBER).status == held.status == "held"


def test_a_folder_without_a_manifest_is_no_edition_and_is_replaced(settings, state):
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
