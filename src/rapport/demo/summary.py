"""What a demo run did, read from the state database and the file system."""

import mailbox
from email.utils import parseaddr
from pathlib import Path

from sqlalchemy import func, select

from rapport.exports.lake import current_files
from rapport.settings import Settings
from rapport.state import State
from rapport.state.tables import checks, deliveries, editions, files, messages, snapshots, verdicts


def summary(settings: Settings, state: State, seconds: float) -> dict[str, dict[str, object]]:
    """Files, rows, rejects, checks, snapshot, edition and mails as they are now, and the paths to open."""
    with state.read() as connection:
        count_files = connection.execute(select(func.count()).select_from(files)).scalar_one()
        count_deliveries = connection.execute(select(func.count()).select_from(deliveries)).scalar_one()
        latest = [
            connection.execute(select(func.max(verdicts.c.verdict_id)).where(verdicts.c.gate == gate)).scalar_one()
            for gate in ("raw", "marts")
        ]
        passed = dict(
            connection.execute(
                select(checks.c.passed, func.count()).where(checks.c.verdict_id.in_(latest)).group_by(checks.c.passed)
            ).all()
        )
        snapshot = connection.execute(select(func.max(snapshots.c.number))).scalar_one()
        composed = connection.execute(select(editions.c.edition_id, editions.c.folder).order_by(editions.c.composed_at)).all()
        mails = dict(connection.execute(select(messages.c.status, func.count()).group_by(messages.c.status)).all())
    current = current_files(settings, state)
    happened = {
        "as of": str(settings.as_of().astimezone(settings.company.zone).date()),
        "files": f"{count_files:,} in {count_deliveries:,} deliveries",
        "rows loaded": sum(file.rows_good for file in current),
        "rows rejected": sum(file.rows_rejected for file in current),
        "checks": f"{passed.get(True, 0)} passed, {passed.get(False, 0)} warned",
        "snapshot": f"{snapshot:06d}",
        "edition": ", ".join(edition for edition, _ in composed),
        "mails": ", ".join(f"{number} {status}" for status, number in sorted(mails.items())),
        "seconds": round(seconds, 1),
    }
    return {"happened": happened, "open": _to_open(settings, [folder for _, folder in composed])}


def _to_open(settings: Settings, folders: list[str]) -> dict[str, Path]:
    paths: dict[str, Path] = {}
    for folder in folders:
        for rendering in sorted((settings.home / folder).iterdir()):
            if rendering.is_dir():
                for what, file in (("PDF", "report.pdf"), ("page", "index.html"), ("workbook", "report.xlsx")):
                    paths[f"{what} ({rendering.name})"] = rendering / file
    inbox = mailbox.Maildir(settings.mailbox, create=False)
    for key in sorted(inbox.keys()):
        reader = parseaddr(str(inbox[key]["To"]))[1]
        paths[f"mail to {reader}"] = next(
            Path(settings.mailbox).glob(f"*/{key}*")
        )  # new/, or cur/ once a mail program has read it
    return paths
