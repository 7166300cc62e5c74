"""Registration: the moment at which a delivered, loaded file becomes visible to builds, under a sequence number of its own."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, insert, select

from rapport.state.database import State, now
from rapport.state.tables import loads, registrations

if TYPE_CHECKING:
    from rapport.exports.lake import LakeFile


@dataclass(frozen=True)
class Registered:
    """One delivery of one lake file, in the order in which builds came to know it; a row of `rapport.lake_files`."""

    system: str
    table_name: str
    file_id: str
    declaration: str
    name: str
    exported_at: datetime
    sequence: int
    loaded_at: datetime
    rows_in_file: int
    rows_good: int
    rows_rejected: int
    rows_skipped: int
    is_latest_delivery: bool


def register(state: State, files: Sequence["LakeFile"], *, provisional: bool = False) -> list[Registered]:
    """Give every delivery of every lake file its sequence number, once and for ever. Hold the warehouse lock.

    New deliveries are numbered by when they were exported, so the same files end in the same order whatever happened between.

    Args:
        files: what lies in the lake under the current declarations.
        provisional: number new ones without remembering it, which is what an analyst's own build does.
    """
    wanted = sorted(
        ((delivery.exported_at, file.system, file.table, delivery.name, file.file_id, file.declaration, delivery.delivery_id))
        for file in files
        for delivery in file.deliveries
    )
    with state.read() as connection:
        known = _sequences(connection)
        last = connection.execute(select(func.coalesce(func.max(registrations.c.sequence), 0))).scalar_one()
        counts = {(row.system, row.table_name, row.file_id, row.declaration): row for row in connection.execute(select(loads))}
    new = [(delivery_id, declaration) for *_, declaration, delivery_id in wanted if (delivery_id, declaration) not in known]
    sequences = known | {key: last + position for position, key in enumerate(new, start=1)}
    if new and not provisional:
        with state.write("build.registered") as connection:
            connection.execute(
                insert(registrations),
                [
                    {"sequence": sequences[key], "delivery_id": key[0], "declaration": key[1], "registered_at": now()}
                    for key in new
                ],
            )
    newest = _newest(
        (system, table, file_id, exported_at, sequences[delivery_id, declaration])
        for exported_at, system, table, _, file_id, declaration, delivery_id in wanted
    )
    registered = []
    for exported_at, system, table, name, file_id, declaration, delivery_id in wanted:
        count = counts[system, table, file_id, declaration]
        sequence = sequences[delivery_id, declaration]
        registered.append(
            Registered(
                system=system,
                table_name=table,
                file_id=file_id,
                declaration=declaration,
                name=name,
                exported_at=exported_at,
                sequence=sequence,
                loaded_at=count.loaded_at,
                rows_in_file=count.rows_in_file,
                rows_good=count.rows_good,
                rows_rejected=count.rows_rejected,
                rows_skipped=count.rows_skipped,
                is_latest_delivery=newest[system, table, file_id] == (exported_at, sequence),
            )
        )
    return sorted(registered, key=lambda row: row.sequence)


def _sequences(connection) -> dict[tuple[int, str], int]:
    rows = connection.execute(select(registrations.c.delivery_id, registrations.c.declaration, registrations.c.sequence))
    return {(row.delivery_id, row.declaration): row.sequence for row in rows}


def _newest(deliveries: Iterable[tuple[str, str, str, datetime, int]]) -> dict[tuple[str, str, str], tuple[datetime, int]]:
    """The newest delivery of each file: the one whose time and sequence its rows carry."""
    newest: dict[tuple[str, str, str], tuple[datetime, int]] = {}
    for system, table, file_id, exported_at, sequence in deliveries:
        key = (system, table, file_id)
        newest[key] = max(newest.get(key, (exported_at, sequence)), (exported_at, sequence))
    return newest
