"""Typing one file: its records into good rows and rejects, counted twice, renamed into the lake."""

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from rapport.errors import ExportRefused
from rapport.exports.casts import Cast, cast_of, is_skipped
from rapport.exports.declarations import Export
from rapport.exports.parquet import LoadedFile, metadata, rejects_beside
from rapport.exports.readers import Reader, open_reader
from rapport.exports.readers.staging import read_rows, write_rows
from rapport.exports.sql import literal
from rapport.files import move_into_place


@dataclass(frozen=True)
class Source:
    """An archived file that is to be typed.

    Attributes:
        name, exported_at: of its first delivery.
        target: where its good rows go.
    """

    file_id: str
    path: Path
    name: str
    exported_at: datetime
    target: Path


def type_file(
    engine: object, export: Export, source: Source, lake: Path, scratch: Path, loaded_at: datetime
) -> tuple[LoadedFile, list[str]]:
    """Type a file into the lake: rejects are renamed first, the good rows' rename is the commit.

    Args:
        engine: DuckDB connection.
        scratch: folder in the lake's file system, for this load alone.

    Returns:
        What was loaded; notices.

    Raises:
        ExportRefused: the file cannot be taken as a whole, or its records do not add up.
    """
    reader = open_reader(export, source.path, source.name, scratch)
    counted = reader.stage(engine)
    engine.execute(f"create or replace temp view typed as {_typed_sql(export)}")
    records, skipped = engine.execute("select count(*), count(*) filter (_is_skipped) from typed").fetchone()
    loaded = LoadedFile(
        source.file_id,
        export.system,
        export.table,
        export.hash,
        source.target.relative_to(lake).as_posix(),
        records,
        0,
        0,
        skipped,
        loaded_at,
    )
    good, rejected = _copy_good(engine, export, source, loaded, scratch), 0
    if good + skipped < records:
        rejected = _copy_rejects(engine, export, source, reader, scratch)
    if not good + rejected + skipped == records == counted:
        raise ExportRefused(
            f"The records do not add up: {counted} were counted, {records} were read, of which {good} are good, "
            f"{rejected} rejected and {skipped} skipped.",
            where=f"{export.system}.{export.table}: {source.name}",
            fix="Look for an unclosed quote or a cut file; the export must be sent again.",
        )
    if rejected:
        move_into_place(scratch / "rejects.parquet", rejects_beside(source.target), point="load.rejects.renamed")
    move_into_place(scratch / "good.parquet", source.target, point="load.parquet.renamed")
    return _with_rows(loaded, good, rejected), reader.notices


def _with_rows(loaded: LoadedFile, good: int, rejected: int) -> LoadedFile:
    return replace(loaded, rows_good=good, rows_rejected=rejected)


def _casts(export: Export) -> list[Cast]:
    return [cast_of(export, column, f"t{i}", f"x{i}", f"v{i}") for i, column in enumerate(export.columns)]


def _typed_sql(export: Export) -> str:
    """_row, _is_skipped, _fault, t0… (raw), v0… (typed), f0… (why not), and _is_good."""
    casts = list(enumerate(_casts(export)))
    texts = ", ".join(f"{cast.text} as x{i}" for i, cast in casts)
    values = ", ".join(f"{cast.value} as v{i}" for i, cast in casts)
    faults = ", ".join(f"{cast.fault} as f{i}" for i, cast in casts)
    no_fault = " and ".join(f"f{i} is null" for i, _ in casts)
    skipped = is_skipped(export, {column.name: f"t{i}" for i, column in enumerate(export.columns)})
    return (
        f"select *, _fault is null and not _is_skipped and {no_fault} as _is_good from ("
        f"select *, {faults} from (select *, {values} from (select *, {skipped} as _is_skipped, {texts} from records)))"
    )


def _copy_good(engine: object, export: Export, source: Source, loaded: LoadedFile, scratch: Path) -> int:
    columns = ", ".join(f"v{i}::{column.data_type} as {column.name}" for i, column in enumerate(export.columns))
    return _copy(
        engine,
        f"select {columns}, {literal(source.file_id)} as _file_id, _row, {_instant(source.exported_at)} as _exported_at,"
        f" {_instant(loaded.loaded_at)} as _loaded_at from typed where _is_good",
        scratch / "good.parquet",
        f", kv_metadata {metadata(loaded)}",
    )


def _copy_rejects(engine: object, export: Export, source: Source, reader: Reader, scratch: Path) -> int:
    rejected = "from typed where not _is_good and not _is_skipped"
    rows = {row for (row,) in engine.execute(f"select _row {rejected}").fetchall()}
    write_rows(scratch / "located.csv", reader.locate(rows))
    located = read_rows(scratch / "located.csv", {"_row": "BIGINT", "_line": "BIGINT", "text": "VARCHAR"})
    reasons = ", ".join(
        f"case when f{i} is not null then {{'column': {literal(column.name)}, 'rule': f{i}, 'value': t{i}}} end"
        for i, column in enumerate(export.columns)
    )
    whole = "{'column': null::varchar, 'rule': _fault, 'value': null::varchar}"
    return _copy(
        engine,
        f"select {literal(source.file_id)} as _file_id, _row, _line, coalesce(text, '') as text,"
        f" case when _fault is not null then [{whole}]"
        f" else list_filter([{reasons}], lambda reason: reason is not null) end as reasons"
        f" from (select * {rejected}) join {located} using (_row) order by _row",
        scratch / "rejects.parquet",
    )


def _copy(engine: object, query: str, target: Path, options: str = "") -> int:
    """Write a query's rows to a Parquet file; returns how many."""
    copied = engine.execute(f"copy ({query}) to {literal(str(target))} (format parquet, compression zstd{options})")
    return copied.fetchone()[0]


def _instant(when: datetime) -> str:
    return f"{literal(when.isoformat())}::timestamptz"
