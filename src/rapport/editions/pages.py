"""Pages: an edition's figures and texts set into templates that can reach nothing else."""

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from html import unescape
from typing import TYPE_CHECKING

from markupsafe import Markup

from rapport.editions.background import FailedCheck
from rapport.editions.changes import effect
from rapport.editions.charts import Column, column_chart, spark_columns
from rapport.editions.figures import Answer, FigureSet, Point
from rapport.editions.fonts import font_faces, font_folder
from rapport.editions.printer import Printer
from rapport.editions.report import Report
from rapport.editions.sections import Omission, Section
from rapport.editions.theme import as_css, read_theme
from rapport.editions.words import read_catalogue
from rapport.settings import Settings

if TYPE_CHECKING:
    from rapport.metrics.catalogue import Metric
    from rapport.metrics.figures import Figure
    from rapport.metrics.periods import Period


@dataclass(frozen=True)
class Content:
    """Everything that an edition's pages are made of; the languages differ in words only."""

    edition_id: str
    report: Report
    period: "Period"
    scope: str
    as_of: datetime  # in the company's zone
    snapshot: int
    figures: FigureSet
    said: dict[str, str]  # slot → text key, as the rules chose
    sections: list[Section]
    omissions: list[Omission]
    failed_checks: list[FailedCheck]

    @property
    def metrics(self) -> list["Metric"]:
        """The metrics whose figures the sections show, each once."""
        shown = (answer.metric for section in self.sections for answer in section.answers.values())
        return list({metric.name: metric for metric in shown}.values())


@dataclass(frozen=True)
class Rendering:
    """An edition in one language."""

    language: str
    html: str
    subject: str
    mail_text: str
    mail_html: str


def render(settings: Settings, content: Content, language: str) -> Rendering:
    """Set an edition in one language.

    Raises:
        LookupError, UsageError: a template or text names something that there is not.
    """
    theme = read_theme(settings)

    def page(template: str, autoescape: bool = True) -> str:
        printer = Printer(content.figures, read_catalogue(settings, language))
        blocks = _Blocks(settings, content, printer, theme)
        return _environment(settings, blocks, autoescape).get_template(template).render(content=content)

    html = page("page.html.j2")
    fonts = font_faces(settings, unescape(re.sub(r"<[^>]+>", "", html)))
    layout = settings.reports / "layout"
    style = f"{fonts}\n{as_css(theme)}\n{(layout / 'page.css').read_text(encoding='utf-8')}"
    return Rendering(
        language=language,
        html=html.replace("/*style*/", style),
        subject=" ".join(page("subject.txt.j2", autoescape=False).split()),
        mail_text=page("mail.txt.j2", autoescape=False),
        mail_html=page("mail.html.j2"),
    )


def _environment(settings: Settings, blocks: "_Blocks", autoescape: bool):
    from jinja2 import FileSystemLoader, StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(settings.reports / "layout"),
        autoescape=autoescape,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_only_figures_are_numbers,
    )
    environment.globals.update(blocks.for_templates(html=autoescape))
    return environment


def _only_figures_are_numbers(value: object) -> object:
    """Refuse a bare number: whatever is printed must be a figure, which goes through the printer, or a text."""
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        raise TypeError(f"a template prints the number {value}, which is not a figure and cannot be traced")
    return "" if value is None else value


class _Blocks:
    """What templates may call, bound to one edition and one language."""

    def __init__(self, settings: Settings, content: Content, printer: Printer, theme: dict[str, str]) -> None:
        self._settings, self._content, self._printer, self._theme = settings, content, printer, theme

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
            "spark": self._spark,
            "column_chart": self._column_chart,
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

    def _spark(self, answer: Answer) -> Markup:
        first, last = answer.trend[0], answer.trend[-1]
        title = self._printer.plain(
            "cards.trend",
            label=self._printer.own(answer.metric.label),
            first=self._printer.text(first.figure),
            first_period=self._printer.period(first.period, "short"),
            last=self._printer.text(last.figure),
            last_period=self._printer.period(last.period, "short"),
        )
        values = [None if point.figure.value is None else float(point.figure.value) for point in answer.trend]
        return Markup(spark_columns(values, self._theme, title))

    def _column_chart(self, answer: Answer, against: str, title: str) -> Markup:
        points = answer.trend
        columns = [
            self._column(point, answer, against, with_year=len(points) > 13 or point in (points[0], points[-1]))
            for point in points
        ]
        return Markup(column_chart(columns, self._theme, font_folder(self._settings), title))

    def _column(self, point: Point, answer: Answer, against: str, *, with_year: bool) -> Column:
        def drawn(figure: "Figure | None") -> float | None:
            return None if figure is None or figure.value is None else float(figure.value)

        changed = point.changes.get(against)
        return Column(
            label=self._printer.period(point.period, "short" if with_year else "brief"),
            actual=drawn(point.figure),
            printed=self._printer.text(point.figure),
            prior=drawn(point.compared.get("previous_year")),
            plan=drawn(point.compared.get("plan")),
            change=drawn(changed),
            change_printed=self._printer.text(changed, "signed") if changed else "",
            effect=effect(changed, answer.metric.good, Decimal(0)) if changed else "none",
        )
