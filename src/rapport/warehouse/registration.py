"""Registration: the moment at which a delivered, loaded file becomes visible to builds, under a sequence number of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from rapport.state.database import State, now
from rapport.state.tables import registrations

if TYPE_CHECKING:
    from rapport.exports.lake import LakeDelivery, LakeFile


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

    New deliveries are numbered by when they were exported, so the same files end in the same order whatever happened between;
    of two under one name and time, as when a file is mended and dropped again, the one that arrived later comes later.

    Args:
        files: what lies in the lake under the current declarations.
        provisional: number new ones without remembering it, which is what an analyst's own build does.
    """
    wanted = sorted(
        ((delivery, file) for file in files for delivery in file.deliveries),
        key=lambda pair: (pair[0].exported_at, pair[1].system, pair[1].table, pair[0].name, pair[0].delivery_id),
    )
    sequences = _sequences(state, [(delivery.delivery_id, file.declaration) for delivery, file in wanted], provisional)
    rows = []
    for delivery, file in wanted:
        sequence = sequences[delivery.delivery_id, file.declaration]
        newest = max(_place(other, sequences[other.delivery_id, file.declaration]) for other in file.deliveries)
        rows.append(
            Registered(
                system=file.system,
                table_name=file.table,
                file_id=file.file_id,
                declaration=file.declaration,
                name=delivery.name,
                exported_at=delivery.exported_at,
                sequence=sequence,
                loaded_at=file.loaded_at,
                rows_in_file=file.rows_in_file,
                rows_good=file.rows_good,
                rows_rejected=file.rows_rejected,
                rows_skipped=file.rows_skipped,
                is_latest_delivery=_place(delivery, sequence) == newest,
            )
        )
    return sorted(rows, key=lambda row: row.sequence)


def _place(delivery: "LakeDelivery", sequence: int) -> tuple[datetime, str, int]:
    """What puts deliveries in order; how they arrived decides only between two under one name and time."""
    return delivery.exported_at, delivery.name, sequence


def _sequences(state: State, wanted: Sequence[tuple[int, str]], provisional: bool) -> dict[tuple[int, str], int]:
    """The sequence of each (delivery, declaration); new ones follow the last in the order in which they are given."""
    with state.read() as connection:
        known = {(row.delivery_id, row.declaration): row.sequence for row in connection.execute(select(registrations))}
    last = max(known.values(), default=0)
    new = {key: last + position for position, key in enumerate((key for key in wanted if key not in known), start=1)}
    if new and not provisional:
        with state.write("build.registered") as connection:
            connection.execute(
                insert(registrations),
                [
                    {"sequence": sequence, "delivery_id": delivery_id, "declaration": declaration, "registered_at": now()}
                    for (delivery_id, declaration), sequence in new.items()
                ],
            )
    return known | new
