"""Sections: the blocks that a report lists; one whose data do not exist leaves itself out and is named with the reason."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from rapport.editions.figures import Answer, FigureSet
from rapport.editions.listings import Listing
from rapport.editions.report import Placed, Report, read_yaml, validated
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
    subject: str | None = None
    answers: dict[str, Answer] = field(default_factory=dict)
    listings: dict[str, Listing] = field(default_factory=dict)
    prints_trend: bool = False

    @property
    def has_several(self) -> bool:
        """Whether it has more than one thing to draw, which then stand side by side."""
        return len(self.answers) + sum(1 for listing in self.listings.values() if listing.all_rows) > 1

    def printed(self) -> Iterator["Figure"]:
        """The figures of metrics that its template prints; changes are made of these, listings come from marts."""
        for answer in self.answers.values():
            yield from (answer.figure, *answer.compared.values())
            if self.prints_trend:
                yield from (point.figure for point in answer.trend)
        for listing in self.listings.values():
            yield from listing.measured()


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
    for subject, entries in groupby(report.placed(), key=lambda one: one.subject):
        made = [_made(settings, report, figures, placed) for placed in entries]
        shown = [one for one in made if isinstance(one, Section)]
        missing = [one for one in made if isinstance(one, Omission)]
        if subject and not shown:
            omissions.append(replace(missing[0], names=(subject,), is_section=True))
            continue
        omissions += [one for one in missing if one.names]
        omissions += [one for section in shown for one in _lacking(section)]
        sections += [Section("subject", subject), *shown] if subject else shown
    return [_with_room(settings, report, section) for section in sections], _by_reason(omissions)


def _made(settings: Settings, report: Report, figures: FigureSet, placed: Placed) -> Section | Omission:
    """A section with its figures, or why there is none; without a name where that is nothing to speak of."""
    needs = _needs(settings, report, placed.section)
    unfed = tuple(table for table in needs.tables if not settings.company.feeds.get(table))
    if unfed:
        return Omission(() if placed.subject else (placed.section,), placed.subject is None, tables=unfed)
    wanted = _wanted(report, figures, placed.section, placed.figures)
    answers = {name: part for name, part in wanted.items() if isinstance(part, Answer)}
    listings = {name: part for name, part in wanted.items() if isinstance(part, Listing)}
    if not wanted or any(not one.is_unanswerable for one in answers.values()) or any(one.all_rows for one in listings.values()):
        return Section(placed.section, placed.subject, answers, listings, needs.prints_trend)
    reason = next((one.reason for one in (*(answer.figure for answer in answers.values()), *listings.values())), None)
    if placed.subject is None:
        names = () if needs.silent_when_empty else (placed.section,)
    else:  # the page of the subject may be there without it: then its metrics are what is missing
        metrics = [answer.metric.name for answer in answers.values()]
        names = tuple(dict.fromkeys([*metrics, *(metric.name for one in listings.values() for metric in one.metrics.values())]))
    return Omission(names, placed.subject is None, reason=reason or Reason("no_data"))


def _lacking(section: Section) -> Iterator[Omission]:
    """What the figures of a shown section lack."""
    for answer in section.answers.values():
        if answer.figure.reason:
            yield Omission(
                (answer.metric.name,), False, reason=answer.figure.reason, is_printed=answer.figure.value is not None
            )


def _with_room(settings: Settings, report: Report, section: Section) -> Section:
    """A section with the figures that there are, as far as it has room."""
    spoken = [(name, answer) for name, answer in section.answers.items() if not answer.is_unanswerable]
    return replace(section, answers=dict(spoken[: _needs(settings, report, section.name).at_most]))


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
