"""Sections: the blocks that a report lists; one whose data do not exist leaves itself out and is named with the reason."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from rapport.editions.figures import Answer, FigureSet
from rapport.editions.listings import Listing
from rapport.editions.report import Report, read_yaml, validated
from rapport.errors import UsageError
from rapport.metrics.reason import Reason
from rapport.settings import Settings

if TYPE_CHECKING:
    from rapport.metrics.figures import Figure


class Needs(BaseModel):
    """sections/<name>.yml: the core tables without which a section says nothing, and how many figures it has room for."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    tables: list[str] = []
    at_most: int | None = Field(default=None, ge=1)
    prints_trend: bool = False  # each period of the trend as a number, not only as a shape
    silent_when_empty: bool = False  # nothing to list is good news, not something that the report cannot say


@dataclass(frozen=True)
class Section:
    """A section as its template sees it: the figures that the report gave it, under the names of report.yml."""

    name: str
    answers: dict[str, Answer] = field(default_factory=dict)
    listings: dict[str, Listing] = field(default_factory=dict)
    prints_trend: bool = False

    def printed(self) -> Iterator["Figure"]:
        """The figures of metrics that its template prints; changes are made of these, listings come from marts."""
        for answer in self.answers.values():
            yield from (answer.figure, *answer.compared.values())
            if self.prints_trend:
                yield from (point.figure for point in answer.trend)


@dataclass(frozen=True)
class Omission:
    """What this edition does not show: a section or metrics, with the tables that nobody feeds or the figures' own reason."""

    names: tuple[str, ...]  # the section, or metrics that have one reason
    is_section: bool
    tables: tuple[str, ...] = ()
    reason: str | None = None
    is_printed: bool = False  # the figure is there, but lacks something


def arrange(settings: Settings, report: Report, figures: FigureSet) -> tuple[list[Section], list[Omission]]:
    """Decide which sections an edition shows, and with which figures.

    A figure without a number in any of its periods is left out, and a section that has none left with it. Both are named, as is
    what a figure lacks. Figures beyond the section's room are simply not shown.

    Raises:
        UsageError: the report lists a section that there is not, or gives one a figure that it does not declare.
    """
    sections: list[Section] = []
    omissions: list[Omission] = []
    for name, names in report.figures_of_sections().items():
        needs = _needs(settings, report, name)
        unfed = tuple(table for table in needs.tables if not settings.company.feeds.get(table))
        if unfed:
            omissions.append(Omission((name,), True, tables=unfed))
            continue
        wanted = _wanted(report, figures, name, names)
        answers = {key: part for key, part in wanted.items() if isinstance(part, Answer)}
        listings = {key: part for key, part in wanted.items() if isinstance(part, Listing)}
        filled = {key: listing for key, listing in listings.items() if listing.all_rows}
        spoken = {key: answer for key, answer in answers.items() if not answer.is_unanswerable}
        if wanted and not (spoken or filled):
            reason = next((answer.figure.reason for answer in answers.values()), Reason("no_data"))
            if not needs.silent_when_empty:
                omissions.append(Omission((name,), True, reason=reason))
            continue
        omissions += [
            Omission((answer.metric.name,), False, reason=answer.figure.reason, is_printed=answer.figure.value is not None)
            for answer in answers.values()
            if answer.figure.reason
        ]
        sections.append(Section(name, dict(list(spoken.items())[: needs.at_most]), listings, needs.prints_trend))
    return sections, _by_reason(omissions)


def _needs(settings: Settings, report: Report, name: str) -> Needs:
    file = settings.reports / "layout" / "sections" / f"{name}.yml"
    if not file.exists():
        known = sorted(path.stem for path in file.parent.glob("*.yml"))
        raise UsageError(
            f"There is no section called {name!r}.",
            where=f"reports/{report.name}/report.yml",
            fix=f"Choose among: {', '.join(known)}.",
        )
    return validated(Needs, read_yaml(file), file)


def _wanted(report: Report, figures: FigureSet, section: str, names: Sequence[str]) -> dict[str, Answer | Listing]:
    known = figures.answers | figures.listings
    if unknown := [name for name in names if name not in known]:
        raise UsageError(
            f"Section {section!r} is given figures that the report does not have: {', '.join(unknown)}.",
            where=f"reports/{report.name}/report.yml",
            fix="Declare them under `figures`.",
        )
    return {name: known[name] for name in names}


def _by_reason(omissions: list[Omission]) -> list[Omission]:
    """Sections each by itself, metrics with one reason together, each once."""
    merged: dict[tuple, Omission] = {}
    for one in omissions:
        alike = (one.names if one.is_section else (), one.tables, one.reason, one.is_printed)
        before = merged.get(alike)
        names = tuple(dict.fromkeys((*before.names, *one.names))) if before else one.names
        merged[alike] = replace(one, names=names)
    return list(merged.values())
