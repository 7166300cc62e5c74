"""`rapport mailbox`: a mail server for people who try things out; what it accepts is a file."""

import mailbox
import os
import signal
import smtplib
import socket
import subprocess
import sys
from email.message import EmailMessage


def test_what_the_mailbox_accepts_is_a_file_in_the_maildir(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-u", "-c", "from rapport.cli import main; main()", "mailbox", "--port", str(port)],
        env={**os.environ, "RAPPORT_HOME": str(tmp_path)},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        told = server.stdout.readline()
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = "a@tiny.example", "b@tiny.example", "客户月报"
        message.set_content("Hello")
        with smtplib.SMTP("127.0.0.1", port, timeout=20) as client:
            client.send_message(message)
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(20)

    assert str(port) in told and str(tmp_path / "mailbox") in told
    (arrived,) = mailbox.Maildir(tmp_path / "mailbox")
    assert arrived["To"] == "b@tiny.example" and "Hello" in arrived.get_payload()
