"""Pages: nothing is printed that is not a figure of the edition, in the form that the figure has."""

import json
import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pytest
from pypdf import PdfReader

VOID = {"meta", "link", "br"}


class Page(HTMLParser):
    """Splits a page's text into figures (id, printed), foreign texts, and all that templates and catalogues say."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.figures: list[tuple[str, str]] = []
        self.own: list[str] = []
        self.references: list[str] = []
        self.ids: list[str] = []
        self._stack: list[tuple[str, str | None]] = []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        about = dict(attributes)
        self.references += [value for name, value in attributes if name in ("src", "href", "srcset") and value]
        self.ids += [about["id"]] if "id" in about else []
        kind = (
            about.get("data-figure")
            or ("text" if "data-text" in about else None)
            or ("skip" if tag in ("style", "svg", "script") else None)
        )
        if about.get("data-figure"):
            self.figures.append((about["data-figure"], ""))
        if tag not in VOID:
            self._stack.append((tag, kind or (self._stack[-1][1] if self._stack else None)))

    def handle_startendtag(self, tag, attributes):  # shapes of charts, which hold no text
        pass

    def handle_endtag(self, tag):
        while self._stack and self._stack.pop()[0] != tag:
            pass

    def handle_data(self, text):
        kind = self._stack[-1][1] if self._stack else None
        if kind is None:
            self.own.append(text)
        elif kind not in ("text", "skip"):
            name, before = self.figures[-1]
            self.figures[-1] = (name, before + text)


@pytest.fixture(scope="module")
def html(composed):
    return (composed.folder / "en/index.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def figures(composed):
    content = json.loads((composed.folder / "figures.json").read_text(encoding="utf-8"))
    return {figure["id"]: figure for figure in content["figures"]}


@pytest.fixture(scope="module")
def pdf_text(composed):
    return "\n".join(page.extract_text() for page in PdfReader(composed.folder / "en/report.pdf").pages)


def page_and_pdf(composed, language: str) -> tuple[str, str]:
    folder = composed.folder / language
    pdf = "\n".join(page.extract_text() for page in PdfReader(folder / "report.pdf").pages)
    return (folder / "index.html").read_text(encoding="utf-8"), pdf


def digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def test_every_printed_figure_is_one_of_figures_json(html, figures):
    printed = Page(html).figures

    assert len(printed) > 40
    assert {name for name, _ in printed} <= set(figures)


def test_a_printed_form_shows_the_leading_digits_of_its_value(html, figures):
    for name, printed in Page(html).figures:
        value = figures[name]["value"]
        if value is None:
            assert printed == "–"
            continue
        shown, exact = float(digits(printed) or 0), float(digits(value) or 0)
        while shown >= 10:
            shown /= 10
        while exact >= 10:
            exact /= 10
        assert shown == pytest.approx(exact, abs=0.06), f"{name}: {value} printed as {printed}"


def test_what_templates_and_catalogues_say_holds_no_number_but_dates_and_the_edition(html):
    said = " ".join(Page(html).own)
    for known in ("October 2026", "4 Nov 2026, 07:00", "management_month.2026-10.all.r1"):
        said = said.replace(known, "")

    assert digits(said) == ""


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_pdf_says_each_figure_in_the_form_that_the_page_has(composed, language):
    html, pdf_text = page_and_pdf(composed, language)
    squeezed = re.sub(r"\s", "", pdf_text)

    for name, printed in Page(html).figures:
        assert re.sub(r"\s", "", printed) in squeezed, name


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_pdf_says_no_number_that_the_page_does_not_say(composed, language):
    html, pdf_text = page_and_pdf(composed, language)
    page = Page(html)
    said = re.sub(r"<(style|script)>.*?</\1>|<[^>]*>", " ", html, flags=re.DOTALL)
    known = set(re.findall(r"\d+", said)) | {digits(printed) for _, printed in page.figures}
    paging = {"1", "2", "3"}

    assert set(re.findall(r"\d+", pdf_text)) - known - paging == set()


def test_foreign_text_is_never_markup(html, pdf_text):
    assert "&lt;b&gt;Pellworm&lt;/b&gt;" in html
    assert "<b>Pellworm</b>" in pdf_text and "北港" in pdf_text


def test_a_rule_without_words_is_named_instead_of_failing(html):
    assert "A rule without words." in html


def test_the_page_is_one_file_that_asks_for_nothing(html):
    assert all(reference.startswith("data:") for reference in Page(html).references)
    assert set(re.findall(r"url\(\"?([a-z]+):", html)) == {"data"}
    assert "@import" not in html


def test_the_page_runs_its_own_script_and_its_policy_allows_nothing_else(html):
    (script,) = re.findall(r"<script>(.*?)</script>", html, flags=re.DOTALL)
    (policy,) = re.findall(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', html)
    digest = b64encode(sha256(script.encode()).digest()).decode()

    assert html.count("<script") == 1
    assert policy.split("; ") == [
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        "img-src data:",
        "font-src data:",
        f"script-src 'sha256-{digest}'",
        "base-uri 'none'",
        "form-action 'none'",
    ]
    assert html.index(policy) < html.index("<style>")


def test_the_script_makes_no_code_and_no_markup_out_of_text():
    script = (Path(__file__).parents[2] / "reports/layout/interactive.js").read_text(encoding="utf-8")

    assert not re.search(r"innerHTML|outerHTML|insertAdjacent|document\.write|eval|Function\(|fetch|XMLHttp|import", script)


def test_a_dark_screen_turns_every_colour_but_those_that_the_theme_has(html):
    style = re.search(r"<style>(.*?)</style>", html, flags=re.DOTALL)[1]
    body = html[html.index("<body") : html.index("<script>")]

    assert re.search(r"@media screen and \(prefers-color-scheme:dark\)\{:root\{--ink:", style)
    assert not re.search(r"#[0-9A-Fa-f]{3,6}\b", re.sub(r"base64,[A-Za-z0-9+/=]+|:root\{[^}]*\}", "", style))
    assert not re.search(r"""(fill|stroke|color|background)[=:]\s*["']?\s*#[0-9A-Fa-f]{3}""", body)


