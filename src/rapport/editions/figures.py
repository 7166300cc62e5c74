"""The figures of an edition: everything that its pages may print, computed before any page is made."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from rapport.editions.breakdowns import break_down
from rapport.editions.changes import change, difference, effect, is_certain, run
from rapport.editions.listings import Listing, list_rows, own_figure
from rapport.editions.report import Breakdown, MetricFigure, QueryFigure, Report
from rapport.errors import UsageError

if TYPE_CHECKING:
    from rapport.metrics.catalogue import Metric
    from rapport.metrics.figures import Figure
    from rapport.metrics.periods import Period


@dataclass(frozen=True)
class Point:
    """One period of a trend, with the same comparisons as the figure it leads up to."""

    period: "Period"
    figure: "Figure"
    compared: dict[str, "Figure"]
    changes: dict[str, "Figure"]


@dataclass(frozen=True)
class Answer:
    """A metric's figure, what it is compared with, the changes against those, and the trend up to it, oldest first.

    `support` is what a rate or score rests on: `n`, and `low` and `high` of its 95 % interval, as far as they are known.
    `differences` are the changes in the figure's own unit, `runs` for how many periods in a row they have had their sign.
    `beside` are other answers without which this one should not be read.
    """

    metric: "Metric"
    figure: "Figure"
    compared: dict[str, "Figure"]
    changes: dict[str, "Figure"]
    trend: list[Point]
    support: dict[str, "Figure"]
    differences: dict[str, "Figure"] = field(default_factory=dict)
    runs: dict[str, "Figure"] = field(default_factory=dict)
    beside: "tuple[Answer, ...]" = ()

    @property
    def comparisons(self) -> list[str]:
        """The comparisons that this company's data allow, now or in any period of the trend."""
        seen = [self.compared, *(point.compared for point in self.trend)]
        return [name for name in self.compared if any(name in one and one[name].value is not None for one in seen)]

    @property
    def is_unanswerable(self) -> bool:
        """Whether there is no number, neither now nor in any period of the trend: this company's data do not tell.

        Counts that now stand in the place of a rate or score are numbers.
        """
        return self.figure.value is None and not self.figure.counts and all(point.figure.value is None for point in self.trend)

    def figures(self) -> Iterator["Figure"]:
        """Every figure in it."""
        yield from (self.figure, *self.compared.values(), *self.changes.values(), *self.support.values())
        yield from (*self.differences.values(), *self.runs.values())
        for point in self.trend:
            yield from (point.figure, *point.compared.values(), *point.changes.values())


@dataclass(frozen=True)
class FigureSet:
    """The one set of figures that all pages and languages of an edition print, by the names of report.yml.

    `counts` are figures about the edition itself, such as how many checks its data passed.
    """

    answers: dict[str, Answer]
    listings: dict[str, Listing]
    counts: dict[str, "Figure"]

    def figures(self) -> dict[str, "Figure"]:
        """Every figure by its id; the same question asked twice is one figure.

        Raises:
            UsageError: two figures have one id and different values, so a name in report.yml is used for two things.
        """
        found: dict[str, Figure] = {}
        for figure in self._all():
            known = found.setdefault(figure.id, figure)
            if known.value != figure.value:
                raise UsageError(
                    f"Two figures are both called {figure.id}.", fix="Give one of them another name in report.yml."
                )
        return found

    def find(self, name: str) -> "Figure | None":
        """A figure by the name that rules and sentences use; None where this edition has none.

        `revenue` is the figure, `revenue.plan` what it is compared with, `revenue.on_plan` the change, `revenue.over_plan` the
        same in the figure's own unit, `revenue.run_plan` for how many periods in a row it has had its sign, `nps.n` (`low`,
        `high`) what it rests on; `accounts_at_risk.count` and `accounts_at_risk.<column>` are the number of rows of a listing
        and a column's total.
        """
        first, _, rest = name.partition(".")
        if answer := self.answers.get(first):
            if not rest:
                return answer.figure
            kind, _, comparison = rest.partition("_")
            of_changes = {"on": answer.changes, "over": answer.differences, "run": answer.runs}
            if found := of_changes.get(kind, {}).get(comparison):
                return found
            return answer.compared.get(rest) or answer.support.get(rest)
        if listing := self.listings.get(first):
            if rest in ("count", "shown.count"):
                return listing.count if rest == "count" else listing.shown
            return listing.totals.get(rest) or listing.shown_totals.get(rest.removeprefix("shown."))
        return self.counts.get(name)

    def is_certain(self, name: str) -> bool:
        """Whether a named change is more than chance."""
        figure = self.find(name)
        return figure is None or is_certain(figure)

    def value_of(self, name: str) -> Decimal | None:
        """The value of a named figure; None when it is not known."""
        figure = self.find(name)
        return figure.value if figure else None

    def material(self, name: str) -> Decimal:
        """From which change on a figure's metric is worth speaking about."""
        answer = self.answers.get(name.partition(".")[0])
        return Decimal(str((answer and answer.metric.material) or 0))

    def effect_of(self, name: str) -> str:
        """Whether a named change, such as `revenue.on_plan`, is good or bad; none where it is neither."""
        answer, figure = self.answers.get(name.partition(".")[0]), self.find(name)
        return effect(figure, answer.metric.good, self.material(name)) if answer and figure else "none"

    def rows_of(self, listing: str) -> list[dict[str, object]]:
        """The printed rows of a listing."""
        return self.listings[listing].rows if listing in self.listings else []

    def _all(self) -> Iterator["Figure"]:
        for part in (*self.answers.values(), *self.listings.values()):
            yield from part.figures()
        yield from self.counts.values()


