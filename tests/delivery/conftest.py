"""A home with one released edition, and mail servers that behave as real ones do on bad days."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller

from rapport.settings import Settings
from rapport.state import State, open_state
from rapport.state.database import now
from rapport.state.tables import editions

EDITION = "management_month.2026-10.all.r1"


class Inbox:
    """Keeps what it accepts; `replies` overrides what it answers, by command (RCPT, DATA)."""

    def __init__(self, replies: dict[str, str] | None = None, hang_up_after_data: bool = False) -> None:
        self.replies, self.hang_up_after_data = replies or {}, hang_up_after_data
        self.received: list[tuple[list[str], bytes]] = []

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802 - aiosmtpd's name
        if reply := self.replies.get("RCPT"):
            return reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, _session, envelope):  # noqa: N802 - aiosmtpd's name
        self.received.append((list(envelope.rcpt_tos), envelope.content))
        if self.hang_up_after_data:
            server.transport.abort()
        return self.replies.get("DATA", "250 stored")


@contextmanager
def serving(inbox: Inbox, **options: object) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(inbox, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield f"smtp://127.0.0.1:{port}"
    finally:
        controller.stop()


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    company = tmp_path / "company.yml"
    company.write_text(
        """
name: {en: Test}
currency: EUR
timezone: Europe/Berlin
history_starts_on: 2025-01-01
systems: {shop: {drops: drops/shop}}
feeds: {orders: [shop]}
mail: {sender: "Reports <reports@test.example>", server: relay}
""",
        encoding="utf-8",
    )
    (tmp_path / "recipients.yml").write_text(
        """
groups:
  management:
    - {name: "Ána, Böhm", address: ana@test.example, language: en}
    - {name: 王芳, address: wang@test.example, language: zh}
""",
        encoding="utf-8",
    )
    monkeypatch.setenv("RAPPORT_COMPANY", str(company))
    monkeypatch.setenv("RAPPORT_HOME", str(tmp_path))
    return Settings()


@pytest.fixture
def state(settings: Settings) -> State:
    return open_state(settings.state_url)


@pytest.fixture
def edition(settings: Settings, state: State) -> str:
    for language, subject in (("en", "October: revenue up"), ("zh", "十月：收入增长")):
        folder = settings.editions / "management_month/2026-10/all/r1" / language
        folder.mkdir(parents=True)
        (folder / "subject.txt").write_text(subject, encoding="utf-8")
        (folder / "mail.txt").write_text("Hello\n.a line that begins with a dot\n..and one with two\n", encoding="utf-8")
        (folder / "mail.html").write_text(f"<p>{subject}</p>", encoding="utf-8")
        (folder / "report.pdf").write_bytes(b"%PDF-1.7 not really")
    with state.write("test") as connection:
        connection.execute(
            editions.insert(),
            {
                "edition_id": EDITION,
                "report": "management_month",
                "period": "2026-10",
                "scope": "all",
                "revision": 1,
                "status": "released",
                "snapshot": 1,
                "content_hash": "0" * 64,
                "folder": "editions/management_month/2026-10/all/r1",
                "composed_at": now(),
            },
        )
    return EDITION


@pytest.fixture
def relay(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Point the company's mail connection at a server."""
    return lambda url: monkeypatch.setenv("RAPPORT_CONN_RELAY", url)
