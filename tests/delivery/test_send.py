"""One message per recipient, through real SMTP, whatever the server answers."""

import email
import email.policy
import getpass
import mailbox
import threading
from email.utils import parseaddr

import pytest
from sqlalchemy import select

from rapport.delivery.send import plan_edition, send
from rapport.errors import UsageError, WarehouseBusy
from rapport.state.tables import messages
from rapport.warehouse.lock import only_holder

from .conftest import Inbox, serving


def statuses(state):
    with state.read() as connection:
        return dict(connection.execute(select(messages.c.recipient, messages.c.status)).all())


def test_each_recipient_gets_one_message_in_their_language(settings, state, edition, relay):
    inbox = Inbox()
    with serving(inbox) as url:
        relay(url)
        assert plan_edition(settings, state, edition, "management") == 2
        assert send(settings, state) == {"sent": 2}

    received = {to[0]: email.message_from_bytes(content, policy=email.policy.default) for to, content in inbox.received}
    assert received["ana@test.example"]["Subject"] == "October: revenue up"
    assert received["wang@test.example"]["Subject"] == "十月：收入增长"
    assert [part.get_filename() for part in received["ana@test.example"].iter_attachments()] == [f"{edition}.en.pdf"]
    assert ".a line that begins with a dot\r\n..and one" in received["ana@test.example"].get_body(("plain",)).get_content()


def test_sending_again_sends_nothing(settings, state, edition, relay):
    inbox = Inbox()
    with serving(inbox) as url:
        relay(url)
        for _ in range(3):
            plan_edition(settings, state, edition, "management")
            send(settings, state)

    assert len(inbox.received) == 2


def test_a_message_keeps_its_id_from_attempt_to_attempt(settings, state, edition, relay):
    inbox = Inbox(replies={"DATA": "451 try later"})
    plan_edition(settings, state, edition, "management")
    with serving(inbox) as url:
        relay(url)
        assert send(settings, state) == {"deferred": 2}
        assert send(settings, state) == {"deferred": 2}

    ids = [email.message_from_bytes(content)["Message-ID"] for _, content in inbox.received]
    assert len(ids) == 4 and len(set(ids)) == 2


@pytest.mark.parametrize(
    ("inbox", "status", "words"),
    [
        (Inbox(replies={"RCPT": "550 no such mailbox"}), "failed", "550 no such mailbox"),
        (Inbox(replies={"RCPT": "451 greylisted"}), "deferred", "451 greylisted"),
        (Inbox(replies={"DATA": "552 too large"}), "failed", "552 too large"),
        (Inbox(hang_up_after_data=True), "unknown", "no reply after the message was written"),
    ],
)
def test_the_servers_reply_decides_what_became_of_a_message(settings, state, edition, relay, inbox, status, words):
    plan_edition(settings, state, edition, "management")
    with serving(inbox) as url:
        relay(url)
        assert send(settings, state) == {status: 2}

    with state.read() as connection:
        assert all(words in reply for reply in connection.execute(select(messages.c.reply)).scalars())


def test_what_is_unknown_or_failed_is_never_sent_again_by_itself(settings, state, edition, relay):
    plan_edition(settings, state, edition, "management")
    with serving(Inbox(hang_up_after_data=True)) as url:
        relay(url)
        send(settings, state)
    inbox = Inbox()
    with serving(inbox) as url:
        relay(url)
        assert send(settings, state) == {}

    assert inbox.received == [] and set(statuses(state).values()) == {"unknown"}


def test_a_server_that_is_away_defers(settings, state, edition, relay):
    relay("smtp://127.0.0.1:1")
    plan_edition(settings, state, edition, "management")

    assert send(settings, state) == {"deferred": 2}


def test_a_message_over_the_servers_size_limit_fails_before_it_is_written(settings, state, edition, relay):
    inbox = Inbox()
    plan_edition(settings, state, edition, "management")
    with serving(inbox, data_size_limit=500) as url:
        relay(url)
        assert send(settings, state) == {"failed": 2}

    assert inbox.received == []


def test_the_development_mailbox_keeps_mail_in_a_maildir(settings, state, edition):
    text = settings.company_file.read_text(encoding="utf-8")
    settings.company_file.write_text(text.replace("server: relay", "server: mailbox"), encoding="utf-8")
    plan_edition(settings, state, edition, "management")

    assert send(settings, state) == {"sent": 2}
    received = mailbox.Maildir(settings.mailbox)
    assert sorted(parseaddr(message["To"])[1] for message in received) == ["ana@test.example", "wang@test.example"]


def test_a_missing_connection_is_named_with_what_to_set(settings, state, edition, monkeypatch):
    monkeypatch.delenv("RAPPORT_CONN_RELAY", raising=False)
    plan_edition(settings, state, edition, "management")

    with pytest.raises(UsageError, match="RAPPORT_CONN_RELAY"):
        send(settings, state)
    assert set(statuses(state).values()) == {"planned"}


def test_a_message_that_cannot_be_packed_fails_alone_and_the_others_go(settings, state, edition, relay):
    inbox = Inbox()
    plan_edition(settings, state, edition, "management")
    (settings.editions / "management_month/2026-10/all/r1/en/report.pdf").unlink()
    with serving(inbox) as url:
        relay(url)
        assert send(settings, state) == {"failed": 1, "sent": 1}

    assert [to for to, _ in inbox.received] == [["wang@test.example"]]
    assert statuses(state)["ana@test.example"] == "failed"


def test_who_is_no_longer_a_recipient_gets_no_mail_that_was_planned_before(settings, state, edition, relay):
    inbox = Inbox()
    plan_edition(settings, state, edition, "management")
    text = settings.recipients_file.read_text(encoding="utf-8")
    settings.recipients_file.write_text("".join(line for line in text.splitlines(True) if "ana@" not in line), encoding="utf-8")
    with serving(inbox) as url:
        relay(url)
        assert send(settings, state) == {"held": 1, "sent": 1}

    assert [to for to, _ in inbox.received] == [["wang@test.example"]]


def test_an_edition_that_does_not_exist_is_said_so(settings, state):
    with pytest.raises(UsageError, match="no edition"):
        send(settings, state, ["management_month.2099-01.all.r1"])


def test_of_two_senders_one_sends_and_the_other_says_who(settings, state, edition):
    plan_edition(settings, state, edition, "management")
    refused = []

    def elsewhere():  # a thread stands for a process: the lock is per thread
        try:
            send(settings, state)
        except WarehouseBusy as error:
            refused.append(error)

    with only_holder(settings.home / "delivery.lock", "Mail is being sent"):
        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join()

    assert getpass.getuser() in refused[0].what and "since" in refused[0].what
    assert refused[0].exit_code == 4
    assert set(statuses(state).values()) == {"planned"}