def test_the_pdf_carries_no_script_and_nothing_for_screens(composed):
    content = (composed.folder / "en/report.pdf").read_bytes()

    assert b"/JavaScript" not in content and b"/JS" not in content


def test_each_figure_can_be_linked_to_once(html):
    ids = Page(html).ids

    assert "net_revenue@2026-10" in ids
    assert len(ids) == len(set(ids))


def test_what_nobody_feeds_is_left_out_and_named(html):
    cards = html[html.index('class="cards"') : html.index('class="trend"')]

    assert "Nps" not in cards
    assert re.search(
        r"<strong data-text>[^<]*Nps[^<]*</strong>.*no system feeds it", html[html.index('class="quality') :], flags=re.DOTALL
    )


def test_a_check_that_did_not_pass_stands_on_the_first_page(html):
    assert "At most 1 sale in 20 has no account." in html[: html.index('class="cards"')]


def test_the_subject_is_the_headline(composed):
    subject = (composed.folder / "en/subject.txt").read_text(encoding="utf-8")

    assert subject.startswith("€12.8M net revenue, 3.0% above plan – €2.71M of yearly revenue at risk in 2 accounts")
    assert "\n" not in subject


def test_the_pdf_is_tagged_and_uses_only_the_bundled_fonts(composed):
    reader = PdfReader(composed.folder / "en/report.pdf")

    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    fonts = {str(font.get_object()["/BaseFont"]) for page in reader.pages for font in page["/Resources"]["/Font"].values()}
    assert fonts and all("Inter" in font or "Noto-Sans-SC" in font for font in fonts)
