"""The development mail server: real SMTP on loopback into a Maildir that any mail reader opens."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rapport.delivery.smtp import Server


@contextmanager
def mail_server(folder: Path, port: int = 0) -> Iterator[Server]:
    """Serve SMTP on 127.0.0.1 until the block ends; every message accepted is a file below `folder`.

    Args:
        folder: the Maildir; made when missing.
        port: 0 takes a free one.
    """
    from aiosmtpd.controller import Controller
    from aiosmtpd.handlers import Mailbox

    folder.parent.mkdir(parents=True, exist_ok=True)
    controller = Controller(Mailbox(str(folder)), hostname="127.0.0.1", port=port or _free_port(), ready_timeout=30)
    controller.start()
    try:
        yield Server(host="127.0.0.1", port=controller.port)
    finally:
        controller.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
