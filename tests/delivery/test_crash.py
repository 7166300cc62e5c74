"""A sender killed at any point sends nobody the same mail twice."""

import os
import signal
import subprocess
import sys

import pytest
from sqlalchemy import select

from rapport.delivery.send import plan_edition, send
from rapport.state.tables import messages

from .conftest import Inbox, serving

SENDER = """
from rapport.delivery.send import send
from rapport.settings import current_settings
from rapport.state import open_state

settings = current_settings()
send(settings, open_state(settings.state_url))
"""

BEFORE_THE_MESSAGE_LEFT = ["state.messages.healed", "state.message.claimed", "smtp.ehlo", "smtp.mail", "smtp.rcpt"]
AFTER = ["state.message.sending", "smtp.data", "smtp.accepted", "state.message.sent"]


def kill_at(point: str) -> None:
    done = subprocess.run([sys.executable, "-c", SENDER], env={**os.environ, "RAPPORT_CRASH_AT": point}, check=False)
    assert done.returncode == -signal.SIGKILL


@pytest.mark.parametrize("point", BEFORE_THE_MESSAGE_LEFT + AFTER)
def test_a_kill_loses_no_mail_and_doubles_none(settings, state, edition, relay, point):
    inbox = Inbox()
    plan_edition(settings, state, edition, "management")
    with serving(inbox) as url:
        relay(url)
        kill_at(point)
        send(settings, state)

    arrived = [to[0] for to, _ in inbox.received]
    with state.read() as connection:
        ended = dict(connection.execute(select(messages.c.recipient, messages.c.status)).all())
    assert len(arrived) == len(set(arrived))
    if point in BEFORE_THE_MESSAGE_LEFT or point == "state.message.sent":
        assert set(ended.values()) == {"sent"} and len(arrived) == 2
    else:
        assert sorted(ended.values()) == ["sent", "unknown"]


def test_every_point_of_sending_is_killed_above(settings, state, edition, relay, tmp_path):
    log = tmp_path / "points.log"
    plan_edition(settings, state, edition, "management")
    with serving(Inbox()) as url:
        relay(url)
        subprocess.run([sys.executable, "-c", SENDER], env={**os.environ, "RAPPORT_CRASH_LOG": str(log)}, check=True)

    assert set(log.read_text().split()) == set(BEFORE_THE_MESSAGE_LEFT + AFTER)
