"""The mail: the same figures in HTML and text and in both languages, dark on dark screens, asking nothing of any network."""

import re
import struct
from html import unescape

import pytest

from rapport.editions.compose import compose
from rapport.editions.mail import LARGEST, as_mail
from rapport.editions.theme import read_theme
from rapport.errors import UsageError
from tests.conftest import PROJECT
from tests.editions import conftest
from tests.editions.fakes import FakeFigures
from tests.editions.test_pages import Page

CSS = re.sub(r"/\*.*?\*/", "", (PROJECT / "reports/layout/mail.css").read_text(encoding="utf-8"), flags=re.DOTALL)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The October edition in both languages, without its PDF."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        settings = conftest.settings_at(tmp_path_factory.mktemp("mails"), monkeypatch)
        file = settings.company_file
        file.write_text(file.read_text(encoding="utf-8") + "languages: [en, zh]\n", encoding="utf-8")
        monkeypatch.setattr("rapport.editions.pdf.write_pdf", lambda *_: b"")
        conftest.ask(conftest.october(), monkeypatch)
        yield compose(settings, conftest.state_of(settings), "management_month", "2026-10").folder


@pytest.fixture(scope="module")
def html(folder):
    return read(folder, "en/mail.html")


def read(folder, name: str) -> str:
    return (folder / name).read_text(encoding="utf-8")


def shown(html: str) -> str:
    """What stands in the mail, without the line that programs show beside the subject."""
    return re.sub(r'<div class="preheader".*?</div>', "", html, flags=re.DOTALL)


def test_the_mail_says_result_cards_changes_and_actions(html, folder):
    figures = [name for name, _ in Page(shown(html)).figures]

    assert figures[:2] == ["net_revenue@2026-10", "net_revenue@2026-10~on_plan"]
    assert {"net_revenue_retention@2026-10", "revenue_at_risk@2026-10", "on_time_delivery_rate@2026-10~low"} <= set(figures)
    for rule in ("result/", "context/", "changes/", "next_steps/"):
        assert f'data-rule="{rule}' in html
    assert read(folder, "en/subject.txt").startswith("€12.8M net revenue, 3.0% above plan")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_text_says_the_figures_of_the_html_in_the_same_order(folder, language):
    text, position = read(folder, f"{language}/mail.txt"), 0

    printed = [printed for _, printed in Page(shown(read(folder, f"{language}/mail.html"))).figures]
    assert len(printed) > 20
    for one in printed:
        position = text.find(one, position)
        assert position >= 0, one
        position += len(one)


def sentences(html: str) -> list[tuple[str, frozenset[str]]]:
    """The figures in their order; those of one sentence, which each language orders by its grammar, as a set."""
    parts = re.split(r'<span data-rule="([^"]+)">(.*?)</span>(?!</span>)', shown(html), flags=re.DOTALL)
    found = []
    for between, rule, said in zip(parts[::3], [*parts[1::3], ""], [*parts[2::3], ""], strict=True):
        found += [("", frozenset([name])) for name, _ in Page(between).figures]
        found.append((rule, frozenset(name for name, _ in Page(said).figures)))
    return found


def test_both_languages_say_the_same_figures_in_the_same_order(folder):
    def body(language: str) -> list[tuple[str, frozenset[str]]]:
        html = read(folder, f"{language}/mail.html")
        # a headline in Chinese is shorter; how many checks did not pass is said or not by each language's own plural
        said = sentences(html[html.index("</h1>") : html.index('class="foot"')])
        return [(rule, names) for rule, names in said if names and not any(name.startswith("checks_") for name in names)]

    assert len(body("en")) > 20
    assert body("en") == body("zh")


def test_a_failed_check_and_the_verdict_on_the_data_stand_in_the_mail(folder, html):
    for said in (unescape(re.sub(r"<[^>]+>", "", html)), read(folder, "en/mail.txt")):
        assert "A check of the data did not pass:" in said
        assert "At most 1 sale in 20 has no account." in said
        assert re.search(r"1\D+2 checks passed", said)
        assert "Confidential" in said and "management_month.2026-10.all.r1" in said


