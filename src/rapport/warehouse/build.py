"""One build: register what the lake holds, write dbt's inputs, run dbt once, remember the result."""

import hashlib
import json
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Row, func, insert, select, update

from rapport.crash import crash_point
from rapport.settings import Settings
from rapport.state.database import State, now
from rapport.state.tables import builds, snapshots
from rapport.warehouse.connections import hardened
from rapport.warehouse.dbt import dbt_vars, nightly, run_dbt
from rapport.warehouse.healing import heal
from rapport.warehouse.inputs import ThisBuild, write_inputs
from rapport.warehouse.lock import Lock
from rapport.warehouse.progress import dbt_progress
from rapport.warehouse.registration import Registered, register

if TYPE_CHECKING:
    from rapport.exports.export import Export


@dataclass(frozen=True)
class BuildResult:
    """A finished build; `why_full` says why everything was built anew, empty when it was not."""

    number: int
    models: int
    tests: int
    full_refresh: bool
    why_full: str
    seconds: float

    def counts(self) -> dict[str, object]:
        """What the journal keeps and people read."""
        counts = {"build": self.number, "models": self.models, "tests": self.tests, "seconds": round(self.seconds, 1)}
        return counts | ({"full refresh": self.why_full} if self.full_refresh else {})


def build(settings: Settings, state: State, as_of: datetime, lock: Lock, only: Sequence[str] = ()) -> BuildResult:
    """Build the warehouse from everything that the lake holds now.

    It continues the last finished build: models take what came since, unless what the stored rows depend on has changed.
    A build that did not finish is not continued: the next one begins where the last finished one ended. A publish that was
    killed is finished first, and a snapshot whose file was put aside is forgotten, so that this build is compared with what is
    published.

    Args:
        as_of: the instant as of which the models see the world.
        lock: the warehouse lock, which the caller holds.
        only: what to build, in the words of dbt's `--select`, for a bench; all when empty.

    Raises:
        RapportError: a model or test failed; the build is marked as failed, and the published snapshot stays.
    """
    from rapport.exports.declarations import read_declarations
    from rapport.exports.lake import current_files, lake_hash

    started = time.monotonic()
    heal(settings, state)
    exports = read_declarations(settings)
    files = current_files(settings, state)
    registered = register(state, files)
    fingerprint, project = fingerprint_of(settings, exports.values()), project_of(settings)
    last = latest_finished(state)
    why_full = _why_full(settings, last, fingerprint, project, registered)
    number = _start(
        state,
        as_of=as_of,
        from_sequence=0 if last is None or why_full else last.to_sequence,
        to_sequence=_last_sequence(registered),
        lake_hash=lake_hash(files),
        fingerprint=fingerprint,
        project=project,
        seen=_seen(registered),
        full_refresh=bool(why_full),
    )
    try:
        from_build = 0 if last is None or why_full else last.number
        write_inputs(settings, settings.warehouse_file, _this_build(state, number, from_build), exports, files, registered)
        crash_point("build.inputs.written")
        arguments = ["build", "--exclude-resource-types", "unit_test", "--threads", str(settings.threads)]
        arguments += ["--select", *only, "--indirect-selection", "cautious"] if only else []
        with dbt_progress() as show:

            def on_node(event: dict) -> None:
                show(event)
                if event.get("kind") == "model":
                    crash_point(f"build.model.{event['finished']}")

            result = run_dbt(
                settings,
                [*arguments, "--full-refresh"] if why_full else arguments,
                places=nightly(settings),
                lock=lock,
                on_node=on_node,
            )
    except BaseException as error:
        _end(state, number, "failed", {}, message=str(error) or type(error).__name__)
        raise
    _end(state, number, "finished", result.counts)
    return BuildResult(
        number=number,
        models=result.counts.get("model", 0),
        tests=result.counts.get("test", 0),
        full_refresh=bool(why_full),
        why_full=why_full,
        seconds=time.monotonic() - started,
    )


