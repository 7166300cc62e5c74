"""The doctor: what is wrong with an installation, each finding with its fix; looking changes nothing."""

import importlib.metadata
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from rapport.errors import RapportError, UsageError
from rapport.settings import Settings, current_settings

Level = Literal["ok", "warning", "wrong"]
_LIBRARIES = {  # what WeasyPrint draws with, and the Debian package that brings it
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}
_ENOUGH_SPACE = 2 * 10**9  # bytes: a build writes the warehouse anew, a publish copies its marts


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. `wrong` stops a run or falsifies it; a `warning` does neither."""

    about: str
    level: Level
    words: str
    fix: str = ""


def examine() -> list[Finding]:
    """Look at everything; a part that cannot be looked at is a finding too."""
    findings = [
        *_examine("Python", _python),
        *_examine("libraries", _libraries),
        *_examine("system libraries", _system_libraries),
    ]
    try:
        settings = current_settings()
        company = settings.company
    except RapportError as error:
        return [*findings, _wrong("settings", error)]
    findings.append(Finding("settings", "ok", f"{next(iter(company.name.values()))}, home {settings.home}"))
    for about, look in _LOOKS.items():
        findings += _examine(about, lambda look=look: look(settings))
    return findings


def _examine(about: str, look: Callable[[], Iterator[tuple[Level, str, str]]]) -> list[Finding]:
    try:
        return [Finding(about, level, words, fix) for level, words, fix in look()]
    except RapportError as error:
        return [_wrong(about, error)]
    except Exception as error:  # whatever stands in the way is what the reader must know
        return [Finding(about, "wrong", f"{type(error).__name__}: {error}", "Run `rapport doctor --debug` for the traceback.")]


def _wrong(about: str, error: RapportError) -> Finding:
    return Finding(about, "wrong", f"{error.what} {error.where}".strip(), error.fix)


def _python():
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] == (3, 11):
        yield "ok", version, ""
    else:
        yield "wrong", version, "Install Python 3.11 and run `make setup`."


def _libraries():
    from packaging.requirements import Requirement

    lock = Path(__file__).resolve().parents[2] / "requirements.lock"
    if not lock.exists():
        yield "warning", "requirements.lock is not beside the package, so versions cannot be compared", "Work in a clone."
        return
    wanted = [
        Requirement(line.rstrip(" \\")) for line in lock.read_text(encoding="utf-8").splitlines() if re.match(r"[a-z0-9]", line)
    ]
    wanted = [requirement for requirement in wanted if requirement.marker is None or requirement.marker.evaluate()]
    other = [requirement for requirement in wanted if not requirement.specifier.contains(_installed(requirement.name), True)]
    if other:
        named = ", ".join(f"{requirement.name} {_installed(requirement.name)}" for requirement in other[:5])
        yield "wrong", f"{len(other)} not as locked: {named}", "Run `make setup`."
    else:
        yield "ok", f"{len(wanted)} as locked", ""


def _installed(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "0"


def _system_libraries():
    import ctypes

    missing = []
    for library, package in _LIBRARIES.items():
        try:
            ctypes.CDLL(library)
        except OSError:
            missing.append(package)
    if missing:
        yield "wrong", f"missing: {', '.join(missing)}", f"apt-get install {' '.join(missing)}"
    else:
        yield "ok", "what WeasyPrint needs is there", ""


def _home(settings: Settings):
    folders = list(dict.fromkeys((settings.home, settings.scratch, settings.lake, settings.archive)))
    existing = {folder: next(parent for parent in (folder, *folder.parents) if parent.exists()) for folder in folders}
    for folder, there in existing.items():
        if not os.access(there, os.W_OK | os.X_OK):
            yield "wrong", f"{folder} cannot be written", f"Give this user the right to write in {there}."
    if len({there.stat().st_dev for there in existing.values()}) > 1:
        words = "home, lake and archive are on several file systems"
        yield (
            "wrong",
            words,
            "Put RAPPORT_LAKE, RAPPORT_ARCHIVE and RAPPORT_HOME on one: files are renamed from one to the other.",
        )
    free = shutil.disk_usage(existing[settings.home]).free
    if free < _ENOUGH_SPACE:
        yield "warning", f"only {free / 10**9:.1f} GB are free", "Make room before the next run."
    else:
        yield "ok", f"{free / 10**9:.0f} GB free", ""


def _declarations(settings: Settings):
    from rapport.exports.declarations import read_declarations
    from rapport.warehouse.dbt import dbt_vars

    dbt_vars(settings)
    yield "ok", f"{len(read_declarations(settings))} exports of {', '.join(sorted(settings.company.systems))}", ""


def _drops(settings: Settings):
    from rapport.connections import read_connection

    for system in sorted(settings.company.systems):
        place = settings.drop_of(system)
        if "://" not in place and not Path(place).is_dir():
            yield "warning", f"{system}: there is no folder {place}", "Make it, or say in company.yml where the exports are."
        elif "://" in place and (name := settings.company.systems[system].connection):
            try:
                read_connection(settings, name)
            except UsageError as error:  # no fault under Airflow, which may keep it
                yield "warning", f"{system}: {error.what}", f"{error.where}: {error.fix}"


def _suites(settings: Settings):
    from rapport.gates.suites import read_suites

    counts = {gate: len(read_suites(settings.expectations, gate)) for gate in ("raw", "marts")}
    yield "ok", ", ".join(f"{gate}: {count} suites" for gate, count in counts.items()), ""


def _reports(settings: Settings):
    from rapport.delivery.recipients import read_recipients
    from rapport.editions.report import read_report, report_names

    recipients = read_recipients(settings.recipients_file)
    for name in report_names(settings):
        people = recipients.of(read_report(settings, name).recipients)
        if people:
            yield "ok", f"{name} goes to {len(people)}", ""
        else:
            yield "warning", f"{name} goes to nobody", f"Name people in {settings.recipients_file}."


def _theme(settings: Settings):
    from rapport.editions.theme import read_theme

    theme = read_theme(settings)
    yield "ok", "the company's colours can be read" + (", and it has a logo" if theme.logo else ""), ""


def _mail(settings: Settings):
    name = settings.company.mail.server
    if name == "mailbox":
        yield "ok", f"development mailbox: mail stays in {settings.mailbox}", ""
        return
    from rapport.delivery.smtp import parse_server

    url = settings.connection(name)
    if url is None:
        yield "wrong", f"the mail server {name!r} has no address", f"Set RAPPORT_CONN_{name.upper()} to smtp://host:port."
    else:
        yield "ok", str(parse_server(url, name)), ""


def _state(settings: Settings):
    from sqlalchemy import func, select

    from rapport.exports.archive import sidecars
    from rapport.state.database import HEAD, open_state, version_at
    from rapport.state.tables import deliveries

    version = version_at(settings.state_url)
    if version is None:
        yield _index_lost(settings) if sidecars(settings) else ("ok", "none yet: the first run makes it", "")
        return
    if version != HEAD:
        yield "warning", f"at migration {version}, this code is at {HEAD}", "The next run migrates it; keep a copy until then."
        return
    with open_state(settings.state_url).read() as connection:
        noted = connection.execute(select(func.count()).select_from(deliveries)).scalar_one()
    if noted < len(sidecars(settings)):
        yield _index_lost(settings)
    else:
        yield "ok", f"at migration {version}, {noted} deliveries", ""


def _index_lost(settings: Settings) -> tuple[Level, str, str]:
    words = f"the archive in {settings.archive} holds deliveries that the state does not know"
    return "wrong", words, "Run `rapport doctor --repair`: the files are the truth, the state is their index."


def _builds(settings: Settings):
    from rapport.state.database import HEAD, open_state, version_at
    from rapport.warehouse.build import latest_build
    from rapport.warehouse.lock import holder, is_held

    lock = settings.warehouse_file.with_suffix(".lock")
    who = holder(lock)
    if is_held(lock):
        yield "ok", "at work: {owner} on {host}, process {pid}, since {since}".format_map(who or _nobody()), ""
        return
    if who:
        yield (
            "warning",
            "process {pid} of {owner} ended without giving the lock back; it is free".format_map(who),
            "None needed.",
        )
    build = latest_build(open_state(settings.state_url)) if version_at(settings.state_url) == HEAD else None
    if build is None:
        yield "ok", "none yet", ""
    elif build.status == "finished":
        yield "ok", f"build {build.number} is finished", ""
    else:
        why = build.message or "it was interrupted"
        yield "warning", f"build {build.number} did not finish: {why}", "Run `rapport run`: the build is repeated whole."


def _nobody() -> dict[str, str]:
    return dict.fromkeys(("owner", "host", "pid", "since"), "?")


def _snapshots(settings: Settings):
    from sqlalchemy import select

    from rapport.state.database import HEAD, open_state, version_at
    from rapport.state.tables import snapshots
    from rapport.warehouse.connections import open_published
    from rapport.warehouse.content import content_hash, contents, way_of_hashing
    from rapport.warehouse.healing import newest_file, snapshot_file

    newest = newest_file(settings)
    if newest is None:
        yield "ok", "none yet", ""
        return
    file = snapshot_file(settings, newest)
    if (settings.published / "current").resolve() != file.resolve():
        yield (
            "wrong",
            f"the pointer does not name the newest snapshot, {newest}",
            "Run `rapport run`, or `rapport doctor --repair`.",
        )
        return
    recorded = None
    if version_at(settings.state_url) == HEAD:
        with open_state(settings.state_url).read() as connection:
            recorded = connection.execute(select(snapshots.c.content_hash).where(snapshots.c.number == newest)).scalar()
    if recorded is None:
        yield "wrong", f"the state does not know snapshot {newest}", "Run `rapport doctor --repair`."
        return
    way = recorded.rpartition(":")[0]
    if way != way_of_hashing():
        yield (
            "warning",
            f"snapshot {newest} cannot be compared with what was published: its hash was made by {way or 'another version'}",
            "None needed: the next publish makes one that can.",
        )
        return
    artefacts = settings.published / f"{newest:06}"
    with open_published(settings) as connection:
        found = content_hash(contents(connection, artefacts / "manifest.json"), artefacts / "semantic_manifest.json")
    if found == recorded:
        yield "ok", f"snapshot {newest} holds what was published", ""
    else:
        words = f"{file} no longer holds what was published"
        yield "wrong", words, f"Put it aside (`mv {file.name} …`) and `rapport run`; then look at the disk."


_LOOKS: dict[str, Callable[[Settings], Iterator[tuple[Level, str, str]]]] = {
    "home": _home,
    "exports": _declarations,
    "drops": _drops,
    "gates": _suites,
    "reports": _reports,
    "theme": _theme,
    "mail": _mail,
    "state": _state,
    "warehouse": _builds,
    "published": _snapshots,
}
