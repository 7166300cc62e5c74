"""Retry: what became of the files in quarantine, once their declarations (or this software) have been mended."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from rapport.exports import index
from rapport.exports.declarations import read_declarations
from rapport.exports.export import Export
from rapport.exports.load import LoadResult, load
from rapport.exports.pull import chosen
from rapport.settings import Settings
from rapport.state import State
from rapport.state.tables import deliveries, loads, refusals


@dataclass(frozen=True)
class Retried:
    """A file that was in quarantine, and what came of it.

    Attributes:
        outcome: taken, refused again, or replaced (a later file of its name took its place, and it stays refused).
        rows_good, rows_rejected, rows_skipped: what it held; 0 when it was not taken.
        what, fix: why it was refused; empty when it was taken.
    """

    system: str
    table: str
    name: str
    file_id: str
    outcome: str
    rows_good: int = 0
    rows_rejected: int = 0
    rows_skipped: int = 0
    what: str = ""
    fix: str = ""


def retry(settings: Settings, state: State, systems: Sequence[str] | None = None) -> tuple[list[Retried], LoadResult]:
    """Load again, and with it every refused file, whether or not its declaration has changed since.

    Args:
        systems: which; all of the company's when None.

    Returns:
        What came of each file that waited, and what the load did as a whole.

    Raises:
        UsageError: a declaration has a mistake.
    """
    exports = chosen(read_declarations(settings), systems)
    waiting = [(export, file_id) for export in exports for file_id in _waiting(state, export)]
    result = load(settings, state, systems, again=True)
    return [_outcome(state, export, file_id) for export, file_id in waiting], result


def _waiting(state: State, export: Export) -> list[str]:
    """Files that some declaration of the table has refused and the current one has not taken, longest waiting first."""
    own = {"system": export.system, "table_name": export.table}
    with state.read() as connection:
        refused = connection.scalars(
            select(refusals.c.file_id).where(index.same(refusals, own)).order_by(refusals.c.refused_at, refusals.c.file_id)
        ).all()
        taken = set(connection.scalars(select(loads.c.file_id).where(index.same(loads, own | {"declaration": export.hash}))))
    return [file_id for file_id in dict.fromkeys(refused) if file_id not in taken]


def _outcome(state: State, export: Export, file_id: str) -> Retried:
    own = {"system": export.system, "table_name": export.table}
    key = own | {"file_id": file_id, "declaration": export.hash}
    with state.read() as connection:
        arrivals = connection.execute(
            select(deliveries.c.name, deliveries.c.file_id)
            .where(index.same(deliveries, own))
            .order_by(deliveries.c.delivery_id)
        ).all()
        taken = connection.execute(select(loads).where(index.same(loads, key))).first()
        refused = connection.execute(select(refusals).where(index.same(refusals, key))).first()
    names = [name for name, arrived in arrivals if arrived == file_id]
    place = (export.system, export.table, names[-1] if names else file_id, file_id)
    if taken:
        return Retried(*place, "taken", taken.rows_good, taken.rows_rejected, taken.rows_skipped)
    is_last = dict(map(tuple, arrivals)).get(place[2]) == file_id
    outcome = "refused again" if is_last else "replaced"
    return Retried(*place, outcome, what=refused.what if refused else "", fix=refused.fix if refused else "")
