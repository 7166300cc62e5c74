"""One object says where everything is and when "now" is."""

from datetime import UTC, datetime

import pytest

from rapport.settings import Settings

from .test_company import GOOD


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    (tmp_path / "company.yml").write_text(GOOD, encoding="utf-8")
    monkeypatch.setenv("RAPPORT_COMPANY", str(tmp_path / "company.yml"))
    monkeypatch.setenv("RAPPORT_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def test_everything_lies_under_the_home(home):
    settings = Settings()

    assert settings.lake == home / "lake" and settings.archive == home / "archive"
    assert settings.drop_of("shop") == str(home / "drops/shop")


def test_a_day_as_of_begins_at_midnight_in_the_companys_zone(monkeypatch):
    monkeypatch.setenv("RAPPORT_AS_OF", "2026-07-01")

    assert Settings().as_of() == datetime(2026, 6, 30, 22, tzinfo=UTC)


def test_an_option_beats_the_company_file_which_beats_the_logical_date(home, monkeypatch):
    logical = datetime(2026, 3, 1, tzinfo=UTC)
    assert Settings().as_of(logical) == logical

    company = home.parent / "company.yml"
    company.write_text(GOOD + "as_of: 2025-12-31\n", encoding="utf-8")
    assert Settings().as_of(logical) == datetime(2025, 12, 30, 23, tzinfo=UTC)

    monkeypatch.setenv("RAPPORT_AS_OF", "2025-06-01T12:00:00+00:00")
    assert Settings().as_of(logical) == datetime(2025, 6, 1, 12, tzinfo=UTC)


def test_a_drop_can_be_overridden_for_one_run(monkeypatch):
    monkeypatch.setenv("RAPPORT_DROPS", '{"shop": "/elsewhere"}')

    assert Settings().drop_of("shop") == "/elsewhere"


def test_a_connection_comes_from_the_environment(monkeypatch):
    monkeypatch.setenv("RAPPORT_CONN_SHOP_STORE", "s3://bucket")

    assert Settings().connection("shop_store") == "s3://bucket"
    assert Settings().connection("other") is None
