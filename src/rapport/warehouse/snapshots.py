"""Publishing: a finished, checked build becomes an immutable, numbered snapshot that readers find through one pointer."""

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Row, func, insert, select

from rapport.crash import crash_point
from rapport.errors import GateClosed, RapportError
from rapport.files import move_into_place, write_atomically
from rapport.settings import Settings
from rapport.state.database import State, now
from rapport.state.tables import builds, snapshot_numbers, snapshots, verdicts
from rapport.warehouse.build import latest_build
from rapport.warehouse.connections import hardened
from rapport.warehouse.content import Content, content_hash, contents
from rapport.warehouse.copying import copy_tables
from rapport.warehouse.dbt import nightly
from rapport.warehouse.healing import ABOUT, heal, newest_file, point_to, record, snapshot_file
from rapport.warehouse.lock import warehouse_lock

MANIFESTS = ("manifest.json", "semantic_manifest.json")
# Every so many snapshots one is written whole: with 30 of 700 days replaced each night a file had grown by a fifth after 25
# nights, and to more than twice its size after 100.
_WHOLE_EVERY = 30


@dataclass(frozen=True)
class PublishResult:
    """The snapshot that readers see now; `unchanged` when it already held what the build holds."""

    number: int
    unchanged: bool

    def counts(self) -> dict[str, object]:
        """What the journal keeps and people read."""
        return {"snapshot": self.number, "unchanged": self.unchanged}


def publish(settings: Settings, state: State, build_number: int) -> PublishResult:
    """Publish a build, unless its content is what readers already see.

    A crash at any place leaves readers on the old snapshot or the new one; the next call finishes or clears what was begun.

    Raises:
        RapportError: the build is not the newest, or did not finish, so the warehouse does not hold it.
        GateClosed: a gate has not been asked about this build, or is closed.
        WarehouseBusy: another process holds the warehouse.
    """
    with warehouse_lock(settings):
        built = _finished(state, build_number)
        _require_open_gates(state, built)
        heal(settings, state)
        tables = _contents(settings)
        digest = content_hash(tables, nightly(settings).target / "semantic_manifest.json")
        current = newest_file(settings)
        if current and _recorded_hash(state, current) == digest:
            return PublishResult(current, unchanged=True)
        number = _next_number(settings, state)
        temporary = _copy(settings, number, tables, current)
        about = {
            "number": number,
            "build_number": build_number,
            "content_hash": digest,
            "as_of": built.as_of.isoformat(),
            "published_at": now().isoformat(),
        }
        _write_folder(settings, number, about)
        move_into_place(temporary, snapshot_file(settings, number), point="publish.snapshot.renamed")  # the commit
        shutil.rmtree(temporary.parent)
        record(state, about)
        point_to(settings, number)
        return PublishResult(number, unchanged=False)


def _finished(state: State, number: int) -> Row:
    with state.read() as connection:
        row = connection.execute(select(builds).where(builds.c.number == number)).first()
    newest = latest_build(state)
    if row is None:
        raise RapportError(f"There is no build {number}.", fix="Build first: `rapport build`.")
    if newest.number != number:
        raise RapportError(
            f"The warehouse no longer holds build {number}: build {newest.number} came after it.",
            where=f"build {newest.number}, {newest.status}",
            fix="Check and publish the newest build, or build again.",
        )
    if row.status != "finished":
        raise RapportError(
            f"Build {number} did not finish, so it cannot be published.",
            where=row.message or f"its status is {row.status!r}",
            fix="Build again: `rapport build` repeats it whole.",
        )
    return row


