"""The steps, one call each: what the command line and the DAGs both go through.

Every step reads the settings from the environment, enters itself into the journal and returns names and counts, never customer
data. `run` does them all under one lock.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from rapport.errors import DeliveryIncomplete, ExportRefused, PlaceUnreachable
from rapport.journal import Counts, Run, entry
from rapport.settings import Settings, current_settings
from rapport.state import State, open_state


@contextmanager
def _alone(command: str) -> Iterator[tuple[Settings, State, Run]]:
    """A run of one step."""
    settings = current_settings()
    state = open_state(settings.state_url)
    with entry(state, command) as run:
        yield settings, state, run


def pull_and_load(system: str) -> Counts:
    """Pull and load one system's exports."""
    with _alone(f"pull and load {system}") as (settings, state, run):
        return _pull_and_load(settings, state, run, [system])


def stop_if_refused(loads: Sequence[Counts]) -> None:
    """Say at the end, loudly, which files the loads refused and which places did not answer; all else went its way.

    Raises:
        PlaceUnreachable: there were some, and perhaps refused files too.
        ExportRefused: there were refused files only.
    """
    away = [words for counts in loads for words in counts.get("unreachable", [])]
    refused = [words for counts in loads for words in counts.get("refused", [])]
    if away:
        also = f"; {len(refused)} file(s) were refused" if refused else ""
        raise PlaceUnreachable(
            f"{len(away)} place(s) or file(s) could not be reached{also}; all else was loaded and went its way.",
            where="; ".join([*away, *refused][:5]),
            fix="Mend what each line says, then run again; what has arrived is not fetched twice.",
        )
    if refused:
        raise ExportRefused(
            f"{len(refused)} file(s) were refused; all others were loaded and went their way.",
            where="; ".join(refused[:5]),
            fix="`rapport status` tells each file's reason; mend the export or its declaration and run again.",
        )


def check_raw(logical_date: datetime | None = None) -> Counts:
    """Ask the raw gate about everything in the lake."""
    with _alone("check raw") as (settings, state, run):
        return _check_raw(settings, state, run, settings.as_of(logical_date))


def build(logical_date: datetime | None = None) -> int:
    """Build the warehouse; returns the build's number."""
    with _alone("build") as (settings, state, run):
        from rapport.warehouse.lock import warehouse_lock

        with warehouse_lock(settings) as lock:
            return _build(settings, state, run, settings.as_of(logical_date), lock)


def check_marts(build_number: int) -> Counts:
    """Ask the marts gate about a build."""
    with _alone("check marts") as (settings, state, run):
        from rapport.warehouse.lock import warehouse_lock

        with warehouse_lock(settings):
            return _check_marts(settings, state, run, build_number)


def publish(build_number: int) -> Counts:
    """Publish a build whose gates are open."""
    with _alone("publish") as (settings, state, run):
        from rapport.warehouse.lock import warehouse_lock

        with warehouse_lock(settings):
            return _publish(settings, state, run, build_number)


def compose_due(report: str, logical_date: datetime | None = None) -> list[str]:
    """Compose every edition of a report that is due; returns the ids of all due ones, new or not, with their mail planned."""
    with _alone(f"compose {report}") as (settings, state, run):
        return _compose_due(settings, state, run, [report], settings.as_of(logical_date))


def send(edition_ids: Sequence[str] | None = None, statuses: Sequence[str] = ("planned", "deferred")) -> Counts:
    """Send the mail of these editions, else all, that is in one of `statuses`."""
    with _alone("send") as (settings, state, run):
        return _send(settings, state, run, edition_ids, statuses)


