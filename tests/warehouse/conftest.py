"""A home of its own per test."""

import pytest

from rapport.settings import Settings
from rapport.state import open_state

COMPANY = """
name: {en: Tiny}
currency: EUR
timezone: Europe/Berlin
history_starts_on: 2026-01-01
systems: {shop: {drops: drops/shop}}
feeds: {orders: [shop]}
mail: {sender: reports@tiny.example}
"""


@pytest.fixture
def settings(tmp_path) -> Settings:
    company = tmp_path / "company.yml"
    company.write_text(COMPANY)
    return Settings(home=tmp_path / "home", company_file=company)


@pytest.fixture
def state(settings):
    return open_state(settings.state_url)
