"""Languages: every catalogue says the same things with the same figures."""

from datetime import date
from itertools import pairwise

import pytest

from rapport.editions.figures import FigureSet
from rapport.editions.printer import Printer
from rapport.editions.words import Catalogue, Place, pieces, read_catalogue
from rapport.metrics.reason import Reason, reason_keys
from tests.conftest import PROJECT

LOCALES = sorted(file.stem for file in (PROJECT / "reports/locales").glob("*.yml"))


def texts(catalogue: Catalogue, key: str) -> list[str]:
    """A text, or all of its plural forms."""
    found = catalogue.raw(key)
    return [text for form, text in found.items() if form != "by"] if isinstance(found, dict) else [str(found)]


def places(text: str) -> set[str]:
    return {place.name for place in pieces(text) if isinstance(place, Place)}


def test_there_are_english_and_chinese():
    assert {"en", "zh"} <= set(LOCALES)


def test_every_language_has_the_same_keys(settings):
    keys = {language: read_catalogue(settings, language).keys() for language in LOCALES}

    for language in LOCALES:
        assert keys[language] ^ keys["en"] == set(), language


# the Chinese headline has no room for the number of accounts, which page 2 says (docs/DECISIONS.md)
FEWER_FIGURES = {"headline.at_risk"}


def test_every_language_says_the_same_figures_in_every_sentence(settings):
    english = read_catalogue(settings, "en")
    for language in LOCALES:
        catalogue = read_catalogue(settings, language)
        for key in sorted(catalogue.keys() - FEWER_FIGURES):
            wanted = {name for text in texts(english, key) for name in places(text)}
            assert {name for text in texts(catalogue, key) for name in places(text)} == wanted, f"{language}: {key}"


def test_a_missing_text_is_an_error(settings):
    from rapport.errors import UsageError

    with pytest.raises(UsageError, match="There is no text"):
        read_catalogue(settings, "zh").text("headline.nothing")


LONGEST = {
    "period": "2026年10月",
    "retention": "108.8%",
    "accounts_at_risk.count": "999",
    "accounts.count": "99,999",
    "accounts.shown.count": "12",
    "revenue.on_plan": "19.9%",
    "revenue.on_previous_year": "19.9%",
}
RESULTS = ("no_revenue", "above_plan", "below_plan", "on_plan", "above_year", "below_year", "like_year", "revenue")


CLAIMS = ("growth_pays", "growth_only", "even", "losses_outweigh", "at_risk", "accounts")


@pytest.mark.parametrize("key", [*(f"headline.{one}" for one in RESULTS), *(f"claim.{one}" for one in CLAIMS)])
def test_a_headline_in_chinese_has_at_most_24_characters_with_the_longest_numbers_that_are_printed(settings, key):
    """Money at a glance is at most €1284万 or €12.8亿 long."""
    catalogue = read_catalogue(settings, "zh")
    parts = pieces(catalogue.text(key))
    headline = "".join(part if isinstance(part, str) else LONGEST.get(part.name, "€12.8亿") for part in parts)

    assert len(headline) <= catalogue.raw("formats.headline_at_most") == 24


def test_a_text_in_chinese_has_no_half_width_punctuation_between_its_characters(settings):
    catalogue = read_catalogue(settings, "zh")
    wrong = {}
    for key in sorted(catalogue.keys()):
        for text in texts(catalogue, key):
            said = "".join(part for part in pieces(text) if isinstance(part, str))
            if any("\u4e00" <= before <= "\u9fff" and mark in ",;:?!()" for before, mark in pairwise(said)):
                wrong[key] = text
    assert wrong == {}


def test_every_reason_can_be_said_in_every_language(settings):
    for language in LOCALES:
        assert set(read_catalogue(settings, language).raw("reasons")) == set(reason_keys()), language


def test_a_reason_says_its_days_and_names_as_the_language_writes_them(settings):
    reason = Reason.joined([Reason("unfed", tables=("credits", "returns")), Reason("only_up_to", day=date(2026, 11, 3))])
    printers = {language: Printer(FigureSet({}, {}, {}), read_catalogue(settings, language)) for language in ("en", "zh")}

    assert reason == "no system feeds credits, returns; only up to 2026-11-03"
    assert printers["en"].reason(reason) == "no system feeds credits and returns; only up to 3 Nov 2026"
    assert printers["zh"].reason(reason) == "没有系统提供credits和returns；仅至2026年11月3日"
    assert printers["zh"].reason("somebody's own words") == "somebody's own words"