def run() -> str:
    """Pull, load, check, build, check, publish, compose what is due and send what waits, under one lock.

    Returns:
        The run's number in the journal.

    Raises:
        WarehouseBusy: another run is at work.
        GateClosed: a critical check failed; nothing was published.
        ExportRefused: a file was refused; all else went its way.
        PlaceUnreachable: a place did not answer; all else went its way.
        DeliveryIncomplete: a message did not reach its server.
    """
    from rapport.editions.report import report_names
    from rapport.warehouse.lock import warehouse_lock

    settings = current_settings()
    as_of = settings.as_of()
    with warehouse_lock(settings) as lock:
        state = open_state(settings.state_url)
        with entry(state, "run", as_of) as journal:
            loaded = _pull_and_load(settings, state, journal, sorted(settings.company.systems))
            _check_raw(settings, state, journal, as_of)
            number = _build(settings, state, journal, as_of, lock)
            _check_marts(settings, state, journal, number)
            _publish(settings, state, journal, number)
            _compose_due(settings, state, journal, report_names(settings), as_of)
            _send(settings, state, journal, None, ("planned", "deferred"))
            stop_if_refused([loaded])
            return str(journal.run_id)


def _pull_and_load(settings: Settings, state: State, run: Run, systems: Sequence[str]) -> Counts:
    from rapport.exports.load import load
    from rapport.exports.pull import pull

    with run.step("pull") as counts:
        pulled = pull(settings, state, systems)
        counts.update(pulled.counts())
        counts.update(pulled.left())
    with run.step("load") as counts:
        result = load(settings, state, systems)
        counts.update(result.counts())
        # A file that does not say when it was exported is as little taken as one that the loader refuses.
        if pulled.unreachable:
            counts["unreachable"] = pulled.unreachable
        if refused := pulled.undated + pulled.damaged + [f"{file.name}: {file.what}" for file in result.refused]:
            counts["refused"] = refused
    return counts


def _check_raw(settings: Settings, state: State, run: Run, as_of: datetime) -> Counts:
    from rapport.exports.lake import current_files
    from rapport.gates.raw import check_raw
    from rapport.gates.verdicts import require_open

    with run.step("check raw") as counts:
        verdict = check_raw(settings, state, current_files(settings, state), as_of)
        counts.update(verdict.counts())
        require_open(verdict)
    return counts


def _build(settings: Settings, state: State, run: Run, as_of: datetime, lock: object) -> int:
    from rapport.warehouse.build import build

    with run.step("build") as counts:
        result = build(settings, state, as_of, lock)
        counts.update(result.counts())
    return result.number


def _check_marts(settings: Settings, state: State, run: Run, build_number: int) -> Counts:
    from rapport.gates.marts import check_marts
    from rapport.gates.verdicts import require_open

    with run.step("check marts") as counts:
        verdict = check_marts(settings, state, build_number)
        counts.update(verdict.counts())
        require_open(verdict)
    return counts


def _publish(settings: Settings, state: State, run: Run, build_number: int) -> Counts:
    from rapport.warehouse.snapshots import publish

    with run.step("publish") as counts:
        counts.update(publish(settings, state, build_number).counts())
    return counts


def _compose_due(settings: Settings, state: State, run: Run, reports: Sequence[str], as_of: datetime) -> list[str]:
    from rapport.delivery.send import plan_edition
    from rapport.editions.compose import compose_due
    from rapport.editions.due import due_periods
    from rapport.editions.report import read_report

    editions: list[str] = []
    with run.step("compose") as counts:
        new = planned = 0
        for name in reports:
            report = read_report(settings, name)
            for period in due_periods(settings, report, as_of):
                edition = compose_due(settings, state, name, period)
                planned += plan_edition(settings, state, edition.edition_id, report.recipients)
                editions.append(edition.edition_id)
                new += edition.is_new
        counts.update({"due": len(editions), "new": new, "mails planned": planned, "editions": editions})
    return editions


def _send(settings: Settings, state: State, run: Run, edition_ids: Sequence[str] | None, statuses: Sequence[str]) -> Counts:
    from rapport.delivery.send import send

    with run.step("send") as counts:
        counts.update(send(settings, state, edition_ids, statuses=statuses))
        missing = sum(count for status, count in counts.items() if status in ("deferred", "failed", "unknown"))
        if missing:
            raise DeliveryIncomplete(
                f"{missing} message(s) did not surely reach the server.",
                where=", ".join(
                    f"{status}: {counts[status]}" for status in ("deferred", "failed", "unknown") if counts.get(status)
                ),
                fix="See `rapport status`; deferred ones go with the next run, failed ones with `rapport send --failed`.",
            )
    return counts
