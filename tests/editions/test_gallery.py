"""The gallery: pictures of what readers see, and a browser that tells what a page does."""

from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from pypdf import PdfReader

from rapport.editions.gallery.browser import Browser, chromium
from rapport.editions.gallery.contact_sheet import write_contact_sheet
from rapport.editions.gallery.pictures import draw_gallery, filled_percent, with_pictures
from rapport.errors import RapportError
from rapport.settings import Settings


def sheet_of_paper(file: Path, filled: float, foot: bool = True) -> Path:
    """A white page of 1000 pixels, with text down to a share of what lies above its foot."""
    page = Image.new("RGB", (700, 1000), "white")
    pen = ImageDraw.Draw(page)
    pen.rectangle((50, 50, 650, round(930 * filled) - 1), fill="black")
    if foot:
        pen.rectangle((50, 950, 650, 960), fill="black")
    page.save(file)
    return file


def test_a_page_is_as_full_as_its_content_reaches_without_the_foot(tmp_path):
    assert filled_percent(sheet_of_paper(tmp_path / "half.png", 0.5)) == 50
    assert filled_percent(sheet_of_paper(tmp_path / "full.png", 1)) == 100


def test_an_empty_page_is_not_filled_at_all(tmp_path):
    Image.new("RGB", (700, 1000), "white").save(tmp_path / "empty.png")

    assert filled_percent(tmp_path / "empty.png") == 0


def test_the_pictures_of_a_mail_stand_in_their_places(composed, settings):
    mail = with_pictures(settings, composed.folder / "en")

    assert "cid:" not in mail and mail.count('src="data:image/png;base64,') == 2


def test_a_contact_sheet_has_a_place_for_each_picture(tmp_path, settings):
    pictures = [sheet_of_paper(tmp_path / f"page-{number}.png", 0.7) for number in range(9)]
    write_contact_sheet(settings, pictures, tmp_path / "sheet.png")

    with Image.open(tmp_path / "sheet.png") as sheet:
        wide, tall = sheet.size
        assert wide > 8 * 300 and 2 * 430 < tall < 3 * 430


def test_without_chromium_the_command_to_get_it_is_named(monkeypatch):
    monkeypatch.setattr("shutil.which", lambda _name: None)

    with pytest.raises(RapportError) as missing:
        chromium()
    assert missing.value.fix == "apt-get install -y --no-install-recommends chromium"


def test_a_page_that_asks_a_network_fails_or_is_too_wide_is_found_out(tmp_path):
    page = tmp_path / "page.html"
    page.write_text(
        '<meta name="viewport" content="width=device-width"><body style="margin:0">'
        '<div style="width:500px;height:3000px">x</div><img src="http://127.0.0.1:9/pixel.png">'
        "<script>undefinedFunction()</script>",
        encoding="utf-8",
    )
    with Browser() as browser:
        shot = browser.shoot(page, 360, dark=False)

    faults = " | ".join(shot.faults)
    assert "asks for http://127.0.0.1:9/pixel.png" in faults and "is 500 wide" in faults and "script fails" in faults
    (tmp_path / "shot.png").write_bytes(shot.picture)
    with Image.open(tmp_path / "shot.png") as picture:
        assert picture.width == 360 and picture.height >= 3000


def test_an_edition_shows_without_fault_on_a_telephone_and_turns_dark(composed, tmp_path):
    page = composed.folder / "en/index.html"
    corners = {}
    with Browser() as browser:
        for scheme in ("light", "dark"):
            shot = browser.shoot(page, 360, dark=scheme == "dark")
            assert shot.faults == []
            (tmp_path / f"{scheme}.png").write_bytes(shot.picture)
            with Image.open(tmp_path / f"{scheme}.png") as picture:
                corners[scheme] = picture.convert("L").getpixel((2, 2))
    assert corners["light"] > 230 and corners["dark"] < 50


def test_the_gallery_shows_each_page_of_the_newest_edition_and_its_mail(composed, monkeypatch, capsys):
    home = composed.folder.parents[4]
    monkeypatch.setenv("RAPPORT_COMPANY", str(home / "company.yml"))
    monkeypatch.setenv("RAPPORT_HOME", str(home))
    monkeypatch.setattr("rapport.editions.gallery.pictures.WIDTHS", (360,))
    monkeypatch.setattr("rapport.editions.gallery.pictures.MAIL_WIDTHS", (360,))
    draw_gallery(Settings())

    names = {path.stem for path in (home / "gallery").glob("*.png")}
    shown = {f"{kind}-360-{scheme}" for kind in ("mail", "page") for scheme in ("dark", "light")}
    expected = {"contact-sheet"}
    for language in composed.locales():
        pages = len(PdfReader(composed.folder / language / "report.pdf").pages)
        expected |= {f"management_month-{language}-{name}" for name in (*shown, *(f"pdf-{page + 1}" for page in range(pages)))}
    assert names == expected
    assert f"{len(names) - 1} pictures in {home / 'gallery'}" in capsys.readouterr().out


def test_a_chart_tells_its_figures_to_the_keyboard_and_lets_it_go(composed):
    def key(name: str, code: int) -> None:
        for kind in ("keyDown", "keyUp"):
            browser.ask("Input.dispatchKeyEvent", type=kind, key=name, code=name, windowsVirtualKeyCode=code)

    with Browser() as browser:
        browser.shoot(composed.folder / "en/index.html", 1000, dark=False)
        browser.evaluate("document.querySelector('.trend .wide .told').focus()")
        first = browser.evaluate("document.querySelector('.tip').textContent")
        key("ArrowRight", 39)
        second = browser.evaluate("document.querySelector('.tip').textContent")
        key("Tab", 9)
        left = browser.evaluate("document.activeElement.closest('.trend .wide') === null")

    assert first.startswith("October 2025") and second.startswith("November 2025")
    assert left
