"""Blocks: what templates may call, bound to one edition and one language."""

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
            "own": printer.own,
            "listed": printer.listed,
            "word": printer.word,
            "is_figure": lambda value: hasattr(value, "unit"),
            "effect": self._effect,
            "headline": lambda: self._headline(sentences),
            "because": lambda measures: printer.joined([self._because(sentences, *one) for one in measures.items()]),
            "reason": printer.reason,
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

    def _because(self, sentences: Sentences, reason: str, measure: "Figure") -> str:
        """A reason with its measure; one that the catalogue has no sentence for by its name."""
        key = f"why.reasons.{reason}"
        if measure.value == 0 and self._printer.has(f"{key}_none"):
            key = f"{key}_none"
        return sentences.say(key, measure=measure) if self._printer.has(key) else f"{reason.replace('_', ' ').capitalize()}."

    def _effect(self, answer: Answer, comparison: str) -> str:
        return effect(answer.changes[comparison], answer.metric.good, Decimal(str(answer.metric.material or 0)))

    def _metric_label(self, name: str) -> str:
        return next(
            (
                self._printer.own(answer.metric.label)
                for answer in self._content.figures.answers.values()
                if answer.metric.name == name
            ),
            name,
        )


def _sign(figure: "Figure") -> str:
    """Which way a change goes, for the style of its cell: up, down or none."""
    return "none" if not figure.value else "up" if figure.value > 0 else "down"


def _largest(listing: Listing, column: str) -> "Figure | None":
    """The figure of a listing's column that is farthest from zero, which sets the scale of bars."""
    known = [row[column] for row in listing.rows if row[column].value is not None]
    return max(known, key=lambda figure: abs(figure.value), default=None)
