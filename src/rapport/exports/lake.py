"""The lake as it is now: one Parquet file per archived file, typed by the current declarations."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from rapport.exports.declarations import read_declarations
from rapport.exports.mirror import lake_mirror
from rapport.exports.parquet import open_engine, rejects_beside
from rapport.exports.sql import glob_safe, literal
from rapport.settings import Settings
from rapport.state import State
from rapport.state.tables import deliveries, loads


@dataclass(frozen=True)
class LakeDelivery:
    """One arrival of a file.

    Attributes:
        exported_at: UTC.
    """

    delivery_id: int
    name: str
    exported_at: datetime


@dataclass(frozen=True)
class LakeFile:
    """A file of the lake.

    Attributes:
        declaration: hash of the declaration that typed it.
        rejects_path: None when all its records were taken.
        deliveries: its arrivals, oldest first.
        rows_in_file: records; the sum of the other three.
        loaded_at: UTC.
        notices: what is worth saying of it though it was taken.
    """

    system: str
    table: str
    file_id: str
    declaration: str
    path: Path
    rejects_path: Path | None
    deliveries: tuple[LakeDelivery, ...]
    rows_in_file: int
    rows_good: int
    rows_rejected: int
    rows_skipped: int
    loaded_at: datetime
    notices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reason:
    """Why a record was rejected; `column` is None when its structure is at fault."""

    column: str | None
    rule: str
    value: str | None


@dataclass(frozen=True)
class Reject:
    """A record that was not taken.

    Attributes:
        row: record number; line: physical line, both from the file as it was delivered.
    """

    system: str
    table: str
    name: str
    file_id: str
    row: int
    line: int
    text: str
    reasons: tuple[Reason, ...]


def current_files(settings: Settings, state: State) -> list[LakeFile]:
    """The files that the current declarations have typed, by system, table, first export and name."""
    generations = {(export.system, export.table): export.hash for export in read_declarations(settings).values()}
    with state.read() as connection:
        arrivals: dict[tuple[str, str, str], list[LakeDelivery]] = {}
        for row in connection.execute(select(deliveries).order_by(deliveries.c.exported_at, deliveries.c.delivery_id)):
            arrived = LakeDelivery(row.delivery_id, row.name, row.exported_at)
            arrivals.setdefault((row.system, row.table_name, row.file_id), []).append(arrived)
        typed = connection.execute(select(loads)).all()
    found = [
        _lake_file(settings, row, arrivals[row.system, row.table_name, row.file_id])
        for row in typed
        if generations.get((row.system, row.table_name)) == row.declaration
        and (row.system, row.table_name, row.file_id) in arrivals
    ]
    if mirror := lake_mirror(settings):
        mirror.bring(path for file in found for path in (file.path, file.rejects_path) if path)
    return sorted(found, key=lambda file: (file.system, file.table, file.deliveries[0].exported_at, file.deliveries[0].name))


def _lake_file(settings: Settings, row: object, arrived: list[LakeDelivery]) -> LakeFile:
    path = settings.lake / row.path
    return LakeFile(
        row.system,
        row.table_name,
        row.file_id,
        row.declaration,
        path,
        rejects_beside(path) if row.rows_rejected else None,
        tuple(arrived),
        row.rows_in_file,
        row.rows_good,
        row.rows_rejected,
        row.rows_skipped,
        row.loaded_at,
        tuple(row.notices or ()),
    )


def lake_hash(files: Iterable[LakeFile]) -> str:
    """SHA-256 of which files, typed how, delivered when: equal hashes, equal lakes."""
    content = sorted(
        [
            file.system,
            file.table,
            file.file_id,
            file.declaration,
            arrived.name,
            arrived.exported_at.isoformat(),
            arrived.delivery_id,
        ]
        for file in files
        for arrived in file.deliveries
    )
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def read_rejects(settings: Settings, files: Sequence[LakeFile]) -> Iterator[Reject]:
    """The rejected records of files, by file and record."""
    with open_engine(settings) as engine:
        for file in files:
            if file.rejects_path is None:
                continue
            rows = engine.execute(
                f"select _row, _line, text, reasons from read_parquet({literal(glob_safe(file.rejects_path))}) order by _row"
            ).fetchall()
            for row, line, text, reasons in rows:
                why = tuple(Reason(**reason) for reason in reasons)
                yield Reject(file.system, file.table, file.deliveries[-1].name, file.file_id, row, line, text, why)
