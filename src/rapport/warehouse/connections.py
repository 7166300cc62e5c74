"""Hardened DuckDB connections: no network, no files but those named, no change of settings afterwards."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from rapport.errors import RapportError
from rapport.settings import Settings

if TYPE_CHECKING:
    import duckdb


def quoted(name: str) -> str:
    """`name` as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """`text` as an SQL string."""
    return "'" + text.replace("'", "''") + "'"


def path_literal(path: Path) -> str:
    """A path as an SQL string that names exactly one file: DuckDB reads `*`, `?` and `[` in file names as patterns."""
    return literal("".join(f"[{character}]" if character in "*?[" else character for character in str(path)))


def hardened(
    settings: Settings,
    database: Path | None = None,
    *,
    read_only: bool = False,
    attach: Mapping[str, Path] = {},
    create: Mapping[str, Path] = {},
    folders: Iterable[Path] = (),
    prepare: "Callable[[duckdb.DuckDBPyConnection], None] | None" = None,
) -> "duckdb.DuckDBPyConnection":
    """Connect to DuckDB so that SQL can reach only what is named here.

    Args:
        database: the DuckDB file to open; in memory when not given.
        read_only: open `database` for reading only.
        attach: further DuckDB files by catalog name, attached for reading only.
        create: further DuckDB files by catalog name, attached for writing.
        folders: folders whose files SQL may read and write.
        prepare: called before files are forbidden; a file that it detaches cannot be reached afterwards, not even by its path.
    """
    import duckdb

    offline = {"autoinstall_known_extensions": False, "autoload_known_extensions": False, "allow_community_extensions": False}
    settings.scratch.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect(str(database) if database else ":memory:", read_only=read_only, config=offline)
    try:
        for name, path in attach.items():
            connection.execute(f"attach {literal(str(path))} as {quoted(name)} (read_only)")
        for name, path in create.items():
            connection.execute(f"attach {literal(str(path))} as {quoted(name)}")
        for statement in (
            "set TimeZone = 'UTC'",
            f"set temp_directory = {literal(str(settings.scratch / 'duckdb'))}",
            f"set memory_limit = {literal(settings.memory_limit)}",
            f"set threads = {settings.threads}",
        ):
            connection.execute(statement)
        if prepare:
            prepare(connection)
        allowed = ", ".join(literal(str(folder)) for folder in folders)
        # In this order: each later one forbids what an earlier one needs.
        for statement in (
            f"set allowed_directories = [{allowed}]",
            "set enable_external_access = false",
            "set python_enable_replacements = false",
            "set lock_configuration = true",
        ):
            connection.execute(statement)
    except BaseException:
        connection.close()
        raise
    return connection


def published_file(settings: Settings, number: int | None = None) -> Path:
    """The file of a published snapshot: the current one when no number is given. It is never changed or replaced.

    Raises:
        RapportError: there is no such snapshot.
    """
    # The pointer is resolved once: what is opened is one snapshot, whatever is published meanwhile.
    file = settings.published / f"{number:06}.duckdb" if number else (settings.published / "current").resolve()
    if not file.is_file():
        missing = f"There is no published snapshot {number}." if number else "Nothing has been published yet."
        raise RapportError(missing, where=str(settings.published), fix="Run `rapport run`; `rapport status` lists snapshots.")
    return file


def open_published(settings: Settings, number: int | None = None) -> "duckdb.DuckDBPyConnection":
    """Open a published snapshot for reading, as catalog `warehouse`, the name that dbt's and MetricFlow's SQL use.

    Raises:
        RapportError: there is no such snapshot.
    """
    connection = hardened(settings, attach={"warehouse": published_file(settings, number)})
    connection.execute("use warehouse")
    return connection
