"""The message: an edition's mail texts and PDF, packed for one recipient."""

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from hashlib import sha256
from pathlib import Path

from rapport.delivery.recipients import Recipient
from rapport.errors import RapportError
from rapport.state.database import now


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
    """Pack subject, text, HTML and PDF of an edition into one message for one recipient.

    Returns:
        The message as bytes with CRLF line ends, ready for SMTP's DATA.
    """
    folder = locale_folder(edition_folder, recipient.language)
    message = EmailMessage(policy=SMTP)
    message["Message-ID"] = message_id(edition_id, recipient.address, sender)
    message["Date"] = format_datetime(now())
    message["From"] = _address(*parseaddr(sender))
    message["To"] = _address(recipient.name, recipient.address)
    message["Subject"] = (folder / "subject.txt").read_text(encoding="utf-8").strip()
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office replies
    message.set_content((folder / "mail.txt").read_text(encoding="utf-8"))
    message.add_alternative((folder / "mail.html").read_text(encoding="utf-8"), subtype="html")
    message.add_attachment(
        (folder / "report.pdf").read_bytes(), maintype="application", subtype="pdf", filename=f"{edition_id}.{folder.name}.pdf"
    )
    return message.as_bytes()


def _address(name: str, address: str) -> Address:
    return Address(display_name=name, addr_spec=address)