def fingerprint_of(settings: Settings, exports: Iterable["Export"]) -> str:
    """What decides the meaning of every stored row, of company.yml and the exports; another one needs a full refresh."""
    company = settings.company
    meaning = {
        "systems": sorted(company.systems),
        "feeds": company.feeds,
        "shared_ids": sorted(company.shared_ids),
        "currency": company.currency,
        "timezone": company.timezone,
        "revenue_basis": company.revenue_basis,
    }
    versions = {f"{e.system}.{e.table}": e.exported_at.column for e in exports if e.exported_at and e.exported_at.column}
    meaning |= {"versions": versions} if versions else {}
    return hashlib.sha256(json.dumps(meaning, sort_keys=True).encode()).hexdigest()


def project_of(settings: Settings) -> str:
    """A hash of all by which dbt makes rows, the data apart: another one makes other rows, also of days long built."""
    digest = hashlib.sha256(json.dumps(dbt_vars(settings), sort_keys=True).encode())
    project = settings.dbt_project
    made_by = [project / "dbt_project.yml", *project.rglob("*.sql"), *project.rglob("*.py"), *project.rglob("*.csv")]
    for file in sorted(made_by):
        digest.update(f"\0{file.relative_to(project)}\0".encode() + file.read_bytes())
    return digest.hexdigest()


def latest_build(state: State) -> Row | None:
    """The newest build, finished or not; None before the first."""
    with state.read() as connection:
        return connection.execute(select(builds).order_by(builds.c.number.desc()).limit(1)).first()


def latest_finished(state: State) -> Row | None:
    """The newest build that finished; None before the first."""
    with state.read() as connection:
        newest_first = select(builds).where(builds.c.status == "finished").order_by(builds.c.number.desc())
        return connection.execute(newest_first.limit(1)).first()


def _why_full(settings: Settings, last: Row | None, fingerprint: str, project: str, registered: list[Registered]) -> str:
    if last is None:
        return ""  # the first build is full anyway
    if not settings.warehouse_file.exists():
        return "the warehouse file is gone"
    if last.fingerprint != fingerprint:
        return "systems, feeds, shared_ids, currency, timezone, revenue_basis or a column of exported_at changed"
    if last.project != project:
        return "the dbt project changed"
    if last.seen != _seen([row for row in registered if row.sequence <= last.to_sequence]):
        return "files that were built from are gone or typed anew"
    if _newest_in(settings) < last.number:
        return "the warehouse file is older than the last build"
    return ""


def _seen(registered: list[Registered]) -> str:
    """A hash of what a build has seen: the deliveries by sequence, which no other generation of a file shares."""
    return hashlib.sha256(json.dumps(sorted(row.sequence for row in registered)).encode()).hexdigest()


def _newest_in(settings: Settings) -> int:
    """The number of the build that wrote the warehouse file last; 0 where no build did."""
    connection = hardened(settings, attach={"warehouse": settings.warehouse_file})
    try:
        return connection.execute("select number from warehouse.rapport.this_build").fetchone()[0]
    finally:
        connection.close()


def _last_sequence(registered: list[Registered]) -> int:
    return max((row.sequence for row in registered), default=0)


def _start(state: State, **columns: object) -> int:
    """Record that a build begins; its number is above every number that was ever used."""
    with state.write("build.started") as connection:
        used = [
            connection.execute(select(func.coalesce(func.max(column), 0))).scalar_one()
            for column in (builds.c.number, snapshots.c.build_number)
        ]
        number = max(used) + 1
        row = {"number": number, "status": "started", "counts": {}, "started_at": now(), **columns}
        connection.execute(insert(builds).values(row))
    return number


def _this_build(state: State, number: int, from_build: int) -> ThisBuild:
    with state.read() as connection:
        row = connection.execute(select(builds).where(builds.c.number == number)).one()
    return ThisBuild(
        number=row.number,
        as_of=row.as_of,
        from_sequence=row.from_sequence,
        to_sequence=row.to_sequence,
        from_build=from_build,
    )


def _end(state: State, number: int, status: str, counts: Mapping[str, int], message: str | None = None) -> None:
    with state.write(f"build.{status}") as connection:
        connection.execute(
            update(builds)
            .where(builds.c.number == number)
            .values(status=status, counts=dict(counts), finished_at=now(), message=message)
        )
