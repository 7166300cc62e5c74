"""Hostile text in names, reasons and checks ends as harmless text in every format, and rendering asks nothing of a network."""

import json
import re
import subprocess
import threading
import zipfile
from contextlib import contextmanager
from html import unescape
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from types import SimpleNamespace
from urllib.request import urlopen

import pytest
from pypdf import PdfReader
from python_calamine import CalamineWorkbook
from sqlalchemy import update

from rapport.editions.compose import compose
from rapport.editions.foreign import harmless, shortened
from rapport.editions.gallery.browser import chromium
from rapport.editions.pdf import write_pdf
from rapport.state.tables import checks
from tests.editions import conftest

OPTIONS = "--headless --no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync"

# {canary} is the address of a server that must not be asked
HOSTILE = [
    "<script>fetch('{canary}/script')</script><img src={canary}/img onerror=fetch('{canary}/on')>",
    "</td></tr></table></style></title></script><style>@import '{canary}/css'; * {{background: url({canary}/bg)}}</style>",
    "\"><svg onload=fetch('{canary}/svg')><use href='{canary}/use'/></svg><link rel=stylesheet href={canary}/link>",
    '" data-figure="net_revenue@2026-10" value="1" onclick="alert(1)',
    "{{{{ 7777*7777 }}}} {{% for x in content %}}{{{{ x }}}}{{% endfor %}} {{# gone? #}} ${{7777*7777}}",
    '=HYPERLINK("{canary}/xl","click")',
    "+7777*7777",
    "@SUM(7777,1)",
    "invoice\u202efdp.exe\u202c \u2066isolated\u2069 \x1b[31mred\x07",
    "x" * 10_000,
    "😀👩‍👩‍👧‍👦🇩🇪 ﷽ Z͑͗a̴l̸g̵o̶",
    "{canary}/plain javascript:alert(1) cid:trend.png mailto:a@b.example\r\nBcc: c@d.example",
    "-->\x0c<!--[if mso]><img src={canary}/mso><![endif]--><![CDATA[x]]>&lt;b&gt;&#60;b&#62;",
]


class Skeleton(HTMLParser):
    """What a page is made of without its texts: elements with the names of their attributes, and all addresses."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, ...]] = []
        self.addresses: set[str] = set()
        self.texts: list[str] = []
        self._drawings = 0
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self._drawings += tag == "svg"
        self.addresses |= {value for name, value in attributes if name in ("src", "href", "srcset", "action", "data") and value}
        assert not any(name.startswith("on") for name, _ in attributes), tag
        if not self._drawings:  # charts lay long names out in their own way
            self.elements.append((tag, *sorted(name for name, _ in attributes)))

    def handle_endtag(self, tag):
        self._drawings -= tag == "svg"

    def handle_data(self, data):
        self.texts.append(data)


class Canary:
    """A server on loopback that notes who asks."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        asked = self.asked

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                asked.append(self.path)
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"

    @contextmanager
    def listening(self):
        thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        thread.start()
        try:
            urlopen(f"{self.address}/alive")
            assert self.asked == ["/alive"]  # it would notice
            self.asked.clear()
            yield self
        finally:
            self.server.shutdown()
            self.server.server_close()
            thread.join()


@pytest.fixture(scope="module")
def canary():
    with Canary().listening() as canary:
        yield canary


def edition_with(names: list[str], home, *, pdf: bool) -> SimpleNamespace:
    """October with these names of accounts, industries, managers and reasons, and a failed check that says the first."""
    home.mkdir()
    printed: list[str] = []

    def written(settings, html, as_of):
        printed.append(html)
        return write_pdf(settings, html, as_of) if pdf else b""

    with pytest.MonkeyPatch.context() as monkeypatch:
        settings = conftest.settings_at(home, monkeypatch)
        monkeypatch.setattr("rapport.editions.pdf.write_pdf", written)
        answers = conftest.october()
        answers.rows_of["account_months"] = [
            {
                **conftest.account(1, name, 60, 1_000_000 - place, 2_000_000 - place, -200_000 + place, -1000),
                "customer_id": f"crm:A-{place:02}",
                "industry": name,
                "account_manager_name": name,
                "churn_reasons": [name, "order_gap"],
                "revenue_rank": place,
            }
            for place, name in enumerate(names, start=1)
        ]
        conftest.ask(answers, monkeypatch)
        state = conftest.state_of(settings)
        with state.write("test") as connection:
            connection.execute(update(checks).values(description=names[0], table_name=names[0]))
        folder = compose(settings, state, "management_month", "2026-10").folder
    return SimpleNamespace(folder=folder, print_html=printed[0])


@pytest.fixture(scope="module")
def names(canary):
    return [name.format(canary=canary.address) for name in HOSTILE]


@pytest.fixture(scope="module")
def hostile(names, tmp_path_factory):
    return edition_with(names, tmp_path_factory.mktemp("hostile") / "home", pdf=True)


@pytest.fixture(scope="module")
def tame(names, tmp_path_factory):
    """The same with names as people have them."""
    return edition_with([f"Name {place}" for place in range(len(names))], tmp_path_factory.mktemp("tame") / "home", pdf=False)


