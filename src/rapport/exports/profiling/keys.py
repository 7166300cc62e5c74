"""Keys: columns, or pairs of them, that are unique and complete in every sample."""

from collections.abc import Sequence
from itertools import combinations

from rapport.exports.profiling.findings import ColumnFinding
from rapport.exports.profiling.kinds import is_id

_PAIRED = 8  # columns of which pairs are tried
_KINDS = ("varchar", "integer", "bigint")


def key_candidates(engine: object, columns: Sequence[ColumnFinding]) -> list[list[ColumnFinding]]:
    """Columns that could identify a record, best first; pairs only where no single column does.

    Args:
        engine: DuckDB connection with the table `samples`.
    """
    able = [c for c in columns if c.data_type in _KINDS and c.meta.get("personal") in (None, "identifier", "email")]
    able = [column for column in able if _is_complete(engine, column)]
    able.sort(key=lambda column: not is_id(column))
    single = [[column] for column in able if _is_unique(engine, [column])]
    if single:
        return single
    likely = [column for column in able if is_id(column) or column.data_type != "varchar"][:_PAIRED]
    return [list(pair) for pair in combinations(likely, 2) if _is_unique(engine, pair)]


def _text(column: ColumnFinding) -> str:
    return f"nullif(trim(t{column.place - 1}), '')"


def _is_complete(engine: object, column: ColumnFinding) -> bool:
    words = ("NULL", "null", "\\N", "#N/A")
    missing = f"select count(*) from samples where _fault is null and ({_text(column)} is null or {_text(column)} in ?)"
    return engine.execute(missing, [list(words)]).fetchone()[0] == 0


def _is_unique(engine: object, columns: Sequence[ColumnFinding]) -> bool:
    texts = ", ".join(map(_text, columns))
    doubled = f"select 1 from samples where _fault is null group by _file, {texts} having count(*) > 1 limit 1"
    many = engine.execute("select count(*) from samples where _fault is null").fetchone()[0] > 1
    return many and engine.execute(doubled).fetchone() is None
