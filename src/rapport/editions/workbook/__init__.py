"""The workbook of an edition: every figure and every full list as typed cells, with definitions, checks and provenance."""

from collections.abc import Mapping, Sequence

from rapport.editions.background import Background
from rapport.editions.content import Content
from rapport.editions.printer import Printer
from rapport.editions.proof import Proof
from rapport.editions.theme import read_theme
from rapport.editions.workbook.evidence import checks_sheet, definitions_sheet, provenance_sheet
from rapport.editions.workbook.figures import edition_sheet, figures_sheet
from rapport.editions.workbook.lists import list_sheet
from rapport.editions.workbook.spreadsheet import Spreadsheet, Styles
from rapport.editions.workbook.wording import Wording
from rapport.settings import Settings


def write_workbook(
    settings: Settings,
    content: Content,
    printer: Printer,
    proof: Proof,
    background: Background,
    file_names: Mapping[str, Sequence[str]],
) -> bytes:
    """Write an edition in the printer's language as XLSX; the same content gives the same bytes.

    Args:
        background: what the gates asked of the snapshot's data.
        file_names: of a file that arrived, by its SHA-256: the names under which it was delivered.
    """
    wording = Wording(content, printer, {name: about["label"] for name, about in proof.metrics.items()})
    company = printer.own(settings.company.name)
    confidential = read_theme(settings).confidential.get(printer.language) or printer.word("page.confidential")
    book = Spreadsheet(
        _styles(settings, wording),
        settings.company.zone,
        foot=" · ".join((confidential, printer.instant(content.as_of), content.edition_id)),
        properties={
            "title": printer.own(content.report.title),
            "subject": printer.period(content.period),
            "company": company,
            "author": company,
            "created": content.as_of.replace(tzinfo=None),
        },
    )
    edition_sheet(book, wording, content, company, confidential)
    figures_sheet(book, wording, content)
    for name, listing in content.figures.listings.items():
        if listing.in_workbook:
            list_sheet(book, wording, name, listing)
    definitions_sheet(book, wording, content, proof)
    checks_sheet(book, wording, background)
    provenance_sheet(book, wording, content, proof, file_names)
    return book.close()


def _styles(settings: Settings, wording: Wording) -> Styles:
    theme = read_theme(settings).light
    return Styles(
        **{name: theme[name] for name in ("ink", "muted", "rule", "good", "bad")},
        day=wording.word("formats.day"),
        instant=wording.word("formats.instant"),
        yes=wording.word("yes"),
        no=wording.word("no"),
        cut=wording.word("cut"),
    )
