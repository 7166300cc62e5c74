"""Load: each archived file becomes one Parquet file of the lake, typed by its declaration; what does not fit is a reject."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import Row, delete, insert, select

from rapport.errors import ExportRefused, RapportError
from rapport.exports import index
from rapport.exports.archive import archived, bring, controls
from rapport.exports.declarations import read_declarations
from rapport.exports.export import Export
from rapport.exports.mirror import lake_mirror
from rapport.exports.parquet import LoadedFile, open_engine, read_loaded, rejects_beside
from rapport.exports.parsing import Parser, ReaderKilled
from rapport.exports.pull import chosen
from rapport.exports.scratch import scratch_folder
from rapport.exports.typing_files import Source, Typed
from rapport.files import move_into_place
from rapport.settings import Settings
from rapport.state import State
from rapport.state.database import now
from rapport.state.tables import deliveries, files, loads, refusals

LARGE = 250_000  # bytes from which a file is worth a query of its own; planning one costs as much as some thousand records
_BATCH = 200  # small files that are typed by one query
_BATCH_BYTES = 2_000_000  # and how much they hold together


@dataclass(frozen=True)
class RefusedFile:
    """A whole file that was not taken.

    Attributes:
        is_new: refused by this load; else by an earlier one, and nothing changed since.
    """

    system: str
    table: str
    name: str
    file_id: str
    what: str
    fix: str
    is_new: bool


@dataclass
class LoadResult:
    """What a load did.

    Attributes:
        files: how many files it typed; `healed` were typed by an interrupted load and only had to be noted.
        refused: files that are the last delivery of their name and cannot be taken.
        notices: `system.table: name: words`, such as columns that are not declared.
    """

    files: int = 0
    healed: int = 0
    rows_good: int = 0
    rows_rejected: int = 0
    rows_skipped: int = 0
    refused: list[RefusedFile] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """The numbers, for the journal."""
        numbers = ("files", "healed", "rows_good", "rows_rejected", "rows_skipped")
        return {name: getattr(self, name) for name in numbers} | {"files_refused": len(self.refused)}


def load(settings: Settings, state: State, systems: Sequence[str] | None = None, *, again: bool = False) -> LoadResult:
    """Type every archived file of the systems that the current declarations have not typed yet.

    A file that is refused stops no other, and is not tried again before its declaration changes or it is delivered anew. One
    whose reader was killed from outside is tried again by the next load.

    Args:
        systems: which; all of the company's when None.
        again: try those, too, that the same declaration has refused before.

    Raises:
        UsageError: a declaration has a mistake.
    """
    exports = chosen(read_declarations(settings), systems)
    index.heal_deliveries(settings, state)
    result = LoadResult()
    with scratch_folder(settings.lake) as scratch:
        for export in exports:
            _load_table(settings, state, export, scratch, result, again)
    return result


def _load_table(settings: Settings, state: State, export: Export, scratch: Path, result: LoadResult, again: bool) -> None:
    done: list[LoadedFile] = []
    refused: list[tuple[Source, ExportRefused]] = []
    pending = _pending(settings, state, export, again)
    mirror = lake_mirror(settings)
    if mirror:
        targets = [settings.lake / source.lake_path for source in pending]
        mirror.bring(path for target in targets for path in (target, rejects_beside(target)))
    healed = [source for source in pending if (settings.lake / source.lake_path).exists()]
    if healed:  # a rename was the commit, and an interruption lost the note
        with open_engine(settings) as engine:
            done += [read_loaded(engine, settings, settings.lake / source.lake_path) for source in healed]
        result.healed += len(healed)
    parser = Parser(export, [settings.archive, scratch], scratch, now())
    for batch in batches([source for source in pending if source not in healed]):
        is_large = len(batch) == 1 and batch[0].path.stat().st_size >= LARGE
        for source, outcome in parser.type(batch, by_engine=is_large):
            if isinstance(outcome, ExportRefused):
                refused.append((source, outcome))
                continue
            _commit(settings, outcome)
            done.append(outcome.loaded)
            result.files += 1
            result.rows_good += outcome.loaded.rows_good
            result.rows_rejected += outcome.loaded.rows_rejected
            result.rows_skipped += outcome.loaded.rows_skipped
            result.notices += [f"{export.system}.{export.table}: {source.name}: {notice}" for notice in outcome.notices]
    if mirror:  # before they are noted: a note says that the lake has it
        for loaded in done:
            target = settings.lake / loaded.path
            rejects = [rejects_beside(target)] if loaded.rows_rejected else []
            mirror.put([*rejects, target], point="load.parquet.sent")
    if done or refused:
        with state.write("load.recorded") as connection:
            for loaded in done:
                index.note_load(connection, loaded)
                _forget_refusal(connection, export, loaded.file_id)
            for source, refusal in refused:
                if isinstance(refusal, ReaderKilled):
                    _forget_refusal(connection, export, source.file_id)  # the next load tries it in any case
                else:
                    _note_refusal(connection, export, source, refusal)
    result.refused += _refused(state, export, {source.file_id for source, _ in refused})
    result.refused += [
        RefusedFile(export.system, export.table, source.name, source.file_id, _what(refusal), refusal.fix, is_new=True)
        for source, refusal in refused
        if isinstance(refusal, ReaderKilled)
    ]


def batches(sources: Iterable[Source]) -> Iterator[list[Source]]:
    """Group files so that small ones, in order, share a query and a large one has its own."""
    batch: list[Source] = []
    size = 0
    for source in sources:
        own = source.path.stat().st_size
        if own >= LARGE:
            yield [source]
            continue
        if batch and (len(batch) == _BATCH or size + own > _BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(source)
        size += own
    if batch:
        yield batch


def _commit(settings: Settings, typed: Typed) -> None:
    """Bring a file into the lake: its rejects first, since the good rows' rename is the commit."""
    target = settings.lake / typed.loaded.path
    if typed.rejects:
        move_into_place(typed.rejects, rejects_beside(target), point="load.rejects.renamed")
    move_into_place(typed.good, target, point="load.parquet.renamed")


