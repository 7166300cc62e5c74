"""The background of an edition: which snapshot it is drawn from, and what the gates said about that snapshot's build."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import Row, select

from rapport.errors import RapportError
from rapport.gates.suites import descriptions_of_checks
from rapport.metrics.intervals import CONFIDENCE
from rapport.state import State
from rapport.state.tables import builds, checks, snapshots, verdicts


@dataclass(frozen=True)
class FailedCheck:
    """A check of a gate that did not pass, as a page names it; on a published snapshot these are warnings."""

    name: str
    table: str
    description: str
    severity: str
    descriptions: Mapping[str, str]  # by language, as far as the suite still has the check


@dataclass(frozen=True)
class Background:
    """What the state database knows about a snapshot."""

    snapshot: int
    build: int
    as_of: datetime
    checks: list[Row]
    descriptions: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # of checks, by name and language

    @property
    def failed(self) -> list[FailedCheck]:
        """The checks that did not pass."""
        return [
            FailedCheck(row.name, row.table_name, row.description, row.severity, self.descriptions.get(row.name, {}))
            for row in self.checks
            if not row.passed
        ]

    @property
    def counts(self) -> dict[str, int]:
        """How many checks were asked and passed, and how sure intervals are in percent, as pages may print it."""
        return {
            "checks_asked": len(self.checks),
            "checks_passed": sum(row.passed for row in self.checks),
            "checks_warned": sum(not row.passed for row in self.checks),
            "confidence": CONFIDENCE,
        }


def background_of(state: State, snapshot: int, expectations: Path | None = None) -> Background:
    """Look a snapshot up.

    Args:
        expectations: the suites' folder, for what failed checks ask in other languages than English.

    Raises:
        RapportError: the state database does not know it.
    """
    with state.read() as connection:
        found = connection.execute(select(snapshots).where(snapshots.c.number == snapshot)).first()
        if found is None:
            raise RapportError(
                f"The state database does not know snapshot {snapshot}.",
                fix="Publish again with `rapport run`, which enters it.",
            )
        built = connection.execute(select(builds).where(builds.c.number == found.build_number)).first()
        asked = [verdicts.c.build_number == found.build_number]
        if built is not None:  # a state database that was rebuilt from the files knows snapshots, but not their builds
            asked.insert(0, (verdicts.c.gate == "raw") & (verdicts.c.lake_hash == built.lake_hash))
        rows: list[Row] = []
        for about_this in asked:
            newest = select(verdicts.c.verdict_id).where(about_this).order_by(verdicts.c.verdict_id.desc()).limit(1)
            of_newest = checks.c.verdict_id == newest.scalar_subquery()
            rows += connection.execute(select(checks).where(of_newest).order_by(checks.c.name)).all()
    said = descriptions_of_checks(expectations) if expectations and not all(row.passed for row in rows) else {}
    return Background(snapshot, found.build_number, found.as_of, rows, said)
