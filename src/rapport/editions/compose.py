"""Composing: a report for a period and scope becomes an edition, figures first, then pages; its files never change again."""

import json
from hashlib import sha256
from typing import TYPE_CHECKING

from rapport import __version__
from rapport.editions.background import Background, background_of
from rapport.editions.content import Content, metrics_of
from rapport.editions.effects import effects_of
from rapport.editions.figures import FigureSet, compute
from rapport.editions.pages import render
from rapport.editions.personal import personal_data
from rapport.editions.plain import plain
from rapport.editions.printer import Printer
from rapport.editions.proof import proof_of, rows_as_parquet
from rapport.editions.report import Report, read_report
from rapport.editions.rules import chosen, read_rules
from rapport.editions.sections import arrange
from rapport.editions.store import (
    Edition,
    enter,
    hash_of,
    hash_of_folder,
    latest_edition,
    next_edition,
    read_manifest,
    release,
    was_planned,
)
from rapport.editions.trace import delivered_names
from rapport.editions.words import languages, read_catalogue
from rapport.editions.workbook import write_workbook
from rapport.errors import UsageError
from rapport.settings import Settings
from rapport.state import State

if TYPE_CHECKING:
    from rapport.metrics.catalogue import Catalogue
    from rapport.metrics.periods import Period


def compose(
    settings: Settings,
    state: State,
    report: str,
    period: "Period | str",
    scope: str = "all",
    locale: str | None = None,
    *,
    revise: bool = False,
    at_once: bool = False,
) -> Edition:
    """Compose an edition from the current snapshot; when nothing that it prints has changed, give the one that is there.

    Args:
        period: as people write it, or resolved.
        scope: `all` or `dimension=value`.
        locale: render in this language only, else in all of the company's that have a catalogue.
        revise: make a new revision if a figure, text or template has changed; it is held until it is released.
        at_once: make a new revision in the same way and release it: for a period of which nobody has been told yet.

    Raises:
        UsageError: the report, period, scope or language is not one; the period was not over when the snapshot was built; or
            the edition exists, something changed, and neither `revise` nor `at_once` is set.
        RapportError: nothing has been published, or the records of a figure do not add up to it.
    """
    from rapport.metrics.periods import parse_period
    from rapport.metrics.questions import open_figures
    from rapport.warehouse.connections import published_file

    declared = read_report(settings, report)
    if isinstance(period, str):
        period = parse_period(period, calendar=settings.company.fiscal)
    if period.kind != declared.period:
        raise UsageError(f"{report} is a report of a {declared.period}, and {period.text} is none.", fix="Name another period.")
    locales = _locales(settings, locale)
    background = background_of(state, int(published_file(settings).stem), settings.expectations)
    _require_over(period, background, settings)

    with open_figures(settings, background.snapshot, scope, period) as ask:
        figures = compute(declared, period, ask, ask.catalogue.metrics, ask.currency, background.counts)
        personal = personal_data(declared, figures, scope, ask.catalogue)
        digest = hash_of([plain(figures), personal, _texts(settings, declared, figures, locales, background)])
        before = latest_edition(settings, state, report, period.text, scope)
        if before and before.content_hash == digest:
            return release(settings, state, before) if at_once and before.status == "held" else before
        if before and not (revise or at_once):
            raise UsageError(
                f"{before.edition_id} exists, and a figure, text or template has changed since.",
                where=str(before.folder),
                fix="Add --revise to make a revision, which is held until it is released.",
            )
        edition = next_edition(
            settings, state, before, report, period.text, scope, background.snapshot, digest, release=at_once
        )
        if read_manifest(edition.folder):
            return enter(settings, state, edition, {})
        content = _content(settings, declared, period, edition, figures, personal, background, ask.catalogue)
        printed = [figure for section in content.sections for figure in section.printed()]
        printed += [one for answer in figures.answers.values() for one in (answer.figure, *answer.compared.values())]
        proof = proof_of(printed, ask)
    listings = {name: {"metric": name, "sql": listing.sql, "parts": []} for name, listing in figures.listings.items()}
    files = {
        "figures.json": _json({"edition": edition.edition_id, "as_of": background.as_of.isoformat(), **plain(figures)}),
        "proof.json": _json({"metrics": proof.metrics, "queries": {**listings, **proof.queries}}),
        "rows.parquet": rows_as_parquet(settings, proof.rows),
    }
    file_names = delivered_names(state)
    for language in locales:
        files |= _rendering(settings, content, language)
        printer = Printer(figures, read_catalogue(settings, language))
        files[f"{language}/report.xlsx"] = write_workbook(settings, content, printer, proof, background, file_names)
    files["manifest.json"] = _json(_manifest(settings, content, edition, background, files))
    return enter(settings, state, edition, files)