def _pending(settings: Settings, state: State, export: Export, again: bool) -> list[Source]:
    """The files that the declaration has not typed (nor refused, but when `again`), by when they were exported, then name.

    A refused file that was delivered again since is tried again: its sender may say something else of it now.
    """
    own = {"system": export.system, "table_name": export.table}
    generation = own | {"declaration": export.hash}
    with state.read() as connection:
        arrivals = connection.execute(
            select(
                files.c.file_id,
                files.c.suffix,
                files.c.first_seen_at,
                deliveries.c.name,
                deliveries.c.exported_at,
                deliveries.c.seen_at,
            )
            .join_from(deliveries, files)
            .where(index.same(deliveries, own))
            .order_by(deliveries.c.exported_at, deliveries.c.name, deliveries.c.delivery_id)
        ).all()
        typed = dict(connection.execute(select(loads.c.file_id, loads.c.path).where(index.same(loads, generation))).all())
        refused = dict(
            connection.execute(select(refusals.c.file_id, refusals.c.refused_at).where(index.same(refusals, generation))).all()
        )
    last_seen = {file_id: max(row.seen_at for row in rows) for file_id, rows in _by_file(arrivals).items()}
    waiting = set() if again else {file_id for file_id, at in refused.items() if last_seen.get(file_id, at) <= at}
    if mirror := lake_mirror(settings):
        mirror.bring(settings.lake / path for path in typed.values())
    pending: dict[str, Source] = {}
    for file_id, suffix, first_seen_at, name, exported_at, _ in arrivals:
        is_there = file_id in typed and (settings.lake / typed[file_id]).exists()
        if file_id in pending or file_id in waiting or is_there:
            continue
        path = archived(settings, file_id, suffix)
        pending[file_id] = Source(file_id, path, name, exported_at, _lake_path(export, file_id, first_seen_at))
    bring(settings, [source.path for source in pending.values()])
    for source in pending.values():
        if not source.path.exists():
            raise RapportError(
                f"The archive has lost {source.name}.",
                where=str(source.path),
                fix="Restore it from a backup, or drop the file again.",
            )
    said = controls(settings, set(pending), export.system, export.table)
    return [replace(source, control=said.get(file_id)) for file_id, source in pending.items()]


def _by_file(arrivals: Sequence[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in arrivals:
        found.setdefault(row.file_id, []).append(row)
    return found


def _lake_path(export: Export, file_id: str, first_seen_at: datetime) -> str:
    return f"{export.system}/{export.table}/loaded_on={first_seen_at:%Y-%m-%d}/{file_id}-{export.hash}.parquet"


def _forget_refusal(connection: object, export: Export, file_id: str) -> dict[str, str]:
    key = {"file_id": file_id, "system": export.system, "table_name": export.table, "declaration": export.hash}
    connection.execute(delete(refusals).where(index.same(refusals, key)))
    return key


def _note_refusal(connection: object, export: Export, source: Source, refusal: ExportRefused) -> None:
    key = _forget_refusal(connection, export, source.file_id)
    connection.execute(insert(refusals).values(**key, what=_what(refusal), fix=refusal.fix, refused_at=now()))


def _what(refusal: ExportRefused) -> str:
    first, *diff = refusal.what.split("\n", 1)
    return "\n".join([f"{first} ({refusal.where})" if refusal.where else first, *diff])


def _refused(state: State, export: Export, new: set[str]) -> list[RefusedFile]:
    """The refused files that no later delivery of the same name has replaced."""
    own = {"system": export.system, "table_name": export.table}
    with state.read() as connection:
        last = dict(
            connection.execute(
                select(deliveries.c.name, deliveries.c.file_id)
                .where(index.same(deliveries, own))
                .order_by(deliveries.c.delivery_id)
            ).all()
        )
        rows = connection.execute(select(refusals).where(index.same(refusals, own | {"declaration": export.hash}))).all()
    reasons = {row.file_id: row for row in rows}
    return [
        RefusedFile(export.system, export.table, name, file_id, reasons[file_id].what, reasons[file_id].fix, file_id in new)
        for name, file_id in sorted(last.items())
        if file_id in reasons
    ]
