"""Languages: every catalogue says the same things with the same figures."""

import pytest

from rapport.editions.words import Catalogue, Place, pieces, read_catalogue
from tests.conftest import PROJECT

LOCALES = sorted(file.stem for file in (PROJECT / "reports/locales").glob("*.yml"))


def texts(catalogue: Catalogue, key: str) -> list[str]:
    """A text, or all of its plural forms."""
    found = catalogue.raw(key)
    return [text for form, text in found.items() if form != "by"] if isinstance(found, dict) else [found]


def places(text: str) -> set[str]:
    return {place.name for place in pieces(text) if isinstance(place, Place)}


def test_there_are_english_and_chinese():
    assert {"en", "zh"} <= set(LOCALES)


def test_every_language_has_the_same_keys(settings):
    keys = {language: read_catalogue(settings, language).keys() for language in LOCALES}

    for language in LOCALES:
        assert keys[language] ^ keys["en"] == set(), language


# where one language says a figure that the other leaves to its table or chart
FEWER_FIGURES = {"headline.at_risk", "claim.growth_pays", "claim.at_risk", "accounts.title"}


def test_every_language_says_the_same_figures_in_every_sentence(settings):
    english = read_catalogue(settings, "en")
    for language in LOCALES:
        catalogue = read_catalogue(settings, language)
        for key in sorted(catalogue.keys() - FEWER_FIGURES):
            wanted = {name for text in texts(english, key) for name in places(text)}
            assert {name for text in texts(catalogue, key) for name in places(text)} == wanted, f"{language}: {key}"


def test_a_missing_text_is_an_error(settings):
    from rapport.errors import UsageError

    with pytest.raises(UsageError, match="no text 'headline.nothing'"):
        read_catalogue(settings, "zh").text("headline.nothing")


LONGEST = {"period": "2026年10月", "revenue.on_plan": "19.9%", "revenue.on_previous_year": "19.9%"}
RESULTS = ("no_revenue", "above_plan", "below_plan", "on_plan", "above_year", "below_year", "like_year", "revenue")


@pytest.mark.parametrize("result", RESULTS)
def test_a_headline_in_chinese_has_at_most_24_characters_with_the_longest_numbers_that_are_printed(settings, result):
    """Money at a glance is at most €1284万 or €12.8亿 long."""
    catalogue = read_catalogue(settings, "zh")
    parts = pieces(catalogue.text(f"headline.{result}"))
    headline = "".join(part if isinstance(part, str) else LONGEST.get(part.name, "€12.8亿") for part in parts)

    assert len(headline) <= catalogue.raw("formats.headline_at_most") == 24


def test_a_headline_that_the_risk_would_make_too_long_says_the_result_only(composed_in):
    """Both fit into a hundred characters in English; the Chinese limit is lowered to what the result alone takes."""
    english, chinese = composed_in("en"), composed_in("zh", headline_at_most=16)

    assert "at risk" in english
    assert "超计划" in chinese and "风险" not in chinese


def test_a_text_in_chinese_has_no_half_width_punctuation_between_its_characters(settings):
    catalogue = read_catalogue(settings, "zh")
    wrong = {}
    for key in sorted(catalogue.keys()):
        for text in texts(catalogue, key):
            said = "".join(part for part in pieces(text) if isinstance(part, str))
            if any("\u4e00" <= before <= "\u9fff" and mark in ",;:?!()" for before, mark in zip(said, said[1:], strict=False)):
                wrong[key] = text
    assert wrong == {}
