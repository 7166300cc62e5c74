"""Blocks: what templates may call, bound to one edition and one language."""

from decimal import Decimal

from rapport.editions.changes import effect
from rapport.editions.content import Content
from rapport.editions.drawings import Drawings
from rapport.editions.figures import Answer
from rapport.editions.printer import Printer
from rapport.settings import Settings


class Blocks:
    """What templates may call."""

    def __init__(self, settings: Settings, content: Content, printer: Printer, drawings: Drawings) -> None:
        self._settings, self._content, self._printer, self._drawings = settings, content, printer, drawings

    def for_templates(self, html: bool) -> dict[str, object]:
        """The functions by the names that templates use; with `html` figures are elements, else plain text."""
        printer, content = self._printer, self._content
        sentence = printer.sentence if html else printer.plain
        texts = {
            "period": printer.period(content.period),
            "company": printer.own(self._settings.company.name),
            "title": printer.own(content.report.title),
            "as_of": printer.instant(content.as_of),
            "edition": content.edition_id,
            "snapshot": f"{content.snapshot:06}",
        }
        return {
            "language": printer.language,
            "texts": texts,
            "figure": printer.html if html else printer.text,
            "say": lambda key, **more: sentence(key, **{**texts, **more}),
            "slot": lambda name: sentence(content.said[name], **texts) if name in content.said else "",
            "own": printer.own,
            "listed": printer.listed,
            "word": printer.word,
            "is_figure": lambda value: hasattr(value, "unit"),
            "effect": self._effect,
            **self._drawings.for_templates(),
            "metric_label": self._metric_label,
        }

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
