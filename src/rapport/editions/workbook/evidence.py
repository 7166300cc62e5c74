"""The sheets of evidence: what figures mean, what the gates found, and the files whose records add up to each figure."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from rapport.editions.background import Background
from rapport.editions.content import Content
from rapport.editions.proof import Proof
from rapport.editions.workbook.amounts import amount
from rapport.editions.workbook.spreadsheet import Spreadsheet
from rapport.editions.workbook.wording import Wording
from rapport.metrics.figures import Figure

_PROSE = 72  # width of a column of sentences, in digits


def definitions_sheet(book: Spreadsheet, wording: Wording, content: Content, proof: Proof) -> None:
    """What each metric means, which version of it was measured, and the exports that it comes from."""
    metrics = {answer.metric.name: answer.metric for answer in content.figures.answers.values()}
    rows = [
        [
            wording.metric(name),
            wording.printer.own(metric.definition),
            name,
            str(metric.version),
            wording.unit(metric.unit),
            ", ".join(_exports(proof.metrics.get(name, {}).get("models", []))),
        ]
        for name, metric in metrics.items()
    ]
    sheet = book.sheet(wording.word("sheets.definitions"))
    sheet.table(wording.words("columns", "figure definition metric version unit exports"), rows)
    sheet.finish({1: _PROSE})


def _exports(models: Sequence[str]) -> list[str]:
    sources = (model.removeprefix("source ") for model in models if model.startswith("source "))
    return sorted(source for source in sources if not source.startswith("rapport."))


def checks_sheet(book: Spreadsheet, wording: Wording, background: Background) -> None:
    """What the gates asked of the data; what did not pass comes first."""
    rows = [
        [
            wording.word("passed" if check.passed else "failed"),
            check.table_name,
            wording.check(check.description, background.descriptions.get(check.name, {})),
            wording.word(f"severities.{check.severity}", otherwise=check.severity),
            check.name,
        ]
        for check in sorted(background.checks, key=lambda check: (bool(check.passed), check.name))
    ]
    sheet = book.sheet(wording.word("sheets.checks"))
    sheet.table(wording.words("columns", "result table check severity name"), rows)
    sheet.finish({2: _PROSE})


def provenance_sheet(
    book: Spreadsheet, wording: Wording, content: Content, proof: Proof, file_names: Mapping[str, Sequence[str]]
) -> None:
    """From each traced figure to the files whose records it adds up; of a ratio, from its parts."""
    figures = content.figures.figures()
    added = _added_up(proof)
    rows = [
        row
        for name, figure in figures.items()
        if name in proof.queries
        for row in _provenance(wording, figure, figures, proof, added, file_names)
    ]
    sheet = book.sheet(wording.word("sheets.provenance"))
    sheet.table(wording.words("columns", "figure comparison period part file sha256 records amount id part_id"), rows)
    sheet.finish()


def _added_up(proof: Proof) -> dict[str, dict[str, tuple[int, Decimal]]]:
    """figure → file → number of records and what they add up to."""
    added: dict[str, dict[str, tuple[int, Decimal]]] = {}
    for row in proof.rows:
        of_figure = added.setdefault(row.figure, {})
        records, total = of_figure.get(row.file_id, (0, Decimal(0)))
        of_figure[row.file_id] = records + 1, total + row.amount
    return added


def _provenance(
    wording: Wording,
    figure: Figure,
    figures: Mapping[str, Figure],
    proof: Proof,
    added: Mapping[str, Mapping[str, tuple[int, Decimal]]],
    file_names: Mapping[str, Sequence[str]],
) -> Iterator[list[object]]:
    about = [wording.figure(figure), wording.comparison(figure.comparison), wording.printer.period(figure.period)]
    for part in proof.queries[figure.id]["parts"] or [figure.id]:
        metric = proof.queries[part]["metric"] if part in proof.queries else figure.metric
        known = figures.get(part)
        unit = known.unit if known else proof.metrics.get(metric, {}).get("unit", "")
        names = {file_id: ", ".join(file_names.get(file_id, [])) for file_id in added.get(part, {})}
        for file_id, name in sorted(names.items(), key=lambda item: (item[1], item[0])):
            records, total = added[part][file_id]
            amounted = amount(total, unit, figure.currency, wording.printer)
            yield [*about, wording.metric(metric), name, file_id, records, amounted, figure.id, part]
        if not names:
            yield [*about, wording.metric(metric), None, None, None, None, figure.id, part]
