"""Parquet files of the lake: the engine that writes them, and what a file says of itself."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rapport.exports.sql import glob_safe, literal
from rapport.settings import Settings


@dataclass(frozen=True)
class LoadedFile:
    """A file of the lake.

    Attributes:
        declaration: hash of the declaration that typed it.
        path: relative to the lake.
        rows_in_file: records in the archived file; the sum of the other three.
        loaded_at: UTC.
        notices: what is worth saying of it though it was taken, such as columns that are not declared.
    """

    file_id: str
    system: str
    table: str
    declaration: str
    path: str
    rows_in_file: int
    rows_good: int
    rows_rejected: int
    rows_skipped: int
    loaded_at: datetime
    notices: tuple[str, ...] = ()


@contextmanager
def open_engine(settings: Settings) -> Iterator[object]:
    """A DuckDB connection in memory that sees only the archive, the lake and the scratch folder, and no network."""
    with engine_over([settings.archive, settings.lake, settings.scratch], settings.scratch / "duckdb") as engine:
        yield engine


@contextmanager
def engine_over(folders: Sequence[Path], spill: Path) -> Iterator[object]:
    """A DuckDB connection in memory that sees only these folders, which are made, and no network.

    Args:
        spill: folder for what does not fit into memory.
    """
    import duckdb

    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
    closed = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "allow_community_extensions": "false",
        "threads": "2",
        "memory_limit": "1GB",
        "temp_directory": str(spill),
    }
    engine = duckdb.connect(":memory:", config=closed)
    try:
        allowed = ", ".join(literal(str(folder)) for folder in folders)
        for statement in (
            "set timezone = 'UTC'",
            f"set allowed_directories = [{allowed}]",
            "set enable_external_access = false",
            "set python_enable_replacements = false",
            "set disabled_optimizers = 'filter_pushdown'",  # it would type every value once to filter and once to write
            "set lock_configuration = true",
        ):
            engine.execute(statement)
        yield engine
    finally:
        engine.close()


def rejects_beside(path: Path) -> Path:
    """Where the rejects of a lake file are, if it has any: `<table>__rejects/` beside `<table>/`."""
    day = path.parent
    return day.parent.with_name(f"{day.parent.name}__rejects") / day.name / path.name


def metadata(loaded: LoadedFile) -> str:
    """What a file says of itself, as COPY's KV_METADATA; good and rejected rows are counted in the files."""
    kept = ("file_id", "system", "table", "declaration", "rows_in_file", "loaded_at", "notices")
    content = {name: getattr(loaded, name) for name in kept} | {"loaded_at": loaded.loaded_at.isoformat()}
    return f"{{rapport: {literal(json.dumps(content))}}}"


def read_loaded(engine: object, settings: Settings, path: Path) -> LoadedFile:
    """What a file of the lake says of itself, and its rejects beside it."""
    source = literal(glob_safe(path))
    said = engine.execute(f"select decode(value) from parquet_kv_metadata({source}) where decode(key) = 'rapport'").fetchone()
    good, beside = _rows(engine, path), rejects_beside(path)
    rejected = _rows(engine, beside) if beside.exists() else 0
    content = json.loads(said[0])
    return LoadedFile(
        **{**content, "loaded_at": datetime.fromisoformat(content["loaded_at"]), "notices": tuple(content.get("notices", ()))},
        path=path.relative_to(settings.lake).as_posix(),
        rows_good=good,
        rows_rejected=rejected,
        rows_skipped=content["rows_in_file"] - good - rejected,
    )


def _rows(engine: object, path: Path) -> int:
    return engine.execute(f"select num_rows from parquet_file_metadata({literal(glob_safe(path))})").fetchone()[0]
