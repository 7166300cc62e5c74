"""Pictures: the pages of an edition as PDF, in a browser and as a mail."""

import base64
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from html import unescape
from pathlib import Path

from rapport.editions.fonts import font_faces
from rapport.editions.gallery.browser import INSTALL, Browser
from rapport.editions.gallery.contact_sheet import write_contact_sheet
from rapport.editions.store import Edition, list_editions
from rapport.errors import RapportError
from rapport.settings import Settings

Pictured = tuple[Path, list[str]]  # a picture, and what is wrong with it

WIDTHS = (360, 768, 1440)
MAIL_WIDTHS = (360, 720)
_RESOLUTION = 110  # dots an inch
_FOOT = 0.93  # of a page's height; below stands what every page has
_FULL = 60  # percent of a page that is filled at least, but for the last


def draw_gallery(settings: Settings) -> int:
    """Picture the newest edition of each report, after the demo where there is none; print each fault.

    Returns:
        1 when something is wrong, else 0.

    Raises:
        RapportError: Chromium or pdftoppm is missing.
    """
    folder = settings.home / "gallery"
    editions = newest_editions(settings)
    if not editions:
        subprocess.run([sys.executable, "-m", "rapport.cli.app", "demo"], check=True)
        editions = newest_editions(settings)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    pictures, faults = [], []
    with Browser() as browser:
        for edition in editions:
            for language in sorted(path.parent for path in edition.folder.glob("*/index.html")):
                for picture, found in _pictures(settings, browser, edition.report, language, folder):
                    pictures.append(picture)
                    faults += [f"{picture.stem} {fault}" for fault in found]
    write_contact_sheet(settings, pictures, folder / "contact-sheet.png")
    print(f"{len(pictures)} pictures in {folder}; all at a glance: {folder / 'contact-sheet.png'}")
    for fault in faults:
        print(f"  {fault}")
    return 1 if faults else 0


def newest_editions(settings: Settings) -> list[Edition]:
    """The newest edition of each report, of the whole company where there is one."""
    from rapport.state import open_state

    if not (settings.home / "editions").is_dir():
        return []
    found: dict[str, Edition] = {}
    for edition in list_editions(settings, open_state(settings.state_url)):
        known = found.get(edition.report)
        if known is None or (known.scope != "all" and edition.scope == "all" and edition.period == known.period):
            found[edition.report] = edition
    return list(found.values())


def _pictures(settings: Settings, browser: Browser, report: str, language: Path, folder: Path) -> Iterator[Pictured]:
    name = f"{report}-{language.name}"
    yield from _pages(language / "report.pdf", folder / f"{name}-pdf")
    for width in WIDTHS:
        for scheme in ("light", "dark"):
            yield _shot(browser, language / "index.html", width, scheme, folder / f"{name}-page-{width}-{scheme}.png")
    with tempfile.TemporaryDirectory(prefix="rapport-gallery-") as place:
        mail = Path(place) / "mail.html"
        mail.write_text(with_pictures(settings, language), encoding="utf-8")
        for width in MAIL_WIDTHS:
            for scheme in ("light", "dark"):
                yield _shot(browser, mail, width, scheme, folder / f"{name}-mail-{width}-{scheme}.png")


def _shot(browser: Browser, page: Path, width: int, scheme: str, file: Path) -> Pictured:
    shot = browser.shoot(page, width, dark=scheme == "dark")
    file.write_bytes(shot.picture)
    return file, shot.faults


def with_pictures(settings: Settings, language: Path) -> str:
    """A mail as a reader's program shows it: the pictures that came with it in their places, in fonts that the reader has.

    Args:
        language: folder of an edition in one language.
    """
    mail = (language / "mail.html").read_text(encoding="utf-8")

    def picture(match: re.Match) -> str:
        content = (language / "mail" / match[1]).read_bytes()
        return f'src="data:image/png;base64,{base64.b64encode(content).decode()}"'

    fonts = font_faces(settings, unescape(re.sub(r"<[^>]+>", "", mail)))
    return re.sub(r'src="cid:([\w.-]+)"', picture, mail).replace("</head>", f"<style>{fonts}</style></head>", 1)


def _pages(pdf: Path, name: Path) -> Iterator[Pictured]:
    if not shutil.which("pdftoppm"):
        raise RapportError("There is nothing to picture PDFs with.", fix=f"{INSTALL} poppler-utils")
    subprocess.run(["pdftoppm", "-r", str(_RESOLUTION), "-png", str(pdf), str(name)], check=True)
    pages = sorted(name.parent.glob(f"{name.name}-*.png"))
    for page in pages:
        filled = filled_percent(page)
        yield page, [f"is filled to {filled} %"] if filled < _FULL and page != pages[-1] else []


def filled_percent(page: Path) -> int:
    """How far down a page its content reaches, without the foot that every page has."""
    from PIL import Image, ImageChops

    with Image.open(page) as opened:
        body = opened.convert("RGB").crop((0, 0, opened.width, round(opened.height * _FOOT)))
    ink = ImageChops.difference(body, Image.new("RGB", body.size, body.getpixel((0, 0)))).getbbox()
    return round(100 * ink[3] / body.height) if ink else 0
