"""The index: the state's rows about files, which can always be made again from the archive and the lake."""

from datetime import datetime
from pathlib import Path

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, func, insert, select

from rapport.exports.archive import Delivery, bring_sidecars, read_deliveries, sidecars
from rapport.exports.declarations import read_declarations
from rapport.exports.mirror import lake_mirror
from rapport.exports.parquet import LoadedFile, open_engine, read_loaded
from rapport.settings import Settings
from rapport.state import State
from rapport.state.tables import deliveries, files, loads


def same(table: Table, values: dict[str, object]) -> ColumnElement[bool]:
    """The condition that each of these columns has this value."""
    return and_(*(table.c[name] == value for name, value in values.items()))


def note_delivery(connection: Connection, delivery: Delivery) -> None:
    """Enter a delivery and its file, unless they are there."""
    if connection.execute(select(files.c.file_id).where(files.c.file_id == delivery.file_id)).first() is None:
        connection.execute(
            insert(files).values(
                file_id=delivery.file_id, suffix=delivery.suffix, bytes=delivery.bytes, first_seen_at=delivery.seen_at
            )
        )
    own = {
        "system": delivery.system,
        "table_name": delivery.table,
        "name": delivery.name,
        "exported_at": delivery.exported_at,
        "file_id": delivery.file_id,
        "seen_at": delivery.seen_at,
    }
    if connection.execute(select(deliveries.c.delivery_id).where(same(deliveries, own))).first() is None:
        rest = {"place": delivery.place, "bytes": delivery.bytes, "modified_at": delivery.modified_at}
        connection.execute(insert(deliveries).values(**own, **rest))


def note_load(connection: Connection, load: LoadedFile) -> None:
    """Enter a file of the lake, in place of what was known of it."""
    key = {"file_id": load.file_id, "system": load.system, "table_name": load.table, "declaration": load.declaration}
    connection.execute(delete(loads).where(same(loads, key)))
    connection.execute(
        insert(loads).values(
            **key,
            path=load.path,
            rows_in_file=load.rows_in_file,
            rows_good=load.rows_good,
            rows_rejected=load.rows_rejected,
            rows_skipped=load.rows_skipped,
            loaded_at=load.loaded_at,
            notices=list(load.notices),
        )
    )


def heal_deliveries(settings: Settings, state: State) -> int:
    """Enter the deliveries whose sidecars an interrupted pull left unnoted.

    Returns:
        How many there were.
    """
    bring_sidecars(settings)
    with state.read() as connection:
        noted = connection.scalar(select(func.count()).select_from(deliveries))
    if len(sidecars(settings)) == noted:
        return 0
    with state.write("index.deliveries") as connection:
        for delivery in read_deliveries(settings):
            note_delivery(connection, delivery)
        return connection.scalar(select(func.count()).select_from(deliveries)) - noted


def rebuild_index(settings: Settings, state: State) -> dict[str, int]:
    """Make the state's rows about files again, from the sidecars and the Parquet files; rows that are right stay.

    Returns:
        How many `deliveries` and `loads` were missing.
    """
    missing = heal_deliveries(settings, state)
    known = {(export.system, export.table) for export in read_declarations(settings).values()}
    with state.read() as connection:
        noted = set(connection.scalars(select(loads.c.path)))
    if mirror := lake_mirror(settings):
        mirror.bring_all(lambda name: name.endswith(".parquet"))
    with open_engine(settings) as engine:
        found = [
            read_loaded(engine, settings, path) for path in _lake_files(settings.lake) if _path(settings, path) not in noted
        ]
    found = [load for load in found if (load.system, load.table) in known]
    if found:
        with state.write("index.loads") as connection:
            for load in found:
                note_load(connection, load)
    return {"deliveries": missing, "loads": len(found)}


def _lake_files(lake: Path) -> list[Path]:
    return sorted(path for path in lake.glob("*/*/loaded_on=*/*.parquet") if not path.parts[-3].endswith("__rejects"))


def _path(settings: Settings, path: Path) -> str:
    return path.relative_to(settings.lake).as_posix()


def first_seen(connection: Connection, file_id: str) -> datetime:
    """When a file was first seen, UTC."""
    return connection.scalar(select(files.c.first_seen_at).where(files.c.file_id == file_id))
