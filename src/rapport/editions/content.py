"""The content of an edition: everything that its pages are made of; the languages differ in words only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from rapport.editions.background import FailedCheck
from rapport.editions.effects import Effect
from rapport.editions.figures import FigureSet
from rapport.editions.report import Report
from rapport.editions.rules import Sentence
from rapport.editions.sections import Omission, Section

if TYPE_CHECKING:
    from rapport.metrics.catalogue import Metric
    from rapport.metrics.periods import Period


@dataclass(frozen=True)
class Content:
    """Everything that an edition's pages are made of."""

    edition_id: str
    report: Report
    period: "Period"
    scope: str
    as_of: datetime  # in the company's zone
    snapshot: int
    figures: FigureSet
    personal: dict[str, list[str]]  # class of personal data → the columns of marts that are printed
    said: dict[str, list[Sentence]]  # by slot, as the rules chose
    sections: list[Section]
    omissions: list[Omission]
    effects: list[Effect]

    @property
    def metrics(self) -> list["Metric"]:
        """The metrics whose figures the sections show, each once."""
        return metrics_of(self.sections)

    @property
    def failed_checks(self) -> list[FailedCheck]:
        """The checks that did not pass."""
        return [effect.check for effect in self.effects]


def metrics_of(sections: Iterable[Section]) -> list["Metric"]:
    """The metrics whose figures sections show, each once."""
    shown: dict[str, Metric] = {}
    for section in sections:
        for answer in section.answers.values():
            shown |= {one.metric.name: one.metric for one in (answer, *answer.beside)}
        shown |= {metric.name: metric for listing in section.listings.values() for metric in listing.metrics.values()}
    return list(shown.values())
