"""Queries of reports: one SELECT over marts, checked before it is run."""

from collections.abc import Collection

from rapport.errors import UsageError


def checked(sql: str, marts: Collection[str]) -> str:
    """Refuse everything but one SELECT from `marts.<name>` with functions that are known to only compute.

    Args:
        marts: the names that may be read.

    Raises:
        UsageError: why the query is refused.
    """
    import sqlglot
    from sqlglot import exp

    try:
        statements = [one for one in sqlglot.parse(sql, dialect="duckdb") if one is not None]
    except sqlglot.errors.ParseError as error:
        raise _refused(sql, f"it cannot be read: {error.errors[0]['description']}") from None
    if len(statements) != 1 or not isinstance(statements[0], exp.Select):
        raise _refused(sql, "it is not one SELECT")
    query = statements[0]
    within = {cte.alias_or_name for cte in query.find_all(exp.CTE)}
    for table in query.find_all(exp.Table):
        if not isinstance(table.this, exp.Identifier):
            raise _refused(sql, f"{table.sql(dialect='duckdb')} is not a mart")
        if not table.db and table.name in within:
            continue
        if table.catalog or table.db != "marts" or table.name not in marts:
            raise _refused(sql, f"there is no mart {table.sql(dialect='duckdb')} to read here")
    for function in query.find_all(exp.Func):
        # What sqlglot does not know by name could read files or settings.
        if isinstance(function, exp.Anonymous | exp.ReadCSV) or type(function).__name__.startswith("Read"):
            raise _refused(sql, f"{function.sql(dialect='duckdb')} is not a function for reports")
    if query.find(exp.Into, exp.Parameter, exp.Placeholder):
        raise _refused(sql, "it writes, or has parameters that nobody fills")
    return sql


def _refused(sql: str, why: str) -> UsageError:
    return UsageError(
        f"A report's query was refused: {why}.",
        where=" ".join(sql.split())[:200],
        fix="Select, filter and sort marts (`from marts.<name>`); joins and calculations belong in dbt.",
    )
