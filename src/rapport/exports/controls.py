"""A sender's totals beside the file: records and sums of its manifest, compared with what was read."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from rapport.errors import ExportRefused
from rapport.exports.column import Column
from rapport.exports.export import Export
from rapport.exports.manifests import Control
from rapport.exports.typing_query import TypingQuery

_AGAIN = "The file is cut or its totals are of another one: send both again; the same file is tried again with new totals."


def check_totals(
    engine: object, export: Export, control: Control, rows: int, values: Sequence[str], number: int, where: str
) -> list[str]:
    """Compare a typed file with its sender's manifest: over good and rejected records, not over those declared as no data.

    Args:
        engine: DuckDB connection; its table `typed` holds at least the records that are not good, as TypingQuery makes them.
        rows: good and rejected records.
        values: queries that together give the typed values of these records.
        number: the file's _file in `typed`.

    Returns:
        Notices: totals that cannot be compared, and why.

    Raises:
        ExportRefused: they differ, or name a column that the export does not have.
    """
    if control.rows is not None and control.rows != rows:
        raise ExportRefused(f"It has {rows} records, and its sender says {control.rows}.", where=where, fix=_AGAIN)
    notices: list[str] = []
    for name, column in _columns(export, control, where):
        wanted = Decimal(control.sums[name])
        if unread := _unread(engine, export, column, number):
            notices.append(f"the sender's sum of {name} was not compared: {unread} value(s) of it are no {column.data_type}")
        elif (found := _sum(engine, column, values)) != wanted:
            raise ExportRefused(f"{name} adds up to {found}, and its sender says {wanted}.", where=where, fix=_AGAIN)
    return notices


def _columns(export: Export, control: Control, where: str) -> Iterator[tuple[str, Column]]:
    """The sums' columns, by name or by header without case."""
    named = {column.name: column for column in export.columns}
    headed = {header.strip().casefold(): column for column in export.columns for header in column.headers}
    for name in control.sums:
        column = named.get(name) or headed.get(name.strip().casefold())
        if column is None or not column.is_number:
            raise ExportRefused(
                f"Its sender's sum is of {name!r}, which is no declared column of numbers.",
                where=where,
                fix=f"Sums can be of {', '.join(column.name for column in export.columns if column.is_number) or 'none'}.",
            )
        yield name, column


def _unread(engine: object, export: Export, column: Column, number: int) -> int:
    """How many values of a column are no numbers, or may be in a record that fell apart."""
    query = TypingQuery(export)
    misread = f"list_filter({query.reasons}, lambda reason: reason.rule <> 'is required')"  # nothing counts as nothing
    is_misread = f"list_contains(list_transform({misread}, lambda reason: reason.column), '{column.name}')"
    return engine.execute(
        f"select count(*) from typed where _file = {number} and not _is_good and not _is_skipped"
        f" and {query.value_of(column.name)} is null and (_fault is not null or {is_misread})"
    ).fetchone()[0]


def _sum(engine: object, column: Column, values: Sequence[str]) -> Decimal:
    """The exact sum in the file's own unit; a binary fraction counts with the digits by which it is written."""
    value = f"try_cast({column.name}::varchar as decimal(38,12))" if column.data_type == "double" else column.name
    each = " union all ".join(f"select {value} as value from ({query})" for query in values)
    total = Decimal(str(engine.execute(f"select coalesce(sum(value), 0) from ({each})").fetchone()[0]))
    return total.scaleb(-column.shift) if column.shift else total
