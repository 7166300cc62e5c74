"""Templates: no number is written in them, and none can pass through them that is not a figure."""

import re
from decimal import Decimal
from pathlib import Path

import pytest
from jinja2 import Environment
from jinja2.exceptions import SecurityError, UndefinedError

from rapport.editions.pages import _environment
from rapport.editions.words import read_catalogue
from tests.conftest import PROJECT

TEMPLATES = sorted((PROJECT / "reports").rglob("*.j2"))


class NoBlocks:
    def for_templates(self, html):
        return {"html": html}


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: file.name)
def test_no_number_is_written_in_a_template(file: Path):
    inside_tag = False
    for line, kind, text in Environment().lex(file.read_text(encoding="utf-8")):
        if kind in ("integer", "float"):
            raise AssertionError(f"line {line} computes with {text}")
        if kind != "data":
            continue
        for character in text:
            inside_tag = character == "<" or (inside_tag and character != ">")
            assert inside_tag or not character.isdigit(), f"line {line}: {text.strip()}"


def test_no_number_is_written_in_a_catalogue(settings):
    for file in sorted((settings.reports / "locales").glob("*.yml")):
        catalogue = read_catalogue(settings, file.stem)
        texts = {key: str(catalogue.raw(key)) for key in sorted(catalogue.keys()) if not key.startswith("formats.")}
        said = {key: re.sub(r"\{.*?\}", "", text) for key, text in texts.items()}  # names of figures may have digits
        assert [key for key, text in said.items() if any(character.isdigit() for character in text)] == []


@pytest.mark.parametrize("number", [3, 2.5, Decimal("12.84")])
def test_a_bare_number_is_refused(settings, number):
    with pytest.raises(TypeError, match="not a figure"):
        _environment(settings, NoBlocks(), autoescape=True).from_string("{{ x }}").render(x=number)


def test_what_is_not_there_is_an_error(settings):
    with pytest.raises(UndefinedError):
        _environment(settings, NoBlocks(), autoescape=True).from_string("{{ figures.revenu }}").render(figures={})


def test_templates_reach_nothing_of_python(settings):
    with pytest.raises(SecurityError):
        _environment(settings, NoBlocks(), autoescape=True).from_string("{{ ''.__class__.__mro__ }}").render()
