"""Scope: the connection that figures are asked on, which holds no more than a scope's accounts may be known from."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from rapport.errors import UsageError
from rapport.metrics.catalogue import Catalogue
from rapport.warehouse.connections import hardened, quoted

if TYPE_CHECKING:
    import duckdb

    from rapport.settings import Settings

ATTRIBUTES_ON = "attributes_on"  # DuckDB variable: the day whose customer attributes hold


@dataclass
class Contents:
    """What a snapshot holds.

    Args:
        as_of_on: the day as of which it was built.
        tables: mart → its columns.
        visible: the marts that the scope may see.
        empty: the marts without a row.
        period_ends: mart → grain → first and last period end; the grain is None where the mart has no such column.
    """

    as_of_on: date
    tables: dict[str, list[str]]
    visible: set[str] = field(default_factory=set)
    empty: set[str] = field(default_factory=set)
    period_ends: dict[str, dict[str | None, tuple[date, date]]] = field(default_factory=dict)


def open_scope(
    settings: "Settings", catalogue: Catalogue, snapshot: Path, scope: str, on: date | None
) -> tuple["duckdb.DuckDBPyConnection", Contents]:
    """Open a snapshot as far as a scope may see it.

    The connection has a catalog `warehouse` with a schema `marts`, the names that MetricFlow's SQL uses. For the scope `all`
    these are views of the snapshot; for any other they are copies of the rows of its accounts, and the snapshot itself is let
    go. Customers'
    attributes are those of the day in the variable `attributes_on`.

    Args:
        snapshot: the published file.
        scope: `all`, or `dimension=value` with a dimension of customers.
        on: the day on which the scope's accounts are fixed; the day before the snapshot's as-of day when not given.

    Raises:
        UsageError: the scope is not written as it must be, or no account is in it.
    """
    contents: Contents | None = None

    def prepare(connection: "duckdb.DuckDBPyConnection") -> None:
        nonlocal contents
        contents = _contents(connection)
        connection.execute("use warehouse")
        connection.execute("create schema marts; create schema today;")
        day = on or contents.as_of_on - timedelta(days=1)
        set_attributes_day(connection, day)
        if scope == "all":
            _expose(connection, catalogue, contents, "view", dict.fromkeys(contents.tables, ""))
        else:
            _copy(connection, catalogue, contents, scope)
            connection.execute("detach snapshot")

    connection = hardened(settings, attach={"snapshot": snapshot}, create={"warehouse": Path(":memory:")}, prepare=prepare)
    assert contents is not None  # prepare has run
    return connection, contents


def set_attributes_day(connection: "duckdb.DuckDBPyConnection", day: date) -> None:
    """Let customers have the attributes that they had on `day`."""
    connection.execute(f"set variable {ATTRIBUTES_ON} = date '{day.isoformat()}'")


def _contents(connection: "duckdb.DuckDBPyConnection") -> Contents:
    columns = connection.execute(
        "select table_name, column_name from duckdb_columns() where database_name = 'snapshot' and schema_name = 'marts'"
        " order by table_name, column_index"
    ).fetchall()
    tables: dict[str, list[str]] = {}
    for table, column in columns:
        tables.setdefault(table, []).append(column)
    (as_of_on,) = connection.execute("select as_of_on from snapshot.rapport.this_build").fetchone()
    contents = Contents(as_of_on, tables)
    for table, names in tables.items():
        source = f"snapshot.marts.{quoted(table)}"
        if connection.execute(f"select 1 from {source} limit 1").fetchone() is None:
            contents.empty.add(table)
        elif "period_end" in names:
            grain = "grain" if "grain" in names else "null"
            ends = connection.execute(f"select {grain}, min(period_end), max(period_end) from {source} group by 1").fetchall()
            contents.period_ends[table] = {name: (first, last) for name, first, last in ends}
    return contents


def _copy(connection: "duckdb.DuckDBPyConnection", catalogue: Catalogue, contents: Contents, scope: str) -> None:
    connection.execute("create temp table accounts (customer_id varchar)")
    connection.execute(f"insert into accounts {_accounts(catalogue, contents, scope)}", [scope.partition("=")[2]])
    if connection.execute("select 1 from accounts limit 1").fetchone() is None:
        raise UsageError(f"No account is in the scope {scope!r} on that day.", fix="`rapport metric … --by` lists the members.")
    mine = "where customer_id in (select customer_id from accounts)"
    public = {name for name in contents.tables if name in catalogue.marts and catalogue.marts[name].is_public}
    of_accounts = {name: mine for name, columns in contents.tables.items() if "customer_id" in columns}
    _expose(connection, catalogue, contents, "table", dict.fromkeys(public, "") | of_accounts)
    connection.execute("drop table accounts")


def _accounts(catalogue: Catalogue, contents: Contents, scope: str) -> str:
    """The query for a scope's accounts, with the member as its parameter."""
    name, _, member = scope.partition("=")
    model = catalogue.attribute_model
    known = catalogue.customer_dimensions() if model else {}
    if not member or name not in known:
        raise UsageError(
            f"{scope!r} is not a scope.",
            fix=f"Write `all` or `dimension=value`; dimensions: {', '.join(sorted(known)) or 'none'}.",
        )
    by_day = _by_day(catalogue, contents, model, "snapshot.marts", "snapshot.marts")
    return f"select customer_id from ({by_day}) where cast({known[name]} as varchar) = ?"


def _expose(
    connection: "duckdb.DuckDBPyConnection", catalogue: Catalogue, contents: Contents, kind: str, filters: dict[str, str]
) -> None:
    """Put marts under the names that questions know, filtered; customers with the attributes of the day in the variable."""
    contents.visible = set(filters)
    by_day = [name for name in filters if _history(catalogue, contents, name) in filters]
    for name, condition in filters.items():
        schema = "today" if name in by_day else "marts"
        connection.execute(f"create {kind} {schema}.{quoted(name)} as select * from snapshot.marts.{quoted(name)} {condition}")
    for name in by_day:
        query = _by_day(catalogue, contents, name, "warehouse.today", "warehouse.marts")
        connection.execute(f"create view marts.{quoted(name)} as {query}")


def _history(catalogue: Catalogue, contents: Contents, name: str) -> str | None:
    """The mart that knows by day what `name` knows as of now."""
    history = catalogue.marts[name].meta.get("attributes_by_day") if name in catalogue.marts else None
    return history if history in contents.tables else None


def _by_day(catalogue: Catalogue, contents: Contents, name: str, current: str, past: str) -> str:
    """Customers with the attributes of the day in the variable; what has no history is as it is now."""
    history = _history(catalogue, contents, name)
    if history is None:
        return f"select * from {current}.{quoted(name)}"
    known = set(contents.tables[history])
    columns = ", ".join(f"{'past' if column in known else 'current'}.{quoted(column)}" for column in contents.tables[name])
    return (
        f"select {columns} from {past}.{quoted(history)} as past"
        f" left join {current}.{quoted(name)} as current on past.customer_id = current.customer_id"
        f" where past.valid_from <= getvariable('{ATTRIBUTES_ON}')"
        f" and (past.valid_to is null or past.valid_to > getvariable('{ATTRIBUTES_ON}'))"
    )
