"""The sheets of figures: what the edition is with its headline figures, and every figure that there is."""

from collections.abc import Sequence

from rapport.editions.content import Content
from rapport.editions.figures import Answer
from rapport.editions.workbook.spreadsheet import Sheet, Spreadsheet
from rapport.editions.workbook.wording import Wording
from rapport.metrics.figures import Figure


def edition_sheet(book: Spreadsheet, wording: Wording, content: Content, company: str, confidential: str) -> None:
    """What this edition is, whether its data are to be trusted, and its headline figures."""
    styles, printer = book.styles, wording.printer
    sheet = book.sheet(wording.word("sheets.edition"))
    sheet.page.set_row(0, 24)
    sheet.line(printer.own(content.report.title), bold=True, font_size=16)
    sheet.line(f"{company} · {printer.period(content.period)}", font_color=styles.muted)
    sheet.row += 1
    facts = {
        "scope": wording.word("whole_company") if content.scope == "all" else content.scope,
        "as_of": content.as_of,
        "edition": content.edition_id,
        "snapshot": f"{content.snapshot:06}",
        "confidentiality": confidential,
    } | ({"personal": printer.personal(content.personal)} if content.personal else {})
    for name, value in facts.items():
        _fact(sheet, wording.word(f"facts.{name}"), value)
    verdict = printer.plain(f"workbook.quality.{'warned' if content.failed_checks else 'passed'}")
    _fact(
        sheet,
        wording.word("facts.quality"),
        verdict,
        bold=True,
        font_color=styles.bad if content.failed_checks else styles.good,
    )
    for check in content.failed_checks:
        _fact(sheet, None, f"{check.table}: {wording.check(check.description, check.descriptions)}")
    sheet.row += 1
    _headline_figures(sheet, wording, content)
    sheet.finish({0: 34, 1: 18})


def _fact(sheet: Sheet, name: str | None, value: object, **look: object) -> None:
    sheet.put(sheet.row, 0, name, font_color=sheet.book.styles.muted)
    sheet.put(sheet.row, 1, value, text_wrap=False, **look)
    sheet.row += 1


def _headline_figures(sheet: Sheet, wording: Wording, content: Content) -> None:
    cards = [section for section in content.sections if section.name == "cards"]
    answers = [answer for section in cards for answer in section.answers.values()]
    comparisons = list(dict.fromkeys(name for answer in answers for name in answer.comparisons))
    headings = wording.words("columns", "figure value")
    headings += [wording.comparison(one) for name in comparisons for one in (name, f"on_{name}")]
    headings += wording.words("columns", "n low high")
    sheet.head(headings, range(1, len(headings)))
    for answer in answers:
        sheet.line(*_headline(wording, answer, comparisons), bottom=1, bottom_color=sheet.book.styles.rule)


def _headline(wording: Wording, answer: Answer, comparisons: Sequence[str]) -> list[object]:
    cells: list[object] = [wording.metric(answer.metric.name), wording.amount(answer.figure)]
    for name in comparisons:
        cells += [wording.amount(answer.compared.get(name)), wording.amount(answer.changes.get(name))]
    return [*cells, *(wording.amount(answer.support.get(name)) for name in ("n", "low", "high"))]


def figures_sheet(book: Spreadsheet, wording: Wording, content: Content) -> None:
    """Every figure of figures.json, by the same ids."""
    names = "figure comparison of period from to value unit currency n low high numerator denominator reason id"
    sheet = book.sheet(wording.word("sheets.figures"))
    sheet.table(
        wording.words("columns", names), [_figure_row(wording, figure) for figure in content.figures.figures().values()]
    )
    sheet.finish()


def _figure_row(wording: Wording, figure: Figure) -> list[object]:
    low, high = (wording.amount(figure, end) for end in figure.interval) if figure.interval else (None, None)
    return [
        wording.figure(figure),
        wording.comparison(figure.comparison),
        ", ".join(f"{name} {'–' if member is None else member}" for name, member in figure.by.items()),
        wording.printer.period(figure.period),
        figure.period.start,
        figure.period.last_day,
        wording.amount(figure),
        wording.unit(figure.unit),
        figure.currency if figure.unit == "currency" else None,
        figure.n,
        low,
        high,
        figure.numerator,
        figure.denominator,
        wording.printer.reason(figure.reason) or None,
        figure.id,
    ]
