"""Verdicts: what a gate said about one lake or one build, kept in the state database."""

from dataclasses import dataclass, field

from sqlalchemy import insert, select

from rapport.errors import GateClosed
from rapport.state.database import State, now
from rapport.state.tables import checks as checks_table
from rapport.state.tables import verdicts as verdicts_table


@dataclass(frozen=True)
class Check:
    """One question and its answer.

    `samples` are up to 20 of the rows that failed, with `_file_id` and `_row` where the table has them.
    """

    name: str
    table_name: str
    expectation: str
    column_name: str | None
    severity: str
    closes: str | list[str]
    passed: bool
    observed: str | None
    expected: str
    failing_rows: int | None
    samples: list[dict]
    description: str

    @property
    def outcome(self) -> str:
        """passed, warning or failed."""
        return "passed" if self.passed else "warning" if self.severity == "warning" else "failed"


@dataclass(frozen=True)
class Verdict:
    """What a gate decided.

    Args:
        id: number in the state database.
        gate: `raw` or `marts`.
        subject: the lake's hash, or the build's number, as text.
        is_open: no critical check failed.
        skipped: suites that were not asked, each with the reason.
        reused: the same had been asked of the same data before, and nothing was computed.
    """

    id: int
    gate: str
    subject: str
    is_open: bool
    checks: list[Check]
    skipped: list[str] = field(default_factory=list)
    reused: bool = False

    @property
    def failed(self) -> list[Check]:
        """The critical checks that closed the gate."""
        return [check for check in self.checks if check.outcome == "failed"]

    @property
    def warnings(self) -> list[Check]:
        """What is worth a banner, but closes nothing."""
        return [check for check in self.checks if check.outcome == "warning"]

    def counts(self) -> dict[str, int]:
        """What the journal keeps and people read."""
        return {
            "checks": len(self.checks),
            "warnings": len(self.warnings),
            "failed": len(self.failed),
            "not asked": len(self.skipped),
        }


def require_open(verdict: Verdict) -> Verdict:
    """Give the verdict back if its gate is open.

    Raises:
        GateClosed: names each failed check, its table, what was seen and what was expected.
    """
    if verdict.is_open:
        return verdict
    failures = "\n".join(_failure(check) for check in verdict.failed)
    raise GateClosed(
        f"The {verdict.gate} gate is closed: {len(verdict.failed)} of {len(verdict.checks)} checks failed. "
        f"Nothing is published; the last snapshot stays.\n{failures}",
        where=", ".join(dict.fromkeys(f"expectations/{'/'.join(check.name.split('/')[:2])}.yml" for check in verdict.failed)),
        fix="Correct the data at its source and drop the export again"
        + (", or see `rapport rejects`" if verdict.gate == "raw" else ", or mend the model")
        + "; change the suite only if the rule itself is wrong.",
    )


def _failure(check: Check) -> str:
    sample = "".join(f"\n    e.g. {_place(row)}" for row in check.samples[:3])
    seen = f"observed {check.observed}; expected {check.expected}{sample}"
    return f"- {check.name} on {check.table_name}: {check.description}\n    {seen}"


def _place(row: dict) -> str:
    rest = ", ".join(f"{name} {value}" for name, value in row.items() if name not in ("_file_id", "_row"))
    if "_file_id" not in row:
        return rest
    return f"file {str(row['_file_id'])[:12]} record {row.get('_row', '?')}" + (f": {rest}" if rest else "")


def store(state: State, verdict: Verdict, *, suites: str, build_number: int | None = None) -> Verdict:
    """Record a verdict with its checks, in one transaction; gives it back with its number."""
    row = {
        "gate": verdict.gate,
        "lake_hash": verdict.subject if build_number is None else None,
        "build_number": build_number,
        "is_open": verdict.is_open,
        "suites": suites,
        "skipped": verdict.skipped,
        "checked_at": now(),
    }
    with state.write(f"check_{verdict.gate}.recorded") as connection:
        number = connection.execute(insert(verdicts_table).values(row)).inserted_primary_key[0]
        connection.execute(insert(checks_table), [{**vars(check), "verdict_id": number} for check in verdict.checks])
    return Verdict(number, verdict.gate, verdict.subject, verdict.is_open, verdict.checks, verdict.skipped)


def find(
    state: State, gate: str, *, suites: str, lake_hash: str | None = None, build_number: int | None = None
) -> Verdict | None:
    """The newest verdict on the same data, if it was by the same suites.

    An older one is not given: publishing asks for the newest, so a suite that was changed and changed back is asked again.
    """
    query = (
        select(verdicts_table)
        .where(verdicts_table.c.gate == gate)
        .where(verdicts_table.c.lake_hash == lake_hash, verdicts_table.c.build_number == build_number)
        .order_by(verdicts_table.c.verdict_id.desc())
        .limit(1)
    )
    with state.read() as connection:
        found = connection.execute(query).mappings().first()
        if found is None or found["suites"] != suites:
            return None
        rows = connection.execute(
            select(checks_table).where(checks_table.c.verdict_id == found["verdict_id"]).order_by(checks_table.c.check_id)
        ).mappings()
        checks = [Check(**{name: row[name] for name in Check.__dataclass_fields__}) for row in rows]
    subject = lake_hash if build_number is None else str(build_number)
    return Verdict(found["verdict_id"], gate, subject, found["is_open"], checks, found["skipped"], reused=True)
