"""DuckDB as Great Expectations sees it: a small SQLAlchemy dialect over a connection that is already open.

GX has no DuckDB, and the public dialect fails with it in two ways that this one avoids: GX fetches rows after it has closed the
connection context, so each SQLAlchemy cursor is a DuckDB cursor of its own; and reflection asks for PostgreSQL's catalogue, so
columns come from `duckdb_columns()`. Nothing here opens a file: who runs a gate opens and hardens the connection, and lends it.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from sqlalchemy import types as sql
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.base import PGCompiler, PGIdentifierPreparer, PGTypeCompiler
from sqlalchemy.engine import URL, default

_lent: dict[str, Any] = {}  # name in the URL → open DuckDB connection


@contextmanager
def lend(connection: Any) -> Iterator[str]:
    """Lend an open DuckDB connection to SQLAlchemy in this process; gives the URL under which it is found."""
    registry.register("rapport_duckdb", __name__, "GateDialect")
    name = uuid.uuid4().hex
    _lent[name] = connection
    try:
        yield f"rapport_duckdb:///{name}"
    finally:
        del _lent[name]


class _Cursor:
    """A DuckDB cursor of its own, so that rows can be fetched after the connection that made it was closed."""

    arraysize = 1
    rowcount = -1
    lastrowid = None

    def __init__(self, connection: Any) -> None:
        self._cursor = connection.cursor()

    @property
    def description(self) -> list[tuple] | None:
        return self._cursor.description

    def execute(self, statement: str, parameters: Any = None) -> None:
        self._cursor.execute(statement, parameters or None)

    def fetchone(self) -> tuple | None:
        return self._cursor.fetchone()

    def fetchmany(self, size: int | None = None) -> list[tuple]:
        return self._cursor.fetchmany(size or self.arraysize)

    def fetchall(self) -> list[tuple]:
        return self._cursor.fetchall()

    def close(self) -> None:
        """Closed when it is collected: GX still reads from it after this."""


class _Connection:
    """The lent connection with the few methods that SQLAlchemy's pool calls; gates only read, so there is nothing to commit."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def cursor(self) -> _Cursor:
        return _Cursor(self._connection)

    def commit(self) -> None:
        pass

    rollback = close = commit


_TYPES: dict[str, type[sql.TypeEngine]] = {
    "BIGINT": sql.BIGINT,
    "BOOLEAN": sql.BOOLEAN,
    "DATE": sql.DATE,
    "DECIMAL": sql.DECIMAL,
    "DOUBLE": sql.DOUBLE,
    "FLOAT": sql.FLOAT,
    "HUGEINT": sql.BIGINT,
    "INTEGER": sql.INTEGER,
    "TIMESTAMP": sql.TIMESTAMP,
    "VARCHAR": sql.VARCHAR,
}


def _sql_type(kind: str) -> type[sql.TypeEngine]:
    """SQLAlchemy's class of a DuckDB type: `DECIMAL(18,4)` and `TIMESTAMP WITH TIME ZONE` by their first word."""
    return _TYPES.get(kind.split("(")[0].split(" ")[0], sql.VARCHAR)


class GateDialect(default.DefaultDialect):
    """Reads DuckDB; writes nothing and reflects only columns."""

    name = "rapport_duckdb"
    driver = "duckdb"
    paramstyle = default_paramstyle = "qmark"
    statement_compiler = PGCompiler
    type_compiler_cls = PGTypeCompiler
    preparer = PGIdentifierPreparer
    supports_native_boolean = supports_native_decimal = supports_statement_cache = True
    default_schema_name = "main"
    DremioDialect: ClassVar[None] = None  # GX looks for this very attribute to write regular expressions as regexp_matches()

    @classmethod
    def import_dbapi(cls) -> Any:
        import duckdb

        return duckdb

    def create_connect_args(self, url: URL) -> tuple[list, dict]:
        return [url.database], {}

    def connect(self, name: str) -> _Connection:
        return _Connection(_lent[name])

    def initialize(self, connection: Any) -> None:
        """Ask DuckDB nothing: what SQLAlchemy would probe for is said above."""

    def get_schema_names(self, connection: Any, **_: Any) -> list[str]:
        return list(connection.exec_driver_sql("select distinct schema_name from duckdb_schemas()").scalars())

    def get_columns(self, connection: Any, table_name: str, schema: str | None = None, **_: Any) -> list[dict]:
        found = connection.exec_driver_sql(
            "select column_name, data_type, is_nullable from duckdb_columns() where table_name = ? and schema_name = ? "
            "and database_name = current_database() order by column_index",
            (str(table_name), schema or self.default_schema_name),
        )
        return [
            {"name": name, "type": _sql_type(kind)(), "nullable": nullable, "default": None} for name, kind, nullable in found
        ]

    def get_pk_constraint(self, *_: Any, **__: Any) -> dict:
        return {"constrained_columns": [], "name": None}
