"""Pull: take what the systems dropped into the archive, and note each delivery."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from pathlib import Path, PurePosixPath
from re import search
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select, update

from rapport.errors import ExportRefused, UsageError
from rapport.exports import index
from rapport.exports.archive import Delivery, keep, record, suffix_of
from rapport.exports.declarations import read_declarations
from rapport.exports.export import Export
from rapport.exports.places import Dropped, list_drop
from rapport.exports.scratch import scratch_folder
from rapport.settings import Settings
from rapport.state import State
from rapport.state.database import now
from rapport.state.tables import deliveries


@dataclass
class PullResult:
    """What a pull found.

    Attributes:
        tables: (system, table) → counts of `new` deliveries, `known` files (as last time), `repeats` (touched, same content).
        unmatched: `system: name` of files that no declaration covers.
        unfinished: `system: name` of files that changed while they were read; the next pull takes them.
        undated: `system: name: reason` of files whose name does not tell when they were exported.
    """

    tables: dict[tuple[str, str], Counter[str]] = field(default_factory=dict)
    unmatched: list[str] = field(default_factory=list)
    unfinished: list[str] = field(default_factory=list)
    undated: list[str] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """The sums, for the journal."""
        sums = sum(self.tables.values(), Counter())
        others = {"unmatched": len(self.unmatched), "unfinished": len(self.unfinished), "undated": len(self.undated)}
        return {kind: sums[kind] for kind in ("new", "known", "repeats")} | others


@dataclass(frozen=True)
class _Last:
    """The last delivery of a name, and how many there were."""

    delivery_id: int
    file_id: str
    place: str
    bytes: int
    modified_at: datetime | None
    ordinal: int


def chosen(declarations: dict[tuple[str, str], Export], systems: Sequence[str] | None) -> list[Export]:
    """The exports of the named systems, or all.

    Raises:
        UsageError: a system is not the company's.
    """
    known = sorted({system for system, _ in declarations})
    if unknown := sorted(set(systems or ()) - set(known)):
        raise UsageError(
            f"The company has no system {', '.join(unknown)}.", where="company.yml, systems", fix=f"It has {', '.join(known)}."
        )
    return [export for export in declarations.values() if not systems or export.system in systems]


def pull(settings: Settings, state: State, systems: Sequence[str] | None = None) -> PullResult:
    """Copy what is new in the systems' drops to the archive and note the deliveries.

    A name with the content it had last is a repeat, whatever its time; another one, also if known from before, is new.

    Args:
        systems: which; all of the company's when None.

    Raises:
        UsageError: a declaration has a mistake, a place is missing, or two declarations cover one file.
    """
    exports = chosen(read_declarations(settings), systems)
    index.heal_deliveries(settings, state)
    drops = {system: list_drop(settings, system) for system in dict.fromkeys(export.system for export in exports)}
    result, seen_at = PullResult(), now()
    with scratch_folder(settings.archive) as scratch:
        for system, files in drops.items():
            candidates = [export for export in exports if export.system == system]
            for export, dropped in _by_export(candidates, files, result).items():
                _pull_table(settings, state, candidates[export], dropped, seen_at, scratch, result)
    return result


def _by_export(exports: list[Export], files: list[Dropped], result: PullResult) -> dict[int, list[Dropped]]:
    matched: dict[int, list[Dropped]] = {position: [] for position in range(len(exports))}
    for dropped in files:
        covering = [position for position, export in enumerate(exports) if export.covers(dropped.name)]
        parts = {(exports[position].sheet, exports[position].records) for position in covering}
        if len(parts) < len(covering):
            names = ", ".join(exports[position].table for position in covering)
            raise UsageError(
                f"Two declarations cover one file: {names}.",
                where=f"{dropped.place}/{dropped.name}",
                fix="Make the `files` patterns narrower, or declare different sheets or `records` of it.",
            )
        for position in covering:
            matched[position].append(dropped)
        if not covering:
            result.unmatched.append(f"{exports[0].system}: {dropped.name}")
    return matched


def _pull_table(
    settings: Settings,
    state: State,
    export: Export,
    files: list[Dropped],
    seen_at: datetime,
    scratch: Path,
    result: PullResult,
) -> None:
    counts = result.tables.setdefault((export.system, export.table), Counter())
    dated = []
    for dropped in files:
        try:
            dated.append((exported_at(export, dropped.name, dropped.modified_at, settings.company.zone), dropped))
        except ExportRefused as refusal:
            result.undated.append(f"{export.system}: {dropped.name}: {refusal.what}")
    dated.sort(key=lambda pair: (pair[0], pair[1].name))
    with state.read() as connection:
        last = _last_deliveries(connection, export)
    arrived: list[Delivery] = []
    touched: dict[int, Dropped] = {}
    for when, dropped in dated:
        before = last.get(dropped.name)
        if before and (before.place, before.bytes, before.modified_at) == (dropped.place, dropped.bytes, dropped.modified_at):
            counts["known"] += 1
            continue
        suffix = suffix_of(dropped.name)
        file_id = keep(settings, dropped, suffix, scratch)
        if file_id is None:
            result.unfinished.append(f"{export.system}: {dropped.name}")
        elif before and before.file_id == file_id:
            counts["repeats"] += 1
            touched[before.delivery_id] = dropped
        else:
            ordinal = before.ordinal + 1 if before else 1
            origin = (export.system, export.table, dropped.name, ordinal, dropped.place)
            delivery = Delivery(file_id, suffix, dropped.bytes, *origin, when, dropped.modified_at, seen_at)
            arrived.append(record(settings, delivery))
            counts["new"] += 1
    if arrived or touched:
        _note(state, arrived, touched)


def _last_deliveries(connection: Connection, export: Export) -> dict[str, _Last]:
    rows = connection.execute(
        select(deliveries)
        .where(index.same(deliveries, {"system": export.system, "table_name": export.table}))
        .order_by(deliveries.c.delivery_id)
    )
    last: dict[str, _Last] = {}
    for row in rows:
        ordinal = last[row.name].ordinal + 1 if row.name in last else 1
        last[row.name] = _Last(row.delivery_id, row.file_id, row.place, row.bytes, row.modified_at, ordinal)
    return last


def _note(state: State, arrived: list[Delivery], touched: dict[int, Dropped]) -> None:
    with state.write("pull.deliveries") as connection:
        for delivery in arrived:
            index.note_delivery(connection, delivery)
        for delivery_id, dropped in touched.items():  # so that the next pull need not hash it again
            values = {"place": dropped.place, "bytes": dropped.bytes, "modified_at": dropped.modified_at}
            connection.execute(update(deliveries).where(deliveries.c.delivery_id == delivery_id).values(values))


def exported_at(export: Export, name: str, modified_at: datetime, company_zone: ZoneInfo) -> datetime:
    """When a file was exported: what its name tells, else when it was last modified.

    Raises:
        ExportRefused: the declaration says that the name tells it, and it does not.
    """
    declared = export.exported_at
    if declared is None or declared.name is None:
        return modified_at
    base = PurePosixPath(name).name
    found = search(declared.name, base)
    if found is None and declared.else_modified:
        return modified_at
    try:
        when = datetime.strptime(found[1], declared.format)
    except (TypeError, ValueError):
        raise ExportRefused(
            f"The name does not tell when it was exported: {declared.name!r} with {declared.format!r} does not fit.",
            where=f"{export.system}.{export.table}: {name}",
            fix="Mend `exported_at` or `files` in the declaration.",
        ) from None
    if not any(directive in declared.format for directive in ("%H", "%I")):
        when = datetime.combine(when, time.fromisoformat(declared.at))
    return when if when.tzinfo else when.replace(tzinfo=company_zone)
