"""Reasons: why a metric has no answer here, in a sentence that can be printed in the number's place."""

from datetime import date, timedelta
from typing import TYPE_CHECKING

from rapport.metrics.catalogue import Catalogue
from rapport.metrics.definitions import Metric
from rapport.metrics.lineage import unfed
from rapport.metrics.periods import Period, period_of
from rapport.metrics.reason import Reason
from rapport.metrics.scope import Contents

if TYPE_CHECKING:
    from rapport.company import Company

NOTHING_TO_DIVIDE_BY = Reason("nothing_to_divide_by")
NO_DATA = Reason("no_data")


class Reasons:
    """What one snapshot, seen in one scope, cannot tell."""

    def __init__(self, catalogue: Catalogue, contents: Contents, company: "Company") -> None:
        self.catalogue, self.contents, self.company = catalogue, contents, company

    def why_none(self, metric: Metric, window: Period) -> Reason | None:
        """Why the metric has no answer for a window, whatever the members; None when it has one."""
        hidden = [mart for mart in self._marts(metric) if mart not in self.contents.visible]
        if hidden:
            return Reason("hidden", marts=tuple(hidden))
        if any(all(self._lacking(mart) for mart in term) for term in self._terms(metric)):
            return self._unfed(metric)
        return self._outside_mart(metric, window) if metric.is_period_mart else self._outside_history(metric, window)

    def caveat(self, metric: Metric, window: Period) -> Reason | None:
        """What an answer cannot contain: the terms of a sum that no system feeds, and the days that nobody can know."""
        caveats = [self._unfed(metric)] if any(self._lacking(mart) for mart in self._marts(metric)) else []
        if not (metric.is_period_mart or metric.plans):
            if window.start < self.company.history_starts_on and window.kind != "all":
                caveats.append(Reason("only_from", day=self.company.history_starts_on))
            if window.end > self.contents.as_of_on:
                caveats.append(Reason("only_up_to", day=self._last_day))
        return Reason.joined(caveats)

    @staticmethod
    def too_few(n: int, needed: int) -> Reason:
        """The reason for a rate or score below its least n."""
        return Reason("too_few", n=n, needed=needed)

    def _unfed(self, metric: Metric) -> Reason:
        tables = sorted({table for mart in self._marts(metric) for table in self._lacking(mart)})
        return Reason("unfed", tables=tuple(tables))

    def _lacking(self, mart: str) -> list[str]:
        return unfed(self.catalogue, mart, self.company.feeds) if mart in self.contents.empty else []

    def _terms(self, metric: Metric) -> list[list[str]]:
        """Groups of marts of which one each must be fed: both parts of a ratio, but any term of a sum."""
        parts = [self.catalogue.metric(one.metric) for one in metric.inputs] if metric.kind == "ratio" else [metric]
        return [self._marts(part) for part in parts]

    def _marts(self, metric: Metric) -> list[str]:
        return [self.catalogue.mart_of(model).name for model in self.catalogue.leaf_models(metric)]

    @property
    def _last_day(self) -> date:
        """The last day of which the snapshot can know anything: the one before its as-of day."""
        return self.contents.as_of_on - timedelta(days=1)

    def _outside_history(self, metric: Metric, window: Period) -> Reason | None:
        """Where nobody can know, nothing is not zero; but a plan is known before its days come."""
        if metric.plans:
            return None
        if window.start > self._last_day:
            return Reason("after_last_day", period=window.text, day=self._last_day)
        if window.end <= self.company.history_starts_on:
            return Reason("before_history", period=window.text, day=self.company.history_starts_on)
        return None

    def _outside_mart(self, metric: Metric, window: Period) -> Reason | None:
        for mart in self._marts(metric):
            ends = self.contents.period_ends.get(mart, {})
            covered = ends.get(window.kind) or ends.get(None)
            if covered is None:
                return Reason("no_data_yet")
            first, last = (period_of(window.kind, end - timedelta(days=1)).text for end in covered)
            if window.end < covered[0]:
                return Reason("history_too_short", period=first)
            if window.end > covered[1]:
                return Reason("not_known_yet", period=last)
        return None
