"""Typing files: their records into good rows and rejects, counted twice, as Parquet in scratch; nothing here is committed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from rapport.errors import ExportRefused
from rapport.exports.controls import check_totals
from rapport.exports.export import Export
from rapport.exports.manifests import Control
from rapport.exports.parquet import LoadedFile, metadata
from rapport.exports.readers import Reader, open_reader
from rapport.exports.readers.staging import read_rows, write_rows
from rapport.exports.retyped import refuse_retyped
from rapport.exports.sql import glob_safe, literal
from rapport.exports.typing_query import TypingQuery

# A dictionary of more values than this is tried in vain by ids and texts: a third of the cost of writing, for no byte less.
_PARQUET = "compression zstd, compression_level 1, dictionary_size_limit 4000"
_MANY = 1_000_000  # records that do not fit; with more, looking each of them up in the file would be the slower way


@dataclass(frozen=True)
class Source:
    """An archived file that is to be typed.

    Attributes:
        name, exported_at: of its first delivery.
        lake_path: where its good rows go, relative to the lake.
        control: what its sender says of it, as `manifests.Control.as_json`; None for nothing.
    """

    file_id: str
    path: Path
    name: str
    exported_at: datetime
    lake_path: str
    control: dict[str, object] | None = None


@dataclass(frozen=True)
class Typed:
    """A file that is ready for the lake.

    Attributes:
        good, rejects: Parquet files in scratch; `rejects` is None when all its records were taken.
    """

    loaded: LoadedFile
    good: Path
    rejects: Path | None
    notices: list[str]


class Typist:
    """Types the files of one export.

    Args:
        engine: DuckDB connection.
        scratch: folder for this load alone.
        loaded_at: what the rows will say.
    """

    def __init__(self, engine: object, export: Export, scratch: Path, loaded_at: datetime) -> None:
        self._engine, self._export, self._scratch, self._loaded_at = engine, export, scratch, loaded_at
        self._query = TypingQuery(export)

    def type(self, batch: Sequence[Source], *, by_engine: bool) -> Iterator[tuple[Source, Typed | ExportRefused]]:
        """Type files into scratch.

        Args:
            by_engine: let DuckDB read the file, of which there is one only, if it can do so exactly.

        Yields:
            Each file with what became of it; one that cannot be taken as a whole, or does not add up, with the refusal.
        """
        readers: dict[int, Reader] = {}
        for number, source in enumerate(batch):
            try:
                readers[number] = self._open(source)
            except ExportRefused as refusal:
                yield source, refusal
        if by_engine and readers:
            try:
                if relation := readers[0].read_with(self._engine):
                    if typed := self._by_engine(batch[0], readers[0], relation):
                        yield batch[0], typed
                        return
                    readers[0] = self._open(batch[0])  # as if nothing had been tried
            except ExportRefused as refusal:
                yield batch[0], refusal
                return
        for number, refusal in self._stage(readers).items():
            del readers[number]
            yield batch[number], refusal
        if not readers:
            return
        counted = "select _file, count(*), count(*) filter (_is_skipped), count(*) filter (_is_good) from typed group by all"
        counts = {number: tuple(rest) for number, *rest in self._engine.execute(counted).fetchall()}
        unfit = any(records > skipped + good for records, skipped, good in counts.values())
        if unfit:
            self._lay_out_rejects(readers)
        for number in readers:
            try:
                typed = self._one(batch[number], number, readers[number], *counts.get(number, (0, 0, 0)))
            except ExportRefused as refusal:
                yield batch[number], refusal
            else:
                yield batch[number], typed

    def _open(self, source: Source) -> Reader:
        return open_reader(self._export, source.path, source.name, self._scratch, self._engine)

    def _by_engine(self, source: Source, reader: Reader, relation: str) -> Typed | None:
        """The file, read by DuckDB in one pass; None where that turned out not to be exact.

        What did not fit is known by the numbers that are missing from what did. Those records are read again, one by one, by
        the exact reader: if one of them fits after all, the engine saw other records than there are.
        """
        import duckdb

        self._engine.execute(f"create or replace temp view records as select 0 as _file, * from {relation}")
        loaded = self._loaded(source, reader, rows_in_file=reader.counted)
        target = self._scratch / f"{source.file_id}.good"
        try:
            good = self._copy_good(source, loaded, f"{self._query.over('records')} where _is_good", target)
        except (duckdb.InvalidInputException, duckdb.ConversionException):
            return None  # some record has a structural fault
        if good > reader.counted or reader.counted - good > _MANY:
            return None
        missing = self._missing(target, good, reader.counted)
        if missing is None:
            return None
        self._stage({0: reader}, only=missing)
        staged = "select count(*) filter (_is_skipped), count(*) filter (_is_good), count(*) from typed"
        skipped, fits_after_all, read_again = self._engine.execute(staged).fetchone()
        if fits_after_all or read_again != len(missing):
            return None
        rejected = 0
        if read_again > skipped:
            self._lay_out_rejects({0: reader})
            rejected = self._copy_rejects(source, 0, reader, target)
        loaded = replace(loaded, rows_good=good, rows_rejected=rejected, rows_skipped=skipped)
        values = [f"select * from read_parquet({literal(glob_safe(target))})", self._typed_values("not _is_skipped")]
        return self._checked(source, reader, loaded, target, values, 0)

    def _missing(self, target: Path, good: int, counted: int) -> set[int] | None:
        """Numbers of records that are not among the good rows; None when a row has a number that no record has."""
        ask = "coalesce(sum(_row), 0)" if good == counted else "_row"
        found = self._engine.execute(f"select {ask} from read_parquet({literal(glob_safe(target))})")
        if good == counted:
            return set() if found.fetchone()[0] == counted * (counted + 1) // 2 else None
        import numpy

        rows = found.fetchnumpy()["_row"]
        if rows.size and rows.max() > counted:
            return None
        is_missing = numpy.ones(counted + 1, dtype=bool)
        is_missing[rows] = False
        return set((numpy.flatnonzero(is_missing[1:]) + 1).tolist())

    def _stage(self, readers: dict[int, Reader], only: set[int] | None = None) -> dict[int, ExportRefused]:
        """Make the table `typed` of records that Python reads; returns the files that were refused on the way."""
        refused: dict[int, ExportRefused] = {}
        path = self._scratch / "records.csv"
        write_rows(path, self._rows(readers, only, refused))
        columns = {"_file": "INTEGER", "_row": "BIGINT", "_fault": "VARCHAR"} | dict.fromkeys(self._query.texts, "VARCHAR")
        taken = f"where _file not in ({', '.join(map(str, refused))})" if refused else ""
        self._engine.execute(f"create or replace temp table staged as select * from {read_rows(path, columns)} {taken}")
        self._engine.execute(f"create or replace temp table typed as select * from {self._query.over('staged')}")
        path.unlink()
        return refused

    @staticmethod
    def _rows(readers: dict[int, Reader], only: set[int] | None, refused: dict[int, ExportRefused]) -> Iterator[list[object]]:
        for number, reader in readers.items():
            try:
                for row in reader.rows() if only is None else reader.pick(only):
                    yield [number, *row]
            except ExportRefused as refusal:
                refused[number] = refusal

    def _one(self, source: Source, number: int, reader: Reader, records: int, skipped: int, good: int) -> Typed:
        loaded = self._loaded(source, reader, rows_in_file=records, rows_skipped=skipped)
        target = self._scratch / f"{source.file_id}.good"
        written = self._copy_good(source, loaded, f"typed where _is_good and _file = {number}", target)
        rejected = self._copy_rejects(source, number, reader, target) if good + skipped < records else 0
        loaded = replace(loaded, rows_good=written, rows_rejected=rejected)
        values = [self._typed_values(f"not _is_skipped and _file = {number}")]
        return self._checked(source, reader, loaded, target, values, number)

    def _checked(
        self, source: Source, reader: Reader, loaded: LoadedFile, target: Path, values: list[str], number: int
    ) -> Typed:
        good, rejected, skipped = loaded.rows_good, loaded.rows_rejected, loaded.rows_skipped
        where = f"{self._export.system}.{self._export.table}: {source.name}"
        if not good + rejected + skipped == loaded.rows_in_file == reader.counted:
            raise ExportRefused(
                f"The records do not add up: {reader.counted} were counted, {loaded.rows_in_file} were read, of which"
                f" {good} are good, {rejected} rejected and {skipped} skipped.",
                where=where,
                fix="Look for an unclosed quote or a cut file; the export must be sent again.",
            )
        notices = list(reader.notices)
        for said in (reader.control, source.control and Control.of_json(source.control)):
            if said:
                notices += check_totals(self._engine, self._export, said, good + rejected, values, number, where)
        return Typed(loaded, target, self._rejects_of(source) if rejected else None, notices)

    def _loaded(self, source: Source, reader: Reader, *, rows_in_file: int, rows_skipped: int = 0) -> LoadedFile:
        export = self._export
        return LoadedFile(
            *(source.file_id, export.system, export.table, export.hash, source.lake_path),
            rows_in_file=rows_in_file,
            rows_good=0,
            rows_rejected=0,
            rows_skipped=rows_skipped,
            loaded_at=self._loaded_at,
            notices=tuple(reader.notices),
        )

    def _typed_values(self, condition: str) -> str:
        return f"select {self._query.values} from typed where {condition}"

    def _copy_good(self, source: Source, loaded: LoadedFile, typed: str, target: Path) -> int:
        return self._copy(
            f"select {self._query.values}, {self._query.marks}{literal(source.file_id)} as _file_id, _row,"
            f" {_instant(source.exported_at)} as _exported_at, {_instant(self._loaded_at)} as _loaded_at from {typed}",
            target,
            f", kv_metadata {metadata(loaded)}",
        )

    def _lay_out_rejects(self, readers: dict[int, Reader]) -> None:
        """Make the table `rejected` of all files of a batch at once, with each record's place and text."""
        self._engine.execute(
            f"create or replace temp table unfit as select _file, _row, {self._query.reasons} as reasons,"
            f" {self._query.filled} as filled from typed where not _is_good and not _is_skipped"
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
        path.unlink()

    def _copy_rejects(self, source: Source, number: int, reader: Reader, good: Path) -> int:
        good_rows = f"read_parquet({literal(glob_safe(good))})"
        refuse_retyped(self._engine, self._export, number, good_rows, source.name, reader.notices)
        return self._copy(
            f"select {literal(source.file_id)} as _file_id, _row, _line, text, reasons from rejected where _file = {number}",
            self._rejects_of(source),
        )

    def _rejects_of(self, source: Source) -> Path:
        return self._scratch / f"{source.file_id}.rejects"

    def _copy(self, query: str, target: Path, options: str = "") -> int:
        """Write a query's rows to a Parquet file; returns how many."""
        command = f"copy ({query}) to {literal(str(target))} (format parquet, {_PARQUET}{options})"
        return self._engine.execute(command).fetchone()[0]


def _instant(when: datetime) -> str:
    return f"{literal(when.isoformat())}::timestamptz"
