"""The raw gate: is what arrived plausible, before any model reads it?"""

from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import datetime
from typing import TYPE_CHECKING

from rapport.errors import UsageError
from rapport.gates.freshness import read_freshness
from rapport.gates.lake import OWN_VIEWS, open_lake
from rapport.gates.suites import Suite, read_suites, suites_hash
from rapport.gates.verdicts import Verdict, find, store
from rapport.settings import Settings
from rapport.state.database import State

if TYPE_CHECKING:
    from rapport.exports.lake import LakeFile


def check_raw(settings: Settings, state: State, files: Sequence["LakeFile"], as_of: datetime | None = None) -> Verdict:
    """Ask the raw suites of everything that lies in the lake under the current declarations.

    The same lake and the same suites on the same day are asked only once: a second run gets the stored verdict.

    Args:
        files: as `rapport.exports.lake.current_files` gives them.
        as_of: the run's instant, for freshness; the settings' when not given.

    Returns:
        The verdict, open or closed; `require_open` turns a closed one into an error.

    Raises:
        UsageError: there is no suite that fits this company, or a suite is wrong.
    """
    from rapport.exports.declarations import read_declarations
    from rapport.exports.lake import lake_hash

    as_of = as_of or settings.as_of()
    exports = read_declarations(settings)
    freshness = read_freshness(settings)
    suites, skipped = _fitting(read_suites(settings.expectations, "raw"), settings, exports)
    day = as_of.astimezone(settings.company.zone).date().isoformat()
    about, asked = lake_hash(files), suites_hash(suites, *skipped, day, repr(sorted(freshness.items())))
    if known := find(state, "raw", suites=asked, lake_hash=about):
        return known

    from rapport.gates.evaluation import evaluate

    with closing(open_lake(settings, exports, files, freshness, as_of)) as connection:
        checks = evaluate(connection, suites)
    is_open = all(check.outcome != "failed" for check in checks)
    return store(state, Verdict(0, "raw", about, is_open, checks, skipped), suites=asked)


def _fitting(suites: list[Suite], settings: Settings, exports: Mapping) -> tuple[list[Suite], list[str]]:
    """The suites of the company's own exports, and why each other one is not asked."""
    fitting, skipped = [], []
    for suite in suites:
        schema, table = suite.relation
        own_view = schema == "lake" and table in OWN_VIEWS
        if schema != "lake" and schema not in settings.company.systems:
            skipped.append(f"{suite.name}: {settings.company_file.name} has no system {schema}")
        elif not own_view and (schema, table) not in exports:
            skipped.append(f"{suite.name}: {suite.table} is not declared")
        else:
            fitting.append(suite)
    if not any(suite.relation[0] != "lake" for suite in fitting):
        raise UsageError(
            "No raw suite is about an export of this company.",
            where=str(settings.expectations / "raw"),
            fix="Add one YAML file per export; a gate that asks nothing cannot open.",
        )
    return fitting, skipped
