"""The message: an edition's mail with its pictures, PDF and workbook, packed for one recipient."""

import json
import re
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from hashlib import sha256
from pathlib import Path

from rapport.delivery.recipients import Recipient
from rapport.editions.foreign import harmless
from rapport.errors import RapportError
from rapport.state.database import now

_ASCII = SMTP.clone(cte_type="7bit")  # not every server on the way takes 8-bit lines, and nobody asks them
XLSX = "vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def message_id(edition_id: str, address: str, sender: str) -> str:
    """The Message-ID of an edition for an address: the same for every attempt, so that a server or reader can drop a copy."""
    domain = parseaddr(sender)[1].rpartition("@")[2] or "rapport.invalid"
    identity = sha256("\n".join((edition_id, address)).encode()).hexdigest()[:32]
    return f"<{identity}@{domain}>"


def locale_folder(edition_folder: Path, language: str) -> Path:
    """The rendering in the recipient's language, else the edition's first one."""
    wanted = edition_folder / language
    if wanted.is_dir():
        return wanted
    renderings = sorted(folder for folder in edition_folder.iterdir() if folder.is_dir())
    if not renderings:
        raise RapportError("The edition has no rendering to send.", where=str(edition_folder), fix="Compose it again.")
    return renderings[0]


def pack(edition_id: str, edition_folder: Path, recipient: Recipient, sender: str) -> bytes:
    """Pack the files of an edition into one message for one recipient: text, HTML with its pictures, PDF and workbook.

    Returns:
        The message as bytes with CRLF line ends, ready for SMTP's DATA.
    """
    folder = locale_folder(edition_folder, recipient.language)
    message = EmailMessage(policy=_ASCII)
    message["Message-ID"] = message_id(edition_id, recipient.address, sender)
    message["Date"] = format_datetime(now())
    message["From"] = _address(*parseaddr(sender))
    message["To"] = _address(recipient.name, recipient.address)
    message["Subject"] = (folder / "subject.txt").read_text(encoding="utf-8").strip()
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office replies
    message["Content-Language"] = folder.name
    message.set_content((folder / "mail.txt").read_text(encoding="utf-8"))
    html = (folder / "mail.html").read_text(encoding="utf-8")
    message.add_alternative(html, subtype="html")
    for picture in _pictures(folder, html):
        # part of the HTML alternative (RFC 2387): who reads the text gets no pictures as attachments
        message.get_payload()[-1].add_related(
            picture.read_bytes(),
            maintype="image",
            subtype="png",
            cid=f"<{picture.name}>",
            filename=picture.name,
            disposition="inline",
        )
    name = _file_name(edition_id, edition_folder, folder.name)
    message.add_attachment((folder / "report.pdf").read_bytes(), maintype="application", subtype="pdf", filename=f"{name}.pdf")
    if (workbook := folder / "report.xlsx").exists():
        message.add_attachment(workbook.read_bytes(), maintype="application", subtype=XLSX, filename=f"{name}.xlsx")
    return message.as_bytes()


def _pictures(folder: Path, html: str) -> list[Path]:
    """The pictures that the HTML shows; any other would stand below the mail as an attachment."""
    shown = set(re.findall(r'"cid:([^"]+)"', html))
    return [file for file in sorted((folder / "mail").glob("*.png")) if file.name in shown]


def _file_name(edition_id: str, edition_folder: Path, language: str) -> str:
    """What people find in their downloads: the report's title, period and revision; else the edition's id."""
    try:
        manifest = json.loads((edition_folder / "manifest.json").read_text(encoding="utf-8"))
        words = f"{manifest['title'][language]} {manifest['period']} r{manifest['revision']}"
    except (FileNotFoundError, KeyError):  # an edition from before manifests had titles
        return f"{edition_id}.{language}"
    return " ".join(re.sub(r'[\\/:*?"<>|]', " ", harmless(words)).split())[:120]


def _address(name: str, address: str) -> Address:
    return Address(display_name=name, addr_spec=address)
