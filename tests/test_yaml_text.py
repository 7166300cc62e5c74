"""YAML as people write it: a name that stands twice is told with its line, wherever it stands."""

import pytest
import yaml

from rapport.errors import UsageError
from rapport.settings import Settings
from rapport.yaml_text import parse_yaml


@pytest.mark.parametrize(
    ("text", "line"),
    [("a: 1\nb: 2\na: 3\n", 3), ("m:\n  x: {k: 1, k: 2}\n", 2), ("- q: 1\n  r: 2\n  q: 3\n", 3)],
    ids=["top", "flow", "in a list"],
)
def test_a_name_that_stands_twice_is_told_with_its_line(text, line):
    with pytest.raises(yaml.YAMLError, match=f"a second time: keep one\n.*line {line},"):
        parse_yaml(text)


def test_what_is_merged_may_be_overruled():
    assert parse_yaml("base: &base {a: 1, b: 2}\nown: {<<: *base, b: 3}\n")["own"] == {"a": 1, "b": 3}


def test_a_company_that_feeds_a_table_twice_is_refused_instead_of_losing_the_first(tmp_path):
    company = tmp_path / "company.yml"
    company.write_text(
        "name: {en: Tiny}\ncurrency: EUR\ntimezone: Europe/Berlin\nhistory_starts_on: 2026-01-01\n"
        "systems: {shop: {drops: drops/shop}, till: {drops: drops/till}}\nmail: {sender: reports@tiny.example}\n"
        "feeds:\n  orders: [shop]\n  orders: [till]\n"
    )

    with pytest.raises(UsageError) as raised:
        Settings(home=tmp_path, company_file=company).company  # noqa: B018
    assert "'orders' stands here a second time" in raised.value.where
    assert "line 9" in raised.value.where
