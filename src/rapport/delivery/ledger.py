"""The ledger of messages: planned → claimed → sending → sent | deferred | failed | unknown | held.

A claim is committed before connecting and `sending` before DATA. So after a crash `claimed` means that nothing left this
machine (it is planned again), and `sending` means that nobody can know (it becomes `unknown` and waits for a person).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select, update

from rapport.delivery.message import message_id
from rapport.delivery.recipients import Recipient
from rapport.delivery.smtp import Outcome
from rapport.state import State
from rapport.state.database import now, owner
from rapport.state.tables import editions, messages


@dataclass(frozen=True)
class Planned:
    """A message that waits to be sent."""

    message_id: str
    edition_id: str
    recipient: str
    locale: str


def plan(state: State, edition_id: str, people: Sequence[Recipient], sender: str) -> int:
    """Enter one message per recipient of an edition, once; returns how many are new.

    Messages of an edition that is held are held with it.
    """
    with state.write("messages.planned") as connection:
        status = connection.execute(select(editions.c.status).where(editions.c.edition_id == edition_id)).scalar_one()
        known = set(connection.execute(select(messages.c.recipient).where(messages.c.edition_id == edition_id)).scalars())
        rows = [
            {
                "message_id": message_id(edition_id, person.address, sender),
                "edition_id": edition_id,
                "recipient": person.address,
                "locale": person.language,
                "status": "planned" if status == "released" else "held",
                "attempts": 0,
                "planned_at": now(),
                "changed_at": now(),
            }
            for person in people
            if person.address not in known
        ]
        if rows:
            connection.execute(messages.insert(), rows)
    return len(rows)


def heal(state: State) -> dict[str, int]:
    """Settle what a killed sender left behind; the caller holds the delivery lock, so nobody is sending."""
    with state.write("messages.healed") as connection:
        back = connection.execute(
            update(messages).where(messages.c.status == "claimed").values(status="planned", owner=None, changed_at=now())
        ).rowcount
        lost = connection.execute(
            update(messages)
            .where(messages.c.status == "sending")
            .values(
                status="unknown",
                reply="The sender died after the message went out and before the reply was recorded. It may have arrived.",
                changed_at=now(),
            )
        ).rowcount
    return {"planned again": back, "unknown": lost}


def waiting(
    state: State, edition_ids: Sequence[str] | None = None, statuses: Sequence[str] = ("planned", "deferred")
) -> list[Planned]:
    """The messages in one of `statuses`, oldest first; of the editions named, else of all."""
    query = (
        select(messages.c.message_id, messages.c.edition_id, messages.c.recipient, messages.c.locale)
        .join(editions, editions.c.edition_id == messages.c.edition_id)
        .where(messages.c.status.in_(statuses), editions.c.status == "released")
        .order_by(messages.c.planned_at, messages.c.message_id)
    )
    if edition_ids is not None:
        query = query.where(messages.c.edition_id.in_(edition_ids))
    with state.read() as connection:
        return [Planned(*row) for row in connection.execute(query)]


def claim(state: State, message: Planned, statuses: Sequence[str] = ("planned", "deferred")) -> bool:
    """Take a message for this process; False when another one took it first."""
    with state.write("message.claimed") as connection:
        return (
            connection.execute(
                update(messages)
                .where(messages.c.message_id == message.message_id, messages.c.status.in_(statuses))
                .values(status="claimed", owner=owner(), attempts=messages.c.attempts + 1, changed_at=now())
            ).rowcount
            == 1
        )


def mark_sending(state: State, message: Planned, server: str) -> None:
    """Commit that the message is about to leave; from here on a crash ends as `unknown`."""
    _set(state, message, "sending", server=server)


def record(state: State, message: Planned, outcome: Outcome, server: str) -> None:
    """Enter what became of the message."""
    _set(state, message, outcome.status, server=server, reply=outcome.reply)


def _set(state: State, message: Planned, status: str, **values: str) -> None:
    with state.write(f"message.{status}") as connection:
        connection.execute(
            update(messages)
            .where(messages.c.message_id == message.message_id)
            .values(status=status, owner=owner(), changed_at=now(), **values)
        )
