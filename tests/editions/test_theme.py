"""The theme: a company's own look, as long as it can be read and brings nothing along."""

import base64
import re
from pathlib import Path

import pytest

from rapport.company import read_company
from rapport.editions.compose import compose
from rapport.editions.theme import ENOUGH, GROUNDS, READ, as_css, contrast, read_theme
from rapport.errors import UsageError
from rapport.settings import Settings
from tests.editions.conftest import COMPANY

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 10"><path d="M0 0h40v10z" fill="#0B5C7A"/></svg>'
PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")


def themed(folder: Path, theme: str, monkeypatch: pytest.MonkeyPatch) -> Settings:
    file = folder / "company.yml"
    file.write_text(f"{COMPANY}theme: {theme}\n", encoding="utf-8")
    monkeypatch.setenv("RAPPORT_COMPANY", str(file))
    monkeypatch.setenv("RAPPORT_HOME", str(folder))
    return Settings()


def test_contrast_is_that_of_wcag():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#FFFFFF", "#FFFFFF") == pytest.approx(1)
    assert contrast("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.005)  # the palest grey that passes on white


def test_what_is_read_stands_out_on_light_and_on_dark(settings):
    theme = read_theme(settings)

    assert set(theme.light) == set(theme.dark)
    for tokens in (theme.light, theme.dark):
        assert all(contrast(tokens[name], tokens[ground]) >= ENOUGH for name in READ for ground in GROUNDS)


def test_a_company_sets_a_colour_and_keeps_the_others(tmp_path, monkeypatch):
    theme = read_theme(themed(tmp_path, "{light: {accent: '#7A1FA2'}}", monkeypatch))

    assert (theme.light["accent"], theme.light["ink"]) == ("#7A1FA2", "#1B2330")


def test_where_red_is_up_good_is_red_on_light_and_on_dark(settings, tmp_path, monkeypatch):
    usual = read_theme(settings)
    theme = read_theme(themed(tmp_path, "{good_is: red}", monkeypatch))

    assert (theme.light["good"], theme.light["bad"]) == (usual.light["bad"], usual.light["good"])
    assert (theme.dark["good"], theme.dark["bad"]) == (usual.dark["bad"], usual.dark["good"])
    assert theme.light["alarm"] == usual.light["alarm"]  # what needs action is not a direction


def test_a_colour_that_cannot_be_read_is_refused_with_what_to_do(tmp_path, monkeypatch):
    settings = themed(tmp_path, "{light: {muted: '#AAAAAA'}}", monkeypatch)

    with pytest.raises(UsageError) as refused:
        read_theme(settings)
    assert "muted #AAAAAA on paper #FFFFFF has 2.3:1" in str(refused.value)
    assert "theme.light" in refused.value.where and "4.5:1" in refused.value.fix


def test_a_token_that_there_is_not_is_refused(tmp_path, monkeypatch):
    with pytest.raises(UsageError, match="primary"):
        read_theme(themed(tmp_path, "{light: {primary: '#112233'}}", monkeypatch))


@pytest.mark.parametrize(
    ("theme", "words"),
    [
        ("{light: {ink: black}}", "ink: black"),
        ("{light: {ink: #112233}}", "not YAML"),
        ("\n  light:\n    ink: #112233", "in quotes"),
        ("{dark: {paper: '#12'}}", "paper: #12"),
        ("{dark: {paper: 'url(http://x)'}}", "not a colour"),
        ("{good_is: blue}", "good_is"),
        ("{logo: missing.svg}", "there is no file"),
        ("{font: Comic}", "font"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path, monkeypatch, theme, words):
    settings = themed(tmp_path, theme, monkeypatch)

    with pytest.raises(UsageError) as refused:
        _ = settings.company
    assert words in f"{refused.value} {refused.value.where}"


def test_a_logo_lies_beside_the_company_file_and_becomes_part_of_the_page(tmp_path, monkeypatch):
    (tmp_path / "mark.svg").write_text(SVG, encoding="utf-8")
    (tmp_path / "mark.png").write_bytes(PNG)
    logo = read_theme(themed(tmp_path, "{logo: {light: mark.svg, dark: mark.png}}", monkeypatch)).logo

    assert logo.light.uri == f"data:image/svg+xml;base64,{base64.b64encode(SVG.encode()).decode()}"
    assert logo.dark.uri.startswith("data:image/png;base64,")
    assert read_theme(themed(tmp_path, "{logo: mark.svg}", monkeypatch)).logo.dark is None


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        '<path d="M0 0" onload="alert(1)"/>',
        '<image href="http://127.0.0.1/x.png"/>',
        '<use href="http://127.0.0.1/x.svg#a"/>',
        '<use xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="file:///etc/passwd#a"/>',
        '<path d="M0 0" fill="url(http://127.0.0.1/#a)"/>',
        '<path d="M0 0" style="fill: URL( &quot;//127.0.0.1/a&quot; )"/>',
        "<style>@import 'http://127.0.0.1/a.css';</style>",
        "<style>path{fill:url(data:image/png;base64,xx)}</style>",
        "<foreignObject><p>text</p></foreignObject>",
        '<animate href="#a" attributeName="href" to="javascript:alert(1)"/>',
        "<unclosed>",
    ],
)
def test_a_logo_that_does_more_than_draw_is_refused(tmp_path, monkeypatch, inside):
    (tmp_path / "mark.svg").write_text(SVG.replace("</svg>", f"{inside}</svg>"), encoding="utf-8")

    with pytest.raises(UsageError, match=r"wrong settings") as refused:
        _ = themed(tmp_path, "{logo: mark.svg}", monkeypatch).company
    assert "mark.svg" in refused.value.where


def test_a_logo_that_grows_without_end_is_refused_before_it_is_read(tmp_path, monkeypatch):
    laughs = '<!DOCTYPE svg [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    (tmp_path / "mark.svg").write_text(laughs + SVG.replace("</svg>", "<text>&b;</text></svg>"), encoding="utf-8")

    with pytest.raises(UsageError) as refused:
        _ = themed(tmp_path, "{logo: mark.svg}", monkeypatch).company
    assert "entities" in refused.value.where


def test_a_page_that_calls_itself_a_picture_is_refused(tmp_path, monkeypatch):
    (tmp_path / "mark.png").write_text("<html><script>alert(1)</script></html>", encoding="utf-8")

    with pytest.raises(UsageError) as refused:
        _ = themed(tmp_path, "{logo: mark.png}", monkeypatch).company
    assert "neither a PNG nor an SVG" in refused.value.where


def test_dark_is_for_screens_only(settings):
    theme = read_theme(settings)

    assert "prefers-color-scheme" not in as_css(theme, screen=False)
    assert re.search(r"@media screen and \(prefers-color-scheme:dark\)\{:root\{--ink:#E8ECF2", as_css(theme, screen=True))


def test_a_company_without_a_theme_has_the_usual_one(tmp_path):
    (tmp_path / "company.yml").write_text(COMPANY, encoding="utf-8")

    assert read_company(tmp_path / "company.yml").theme.logo is None


@pytest.mark.usefixtures("answers", "no_pdf")
def test_another_look_is_another_revision(settings, state, tmp_path, monkeypatch):
    first = compose(settings, state, "management_month", "2026-10")
    restyled = themed(tmp_path, "{confidential: {en: For the board}}", monkeypatch)

    with pytest.raises(UsageError, match="has changed since"):
        compose(restyled, state, "management_month", "2026-10")
    second = compose(restyled, state, "management_month", "2026-10", revise=True)
    assert "For the board" in (second.folder / "en/index.html").read_text(encoding="utf-8")
    assert "For the board" not in (first.folder / "en/index.html").read_text(encoding="utf-8")
