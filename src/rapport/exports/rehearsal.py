"""Rehearsal: what files would do, found out by loading them with the loader itself, into a home that is thrown away."""

import hashlib
import shutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from rapport.company import System
from rapport.errors import ExportRefused, UsageError
from rapport.exports import index
from rapport.exports.archive import Delivery, archived, suffix_of
from rapport.exports.declarations import read_declarations
from rapport.exports.export import Export
from rapport.exports.lake import Reject, current_files, read_rejects
from rapport.exports.load import load
from rapport.exports.pull import exported_at
from rapport.exports.scratch import scratch_folder
from rapport.settings import Settings
from rapport.state import State, open_state
from rapport.state.database import now


@dataclass
class Rehearsed:
    """What a file would do.

    Attributes:
        table: whose declaration covers the file; None when none does.
        exported_at: UTC; None when the file is not covered or its name does not tell.
        refused: why the file would not be taken, and what to do; None when it would.
        records: how many it holds; the sum of the other three.
        rejects: the first of its rejected records.
        reasons: (column, rule) → rejected records; the column is None when a record's structure is at fault.
    """

    path: Path
    name: str
    table: str | None = None
    exported_at: datetime | None = None
    refused: tuple[str, str] | None = None
    records: int = 0
    rows_good: int = 0
    rows_rejected: int = 0
    rows_skipped: int = 0
    notices: list[str] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    reasons: Counter[tuple[str | None, str]] = field(default_factory=Counter)


def rehearse(settings: Settings, system: str, files: Sequence[Path], *, shown: int = 10) -> list[Rehearsed]:
    """Load files of a system as if they had been dropped; archive, lake and state stay as they are.

    The system needs a declaration, but need not be the company's yet. Rules of arrival, such as manifests, are not asked.

    Args:
        files: in any place; of each, the name decides which declaration covers it.
        shown: how many rejects of each file to keep.

    Raises:
        UsageError: a file does not exist, or the system's declaration is missing or has a mistake.
    """
    for path in files:
        if not path.is_file():
            raise UsageError("There is no such file.", where=str(path), fix="Name files, not folders or patterns.")
    if twice := [name for name, count in Counter(path.name for path in files).items() if count > 1]:
        fix = "Check them one after the other."
        raise UsageError("Two files have the same name; the later would replace the first.", where=", ".join(twice), fix=fix)
    with scratch_folder(settings.scratch) as home:
        apart = _apart(settings, system, home)
        exports = list(read_declarations(apart).values())
        state = open_state(apart.state_url)
        rehearsed = [file for path in files for file in _covered(apart, state, exports, path)]
        if any(file.table and not file.refused for file in rehearsed):
            _load(apart, state, rehearsed, shown)
        state.engine.dispose()
    return rehearsed


def _apart(settings: Settings, system: str, home: Path) -> Settings:
    """The same settings with a home of their own, for a company that has this system only."""
    places = {
        "home": home,
        "archive": home / "archive",
        "lake": home / "lake",
        "state_url": f"sqlite:///{home / 'state.sqlite'}",
    }
    apart = settings.model_copy(update=places)
    company = settings.company.model_copy(update={"systems": {system: System(drops="drops")}})
    object.__setattr__(apart, "company", company)  # a cached property of a frozen model
    return apart


def _covered(settings: Settings, state: State, exports: Sequence[Export], path: Path) -> list[Rehearsed]:
    """What each table would make of a file: one mostly, several where they read different sheets or `records` of it."""
    covering = [export for export in exports if export.covers(path.name)]
    if covering and len({(export.sheet, export.records) for export in covering}) == len(covering):
        return [_deliver(settings, state, export, path) for export in covering]
    patterns = "; ".join(f"{export.table}: {', '.join(export.files)}" for export in exports)
    what = f"Two declarations cover it: {', '.join(e.table for e in covering)}." if covering else "No declaration covers it."
    return [Rehearsed(path, path.name, refused=(what, f"Make one of the `files` patterns fit the name. They are {patterns}."))]


def _deliver(settings: Settings, state: State, export: Export, path: Path) -> Rehearsed:
    """Put a file into the archive."""
    file = Rehearsed(path, path.name, export.table)
    status = path.stat()
    modified = datetime.fromtimestamp(status.st_mtime, UTC)
    try:
        file.exported_at = exported_at(export, path.name, modified, settings.company.zone)
    except ExportRefused as refusal:
        file.refused = (refusal.what, refusal.fix)
        return file
    with open(path, "rb") as content:
        file_id = hashlib.file_digest(content, "sha256").hexdigest()
    suffix = suffix_of(path.name)
    kept = archived(settings, file_id, suffix)
    kept.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, kept)
    origin = (export.system, export.table, path.name, 1, str(path.parent))
    with state.write("rehearsal") as connection:
        index.note_delivery(connection, Delivery(file_id, suffix, status.st_size, *origin, file.exported_at, modified, now()))
    return file


def _load(settings: Settings, state: State, rehearsed: Sequence[Rehearsed], shown: int) -> None:
    """Load what was delivered and tell each file what came of it."""
    result = load(settings, state)
    refused = {(file.table, file.name): file for file in result.refused}
    loaded = {(file.table, arrived.name): file for file in current_files(settings, state) for arrived in file.deliveries}
    for file in rehearsed:
        if refusal := refused.get((file.table, file.name)):
            file.refused = (refusal.what, refusal.fix)
        elif typed := loaded.get((file.table, file.name)):
            file.records, file.rows_good = typed.rows_in_file, typed.rows_good
            file.rows_rejected, file.rows_skipped = typed.rows_rejected, typed.rows_skipped
            file.notices = list(typed.notices)
            for reject in read_rejects(settings, [typed]):
                file.reasons.update((reason.column, reason.rule) for reason in reject.reasons)
                if len(file.rejects) < shown:
                    file.rejects.append(reject)
