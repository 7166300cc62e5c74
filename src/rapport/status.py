"""What ran, what is late, what was refused, what is unsent: read from the state, so it is there while a build runs."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, exists, func, select

from rapport.settings import Settings
from rapport.state.database import State
from rapport.state.tables import (
    builds,
    checks,
    deliveries,
    editions,
    loads,
    messages,
    refusals,
    run_steps,
    runs,
    snapshots,
    verdicts,
)

Section = Sequence[Mapping[str, object]]
_RECENT = 5
_OF_FILE = ("file_id", "system", "table_name")


def status(settings: Settings, state: State) -> dict[str, Section]:
    """The sections of `rapport status`, each a list of rows; an empty one means that there is nothing to tell.

    Lateness is measured against the as_of of the settings: a closed history is never late by today's calendar.
    """
    from rapport.gates.freshness import read_freshness

    with state.read() as connection:
        return {
            "runs": _runs(connection),
            "builds": _builds(connection),
            "gates": _gates(connection),
            "failing_checks": _failing_checks(connection),
            "snapshots": _snapshots(connection),
            "exports": _exports(connection, read_freshness(settings), settings.as_of()),
            "refused_files": _refused(connection),
            "notices": _notices(connection),
            "editions": _editions(connection),
            "messages": _messages(connection),
            "unsent": _unsent(connection),
        }


def _runs(connection: Connection) -> Section:
    found = []
    for run in connection.execute(select(runs).order_by(runs.c.run_id.desc()).limit(_RECENT)):
        steps = connection.execute(
            select(run_steps.c.step, run_steps.c.status).where(run_steps.c.run_id == run.run_id).order_by(run_steps.c.position)
        ).all()
        found.append(
            {
                "run": run.run_id,
                "command": run.command,
                "status": run.status,
                "started_at": run.started_at,
                "seconds": (run.ended_at - run.started_at).total_seconds() if run.ended_at else None,
                "steps": ", ".join(step if status == "done" else f"{step} ({status})" for step, status in steps),
                "owner": run.owner,
                "message": run.message,
            }
        )
    return found


def _builds(connection: Connection) -> Section:
    columns = ("number", "status", "as_of", "full_refresh", "started_at", "finished_at", "message")
    newest_first = select(builds).order_by(builds.c.number.desc()).limit(_RECENT)
    return [{name: row[name] for name in columns} for row in connection.execute(newest_first).mappings()]


def _newest_verdicts(connection: Connection) -> list:
    newest = select(func.max(verdicts.c.verdict_id)).group_by(verdicts.c.gate)
    return connection.execute(select(verdicts).where(verdicts.c.verdict_id.in_(newest)).order_by(verdicts.c.gate.desc())).all()


def _gates(connection: Connection) -> Section:
    found = []
    for verdict in _newest_verdicts(connection):
        of_verdict = select(func.count(), func.count().filter(checks.c.passed)).where(checks.c.verdict_id == verdict.verdict_id)
        asked, passed = connection.execute(of_verdict).one()
        found.append(
            {
                "gate": verdict.gate,
                "is_open": verdict.is_open,
                "checked_at": verdict.checked_at,
                "checks": asked,
                "passed": passed,
                "build": verdict.build_number,
            }
        )
    return found


def _failing_checks(connection: Connection) -> Section:
    newest = [verdict.verdict_id for verdict in _newest_verdicts(connection)]
    failing = select(checks).where(checks.c.verdict_id.in_(newest), checks.c.passed.is_(False)).order_by(checks.c.check_id)
    columns = ("severity", "name", "observed", "expected", "description")
    return [{name: row[name] for name in columns} for row in connection.execute(failing).mappings()]


def _snapshots(connection: Connection) -> Section:
    columns = ("number", "build_number", "as_of", "published_at")
    newest_first = select(snapshots).order_by(snapshots.c.number.desc()).limit(_RECENT)
    return [{name: row[name] for name in columns} for row in connection.execute(newest_first).mappings()]


def _exports(connection: Connection, freshness: Mapping, as_of: datetime) -> Section:
    """Each declared export: its files, its rows, what was not accepted of them, and whether it is late."""
    of_table = (deliveries.c.system, deliveries.c.table_name)
    arrived = {
        (row.system, row.table_name): row
        for row in connection.execute(
            select(*of_table, func.count().label("files"), func.max(deliveries.c.exported_at).label("newest")).group_by(
                *of_table
            )
        )
    }
    counted = _rows_by_table(connection)
    found = []
    for (system, table), limits in sorted(freshness.items()):
        row = arrived.get((system, table))
        good, rejected = counted.get((system, table), (0, 0))
        found.append(
            {
                "export": f"{system}.{table}",
                "files": row.files if row else 0,
                "rows": good,
                "rejects": rejected,
                "newest": row.newest if row else None,
                "late": _late(row.newest if row else None, as_of, limits),
            }
        )
    return found


def _late(newest: datetime | None, as_of: datetime, limits: object) -> str | None:
    """`late`, `too late` (the raw gate closes) or None."""
    if newest is None:
        return "never came" if limits.warn_after_hours or limits.error_after_hours else None
    age = as_of - newest
    for hours, words in ((limits.error_after_hours, "too late"), (limits.warn_after_hours, "late")):
        if hours is not None and age > timedelta(hours=hours):
            return f"{words}, by {_in_words(age - timedelta(hours=hours))}"
    return None


def _in_words(span: timedelta) -> str:
    return f"{span.days} d" if span.days else f"{span.total_seconds() / 3600:.0f} h"


def _rows_by_table(connection: Connection) -> dict[tuple[str, str], tuple[int, int]]:
    """Good and rejected rows per export, of each file as it was typed last."""
    newer = loads.alias()
    of_file = and_(*(newer.c[name] == loads.c[name] for name in _OF_FILE), newer.c.loaded_at > loads.c.loaded_at)
    rows = connection.execute(
        select(loads.c.system, loads.c.table_name, func.sum(loads.c.rows_good), func.sum(loads.c.rows_rejected))
        .where(~exists(select(newer.c.file_id).where(of_file)))
        .group_by(loads.c.system, loads.c.table_name)
    )
    return {(system, table): (int(good), int(rejected)) for system, table, good, rejected in rows}


def _refused(connection: Connection) -> Section:
    """Files that wait in quarantine, with the names under which they came last; a later file of the name takes its place."""
    of_file = [refusals.c[name] == loads.c[name] for name in _OF_FILE]
    taken = exists(select(loads.c.file_id).where(*of_file, loads.c.loaded_at >= refusals.c.refused_at))
    later = deliveries.alias()
    replaced = exists(
        select(later.c.delivery_id).where(
            *(later.c[name] == deliveries.c[name] for name in ("system", "table_name", "name")),
            later.c.delivery_id > deliveries.c.delivery_id,
        )
    )
    same = [refusals.c[name] == deliveries.c[name] for name in _OF_FILE]
    rows = connection.execute(
        select(refusals.c.system, refusals.c.table_name, deliveries.c.name, refusals.c.what, refusals.c.fix)
        .join_from(refusals, deliveries, and_(*same))
        .where(~taken, ~replaced)
        .order_by(refusals.c.refused_at.desc(), deliveries.c.name)
        .distinct()
    )
    return [{"export": f"{row.system}.{row.table_name}", "file": row.name, "what": row.what, "fix": row.fix} for row in rows]


def _notices(connection: Connection) -> Section:
    """What is worth saying of the newest file of each export, as it was typed last; a newer file without it ends it."""
    newest: dict[tuple[str, str], object] = {}
    rows = connection.execute(
        select(loads.c.system, loads.c.table_name, deliveries.c.name, loads.c.notices)
        .join_from(loads, deliveries, and_(*(loads.c[name] == deliveries.c[name] for name in _OF_FILE)))
        .order_by(deliveries.c.exported_at, deliveries.c.delivery_id, loads.c.loaded_at)
    )
    for row in rows:
        newest[row.system, row.table_name] = row
    return [
        {"export": f"{system}.{table}", "file": row.name, "notice": notice}
        for (system, table), row in sorted(newest.items())
        for notice in row.notices or ()
    ]


def _editions(connection: Connection) -> Section:
    columns = ("edition_id", "status", "snapshot", "composed_at", "folder")
    newest_first = select(editions).order_by(editions.c.composed_at.desc(), editions.c.edition_id).limit(_RECENT)
    return [{name: row[name] for name in columns} for row in connection.execute(newest_first).mappings()]


def _messages(connection: Connection) -> Section:
    rows = connection.execute(select(messages.c.status, func.count()).group_by(messages.c.status).order_by(messages.c.status))
    return [{"status": status, "messages": count} for status, count in rows]


def _unsent(connection: Connection) -> Section:
    columns = ("edition_id", "recipient", "status", "attempts", "changed_at", "reply")
    waiting = select(messages).where(messages.c.status != "sent").order_by(messages.c.changed_at.desc()).limit(20)
    return [{name: row[name] for name in columns} for row in connection.execute(waiting).mappings()]