def compose_due(settings: Settings, state: State, report: str, period: "Period") -> Edition:
    """The edition of a due period that goes to its readers.

    Until anybody has a message of the period, it is what is true now, in all languages: an edition that somebody composed too
    early, or in one language, is superseded unread. From then on later data make no new mail by themselves: a revision is made
    on purpose (`rapport compose --revise`).
    """
    latest = latest_edition(settings, state, report, period.text)
    if latest and was_planned(state, report, period.text):
        return latest
    return compose(settings, state, report, period, at_once=True)


def _require_over(period: "Period", background: Background, settings: Settings) -> None:
    as_of_on = background.as_of.astimezone(settings.company.zone).date()
    if period.end > as_of_on:
        raise UsageError(
            f"{period.text} ends on {period.last_day}, and what is published shows the world as of {as_of_on}.",
            where=f"snapshot {background.snapshot:06}",
            fix=f"Name an earlier period, or publish on {period.end} or later (`rapport run`), then compose again.",
        )


def _locales(settings: Settings, wanted: str | None) -> list[str]:
    known = languages(settings)
    if wanted and wanted not in known:
        raise UsageError(f"There is no catalogue for the language {wanted!r}.", fix=f"Choose one of: {', '.join(known)}.")
    if not known:
        raise UsageError("None of the company's languages has a catalogue.", where="reports/locales/", fix="Write one.")
    return [wanted] if wanted else known


def _texts(
    settings: Settings, report: Report, figures: FigureSet, locales: list[str], background: Background
) -> dict[str, object]:
    """What pages say beside figures, as hashes or words."""
    catalogues = {language: settings.reports / "locales" / f"{language}.yml" for language in locales}
    return {
        "report": hash_of_folder(settings.reports / report.name),
        "layout": hash_of_folder(settings.reports / "layout"),
        "locales": {language: sha256(file.read_bytes()).hexdigest() for language, file in catalogues.items()},
        "company": settings.company.name,
        "theme": str(settings.company.theme),
        "metrics": {answer.metric.name: [answer.metric.label, answer.metric.definition] for answer in figures.answers.values()},
        "warnings": [vars(check) for check in background.failed],
    }


def _content(
    settings: Settings,
    report: Report,
    period: "Period",
    edition: Edition,
    figures: FigureSet,
    personal: dict[str, list[str]],
    background: Background,
    catalogue: "Catalogue",
) -> Content:
    sections, omissions = arrange(settings, report, figures)
    return Content(
        edition_id=edition.edition_id,
        report=report,
        period=period,
        scope=edition.scope,
        as_of=background.as_of.astimezone(settings.company.zone),
        snapshot=edition.snapshot,
        figures=figures,
        personal=personal,
        said=chosen(read_rules(settings, report.name), figures),
        sections=sections,
        omissions=omissions,
        effects=effects_of(background.failed, metrics_of(sections), catalogue),
    )


def _rendering(settings: Settings, content: Content, language: str) -> dict[str, bytes]:
    from rapport.editions.pdf import write_pdf

    page = render(settings, content, language)
    return {
        f"{language}/index.html": page.html.encode(),
        f"{language}/report.pdf": write_pdf(settings, page.print_html, content.as_of),
        f"{language}/subject.txt": page.subject.encode(),
        f"{language}/mail.txt": page.mail_text.encode(),
        f"{language}/mail.html": page.mail_html.encode(),
        **{f"{language}/mail/{name}": picture for name, picture in page.mail_images.items()},
    }


def _manifest(
    settings: Settings, content: Content, edition: Edition, background: Background, files: dict[str, bytes]
) -> dict[str, object]:
    columns = ("name", "table_name", "severity", "passed", "description")
    return {
        "edition": edition.edition_id,
        "report": edition.report,
        "title": content.report.title,
        "period": edition.period,
        "scope": edition.scope,
        "revision": edition.revision,
        "status": edition.status,
        "company": settings.company.name,
        "as_of": background.as_of.isoformat(),
        "snapshot": edition.snapshot,
        "build": background.build,
        "content_hash": edition.content_hash,
        "code": {
            "rapport": __version__,
            **{name: hash_of_folder(settings.reports / name) for name in (edition.report, "layout", "locales")},
        },
        "personal_data": content.personal,
        "checks": [{column: getattr(row, column) for column in columns} for row in background.checks],
        "files": {name: sha256(content).hexdigest() for name, content in sorted(files.items())},
    }


def _json(content: object) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=1, default=str) + "\n").encode()