def _require_open_gates(state: State, built: Row) -> None:
    """The newest verdicts on the lake that the build saw, and on the build itself, must both be open."""
    asked = (
        ("raw", verdicts.c.lake_hash == built.lake_hash, "the exports that it was built from"),
        ("marts", verdicts.c.build_number == built.number, "its marts"),
    )
    for gate, about_this, words in asked:
        with state.read() as connection:
            newest_first = select(verdicts).where(verdicts.c.gate == gate, about_this).order_by(verdicts.c.verdict_id.desc())
            verdict = connection.execute(newest_first.limit(1)).first()
        if verdict is None:
            raise GateClosed(
                f"Build {built.number} cannot be published: {words} have not been checked.",
                where=f"the {gate} gate has no verdict on it",
                fix=f"Ask it: `rapport check {gate}`.",
            )
        if not verdict.is_open:
            raise GateClosed(
                f"Build {built.number} cannot be published: the {gate} gate is closed. The last snapshot stays.",
                where=f"verdict {verdict.verdict_id} of {verdict.checked_at:%Y-%m-%d %H:%M} UTC",
                fix=f"`rapport check {gate}` names the checks that failed; mend the export or the suite, then run again.",
            )


def _contents(settings: Settings) -> dict[tuple[str, str], Content]:
    # Views of the marts layer may read the lake; those of the warehouse's other layers are not published.
    connection = hardened(settings, attach={"warehouse": settings.warehouse_file}, folders=[settings.lake])
    try:
        return contents(connection, nightly(settings).target / "manifest.json")
    finally:
        connection.close()


def _recorded_hash(state: State, number: int) -> str | None:
    with state.read() as connection:
        return connection.execute(select(snapshots.c.content_hash).where(snapshots.c.number == number)).scalar()


def _next_number(settings: Settings, state: State) -> int:
    """Give out a number that was never used, not even by a publish that crashed or before the state was rebuilt."""
    with state.write("publish.number_given") as connection:
        given = connection.execute(select(func.coalesce(func.max(snapshot_numbers.c.number), 0))).scalar_one()
        number = max(given, newest_file(settings) or 0) + 1
        connection.execute(insert(snapshot_numbers).values(number=number, given_at=now()))
    return number


def _copy(settings: Settings, number: int, tables: Mapping[tuple[str, str], Content], last: int | None) -> Path:
    """Make a DuckDB file in the scratch folder that holds the tables, with no write-ahead log left beside it.

    It begins as a copy of the last snapshot, so that what a night costs does not grow with history; every so often it begins
    empty, since files grow with what is replaced in them.
    """
    import duckdb

    folder = settings.scratch / f"publish-{number:06}"  # the number is new, so the folder is
    folder.mkdir(parents=True)
    file = folder / "snapshot.duckdb"
    last = last if number % _WHOLE_EVERY else None
    if last:
        shutil.copyfile(snapshot_file(settings, last), file)
    try:
        _fill(settings, file, tables)
    except duckdb.Error:
        if not last:
            raise
        # Whatever is wrong with the last snapshot (`rapport doctor` tells), this one needs it not.
        for left in (file, file.with_name(file.name + ".wal")):
            left.unlink(missing_ok=True)
        _fill(settings, file, tables)
    if file.with_name(file.name + ".wal").exists():
        raise RapportError(
            "The snapshot could not be closed.", where=str(file), fix="See whether the disk is full, then publish again."
        )
    os.chmod(file, 0o440)
    crash_point("publish.snapshot.copied")
    return file


def _fill(settings: Settings, file: Path, tables: Mapping[tuple[str, str], Content]) -> None:
    connection = hardened(
        settings, attach={"warehouse": settings.warehouse_file}, create={"snapshot": file}, folders=[settings.lake, file.parent]
    )
    try:
        copy_tables(connection, tables)
        connection.execute("checkpoint snapshot")
        connection.execute("detach snapshot")
    finally:
        connection.close()


def _write_folder(settings: Settings, number: int, about: dict[str, object]) -> None:
    """Keep dbt's manifests of the build, and what the state says about the snapshot, beside its file."""
    folder = settings.published / f"{number:06}"
    for name in MANIFESTS:
        content = (nightly(settings).target / name).read_bytes()
        write_atomically(folder / name, content, point=f"publish.{name.removesuffix('.json')}.renamed")
    content = json.dumps(about, indent=2).encode()
    write_atomically(folder / ABOUT, content, point="publish.about.renamed")