def test_a_rate_has_its_n_and_interval_beside_it(folder):
    assert "n 635 · 95% interval 92.0% to 96.0%" in read(folder, "en/mail.txt")


def test_the_mail_asks_nothing_of_any_network_and_leads_nowhere(html):
    page = Page(html)

    assert page.references and all(one.startswith("cid:") for one in page.references)
    assert not re.search(r"https?:|url\(|@import|<(a|link|script|iframe|form|object)\b", html, flags=re.IGNORECASE)


def test_the_chart_comes_in_a_light_and_a_dark_picture_of_which_one_is_shown(folder, html):
    pictures = {file.name: file.read_bytes() for file in (folder / "en/mail").iterdir()}

    assert set(pictures) == {"trend.png", "trend-dark.png"}
    for content in pictures.values():
        assert content[:8] == b"\x89PNG\r\n\x1a\n"
        assert struct.unpack(">I", content[16:20])[0] >= 1000  # sharp on screens of two pixels a point
    (light, dark) = re.findall(r"<img[^>]*>", html)
    assert 'src="cid:trend.png"' in light and "display" not in light
    assert 'src="cid:trend-dark.png"' in dark and "display:none" in dark.replace(" ", "")
    assert re.search(r'alt="[^"]*above plan[^"]*"', light)  # the claim
    assert ".light{display:none!important}.dark{display:inline!important}" in html


def test_every_colour_of_the_theme_has_its_dark_twin_so_that_no_light_slab_is_left(settings, html):
    theme = read_theme(settings)
    dark = html[html.index("@media (prefers-color-scheme: dark)") :]
    coloured = re.findall(r"([^{}]+)\{([^{}]*var\(--[^{}]*)\}", re.sub(r"@media[^{]*\{(?:[^{}]*\{[^{}]*\})*\s*\}", "", CSS))

    assert len(coloured) > 20
    for selector, declarations in coloured:
        (twin,) = re.findall(rf"[}}{{]{re.escape(' '.join(selector.split()))}\{{([^}}]*)\}}", dark)
        for name, token in re.findall(r"([\w-]+):[^;]*var\(--(\w+)\)", declarations):
            assert re.search(rf"{name}:[^;]*{theme.dark[token]}!important", twin), selector
    assert not re.search(r"#[0-9a-fA-F]{3}", CSS)  # a colour of its own would stay light
    assert '<meta name="color-scheme" content="light dark">' in html


def test_styles_are_written_into_the_elements_for_programs_that_read_no_style_sheet(html):
    (value,) = {re.sub(r"\s", "", style) for style in re.findall(r'<p class="value" style="([^"]*)"', html)}

    assert "font-size:22px" in value and "font-weight:700" in value
    assert "var(" not in html


def test_a_mail_that_programs_would_cut_off_is_refused_and_names_its_template(settings):
    theme = read_theme(settings)
    assert as_mail(settings, "<p>x</p>", theme)

    with pytest.raises(UsageError, match="91 kB") as raised:
        as_mail(settings, f"<p>{'x' * (LARGEST + 1000)}</p>", theme)
    assert raised.value.where.endswith("mail.html.j2")


def test_the_mail_of_a_whole_report_is_far_from_being_cut_off(folder):
    for language in ("en", "zh"):
        assert len((folder / language / "mail.html").read_bytes()) < LARGEST


def test_cards_fill_whole_rows(html):
    rows = re.findall(r"<tr>(.*?)</tr>", html[html.index('class="cards"') : html.index("<h2")], flags=re.DOTALL)

    assert rows and all(row.count("<td") == 5 for row in rows)


@pytest.mark.usefixtures("no_pdf")
def test_a_company_of_which_nothing_is_known_gets_a_mail_that_says_so(settings, state, monkeypatch):
    conftest.ask(FakeFigures({}, {}, {}), monkeypatch)

    folder = compose(settings, state, "management_month", "2026-10").folder

    assert "No net revenue is known for October 2026" in read(folder, "en/subject.txt")
    html = read(folder, "en/mail.html")
    assert 'class="card"' not in html and "<img" not in html and not (folder / "en/mail").exists()
