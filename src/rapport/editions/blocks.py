"""Blocks: what templates may call, bound to one edition and one language."""

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from markupsafe import Markup

from rapport.editions.changes import effect
from rapport.editions.content import Content
from rapport.editions.drawings import Drawings
from rapport.editions.figures import Answer
from rapport.editions.listings import Listing
from rapport.editions.printer import Printer
from rapport.editions.sentences import Sentences
from rapport.settings import Settings

if TYPE_CHECKING:
    from rapport.metrics.figures import Figure


class Blocks:
    """What templates may call."""

    def __init__(self, settings: Settings, content: Content, printer: Printer, drawings: Drawings) -> None:
        self._settings, self._content, self._printer, self._drawings = settings, content, printer, drawings

    def for_templates(self, html: bool) -> dict[str, object]:
        """The functions by the names that templates use; with `html` figures are elements, else plain text."""
        printer, content = self._printer, self._content
        texts = {
            "period": printer.period(content.period),
            "company": printer.own(self._settings.company.name),
            "title": printer.own(content.report.title),
            "confidential": self._drawings.confidential or printer.word("page.confidential"),
            "as_of": printer.instant(content.as_of),
            "edition": content.edition_id,
            "snapshot": f"{content.snapshot:06}",
            "revenue_basis": printer.word(f"definitions.revenue_bases.{self._settings.company.revenue_basis}"),
            "personal": printer.personal(content.personal),
        }
        sentences = Sentences(content, printer, texts, html=html)
        return {
            "language": printer.language,
            "texts": texts,
            "figure": printer.html if html else printer.text,
            "say": sentences.say,
            "slot": sentences.slot,
            "points": sentences.points,
            "first_points": sentences.first_points,
            "heading": lambda name: self._heading(sentences, name),
            "has": printer.has,
            "column_name": self._column_name,
            "cell_text": self._cell_text,
            "notes": lambda name, listing: self._notes(sentences, name, listing),
            "footing": lambda listing: self._footing(sentences, listing),
            "cell_form": lambda listing, column: "signed" if column in listing.good else "exact",
            "cell_effect": _cell_effect,
            "is_number": lambda listing, column: any(hasattr(row[column], "unit") for row in listing.all_rows),
            "is_hidden": lambda column: column.endswith("_id"),
            "own": printer.own,
            "listed": printer.listed,
            "word": printer.word,
            "is_figure": lambda value: hasattr(value, "unit"),
            "effect": self._effect,
            "headline": lambda: self._headline(sentences),
            "because": lambda measures: printer.joined([self._because(sentences, *one) for one in measures.items()]),
            "reason": printer.reason,
            "span": printer.period,
            "asked": lambda check: printer.own({"en": check.description, **check.descriptions}),
            "day": lambda day: printer.day(day) if day else "",
            "labels": lambda names: [self._metric_label(name) for name in names],
            "sign": _sign,
            "largest": _largest,
            **self._drawings.for_templates(),
        }

    def _headline(self, sentences: Sentences) -> str:
        """The result, and the biggest risk where there is one worth a headline."""
        result, risk = sentences.slot("result"), sentences.slot("risk")
        if not risk:
            return result
        joined = sentences.say("headline.joined", result=result, risk=risk)
        words = joined.striptags() if isinstance(joined, Markup) else joined
        return joined if len(words) <= self._printer.limit("headline_at_most") else result

    def _heading(self, sentences: Sentences, name: str) -> str:
        """What a figure says where rules chose a sentence for it, in the slot of its name; else what it is."""
        if spoken := sentences.slot(name):
            return spoken
        if self._printer.has(f"headings.{name}"):
            return sentences.say(f"headings.{name}")
        answer = self._content.figures.answers.get(name)
        if answer is None:
            raise LookupError(f"{name!r} needs a text `headings.{name}`")
        return self._printer.own(answer.metric.label)

    def _column_name(self, listing: Listing, column: str) -> str:
        """A column by its metric, or by the words that the catalogue has for it."""
        if self._printer.has(f"columns.{column}"):
            return self._printer.word(f"columns.{column}")
        for comparison in ("previous_period", "previous_year", "plan"):
            if column.endswith(f"_on_{comparison}"):
                return self._printer.word(f"charts.changed.{comparison}")
            if column.endswith(f"_{comparison}") and column in listing.metrics:
                return self._printer.word(f"charts.{comparison}")
        if metric := listing.metrics.get(column):
            return self._printer.own(metric.label)
        raise LookupError(f"the column {column!r} needs a text `columns.{column}`")

    def _notes(self, sentences: Sentences, name: str, listing: Listing) -> str:
        """What stands below a heading: the catalogue's own words, by when rows are grouped, and of how many some are shown."""
        notes = [f"notes.{name}"] if self._printer.has(f"notes.{name}") else []
        if listing.grouped_by:
            notes.append(f"notes.grouped_by.{listing.grouped_by}")
        said = [sentences.say(note) for note in notes]
        if not listing.totals and listing.shown.value != listing.count.value:
            said.append(sentences.say("notes.shown", shown=listing.shown, count=listing.count))
        return Markup(" · ").join(said)

    def _footing(self, sentences: Sentences, listing: Listing) -> list[tuple[str, dict[str, "Figure"]]]:
        """What stands below a table: the totals; where it shows a part of its rows, those of the part before those of all."""
        if not listing.shown_totals or listing.shown.value == listing.count.value:
            return [(self._printer.word("tables.total"), listing.totals)]
        return [
            (self._printer.word("tables.shown"), listing.shown_totals),
            (sentences.say("tables.all", count=listing.count), listing.totals),
        ]

    def _cell_text(self, column: str, cell: object) -> str:
        """A text or day of a listing in words."""
        if isinstance(cell, date):
            return self._printer.day(cell)
        if isinstance(cell, list):
            return self._printer.listed([self._printer.member(column, one) for one in cell])
        return self._printer.member(column, cell)

    def _because(self, sentences: Sentences, reason: str, measure: "Figure") -> str:
        """A reason with its measure; one that the catalogue has no sentence for by its name."""
        key = f"why.reasons.{reason}"
        if measure.value == 0 and self._printer.has(f"{key}_none"):
            key = f"{key}_none"
        return sentences.say(key, measure=measure) if self._printer.has(key) else f"{reason.replace('_', ' ').capitalize()}."

    def _effect(self, answer: Answer, comparison: str) -> str:
        return effect(answer.changes[comparison], answer.metric.good, Decimal(str(answer.metric.material or 0)))

    def _metric_label(self, name: str) -> str:
        figures = self._content.figures
        known = {answer.metric.name: answer.metric for answer in figures.answers.values()}
        for listing in figures.listings.values():
            known |= {metric.name: metric for metric in listing.metrics.values()}
        return self._printer.own(known[name].label) if name in known else name


def _cell_effect(listing: Listing, row: dict[str, object], column: str) -> str:
    """Whether a cell of changes is good or bad; none for other numbers."""
    metric = listing.metrics.get(column.partition("_on_")[0])
    return effect(row[column], listing.good.get(column, "none"), Decimal(str((metric and metric.material) or 0)))


def _sign(figure: "Figure") -> str:
    """Which way a change goes, for the style of its cell: up, down or none."""
    return "none" if not figure.value else "up" if figure.value > 0 else "down"


def _largest(listing: Listing, column: str) -> "Figure | None":
    """The figure of a listing's column that is farthest from zero, which sets the scale of bars."""
    known = [row[column] for row in listing.rows if row[column].value is not None]
    return max(known, key=lambda figure: abs(figure.value), default=None)
