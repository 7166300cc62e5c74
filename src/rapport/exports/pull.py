"""Pull: take what the systems dropped into the archive, and note each delivery."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import sleep

from sqlalchemy import Connection, select, update

from rapport.errors import ExportRefused, FileUnreachable, PlaceUnreachable, UsageError
from rapport.exports import index
from rapport.exports.archive import Delivery, control_of, keep, record, suffix_of
from rapport.exports.arrival import completeness
from rapport.exports.declarations import read_declarations
from rapport.exports.export import Export
from rapport.exports.export_time import exported_at
from rapport.exports.manifests import MANIFESTS, Control, read_control
from rapport.exports.matching import by_export
from rapport.exports.originals import move_original, read_small
from rapport.exports.places import Dropped, Status, list_drop, open_place
from rapport.exports.pull_result import LEFT, PullResult
from rapport.exports.scratch import scratch_folder
from rapport.settings import Settings
from rapport.state import State
from rapport.state.database import now
from rapport.state.tables import deliveries

__all__ = ["LEFT", "PullResult", "chosen", "exported_at", "pull"]


@dataclass(frozen=True)
class _Last:
    """The last delivery of a name, and how many there were."""

    delivery_id: int
    file_id: str
    place: str
    bytes: int
    modified_at: datetime | None
    exported_at: datetime
    ordinal: int

    def is_of(self, dropped: Dropped) -> bool:
        """Whether it is of this very file, by all that a listing tells."""
        return (self.place, self.bytes, self.modified_at) == (dropped.place, dropped.bytes, dropped.modified_at)


@dataclass(frozen=True)
class _Waiting:
    """What of a system was not complete at the first look.

    Attributes:
        tables: exports with such files; nothing of them was taken yet.
        listed: name → when it was listed, and as what.
        until: when all are, if none of them changes.
    """

    tables: set[str]
    listed: dict[str, tuple[datetime, Status]]
    until: datetime


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

    A name with the content it had last is a repeat, whatever its time; another one, also if known from before, is new. A place
    that cannot be reached, or is declared wrongly, keeps no other system from being pulled.

    Args:
        systems: which; all of the company's when None.

    Raises:
        UsageError: a declaration has a mistake, a folder is missing, or two declarations cover one file.
    """
    exports = chosen(read_declarations(settings), systems)
    index.heal_deliveries(settings, state)
    result, mistakes = PullResult(), []
    with scratch_folder(settings.archive) as scratch:
        puller = _Puller(settings, state, scratch, result)

        def each(waiting: Mapping[str, _Waiting | None]) -> dict[str, _Waiting]:
            again = {}
            for system, before in waiting.items():
                try:
                    again[system] = puller.pull([export for export in exports if export.system == system], before)
                except PlaceUnreachable as error:
                    result.unreachable.append(f"{system}: {_one_line(error)}")
                except UsageError as error:
                    mistakes.append(error)
            return {system: left for system, left in again.items() if left}

        if waiting := each(dict.fromkeys(export.system for export in exports)):
            sleep(max(0.0, (max(left.until for left in waiting.values()) - now()).total_seconds()))
            each(waiting)
    if mistakes:
        raise mistakes[0]
    return result


