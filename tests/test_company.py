"""company.yml is read strictly, and every wrong setting is named."""

import pytest

from rapport.company import read_company
from rapport.errors import UsageError

from .conftest import PROJECT

GOOD = """
name: {en: Test}
currency: EUR
timezone: Europe/Berlin
history_starts_on: 2025-01-01
systems: {shop: {drops: drops/shop}}
feeds: {orders: [shop]}
mail: {sender: reports@test.example}
"""


@pytest.mark.parametrize("file", sorted([PROJECT / "company.yml", *PROJECT.glob("examples/*/company.yml")]), ids=str)
def test_every_company_file_in_the_project_is_valid(file):
    assert read_company(file).systems


@pytest.mark.parametrize(
    ("line", "wrong", "words"),
    [
        ("currency: EUR", "currency: euro", "currency"),
        ("timezone: Europe/Berlin", "timezone: Berlin", "IANA"),
        ("feeds: {orders: [shop]}", "feeds: {orders: [till]}", "till"),
        ("feeds: {orders: [shop]}", "feeds: {orders: [shop]}\nlogo: x.png", "logo"),
        ("history_starts_on: 2025-01-01", "", "history_starts_on"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path, line, wrong, words):
    file = tmp_path / "company.yml"
    file.write_text(GOOD.replace(line, wrong), encoding="utf-8")

    with pytest.raises(UsageError, match=words):
        read_company(file)


def test_a_missing_file_says_how_to_name_one(tmp_path):
    with pytest.raises(UsageError, match="--company"):
        read_company(tmp_path / "company.yml")
