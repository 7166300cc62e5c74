"""The wording of a workbook: names of figures, lists and columns in one language, and numbers as its cells show them."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from rapport.editions.content import Content
from rapport.editions.printer import Printer
from rapport.editions.report import QueryFigure
from rapport.editions.workbook.amounts import as_held, number_format
from rapport.editions.workbook.spreadsheet import Amount
from rapport.errors import UsageError

if TYPE_CHECKING:
    from rapport.metrics.figures import Figure


class Wording:
    """Names for one edition in one language, from the catalogue's `workbook`; what has no words there keeps its own name."""

    def __init__(self, content: Content, printer: Printer, labels: Mapping[str, Mapping[str, str]]) -> None:
        """Collect the names.

        Args:
            labels: of metrics that the report does not ask for itself, such as a ratio's parts.
        """
        self.printer, self._report = printer, content.report
        self._formats: dict[tuple, str] = {}
        asked = {answer.metric.name: answer.metric.label for answer in content.figures.answers.values()}
        self._labels = {name: printer.own(dict(label)) for name, label in {**labels, **asked}.items()}

    def word(self, key: str, otherwise: str | None = None) -> str:
        """A text of the workbook."""
        return self.printer.word(f"workbook.{key}", otherwise)

    def words(self, group: str, names: str) -> list[str]:
        """Several texts of a group; `names` separated by blanks."""
        return [self.word(f"{group}.{name}") for name in names.split()]

    def metric(self, name: str) -> str:
        """A metric's label."""
        return self._labels.get(name) or self.word(f"columns.{name}", otherwise=name)

    def figure(self, figure: "Figure") -> str:
        """What a figure measures: its metric, or the list and the column in which it stands."""
        first, _, column = figure.metric.partition(".")
        return f"{self.list(first)}: {self.column(first, column)}" if column else self.metric(first)

    def comparison(self, name: str | None) -> str | None:
        """What a figure of a comparison is."""
        return self.word(f"comparisons.{name}", otherwise=name) if name else None

    def check(self, english: str, descriptions: Mapping[str, str]) -> str:
        """What a check of a gate asks."""
        return self.printer.own({"en": english, **descriptions})

    def unit(self, name: str) -> str:
        """A unit."""
        return self.word(f"units.{name}", otherwise=name)

    def list(self, name: str) -> str:
        """A list of report.yml."""
        return self.word(f"lists.{name}", otherwise=name)

    def column(self, listing: str, name: str, key: str | int | None = None) -> str:
        """A column of a list; of a cell that holds several numbers the one at a place, or under a key."""
        words = self.word(f"columns.{name}", otherwise=name)
        if key is None:
            return words
        declared = self._report.figures[listing]
        keyed_by = declared.columns[name].keyed_by if isinstance(declared, QueryFigure) else None
        return f"{words}: {self.item(keyed_by, str(key))}" if keyed_by else f"{words} {key}"

    def item(self, column: str, text: str) -> str:
        """A text of a list; the name of a rule or status in words, where the catalogue has any under the column's name."""
        if not re.fullmatch(r"[a-z][a-z0-9_]*", text):
            return text
        try:
            return self.word(f"items.{column}.{text}", "") or self.printer.word(f"{column}.{text}", otherwise="") or text
        except UsageError:  # a group of texts happens to have this name
            return text

    def amount(self, figure: "Figure | None", value: Decimal | None = None) -> Amount | str | None:
        """A figure's value as a cell; or another number of the same kind, such as an end of its interval.

        Counts that stand in the place of a rate or score are words.
        """
        if figure is None:
            return None
        if value is None and figure.counts:
            return self.printer.text(figure)
        signed = (figure.comparison or "").startswith(("on_", "over_"))
        kind = (figure.unit, figure.currency, signed)
        if kind not in self._formats:
            self._formats[kind] = number_format(figure.unit, figure.currency, self.printer, signed=signed)
        return Amount(as_held(figure.value if value is None else value, figure.unit), self._formats[kind])
