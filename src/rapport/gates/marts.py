"""The marts gate: may management see this build?"""

from contextlib import closing
from typing import Any

from sqlalchemy import func, select

from rapport.errors import RapportError, UsageError
from rapport.gates.suites import Expectation, Suite, read_suites, suites_hash
from rapport.gates.verdicts import Verdict, find, store
from rapport.settings import Settings
from rapport.state.database import State
from rapport.state.tables import builds, snapshots


def check_marts(settings: Settings, state: State, build_number: int) -> Verdict:
    """Ask the marts suites of the build that the warehouse holds. Hold the warehouse lock.

    The verdict is bound to the build; the same suites are asked of a build only once.

    Returns:
        The verdict, open or closed; `require_open` turns a closed one into an error.

    Raises:
        RapportError: the warehouse holds another build.
        UsageError: there is no suite that fits this company, or a suite is wrong.
    """
    suites, skipped = _fitting(read_suites(settings.expectations, "marts"), settings)
    previous, why_not = _comparable_snapshot(state, build_number)
    asked = suites_hash(suites, *skipped)  # not of the snapshot: publishing this very build must not make its verdict stale
    if known := find(state, "marts", suites=asked, build_number=build_number):
        return known

    from rapport.gates.evaluation import evaluate

    with closing(_open(settings, build_number, previous)) as connection:
        answerable, unanswerable = _without_missing_past(connection, suites, why_not)
        checks = evaluate(connection, answerable)
    is_open = all(check.outcome != "failed" for check in checks)
    verdict = Verdict(0, "marts", str(build_number), is_open, checks, skipped + unanswerable)
    return store(state, verdict, suites=asked, build_number=build_number)


def last_build(state: State) -> int:
    """The number of the last finished build.

    Raises:
        RapportError: nothing has been built yet.
    """
    with state.read() as connection:
        number = connection.execute(select(func.max(builds.c.number)).where(builds.c.status == "finished")).scalar()
    if number is None:
        raise RapportError("Nothing has been built yet.", fix="Run `rapport build`.")
    return number


def _fitting(suites: list[Suite], settings: Settings) -> tuple[list[Suite], list[str]]:
    """The suites of what this company has, and why each other one is not asked."""
    company, fitting, skipped = settings.company, [], []
    systems = {folder.name for folder in (settings.dbt_project / "models" / "systems").iterdir()}
    for suite in suites:
        schema, _ = suite.relation
        unfed = [table for table in suite.needs if not company.feeds.get(table)]
        if schema in systems and schema not in company.systems:
            skipped.append(f"{suite.name}: {settings.company_file.name} has no system {schema}")
        elif unfed:
            skipped.append(f"{suite.name}: no system feeds {', '.join(unfed)}")
        else:
            fitting.append(suite)
    if not fitting:
        raise UsageError(
            "No marts suite fits this company.",
            where=str(settings.expectations / "marts"),
            fix="Add one YAML file per mart; a gate that asks nothing cannot open.",
        )
    return fitting, skipped


def _comparable_snapshot(state: State, build_number: int) -> tuple[int | None, str]:
    """The last published snapshot of an earlier build, if its numbers mean the same; else why there is none."""
    query = (
        select(snapshots.c.number, builds.c.fingerprint)
        .join(builds, builds.c.number == snapshots.c.build_number)
        .where(snapshots.c.build_number < build_number)
        .order_by(snapshots.c.number.desc())
        .limit(1)
    )
    with state.read() as connection:
        last = connection.execute(query).first()
        fingerprint = connection.execute(select(builds.c.fingerprint).where(builds.c.number == build_number)).scalar()
    if last is None:
        return None, "nothing was published before"
    if last.fingerprint != fingerprint:
        return None, "systems, feeds, currency, timezone or revenue basis changed since the last snapshot"
    return last.number, ""


def _open(settings: Settings, build_number: int, previous: int | None) -> Any:
    """Open the warehouse read-only, with the last snapshot beside it as catalog `previous`."""
    from rapport.warehouse.connections import hardened, published_file

    attach = {"previous": published_file(settings, previous)} if previous else {}
    connection = hardened(settings, settings.warehouse_file, read_only=True, attach=attach, folders=[settings.lake])
    (number,) = connection.execute("select number from rapport.this_build").fetchone()
    if number != build_number:
        connection.close()
        raise RapportError(
            f"The warehouse holds build {number}, not {build_number}.",
            where=str(settings.warehouse_file),
            fix="Build again; a verdict is only about the build that was looked at.",
        )
    return connection


def _without_missing_past(connection: Any, suites: list[Suite], why_not: str) -> tuple[list[Suite], list[str]]:
    """Take out the comparisons for which the last snapshot has nothing to offer, and say so."""
    answerable, skipped = [], []
    for suite in suites:
        reasons = {
            entry.label: why_not or _misses(connection, suite, entry) for entry in suite.expectations if entry.against_previous
        }
        skipped += [f"{suite.name}/{label}: {reason}" for label, reason in reasons.items() if reason]
        left = [entry for entry in suite.expectations if not reasons.get(entry.label)]
        if left:
            answerable.append(suite.model_copy(update={"expectations": left}))
    return answerable, skipped


def _misses(connection: Any, suite: Suite, entry: Expectation) -> str:
    """Why a comparison cannot be made: a mart that is new, or has new columns, has no past."""
    import duckdb

    query = entry.arguments["unexpected_rows_query"].replace("{batch}", "{0} as subselect").format(".".join(suite.relation))
    try:
        connection.execute(f"explain {query}")
    except (duckdb.BinderException, duckdb.CatalogException) as error:
        return f"the last snapshot does not have what it compares ({str(error).splitlines()[0]})"
    return ""
