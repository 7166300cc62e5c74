"""Repair: make again, from the files, everything that can be made from files."""

from rapport.settings import Settings
from rapport.state import open_state


def repair(settings: Settings) -> dict[str, int | str]:
    """Rebuild the state's index of files, snapshots and editions, and let the next build start from nothing.

    Archive, lake, published snapshots and editions are only read. The warehouse is derived, so it is thrown away. What cannot
    be made from files is whom an edition was mailed to: its readers' messages become `unknown`, so that none goes twice.

    Returns:
        What was made again: deliveries, loads, snapshots, editions, messages; and what the next build will do.

    Raises:
        WarehouseBusy: another process is at work.
        UsageError: the recipients file is wrong, and there are editions whose readers must be known.
    """
    from sqlalchemy import func, select

    from rapport.editions.index import rebuild_editions
    from rapport.exports.index import rebuild_index
    from rapport.state.tables import snapshots
    from rapport.warehouse.healing import heal
    from rapport.warehouse.lock import warehouse_lock

    count = select(func.count()).select_from(snapshots)
    with warehouse_lock(settings):
        state = open_state(settings.state_url)
        made = rebuild_index(settings, state)
        with state.read() as connection:
            known = connection.execute(count).scalar_one()
        heal(settings, state)
        with state.read() as connection:
            made["snapshots"] = connection.execute(count).scalar_one() - known
        made |= rebuild_editions(settings, state)
        # The write-ahead log goes first: beside a new file, an old one would make it unreadable.
        for file in (settings.warehouse_file.with_name(settings.warehouse_file.name + ".wal"), settings.warehouse_file):
            file.unlink(missing_ok=True)
    return {**made, "next build": "full refresh"}
