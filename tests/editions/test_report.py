"""Report folders: found by being there, refused with every wrong entry named."""

import pytest
import yaml

from rapport.editions.report import read_report, report_names
from rapport.errors import UsageError
from rapport.settings import Settings

GOOD = {
    "title": {"en": "Pulse"},
    "period": "week",
    "due": {"business_day": 1, "at": "07:00"},
    "recipients": "management",
    "figures": {"revenue": {"metric": "net_revenue"}},
    "sections": ["headline"],
}


@pytest.fixture
def reports(tmp_path, monkeypatch):
    monkeypatch.setenv("RAPPORT_PROJECT", str(tmp_path))

    def write(name: str, **changed: object) -> Settings:
        folder = tmp_path / "reports" / name
        folder.mkdir(parents=True)
        (folder / "report.yml").write_text(yaml.safe_dump({**GOOD, **changed}), encoding="utf-8")
        return Settings()

    return write


def test_a_folder_with_a_report_yml_is_a_report(reports):
    settings = reports("pulse")
    (settings.reports / "layout").mkdir()

    assert report_names(settings) == ["pulse"]
    assert read_report(settings, "pulse").title == {"en": "Pulse"}


def test_every_wrong_entry_is_named(reports):
    settings = reports("pulse", due={"business_day": 0, "at": "07:00"}, figures={"a-b": {"metrik": "x"}}, colour="red")

    with pytest.raises(UsageError) as refused:
        read_report(settings, "pulse")

    assert all(word in refused.value.where for word in ("due.business_day", "figures.a-b", "colour"))


def test_an_unknown_report_is_refused_with_those_that_there_are(reports):
    with pytest.raises(UsageError, match="Choose one of: pulse"):
        read_report(reports("pulse"), "puls")


def test_the_reports_of_the_project_are_valid(settings):
    for name in report_names(settings):
        read_report(settings, name)
