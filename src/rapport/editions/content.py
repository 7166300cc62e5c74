"""The content of an edition: everything that its pages are made of; the languages differ in words only."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from rapport.editions.background import FailedCheck
from rapport.editions.figures import FigureSet
from rapport.editions.report import Report
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
    said: dict[str, str]  # slot → text key, as the rules chose
    sections: list[Section]
    omissions: list[Omission]
    failed_checks: list[FailedCheck]

    @property
    def metrics(self) -> list["Metric"]:
        """The metrics whose figures the sections show, each once."""
        shown = (answer.metric for section in self.sections for answer in section.answers.values())
        return list({metric.name: metric for metric in shown}.values())
