"""Opening the state database: SQLite by default (WAL, synchronous FULL), PostgreSQL for several workers."""

import getpass
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text

from rapport.crash import crash_point
from rapport.errors import RapportError

HEAD = "0003"  # the newest migration; a test holds it to migrations/versions
_MIGRATIONS = Path(__file__).parent / "migrations"


def now() -> datetime:
    """This instant in UTC, for the ledger's own times; no figure ever depends on it."""
    return datetime.now(UTC)


def owner() -> str:
    """Who is running: name@host:pid."""
    return f"{getpass.getuser()}@{socket.gethostname()}:{os.getpid()}"


def is_running(name: str) -> bool:
    """Whether the process that `owner()` named still runs; True, too, of another machine's, since nobody here can know."""
    who, _, pid = name.rpartition(":")
    if who.rpartition("@")[2] != socket.gethostname():
        return True
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # another user's
        return True
    return True


class State:
    """The state database.

    `with state.write("load.recorded") as connection:` is one transaction; the name is the crash point passed after its commit.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @contextmanager
    def write(self, name: str) -> Iterator[Connection]:
        """One transaction, committed at the end of the block and rolled back when it raises."""
        with self.engine.begin() as connection:
            yield connection
        crash_point(f"state.{name}")

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection for reading."""
        with self.engine.connect().execution_options(writes=False) as connection:
            yield connection


def open_state(url: str) -> State:
    """Open the state database at `url`, creating or migrating it when it is behind this code.

    Raises:
        RapportError: a newer Rapport has written it.
    """
    if url.startswith("sqlite:///"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":
        _harden_sqlite(engine)
    if (version := _version(engine)) != HEAD:
        _require_known(version, engine)
        _migrate(engine)
    return State(engine)


def version_at(url: str) -> str | None:
    """The migration at which the state database at `url` stands; None when there is none. Nothing is created or changed."""
    if url.startswith("sqlite:///") and not Path(url.removeprefix("sqlite:///")).exists():
        return None
    engine = create_engine(url)
    try:
        return _version(engine)
    finally:
        engine.dispose()


def _harden_sqlite(engine: Engine) -> None:
    """Full synchronous WAL, foreign keys, and transactions that take the write lock when they begin.

    sqlite3's own transactions begin late, so two writers could both read and then one fail: BEGIN IMMEDIATE waits instead.
    """

    @event.listens_for(engine, "connect")
    def _connect(connection, _record) -> None:
        connection.isolation_level = None
        for pragma in ("busy_timeout=30000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"pragma {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("writes", True) else "BEGIN")


def _version(engine: Engine) -> str | None:
    with engine.connect().execution_options(writes=False) as connection:  # asking must not wait for a writer
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("select version_num from alembic_version")).scalar()


def _require_known(version: str | None, engine: Engine) -> None:
    if version is not None and not list((_MIGRATIONS / "versions").glob(f"{version}_*.py")):
        raise RapportError(
            f"The state database is of a newer Rapport (migration {version}; this one knows up to {HEAD}).",
            where=engine.url.render_as_string(hide_password=True),
            fix="Use that version, or another home.",
        )


def _migrate(engine: Engine) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    crash_point("state.migrated")
