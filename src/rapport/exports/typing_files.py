"""Typing files: their records into good rows and rejects, counted twice, renamed into the lake."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from rapport.errors import ExportRefused
from rapport.exports.casts import Cast, cast_of, is_skipped
from rapport.exports.export import Export
from rapport.exports.parquet import LoadedFile, metadata, rejects_beside
from rapport.exports.readers import Reader, open_reader
from rapport.exports.readers.staging import read_rows, write_rows
from rapport.exports.sql import literal
from rapport.files import move_into_place

LARGE = 250_000  # bytes from which a file is worth a query of its own; planning one costs as much as some thousand records
_BATCH = 200  # small files that are typed by one query
_BATCH_BYTES = 2_000_000  # and how much they hold together


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


@dataclass(frozen=True)
class Typed:
    """A file that is in the lake now."""

    loaded: LoadedFile
    notices: list[str]


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


class Typist:
    """Types the files of one export.

    Args:
        engine: DuckDB connection.
        lake: the lake's folder.
        scratch: folder in the lake's file system, for this load alone.
        loaded_at: what the rows will say.
    """

    def __init__(self, engine: object, export: Export, lake: Path, scratch: Path, loaded_at: datetime) -> None:
        self._engine, self._export, self._lake, self._scratch = engine, export, lake, scratch
        self._loaded_at = loaded_at
        self._casts = [cast_of(export, column, f"t{i}", f"y{i}", f"x{i}", f"v{i}") for i, column in enumerate(export.columns)]

    def type(self, batch: Sequence[Source]) -> Iterator[tuple[Source, Typed | ExportRefused]]:
        """Type files into the lake; of each, rejects are renamed first, and the good rows' rename is the commit.

        A file that cannot be taken as a whole, or whose records do not add up, yields the refusal.
        """
        readers: dict[int, Reader] = {}
        for number, source in enumerate(batch):
            try:
                readers[number] = open_reader(self._export, source.path, source.name, self._scratch, self._engine)
            except ExportRefused as refusal:
                yield source, refusal
        if not readers:
            return
        self._stage(readers, is_large=len(batch) == 1 and batch[0].path.stat().st_size >= LARGE)
        records = self._counts("records")
        skipped = self._counts(f"{self._typed} where _is_skipped") if self._export.skip else {}
        self._has_rejects_laid_out = False
        for number in readers:
            try:
                typed = self._one(batch[number], number, readers, records.get(number, 0), skipped.get(number, 0))
            except ExportRefused as refusal:
                yield batch[number], refusal
            else:
                yield batch[number], typed

    def _stage(self, readers: dict[int, Reader], *, is_large: bool) -> None:
        """Make the view `records`, and name what types it: a table, made once, of small files; a query over a large one."""
        texts = [f"t{i}" for i in range(len(self._casts))]
        by_engine = None
        if is_large:
            ((number, reader),) = readers.items()
            by_engine = reader.read_with(self._engine)
        if by_engine:
            self._engine.execute(f"create or replace temp view records as select {number} as _file, * from {by_engine}")
        else:
            path = self._scratch / "records.csv"
            write_rows(path, ([number, *row] for number, reader in readers.items() for row in reader.rows()))
            columns = {"_file": "INTEGER", "_row": "BIGINT", "_fault": "VARCHAR"} | dict.fromkeys(texts, "VARCHAR")
            self._engine.execute(f"create or replace temp table staged as select * from {read_rows(path, columns)}")
            self._engine.execute("create or replace temp view records as select * from staged")
        self._typed = self._typing_sql()
        if not is_large:
            self._engine.execute(f"create or replace temp table typed as select * from {self._typed}")
            self._typed = "typed"

    def _typing_sql(self) -> str:
        """Every record with _is_skipped, t0… (raw texts), y0… (trimmed), x0… (to be typed), v0… (typed) and _is_good."""
        trimmed = ", ".join(f"{cast.trimmed} as y{i}" for i, cast in enumerate(self._casts))
        texts = ", ".join(f"{cast.text} as x{i}" for i, cast in enumerate(self._casts))
        values = ", ".join(f"{cast.value} as v{i}" for i, cast in enumerate(self._casts))
        all_fit = " and ".join(cast.fits for cast in self._casts)
        skipped = is_skipped(self._export, {column.name: f"t{i}" for i, column in enumerate(self._export.columns)})
        return (
            f"(select *, _fault is null and not _is_skipped and {all_fit} as _is_good from (select *, {values} from"
            f" (select *, {texts} from (select *, {skipped} as _is_skipped, {trimmed} from records))))"
        )

    def _counts(self, relation: str) -> dict[int, int]:
        return dict(self._engine.execute(f"select _file, count(*) from {relation} group by all").fetchall())

    def _one(self, source: Source, number: int, readers: dict[int, Reader], records: int, skipped: int) -> Typed:
        export, reader = self._export, readers[number]
        path = source.target.relative_to(self._lake).as_posix()
        key = (source.file_id, export.system, export.table, export.hash, path)
        loaded = LoadedFile(
            *key, rows_in_file=records, rows_good=0, rows_rejected=0, rows_skipped=skipped, loaded_at=self._loaded_at
        )
        good, rejected = self._copy_good(source, number, loaded), 0
        if good + skipped < records:
            if not self._has_rejects_laid_out:
                self._lay_out_rejects(readers)
                self._has_rejects_laid_out = True
            rejected = self._copy_rejects(source, number)
        if not good + rejected + skipped == records == reader.counted:
            raise ExportRefused(
                f"The records do not add up: {reader.counted} were counted, {records} were read, of which {good} are good, "
                f"{rejected} rejected and {skipped} skipped.",
                where=f"{export.system}.{export.table}: {source.name}",
                fix="Look for an unclosed quote or a cut file; the export must be sent again.",
            )
        if rejected:
            move_into_place(self._scratch / "rejects.parquet", rejects_beside(source.target), point="load.rejects.renamed")
        move_into_place(self._scratch / "good.parquet", source.target, point="load.parquet.renamed")
        return Typed(replace(loaded, rows_good=good, rows_rejected=rejected), reader.notices)

    def _copy_good(self, source: Source, number: int, loaded: LoadedFile) -> int:
        columns = ", ".join(f"v{i}::{column.data_type} as {column.name}" for i, column in enumerate(self._export.columns))
        return self._copy(
            f"select {columns}, {literal(source.file_id)} as _file_id, _row, {_instant(source.exported_at)} as _exported_at,"
            f" {_instant(self._loaded_at)} as _loaded_at from {self._typed} where _is_good and _file = {number}",
            self._scratch / "good.parquet",
            f", kv_metadata {metadata(loaded)}",
        )

    def _lay_out_rejects(self, readers: dict[int, Reader]) -> None:
        """Make the table `rejected` of all files of a batch at once, with each record's place and text."""
        self._engine.execute(
            f"create or replace temp table unfit as select _file, _row, {_reasons(self._export, self._casts)} as reasons"
            f" from {self._typed} where not _is_good and not _is_skipped"
        )
        rows: dict[int, set[int]] = {}
        for number, row in self._engine.execute("select _file, _row from unfit").fetchall():
            rows.setdefault(number, set()).add(row)
        path = self._scratch / "located.csv"
        write_rows(path, ([number, *place] for number in rows for place in readers[number].locate(rows[number])))
        located = read_rows(path, {"_file": "INTEGER", "_row": "BIGINT", "_line": "BIGINT", "text": "VARCHAR"})
        self._engine.execute(
            "create or replace temp table rejected as"
            f" select * from unfit join {located} using (_file, _row) order by _file, _row"
        )

    def _copy_rejects(self, source: Source, number: int) -> int:
        return self._copy(
            f"select {literal(source.file_id)} as _file_id, _row, _line, text, reasons from rejected where _file = {number}",
            self._scratch / "rejects.parquet",
        )

    def _copy(self, query: str, target: Path, options: str = "") -> int:
        """Write a query's rows to a Parquet file; returns how many."""
        command = f"copy ({query}) to {literal(str(target))} (format parquet, compression zstd{options})"
        return self._engine.execute(command).fetchone()[0]


def _reasons(export: Export, casts: Sequence[Cast]) -> str:
    """SQL: one reason per column that does not fit, or the record's structural fault."""
    each = ", ".join(
        f"case when {cast.fault} is not null then {{'column': {literal(column.name)}, 'rule': {cast.fault}, 'value': t{i}}} end"
        for i, (column, cast) in enumerate(zip(export.columns, casts, strict=True))
    )
    whole = "{'column': null::varchar, 'rule': _fault, 'value': null::varchar}"
    return f"case when _fault is not null then [{whole}] else list_filter([{each}], lambda reason: reason is not null) end"


def _instant(when: datetime) -> str:
    return f"{literal(when.isoformat())}::timestamptz"
