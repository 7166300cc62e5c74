"""Drawings: the charts of one edition in one language, from its figures; the numbers on them are written by the printer."""

from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from markupsafe import Markup

from rapport.editions.changes import effect
from rapport.editions.charts import Column, column_chart, spark_columns
from rapport.editions.figures import Answer, Point
from rapport.editions.fonts import font_folder
from rapport.editions.printer import Printer
from rapport.settings import Settings

if TYPE_CHECKING:
    from rapport.metrics.figures import Figure

Medium = Literal["page", "print", "mail", "text"]


class Drawings:
    """What templates may draw, bound to one edition, one language and one medium."""

    def __init__(self, settings: Settings, printer: Printer, theme: dict[str, str], medium: Medium) -> None:
        self._settings, self._printer, self._theme, self._medium = settings, printer, theme, medium

    def for_templates(self) -> dict[str, object]:
        """The functions by the names that templates use."""
        return {"spark": self._spark, "column_chart": self._column_chart}

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
