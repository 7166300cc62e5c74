"""SMTP: one envelope per message, each of the server's replies turned into an outcome."""

import re
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parseaddr
from typing import Literal
from urllib.parse import parse_qs, unquote, urlsplit

from rapport.crash import crash_point
from rapport.errors import UsageError

Status = Literal["sent", "deferred", "failed", "unknown", "held"]


@dataclass(frozen=True)
class Server:
    """A mail server, from a URL such as `smtp://user:password@mail.example:587?starttls=true` or `smtps://…`."""

    host: str
    port: int
    user: str | None = None
    password: str | None = None
    tls: Literal["none", "starttls", "implicit"] = "none"
    timeout: float = 60.0

    def __str__(self) -> str:  # never the password
        return f"{self.host}:{self.port}"


@dataclass(frozen=True)
class Outcome:
    """What became of one message, with the server's last words."""

    status: Status
    reply: str


def parse_server(url: str, name: str) -> Server:
    """Read a mail server's URL; the password never appears in an error."""
    parts = urlsplit(url)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise UsageError(
            "The mail connection is not an SMTP URL.",
            where=f"RAPPORT_CONN_{name.upper()}",
            fix="Write smtp://user:password@host:587?starttls=true or smtps://user:password@host:465.",
        )
    starttls = parse_qs(parts.query).get("starttls", ["false"])[-1].casefold() in ("true", "1", "yes")
    tls = "implicit" if parts.scheme == "smtps" else "starttls" if starttls else "none"
    return Server(
        host=parts.hostname,
        port=parts.port or {"implicit": 465, "starttls": 587, "none": 25}[tls],
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        tls=tls,
    )


def transmit(server: Server, sender: str, address: str, message: bytes, *, before_data: Callable[[], None]) -> Outcome:
    """Hand one message to the server.

    Until DATA nothing can have arrived, so any fault there is `deferred` (4xx, no connection) or `failed` (5xx). After the
    message was written and no reply came, nobody can know (RFC 1047): `unknown`, which only a person may resolve.

    Args:
        before_data: commits that the message is on its way; called after the recipient was accepted and before DATA.
    """
    try:
        connection = _connect(server)
    except smtplib.SMTPAuthenticationError as error:
        return Outcome("failed", f"{error.smtp_code} {_words(error.smtp_error)}")
    except smtplib.SMTPResponseException as error:
        return _refused(error.smtp_code, error.smtp_error)
    except (OSError, smtplib.SMTPException) as error:
        return Outcome("deferred", f"no connection to {server}: {error}")
    try:
        return _envelope(connection, sender, address, message, before_data)
    finally:
        try:
            connection.quit()
        except (OSError, smtplib.SMTPException):
            connection.close()


def _connect(server: Server) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if server.tls == "implicit":
        connection = smtplib.SMTP_SSL(server.host, server.port, timeout=server.timeout, context=context)
    else:
        connection = smtplib.SMTP(server.host, server.port, timeout=server.timeout)
    connection.ehlo_or_helo_if_needed()
    if server.tls == "starttls":
        connection.starttls(context=context)
        connection.ehlo()
    if server.user:
        connection.login(server.user, server.password or "")
    crash_point("smtp.ehlo")
    return connection


def _envelope(connection: smtplib.SMTP, sender: str, address: str, message: bytes, before_data: Callable[[], None]) -> Outcome:
    limit = int(connection.esmtp_features.get("size") or 0)
    if limit and len(message) > limit:
        return Outcome("failed", f"the message has {len(message):,} bytes, the server takes {limit:,}")
    is_on_its_way = False
    try:
        code, reply = connection.mail(parseaddr(sender)[1], [f"SIZE={len(message)}"] if limit else [])
        crash_point("smtp.mail")
        if code != 250:
            return _refused(code, reply)
        code, reply = connection.rcpt(address)
        crash_point("smtp.rcpt")
        if code not in (250, 251):
            return _refused(code, reply)
        before_data()
        code, reply = connection.docmd("data")
        crash_point("smtp.data")
        if code != 354:
            return _refused(code, reply)
        is_on_its_way = True
        connection.send(_dot_stuffed(message))
        code, reply = connection.getreply()
        crash_point("smtp.accepted")
        return Outcome("sent", f"{code} {_words(reply)}") if code == 250 else _refused(code, reply)
    except (OSError, smtplib.SMTPException) as error:
        if is_on_its_way:
            return Outcome("unknown", f"no reply after the message was written: {error}")
        return Outcome("deferred", f"the connection broke before the message was written: {error}")


def _dot_stuffed(message: bytes) -> bytes:
    """RFC 5321, 4.5.2: lines that begin with a dot get a second one; a lone dot ends the message."""
    body = re.sub(rb"(?m)^\.", b"..", message)
    return (body if body.endswith(b"\r\n") else body + b"\r\n") + b".\r\n"


def _refused(code: int, reply: bytes | str) -> Outcome:
    return Outcome("deferred" if 400 <= code < 500 else "failed", f"{code} {_words(reply)}")


def _words(reply: bytes | str) -> str:
    return reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
