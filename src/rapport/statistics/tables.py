"""Tables in and out of Python models: columns as arrays, a missing number as nan."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb
    import numpy as np

Columns = dict[str, "np.ndarray"]
Key = dict[str, object]  # column → the value that all rows of a part have in it


def parts_of(relation: "duckdb.DuckDBPyRelation", *keys: str) -> Iterator[tuple[Key, Columns]]:
    """The rows of each combination of keys, in the keys' order, as columns; null is nan where a column is of numbers."""
    for values in sorted(relation.project(", ".join(keys)).distinct().fetchall()):
        key = dict(zip(keys, values, strict=True))
        where = " and ".join(f"{name} = '{value}'" for name, value in key.items())
        yield key, _columns(relation.filter(where))


def table_of(
    session: "duckdb.DuckDBPyConnection", parts: list[tuple[Key, Columns]], types: dict[str, str]
) -> "Columns | duckdb.DuckDBPyRelation":
    """What a Python model returns: the parts' rows under each other, with null for nan; DuckDB reads it as a table.

    Args:
        types: the columns with their types, for when there is no part: arrays without a value do not tell theirs.
    """
    import numpy as np

    if not parts:
        columns = ", ".join(f"cast(null as {kind}) as {name}" for name, kind in types.items())
        return session.query(f"select {columns} where false")
    rows = [_keyed(key, columns) for key, columns in parts]
    stacked = {name: np.concatenate([one[name] for one in rows]) for name in rows[0]}
    return {name: np.ma.masked_invalid(column) if column.dtype.kind == "f" else column for name, column in stacked.items()}


def _columns(relation: "duckdb.DuckDBPyRelation") -> Columns:
    import numpy as np

    return {
        name: np.ma.filled(column.astype(float), np.nan) if column.dtype.kind in "iuf" else np.asarray(column)
        for name, column in relation.fetchnumpy().items()
    }


def _keyed(key: Key, columns: Columns) -> Columns:
    import numpy as np

    length = len(next(iter(columns.values())))
    of_key = {name: np.full(length, str(value), dtype=object) for name, value in key.items()}
    return of_key | columns


def table_of_rows(session: "duckdb.DuckDBPyConnection", rows: list[tuple], types: dict[str, str]) -> "duckdb.DuckDBPyRelation":
    """A table of a few rows without numpy, whose import costs more than they do."""
    columns = list(zip(*rows, strict=True)) or [()] * len(types)
    lists = ", ".join(f"unnest(cast(${place} as {kind}[])) as {name}" for place, (name, kind) in enumerate(types.items(), 1))
    return session.query(f"select {lists}", params=[list(column) for column in columns])
