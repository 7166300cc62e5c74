"""A lost state database: editions are found again in their folders, and nothing is mailed twice."""

import mailbox

import pytest
from sqlalchemy import select

from rapport.journal import entry
from rapport.repair import repair
from rapport.state.tables import audit, editions, messages
from rapport.steps import _compose_due, _send
from tests.editions.conftest import state_of

pytestmark = pytest.mark.usefixtures("answers", "no_pdf")
PEOPLE = """
groups:
  management:
    - {name: Ana, address: ana@nordhaven.example, language: en}
    - {name: 王芳, address: wang@nordhaven.example, language: zh}
"""


def compose_and_send(settings, state) -> None:
    """The last two steps of a run on 4 November 2026, when October is due."""
    with entry(state, "test") as run:
        _compose_due(settings, state, run, ["management_month"], settings.as_of())
        _send(settings, state, run, None, ("planned", "deferred"))


def test_after_a_repair_the_next_run_mails_nothing_again_and_leaves_the_edition_as_it_was(settings, state, monkeypatch):
    monkeypatch.setenv("RAPPORT_AS_OF", "2026-11-05")
    settings = type(settings)()
    settings.recipients_file.write_text(PEOPLE, encoding="utf-8")
    compose_and_send(settings, state)
    inbox = mailbox.Maildir(settings.mailbox)
    assert len(inbox) == 2
    before = {path: path.read_bytes() for path in settings.editions.rglob("*") if path.is_file()}
    with state.read() as connection:
        entered = connection.execute(select(editions.c.edition_id, editions.c.status, editions.c.content_hash)).all()
    state.engine.dispose()
    for file in settings.home.glob("state.sqlite*"):
        file.unlink()

    made = repair(settings)
    state = state_of(settings)  # the next run builds and publishes
    compose_and_send(settings, state)

    assert (made["editions"], made["messages"]) == (1, 2)
    assert len(inbox) == 2, "a reader was mailed twice"
    assert {path: path.read_bytes() for path in settings.editions.rglob("*") if path.is_file()} == before
    with state.read() as connection:
        assert connection.execute(select(editions.c.edition_id, editions.c.status, editions.c.content_hash)).all() == entered
        assert connection.execute(select(messages.c.recipient, messages.c.status, messages.c.reply)).all() == [
            (f"{name}@nordhaven.example", "unknown", "The state database was lost; this mail may have been sent.")
            for name in ("ana", "wang")
        ]
        assert connection.execute(select(audit.c.action, audit.c.object)).all() == [
            ("edition found again", "management_month.2026-10.all.r1")
        ]
    assert repair(settings)["editions"] == 0
