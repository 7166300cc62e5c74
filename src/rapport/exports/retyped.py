"""Retyped columns: when most of a column's values do not fit, its declaration is wrong or the system has changed it."""

from rapport.errors import ExportRefused
from rapport.exports.export import Export

_FEWEST = 20  # values that do not fit; fewer are rejects, one by one, as nothing is known of so few
_MOST = 0.5  # of a column's values


def refuse_retyped(engine: object, export: Export, number: int, good: str, name: str, notices: list[str]) -> None:
    """Refuse a file in which most values of a column do not fit its type, or most records lack a value they must have.

    Args:
        engine: DuckDB connection with the table `unfit`: _file, _row, reasons, and `filled`, whether each column has a text.
        number: the file's `_file` in `unfit`.
        good: SQL of the file's good rows.
        name: the file's name, for messages.
        notices: what is worth saying of its header.

    Raises:
        ExportRefused: there is such a column; all of them are named, each with the share, the reason and a value.
    """
    failing = engine.execute(
        "select reason.column, reason.rule = 'is required' as is_missing, count(*), mode(reason.rule),"
        " arg_min(reason.value, _row) from (select _row, unnest(reasons) as reason from unfit where _file = ?)"
        f" where reason.column is not null group by 1, 2 having count(*) >= {_FEWEST}",
        [number],
    ).fetchall()
    if not failing:
        return
    places = {column.name: place for place, column in enumerate(export.columns, start=1)}
    every = f"select count(*) + (select count(*) from {good}) from unfit where _file = ?"
    records = engine.execute(every, [number]).fetchone()[0]
    faults = []
    for column, is_missing, count, rule, value in sorted(failing, key=lambda row: places[row[0]]):
        if is_missing:
            of = records
        else:
            filled = f"select count(*) filter (filled[{places[column]}]) from unfit where _file = ?"
            of = engine.execute(f'select ({filled}) + count("{column}") from {good}', [number]).fetchone()[0]
        if count > _MOST * of:
            faults.append(_words(export, column, is_missing, count, of, rule, value))
    if not faults:
        return
    also = [f"  (and in its header: {notice})" for notice in notices]
    raise ExportRefused(
        "\n".join(["Most values of a column do not fit the declaration:", *faults, *also]),
        where=f"{export.system}.{export.table}: {name}",
        fix="Mend the column in the declaration (data_type, format, decimal_mark, nulls, values), or ask for the export as it"
        " was; then `rapport retry`.",
    )


def _words(export: Export, name: str, is_missing: bool, count: int, of: int, rule: str, value: str | None) -> str:
    share = "all" if count == of else f"{min(100 * count / of, 99.9):.0f} %"
    if is_missing:
        return f"  emptied: {share} of the {of:,} records have no `{name}`, which is required"
    (column,) = (column for column in export.columns if column.name == name)
    said = (value or "").strip()
    shown = said if len(said) <= 40 else said[:39] + "…"
    return f"  retyped: {share} of the {of:,} values of `{name}` ({column.data_type}): the value {rule}, e.g. {shown!r}"
