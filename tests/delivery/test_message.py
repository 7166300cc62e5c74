"""The message: what an edition's folder holds, in parts that every mail program knows, to a real server and back."""

import email
import email.policy
import json

import pytest

from rapport.delivery.message import pack
from rapport.delivery.recipients import Recipient
from rapport.delivery.send import plan_edition, send

from .conftest import EDITION, Inbox, serving

SENDER = "Reports <reports@test.example>"
PICTURE = b"\x89PNG\r\n\x1a\n not really"


@pytest.fixture
def folder(settings, edition):
    """The edition with pictures, workbook and manifest."""
    folder = settings.editions / "management_month/2026-10/all/r1"
    title = {"en": "Monthly report", "zh": "管理层月度报告"}
    manifest = {"edition": edition, "title": title, "period": "2026-10", "revision": 1}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    for language in ("en", "zh"):
        (folder / language / "mail").mkdir()
        for name in ("trend.png", "trend-dark.png", "logo.png"):
            (folder / language / "mail" / name).write_bytes(PICTURE + name.encode())
        html = '<p>月 <img src="cid:trend.png"><img src="cid:trend-dark.png"></p>\n'
        (folder / language / "mail.html").write_text(html, encoding="utf-8")
        (folder / language / "report.xlsx").write_bytes(b"PK not really")
    return folder


def structure(part) -> object:
    if not part.is_multipart():
        return part.get_content_type()
    return {part.get_content_type(): [structure(one) for one in part.get_payload()]}


def received_by(settings, state, edition, relay) -> dict[str, email.message.EmailMessage]:
    """What a server received, by recipient; all of it in ASCII, as servers of any age take it."""
    inbox = Inbox()
    plan_edition(settings, state, edition, "management")
    with serving(inbox) as url:
        relay(url)
        assert send(settings, state) == {"sent": 2}
    assert all(content.isascii() for _, content in inbox.received)
    return {to[0]: email.message_from_bytes(content, policy=email.policy.default) for to, content in inbox.received}


def test_text_html_with_its_pictures_pdf_and_workbook_arrive_as_the_edition_holds_them(settings, state, edition, relay, folder):
    message = received_by(settings, state, edition, relay)["wang@test.example"]

    xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    related = {"multipart/related": ["text/html", "image/png", "image/png"]}
    assert structure(message) == {
        "multipart/mixed": [{"multipart/alternative": ["text/plain", related]}, "application/pdf", xlsx]
    }
    html = message.get_body(("html",))
    assert html.get_content().replace("\r\n", "\n") == (folder / "zh/mail.html").read_text(encoding="utf-8")
    pdf, workbook = message.iter_attachments()
    assert pdf.get_content() == (folder / "zh/report.pdf").read_bytes()
    assert workbook.get_content() == b"PK not really"


@pytest.mark.usefixtures("folder")
def test_each_picture_has_the_name_by_which_the_html_shows_it_and_one_that_is_not_shown_stays_at_home(
    settings, state, edition, relay
):
    message = received_by(settings, state, edition, relay)["ana@test.example"]

    pictures = {part["Content-ID"]: part for part in message.walk() if part.get_content_maintype() == "image"}
    assert set(pictures) == {"<trend.png>", "<trend-dark.png>"}
    assert pictures["<trend.png>"].get_content() == PICTURE + b"trend.png"
    assert {part.get_content_disposition() for part in pictures.values()} == {"inline"}


@pytest.mark.usefixtures("folder")
def test_attachments_are_named_in_the_recipients_language(settings, state, edition, relay):
    messages = received_by(settings, state, edition, relay)

    names = {to: [part.get_filename() for part in message.iter_attachments()] for to, message in messages.items()}
    assert names["ana@test.example"] == ["Monthly report 2026-10 r1.pdf", "Monthly report 2026-10 r1.xlsx"]
    assert names["wang@test.example"] == ["管理层月度报告 2026-10 r1.pdf", "管理层月度报告 2026-10 r1.xlsx"]


def test_a_hostile_title_is_no_path_and_no_header(folder):
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["title"] = {"en": '../../etc/passwd"\r\nBcc: x@y.example\u202efdp.exe'}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")

    content = pack(EDITION, folder, Recipient(name="Ana", address="ana@test.example"), SENDER)

    message = email.message_from_bytes(content, policy=email.policy.default)
    assert message["Bcc"] is None
    assert next(message.iter_attachments()).get_filename() == ".. .. etc passwd Bcc x@y.examplefdp.exe 2026-10 r1.pdf"


def test_an_edition_without_pictures_workbook_or_title_is_sent_as_it_is(settings, edition):
    folder = settings.editions / "management_month/2026-10/all/r1"

    message = email.message_from_bytes(
        pack(edition, folder, Recipient(name="Ana", address="ana@test.example"), SENDER), policy=email.policy.default
    )

    assert structure(message) == {
        "multipart/mixed": [{"multipart/alternative": ["text/plain", "text/html"]}, "application/pdf"]
    }
    assert [part.get_filename() for part in message.iter_attachments()] == [f"{edition}.en.pdf"]