class _Puller:
    """Pulls one system after the other."""

    def __init__(self, settings: Settings, state: State, scratch: Path, result: PullResult) -> None:
        self._settings, self._state, self._scratch, self._result = settings, state, scratch, result
        self._seen_at = now()

    def pull(self, exports: list[Export], before: _Waiting | None) -> _Waiting | None:
        """Take what is complete of a system's exports; at the second look, of those which had to wait."""
        system = exports[0].system
        place = self._settings.drop_of(system)
        done_folders = tuple(folder for export in exports if (folder := export.arrival.done_folder))
        with open_place(self._settings, system) as store:
            if done_folders and not store.can_move:
                raise UsageError(
                    "In this place nothing can be moved.", where=place, fix="Leave `then` out of the declaration's `arrival`."
                )
            files = list_drop(store, place, system, done_folders)
            listed_at, names = datetime.now(UTC), {dropped.name for dropped in files}
            matched = by_export(exports, files, [] if before else self._result.unmatched)
            waiting = _Waiting(set(), {}, listed_at)
            takers: dict[str, list[tuple[Export, str]]] = {}
            for export, dropped in zip(exports, matched, strict=True):
                if before and export.table not in before.tables:
                    continue
                found = completeness(export.arrival, dropped, names, listed_at, before.listed if before else {})
                if found.young and not before:
                    listed = waiting.listed | {file.name: (listed_at, file.listed) for file in found.young}
                    waiting = _Waiting({*waiting.tables, export.table}, listed, max(waiting.until, found.until))
                    continue
                self._result.unfinished += [f"{system}: {file.name}" for file in (*found.young, *found.marked)]
                for dropped, file_id in self._take(export, found.complete, names):
                    takers.setdefault(dropped.name, []).append((export, file_id))
            if done_folders:
                self._move(exports, matched, takers, names)
        return waiting if waiting.tables else None

    def _take(self, export: Export, files: list[Dropped], names: Collection[str]) -> list[tuple[Dropped, str]]:
        """Take an export's files; returns those whose delivery is noted, now or before, with their SHA-256."""
        settings, result, folder = self._settings, self._result, export.arrival.done_folder
        counts = result.tables.setdefault((export.system, export.table), Counter())
        with self._state.read() as connection:
            last = _last_deliveries(connection, export)
        arrived: list[Delivery] = []
        touched: dict[int, tuple[Dropped, int]] = {}
        taken: list[tuple[Dropped, str]] = []
        try:
            for when, dropped in self._dated(export, files, last, counts):
                before = last.get(dropped.name)
                if before and not folder and before.is_of(dropped):  # what is to be moved away is always read
                    counts["known"] += 1
                    taken.append((dropped, before.file_id))
                    continue
                suffix = suffix_of(dropped.name)
                try:
                    control = self._control(dropped, names)
                    kept = keep(settings, dropped, suffix, self._scratch, control)
                except ExportRefused as refusal:
                    result.damaged.append(f"{export.system}: {dropped.name}: {_one_line(refusal)}")
                    continue
                except FileUnreachable as error:
                    result.unreachable.append(f"{export.system}: {_one_line(error)}")
                    continue
                if kept is None:
                    result.unfinished.append(f"{export.system}: {dropped.name}")
                    continue
                file_id, size = kept
                taken.append((dropped, file_id))
                if before and before.file_id == file_id and not self._says_anew(export, dropped.name, before, control):
                    counts["repeats"] += 1
                    touched[before.delivery_id] = dropped, size
                else:
                    ordinal = before.ordinal + 1 if before else 1
                    origin = (export.system, export.table, dropped.name, ordinal, dropped.place)
                    times = (when, dropped.modified_at, self._seen_at)
                    delivery = Delivery(file_id, suffix, size, *origin, *times, control.as_json() or None)
                    arrived.append(record(settings, delivery))
                    counts["new"] += 1
        finally:  # what arrived before a place went away has arrived
            if arrived or touched:
                _note(self._state, arrived, touched)
        return taken

    def _move(
        self,
        exports: list[Export],
        matched: list[list[Dropped]],
        takers: Mapping[str, list[tuple[Export, str]]],
        names: Collection[str],
    ) -> None:
        """Move originals that every export which reads a part of them has taken."""
        readers = Counter(dropped.name for files in matched for dropped in files)
        for dropped in {dropped.name: dropped for files in matched for dropped in files}.values():
            taken_by = takers.get(dropped.name, [])
            movers = [(export, file_id) for export, file_id in taken_by if export.arrival.done_folder]
            if not movers or len(taken_by) < readers[dropped.name]:
                continue
            export, file_id = movers[0]
            target = f"{export.arrival.done_folder}{dropped.name}"
            try:
                if not move_original(dropped, target, file_id, export.arrival, names):
                    self._result.unfinished.append(f"{exports[0].system}: {dropped.name}")
            except FileUnreachable as error:
                self._result.unreachable.append(f"{exports[0].system}: {_one_line(error)}")

    def _dated(
        self, export: Export, files: list[Dropped], last: Mapping[str, _Last], counts: Counter[str]
    ) -> list[tuple[datetime, Dropped]]:
        """The files to be taken with when they were exported, oldest first."""
        dated = []
        for dropped in files:
            try:
                when = exported_at(export, dropped.name, dropped.modified_at, self._settings.company.zone)
            except ExportRefused as refusal:
                self._result.undated.append(f"{export.system}: {dropped.name}: {refusal.what}")
            else:
                dated.append((when, dropped))
        dated.sort(key=lambda pair: (pair[0], pair[1].name))
        if export.arrival.take == "newest" and dated:
            newest = dated[-1:]
            if newest[0][0] < max((before.exported_at for before in last.values()), default=newest[0][0]):
                newest = []  # one that is newer still was taken, and moved away
            counts["older"] += len(dated) - len(newest)
            return newest
        return dated

    def _control(self, dropped: Dropped, names: Collection[str]) -> Control:
        """What the sender says of a file; a size that differs is told before anything is copied."""
        beside = [suffix for suffix in MANIFESTS if dropped.name + suffix in names]
        control = read_control(dropped.name, {suffix: read_small(dropped, suffix) for suffix in beside}, dropped.where)
        if dropped.bytes >= 0:
            control.check_content(dropped.where, control.sha256 or "", dropped.bytes)
        return control

    def _says_anew(self, export: Export, name: str, before: _Last, control: Control) -> bool:
        """Whether the sender now says something else of a content that came before: a second delivery, to be checked anew."""
        said = control.as_json()
        return bool(said) and said != control_of(
            self._settings, before.file_id, export.system, export.table, name, before.ordinal
        )


def _one_line(error: ExportRefused | PlaceUnreachable) -> str:
    where = f" ({error.where})" if isinstance(error, PlaceUnreachable) else ""
    return f"{error.what.rstrip('.')}{where}. {error.fix}"


def _last_deliveries(connection: Connection, export: Export) -> dict[str, _Last]:
    rows = connection.execute(
        select(deliveries)
        .where(index.same(deliveries, {"system": export.system, "table_name": export.table}))
        .order_by(deliveries.c.delivery_id)
    )
    last: dict[str, _Last] = {}
    for row in rows:
        ordinal = last[row.name].ordinal + 1 if row.name in last else 1
        last[row.name] = _Last(row.delivery_id, row.file_id, row.place, row.bytes, row.modified_at, row.exported_at, ordinal)
    return last


def _note(state: State, arrived: list[Delivery], touched: dict[int, tuple[Dropped, int]]) -> None:
    with state.write("pull.deliveries") as connection:
        for delivery in arrived:
            index.note_delivery(connection, delivery)
        for delivery_id, (dropped, size) in touched.items():  # so that the next pull need not hash it again
            values = {"place": dropped.place, "bytes": size, "modified_at": dropped.modified_at}
            connection.execute(update(deliveries).where(deliveries.c.delivery_id == delivery_id).values(values))