def compute(
    report: Report, period: "Period", ask, catalogue: dict[str, "Metric"], currency: str, counts: dict[str, int]
) -> FigureSet:
    """Ask every question of a report.

    Args:
        ask: what `open_figures` opens: `ask(question)` and `query(sql)`.
        catalogue: the metrics by name.
        currency: of the money that queries give.
        counts: numbers about the edition itself, by name.

    Raises:
        UsageError: the report names a metric that there is not, or the rows of a query are not told apart by its first column.
    """
    metrics = {name: entry for name, entry in report.figures.items() if isinstance(entry, MetricFigure)}
    asked = {entry.metric for entry in metrics.values()}
    asked |= {metric for entry in report.figures.values() if isinstance(entry, Breakdown) for metric in entry.metrics}
    if unknown := sorted(asked - set(catalogue)):
        raise UsageError(
            f"The report asks for metrics that there are not: {', '.join(unknown)}.",
            where=f"reports/{report.name}/report.yml",
            fix="`rapport metrics` lists them.",
        )
    answers = {name: _answer(entry, period, ask, catalogue[entry.metric]) for name, entry in metrics.items()}
    return FigureSet(
        answers={name: replace(answer, beside=_beside(report, name, answers)) for name, answer in answers.items()},
        listings={
            name: list_rows(name, entry, period, ask, currency)
            if isinstance(entry, QueryFigure)
            else break_down(name, entry, period, ask, catalogue, currency)
            for name, entry in report.figures.items()
            if name not in metrics
        },
        counts={name: own_figure(name, period, Decimal(number), "count", currency) for name, number in counts.items()},
    )


def _beside(report: Report, name: str, answers: dict[str, Answer]) -> tuple[Answer, ...]:
    named = report.figures[name].beside
    if unknown := sorted(set(named) - set(answers)):
        raise UsageError(
            f"The figure {name} is to stand beside what the report has not: {', '.join(unknown)}.",
            where=f"reports/{report.name}/report.yml",
            fix="Name other figures of that file that are metrics.",
        )
    return tuple(answers[other] for other in named)


def _answer(entry: MetricFigure, period: "Period", ask, metric: "Metric") -> Answer:
    (now,) = _points(entry, [period], ask, entry.compare)
    trend: list[Point] = []
    if entry.trend:
        before = period.trailing(entry.trend)[:-1]
        trend = [*_points(entry, before, ask, entry.compare if entry.compare_trend else []), now]
    material = Decimal(str(metric.material or 0))
    runs = {
        name: run([point.changes[name] for point in trend if name in point.changes], name, material) for name in now.changes
    }
    return Answer(
        metric,
        now.figure,
        now.compared,
        now.changes,
        trend,
        _support(now.figure),
        differences={name: difference(now.figure, now.compared[name], name) for name in now.changes},
        runs={name: length for name, length in runs.items() if length is not None and entry.compare_trend},
    )


def _support(figure: "Figure") -> dict[str, "Figure"]:
    low, high = figure.interval or (None, None)
    known = {"n": (figure.n, "count"), "low": (low, figure.unit), "high": (high, figure.unit)}
    return {
        name: replace(
            figure,
            id=f"{figure.id}~{name}",
            comparison=name,
            value=Decimal(value),
            unit=unit,
            n=None,
            numerator=None,
            denominator=None,
            interval=None,
            reason=None,
        )
        for name, (value, unit) in known.items()
        if value is not None
    }


def _points(entry: MetricFigure, periods: Sequence["Period"], ask, comparisons: Sequence[str]) -> list[Point]:
    """A metric's figures for periods that follow each other, oldest first: one question for all of them."""
    from rapport.metrics.periods import parse_period
    from rapport.metrics.questions import Question
    from rapport.metrics.windows import is_window

    if not periods:
        return []
    whole, by = periods[0], ()
    if len(periods) > 1:
        whole = parse_period(f"{periods[0].text}..{periods[-1].text}", calendar=whole.calendar)
        by = (periods[0].kind,)

    def figures(comparison: str | None) -> "list[Figure]":
        where, window = tuple(entry.where), entry.window
        return ask.ask(Question((entry.metric,), whole, by=by, where=where, window=window, comparison=comparison))

    actual = figures(None)
    compared = {comparison: figures(comparison) for comparison in comparisons}
    points = []
    for place, period in enumerate(periods):
        others = {comparison: found[place] for comparison, found in compared.items()}
        changes = {name: change(actual[place], other, name) for name, other in others.items() if not is_window(name)}
        points.append(Point(period, actual[place], others, changes))
    return points
