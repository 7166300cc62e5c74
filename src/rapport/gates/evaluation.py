"""Asking suites of a database through Great Expectations: DuckDB computes, nothing is loaded into Python."""

import os
import warnings
from collections.abc import Iterable
from contextlib import contextmanager
from difflib import get_close_matches
from typing import Any

from rapport.errors import UsageError
from rapport.gates.suites import Expectation, Suite
from rapport.gates.verdicts import Check

SAMPLES = 20  # failing rows that are kept per check; all of them are one query away
_PROVENANCE = ("_file_id", "_row")


def evaluate(connection: Any, suites: Iterable[Suite]) -> list[Check]:
    """Ask every suite of the database behind an open DuckDB connection.

    Args:
        connection: an open, hardened connection; relations are found as `<schema>.<table>` in its current database.
        suites: only those whose table is there.

    Returns:
        One check per entry, in the order of the suites.

    Raises:
        UsageError: an entry names an expectation, arguments or columns that do not exist, or SQL that does not run.
            A check that cannot be asked must not look like one that passed.
    """
    from rapport.gates.dialect import lend

    with lend(connection) as url, _quiet():
        source = _context().data_sources.add_sql("gate", connection_string=url)
        return [check for suite in suites for check in _ask_suite(connection, source, suite)]


@contextmanager
def _quiet():
    """GX deprecates naming a table's schema, but offers data sources of unknown engines no other way to say it."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*schema_name", category=DeprecationWarning)
        yield


def _context() -> Any:
    """An ephemeral context: nothing is written, nothing is sent, no progress bars."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"  # read when GX is imported
    import great_expectations
    from great_expectations.data_context.types.base import DataContextConfig, InMemoryStoreBackendDefaults, ProgressBarsConfig

    config = DataContextConfig(
        store_backend_defaults=InMemoryStoreBackendDefaults(init_temp_docs_sites=False),
        progress_bars=ProgressBarsConfig(globally=False),
        analytics_enabled=False,
    )
    return great_expectations.get_context(mode="ephemeral", project_config=config)


def _ask_suite(connection: Any, source: Any, suite: Suite) -> list[Check]:
    """Ask all entries about the same rows at once: GX then shares counts and bundles its queries."""
    from great_expectations import ExpectationSuite

    schema, table = suite.relation
    answers: dict[str, Check] = {}
    for rows in dict.fromkeys(entry.rows for entry in suite.expectations):
        entries = {entry.label: entry for entry in suite.expectations if entry.rows == rows}
        relation = table if rows == "all" else f"{table}__{rows}"
        columns = _columns(connection, schema, relation)
        if not columns:
            raise UsageError(
                "A suite asks about a table that is not there.",
                where=f"{suite.file}: {schema}.{relation}",
                fix="Correct `table`.",
            )
        asked = [_build(suite, entry) for entry in entries.values()]
        asset = source.add_table_asset(f"{schema}.{relation}", table_name=relation, schema_name=schema)
        batch = asset.add_batch_definition_whole_table("all").get_batch()
        results = batch.validate(
            ExpectationSuite(name=f"{suite.name}@{rows}", expectations=asked), result_format="SUMMARY"
        ).results
        for result in results:  # GX answers in an order of its own
            entry = entries[result.expectation_config.meta["label"]]
            _refuse_unanswered(suite, entry, result)
            samples = [] if result.success else _samples(batch, _build(suite, entry), columns)
            answers[entry.label] = _check(suite, entry, result, samples)
        source.delete_asset(asset.name)
    return [answers[entry.label] for entry in suite.expectations]


def _columns(connection: Any, schema: str, table: str) -> set[str]:
    found = connection.cursor().execute(
        "select column_name from duckdb_columns() "
        "where schema_name = ? and table_name = ? and database_name = current_database()",
        [schema, table],
    )
    return {name for (name,) in found.fetchall()}


def _build(suite: Suite, entry: Expectation) -> Any:
    """The Great Expectations object of an entry; by class, for a suite made of dicts drops misspelt ones in silence."""
    from great_expectations import expectations
    from great_expectations.expectations.expectation import Expectation as Base

    kind = getattr(expectations, entry.expect, None)
    if not (isinstance(kind, type) and issubclass(kind, Base)):
        near = get_close_matches(entry.expect, dir(expectations), 1)
        fix = f"Did you mean {near[0]}?" if near else "Use the name of a class in great_expectations.expectations."
        raise UsageError(f"There is no expectation {entry.expect}.", where=f"{suite.file}: {entry.label}", fix=fix)
    try:
        return kind(**entry.arguments, severity=entry.severity, meta={"label": entry.label})
    except (TypeError, ValueError) as error:
        raise UsageError(
            "An expectation has wrong arguments.", where=f"{suite.file}: {entry.label}: {error}", fix="Correct the entry."
        ) from None


def _refuse_unanswered(suite: Suite, entry: Expectation, result: Any) -> None:
    if "exception_message" in (raised := result.exception_info or {}):
        raised = {"": raised}
    for problem in raised.values():
        if problem.get("raised_exception"):
            raise UsageError(
                "A check could not be asked.",
                where=f"{suite.file}: {entry.label}: {problem['exception_message'].strip()}",
                fix="Correct its columns, bounds or SQL; a check that cannot be asked counts as neither passed nor failed.",
            )


def _samples(batch: Any, expectation: Any, columns: set[str]) -> list[dict]:
    """Up to 20 failing rows of a failed check: file and record where the table has them, and the values concerned."""
    from great_expectations.expectations import UnexpectedRowsExpectation

    listing: dict[str, Any] = {"result_format": "SUMMARY", "partial_unexpected_count": SAMPLES}
    if isinstance(expectation, UnexpectedRowsExpectation):
        listing["result_format"] = "COMPLETE"
    elif columns.issuperset(_PROVENANCE):
        listing["unexpected_index_column_names"] = list(_PROVENANCE)
    result = batch.validate(expectation, result_format=listing).to_json_dict()["result"]  # plain values: the state keeps JSON
    rows = result.get("details", {}).get("unexpected_rows") or result.get("partial_unexpected_index_list") or []
    return rows[:SAMPLES]


def _check(suite: Suite, entry: Expectation, result: Any, samples: list[dict]) -> Check:
    return Check(
        name=suite.check_name(entry),
        table_name=suite.table if entry.rows == "all" else f"{suite.table} ({entry.rows})",
        expectation=entry.expect,
        column_name=entry.column,
        severity=entry.severity,
        closes=entry.closes,
        passed=result.success,
        observed=_observed(entry, result.result),
        expected=_expected(entry),
        failing_rows=_failing_rows(entry, result.result),
        samples=samples,
        description=entry.description,
    )


def _failing_rows(entry: Expectation, result: dict) -> int | None:
    found = result.get("observed_value" if entry.expect == "UnexpectedRowsExpectation" else "unexpected_count")
    return None if found is None else int(found)


def _observed(entry: Expectation, result: dict) -> str:
    if "element_count" in result:
        return f"{result['unexpected_count']} of {result['element_count']} rows"
    if entry.expect == "UnexpectedRowsExpectation":
        return f"{result['observed_value']} rows"
    seen = result.get("observed_value")
    return (
        f"unexpected: {result['partial_unexpected_list']}"
        if seen is None and "partial_unexpected_list" in result
        else str(seen)
    )


def _expected(entry: Expectation) -> str:
    if entry.expect == "UnexpectedRowsExpectation":
        return "0 rows"
    bounds = {name: value for name, value in entry.arguments.items() if not name.startswith("column")}
    return ", ".join(f"{name} {value}" for name, value in bounds.items()) or "every row"
