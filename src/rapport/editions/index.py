"""The index: the state's rows about editions, which can be made again from the manifests in their folders."""

from datetime import UTC, datetime

from sqlalchemy import insert, select

from rapport.delivery.message import message_id
from rapport.delivery.recipients import read_recipients
from rapport.editions.report import read_report, report_names
from rapport.editions.store import Edition, enter_row, read_manifest
from rapport.settings import Settings
from rapport.state import State
from rapport.state.database import now, owner
from rapport.state.tables import audit, editions, messages

LOST = "The state database was lost; this mail may have been sent."


def rebuild_editions(settings: Settings, state: State) -> dict[str, int]:
    """Enter each edition that the state does not know, with a message that is `unknown` for each of its readers.

    Nobody can tell whether such an edition was mailed, so it is not mailed by itself; a person decides. It is released or held
    as it was composed; a revision that was released later is held again.

    Returns:
        How many `editions` and `messages` were entered.

    Raises:
        UsageError: the recipients file is wrong, so the readers are unknown; nothing was entered.
    """
    with state.read() as connection:
        known = set(connection.execute(select(editions.c.edition_id)).scalars())
    lost = [(edition, composed_at) for edition, composed_at in _on_disk(settings) if edition.edition_id not in known]
    entered = 0
    if lost:
        with state.write("index.editions") as connection:
            for edition, composed_at in lost:
                enter_row(connection, settings, edition, composed_at)
                rows = [] if edition.status == "held" else _messages(settings, edition)
                if rows:
                    connection.execute(insert(messages), rows)
                connection.execute(insert(audit).values(**_found_again(edition, len(rows))))
                entered += len(rows)
    return {"editions": len(lost), "messages": entered}


def _on_disk(settings: Settings) -> list[tuple[Edition, datetime]]:
    """The editions in their folders, earlier revisions first, each with the time at which it got there."""
    found = []
    for folder in settings.editions.glob("*/*/*/r*"):
        if manifest := read_manifest(folder):
            same = ("report", "period", "scope", "revision", "status", "snapshot", "content_hash")
            edition = Edition(edition_id=manifest["edition"], folder=folder, **{name: manifest[name] for name in same})
            found.append((edition, datetime.fromtimestamp((folder / "manifest.json").stat().st_mtime, UTC)))
    return sorted(found, key=lambda pair: (pair[0].report, pair[0].period, pair[0].scope, pair[0].revision))


def _found_again(edition: Edition, unknown: int) -> dict[str, object]:
    detail = {"status": edition.status, "messages unknown": unknown}
    return {
        "happened_at": now(),
        "who": owner(),
        "action": "edition found again",
        "object": edition.edition_id,
        "detail": detail,
    }


def _messages(settings: Settings, edition: Edition) -> list[dict[str, object]]:
    """One `unknown` message per reader; none when the report is no longer there, for then it is not mailed either."""
    if edition.report not in report_names(settings):
        return []
    group = read_report(settings, edition.report).recipients
    return [
        {
            "message_id": message_id(edition.edition_id, person.address, settings.company.mail.sender),
            "edition_id": edition.edition_id,
            "recipient": person.address,
            "locale": person.language,
            "status": "unknown",
            "attempts": 0,
            "reply": LOST,
            "planned_at": now(),
            "changed_at": now(),
        }
        for person in read_recipients(settings.recipients_file).of(group, edition.scope)
    ]
