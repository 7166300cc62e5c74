"""Sending: every message that waits, one connection and one envelope each."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import select

from rapport.delivery import ledger
from rapport.delivery.mailbox import mail_server
from rapport.delivery.message import pack
from rapport.delivery.recipients import Recipient, read_recipients
from rapport.delivery.smtp import Outcome, Server, parse_server, transmit
from rapport.errors import RapportError, UsageError
from rapport.settings import Settings
from rapport.state import State
from rapport.state.tables import editions
from rapport.warehouse.lock import only_holder


def plan_edition(settings: Settings, state: State, edition_id: str, group: str, scope: str = "all") -> int:
    """Enter the messages of an edition for the people of a group; returns how many are new."""
    people = read_recipients(settings.recipients_file).of(group, scope)
    return ledger.plan(state, edition_id, people, settings.company.mail.sender)


def send(
    settings: Settings,
    state: State,
    edition_ids: Sequence[str] | None = None,
    *,
    statuses: Sequence[str] = ("planned", "deferred"),
) -> Counter[str]:
    """Send what waits, of the editions named or of all; returns how many messages ended in which status.

    A message that cannot be packed fails alone, and one whose recipient is in no group any more is held: the others go.

    Raises:
        WarehouseBusy: another process of this home is sending.
        UsageError: an edition does not exist; the mail connection is missing or wrong.
    """
    ended: Counter[str] = Counter()
    # One sender per home, so that a message left `claimed` or `sending` is known to be a dead process's.
    with only_holder(settings.home / "delivery.lock", "Mail is being sent"):
        ended.update({status: count for status, count in ledger.heal(state).items() if status == "unknown" and count})
        _require_editions(state, edition_ids or [])
        messages = ledger.waiting(state, edition_ids, statuses)
        if not messages:
            return ended
        groups = read_recipients(settings.recipients_file).groups.values()
        people = {person.address: person for group in groups for person in group}
        with _server(settings) as server:
            for message in messages:
                if ledger.claim(state, message, statuses):
                    ended[_send_one(settings, state, message, people.get(message.recipient), server)] += 1
    return ended


def _send_one(settings: Settings, state: State, message: ledger.Planned, person: Recipient | None, server: Server) -> str:
    if person is None:
        outcome = Outcome("held", "recipients.yml names this address no more")
    else:
        try:
            recipient = person.model_copy(update={"language": message.locale})
            content = pack(
                message.edition_id, _folder(settings, state, message.edition_id), recipient, settings.company.mail.sender
            )
        except (OSError, ValueError, RapportError) as error:  # ValueError: the mail library's own defects of a name or address
            outcome = Outcome("failed", f"the message could not be packed: {error}")
        else:
            outcome = transmit(
                server,
                settings.company.mail.sender,
                message.recipient,
                content,
                before_data=lambda: ledger.mark_sending(state, message, str(server)),
            )
    ledger.record(state, message, outcome, str(server))
    return outcome.status


def _require_editions(state: State, edition_ids: Sequence[str]) -> None:
    with state.read() as connection:
        known = set(connection.execute(select(editions.c.edition_id)).scalars())
    if unknown := [edition_id for edition_id in edition_ids if edition_id not in known]:
        raise UsageError(f"There is no edition {', '.join(unknown)}.", fix="`rapport editions` lists them.")


def _folder(settings: Settings, state: State, edition_id: str) -> Path:
    with state.read() as connection:
        folder = connection.execute(select(editions.c.folder).where(editions.c.edition_id == edition_id)).scalar_one()
    return settings.home / folder


@contextmanager
def _server(settings: Settings) -> Iterator[Server]:
    name = settings.company.mail.server
    if name == "mailbox":
        with mail_server(settings.mailbox) as server:
            yield server
        return
    url = settings.connection(name)
    if url is None:
        raise UsageError(
            "The mail connection is not set.",
            where=f"company.yml says mail.server: {name}",
            fix=f"Set RAPPORT_CONN_{name.upper()}=smtp://user:password@host:587?starttls=true, or use `server: mailbox`.",
        )
    yield parse_server(url, name)