def read(edition, name: str) -> str:
    return edition.print_html if name == "print" else (edition.folder / "en" / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", ["index.html", "print", "mail.html"])
def test_hostile_names_add_no_element_and_no_attribute_to_a_page(hostile, tame, page):
    found, expected = Skeleton(read(hostile, page)), Skeleton(read(tame, page))

    assert found.elements == expected.elements
    assert {one for one in found.addresses if not one.startswith("data:")} == {
        one for one in expected.addresses if not one.startswith("data:")
    }


def test_the_page_says_each_name_as_it_is(hostile, names):
    said = "".join(Skeleton(read(hostile, "index.html")).texts)

    for name in names[:-1]:  # the list shows twelve
        assert harmless(str(shortened(name))).replace("\r\n", "\n") in said.replace("\r\n", "\n"), name


def test_no_template_syntax_of_a_name_is_computed(hostile):
    for file in hostile.folder.rglob("*"):
        if file.suffix in (".html", ".txt", ".json"):
            assert "60481729" not in file.read_text(encoding="utf-8"), file.name  # 7777 × 7777
    assert "{{ 7777*7777 }}" in unescape(read(hostile, "index.html"))


def test_the_mails_text_and_subject_are_lines_of_text(hostile, names):
    text, subject = read(hostile, "mail.txt"), read(hostile, "subject.txt")

    assert str(shortened(names[0])) in text
    assert len(subject.strip().splitlines()) == 1 and "Bcc" not in subject


def test_nothing_turns_the_direction_of_what_follows_or_controls_a_terminal(hostile):
    for name in ("index.html", "print", "mail.html", "mail.txt", "subject.txt"):
        assert not re.search("[\u202a-\u202e\u2066-\u2069\x00-\x08\x0b\x0c\x0e-\x1f]", read(hostile, name)), name
    assert "invoicefdp.exe" in read(hostile, "index.html")


def test_a_name_of_ten_thousand_characters_is_cut_on_pages_and_whole_in_figures_json_and_workbook(hostile):
    endless = "x" * 10_000

    for name in ("index.html", "print", "mail.html", "mail.txt"):
        assert "x" * 200 not in read(hostile, name), name
    assert f"{'x' * 79}…" in read(hostile, "index.html")
    assert endless in (hostile.folder / "figures.json").read_text(encoding="utf-8")
    assert endless in cells(hostile)


def cells(edition) -> set[object]:
    book = CalamineWorkbook.from_path(edition.folder / "en/report.xlsx")
    return {cell for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python() for cell in row}


def test_the_workbook_holds_each_name_as_text_and_calculates_only_its_own_totals(hostile, names):
    known = {str(cell).replace("\r\n", "\n") for cell in cells(hostile)}

    for name in names:
        assert harmless(name).replace("\r\n", "\n") in known, name
    with zipfile.ZipFile(hostile.folder / "en/report.xlsx") as archive:
        for entry in archive.namelist():
            content = archive.read(entry).decode()
            assert not re.search(r"<hyperlink|relationships/hyperlink|externalLink", content), entry
            assert all(formula.startswith("SUBTOTAL(109,") for formula in re.findall(r"<f>([^<]*)</f>", content)), entry


def test_the_pdf_says_the_names_as_text(hostile, names):
    """Read with poppler: pypdf does not know the encoding of fonts whose glyphs stand for several characters, as emoji do."""
    command = ["pdftotext", "-raw", str(hostile.folder / "en/report.pdf"), "-"]
    said = re.sub(r"\s", "", subprocess.run(command, check=True, capture_output=True, text=True).stdout)

    for name in (names[0], names[2], names[4], names[5], names[6], names[7]):
        assert re.sub(r"\s", "", str(shortened(name))) in said, name


def test_the_pdf_links_to_nothing_and_runs_nothing(hostile):
    content = (hostile.folder / "en/report.pdf").read_bytes()

    assert not [kind for kind in (b"/URI", b"/JavaScript", b"/Launch", b"/SubmitForm") if kind in content]
    for page in PdfReader(BytesIO(content)).pages:
        assert not any("/A" in note.get_object() for note in page.get("/Annots", []))


def test_long_names_do_not_make_the_pdf_longer(hostile, tame, tmp_path):
    from datetime import UTC, datetime

    with pytest.MonkeyPatch.context() as monkeypatch:
        settings = conftest.settings_at(tmp_path, monkeypatch)
        calm = write_pdf(settings, tame.print_html, datetime(2026, 11, 4, tzinfo=UTC))

    assert len(PdfReader(hostile.folder / "en/report.pdf").pages) <= len(PdfReader(BytesIO(calm)).pages) + 2


def test_setting_the_pages_asked_nothing_of_the_canary(hostile, canary):
    assert (hostile.folder / "en/report.pdf").stat().st_size > 10_000
    assert canary.asked == []


@pytest.mark.slow
def test_a_browser_that_opens_page_and_mail_asks_nothing_of_the_canary(hostile, canary, tmp_path):
    bait = tmp_path / "bait.html"
    bait.write_text(f"<img src={canary.address}/bait>", encoding="utf-8")

    def open_in_browser(file) -> None:
        command = [chromium(), *OPTIONS.split(), f"--user-data-dir={tmp_path}/profile", "--virtual-time-budget=3000"]
        subprocess.run([*command, "--dump-dom", f"file://{file}"], check=True, capture_output=True, timeout=180)

    open_in_browser(bait)
    assert canary.asked == ["/bait"]  # this browser can ask
    canary.asked.clear()
    for name in ("index.html", "mail.html"):
        open_in_browser(hostile.folder / "en" / name)
    assert canary.asked == []


def test_the_proof_of_the_test_is_in_figures_json(hostile, names):
    """The names were there, as the systems gave them."""
    rows = json.loads((hostile.folder / "figures.json").read_text(encoding="utf-8"))["listings"]["accounts_at_risk"]

    assert [row["customer_name"] for row in rows] == names[:12]
