"""Reasons: why a metric has no answer here, in a sentence that can be printed in the number's place.

What no system feeds, what lies outside the history and what a period mart does not reach is found here for every metric. Where
the data themselves close a gate, the metric says so in its `config.meta`, in one of three ways:

    gate: {mart: clv_quality, column: reason}
        The mart has a row per grain and period_end (or, without these columns, for all periods). Where the column is not null,
        the metric answers with it instead of a number, whatever the members; so do all metrics that are made of it. The mart
        is `public`, or has a customer_id. A metric of no period mart is held to the row of the last period_end up to its end.

    why_null: reason
        A categorical dimension of the metric's own mart, beside the value: where members have no value, they answer with what
        most of their rows say there.

    needs: [{metric: cost_coverage, least: 95, reason: known_for_too_little}]
        Another metric, asked for the same days and members; below `least` or above `most` the metric answers with the reason.
        The reason's places: {metric}, {value}, {least}, {most}.

Columns hold a reason as `<key> <name>=<value> …`, several separated by semicolons: `too_few_repeat_buyers n=57 needed=200`.
The keys are those of rapport.metrics.reason; a new one needs its sentence there and in reports/locales under `reasons`, in
every language (tests/editions/test_locales.py holds them together).
"""

from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from rapport.metrics.catalogue import Catalogue
from rapport.metrics.definitions import Metric
from rapport.metrics.lineage import unfed
from rapport.metrics.periods import Period, period_of
from rapport.metrics.reason import Reason
from rapport.metrics.scope import Contents
from rapport.warehouse.connections import quoted

if TYPE_CHECKING:
    import duckdb

    from rapport.company import Company

NOTHING_TO_DIVIDE_BY = Reason("nothing_to_divide_by")
NO_DATA = Reason("no_data")


class Reasons:
    """What one snapshot, seen in one scope, cannot tell."""

    def __init__(
        self, catalogue: Catalogue, contents: Contents, company: "Company", connection: "duckdb.DuckDBPyConnection"
    ) -> None:
        self.catalogue, self.contents, self.company, self.connection = catalogue, contents, company, connection
        self._gates = lru_cache(maxsize=None)(self._read_gate)

    def why_none(self, metric: Metric, window: Period) -> Reason | None:
        """Why the metric has no answer for a window, whatever the members; None when it has one."""
        hidden = [mart for mart in self._marts(metric) if mart not in self.contents.visible]
        if hidden:
            return Reason("hidden", marts=tuple(hidden))
        if any(all(self._lacking(mart) for mart in term) for term in self._terms(metric)):
            return self._unfed(metric)
        if metric.is_period_mart:  # a closed gate says more than the empty mart behind it
            return self._closed(metric, window) or self._outside_mart(metric, window)
        return self._outside_history(metric, window) or self._closed(metric, window)

    def caveat(self, metric: Metric, window: Period) -> Reason | None:
        """What an answer cannot contain: the terms of a sum that no system feeds, and the days that nobody can know."""
        caveats = [self._unfed(metric)] if any(self._lacking(mart) for mart in self._marts(metric)) else []
        if not (metric.is_period_mart or metric.looks_ahead):
            if window.start < self.company.history_starts_on and window.kind != "all":
                caveats.append(Reason("only_from", day=self.company.history_starts_on))
            if window.end > self.contents.as_of_on:
                caveats.append(Reason("only_up_to", day=self._last_day))
        return Reason.joined(caveats)

    def _closed(self, metric: Metric, window: Period) -> Reason | None:
        """What closes a metric or one that it is made of, for a period."""
        if gate := metric.gate:
            if gate.mart not in self.contents.visible:
                return Reason("hidden", marts=(gate.mart,))
            text = self._gates(gate.mart, gate.column, metric.grain_of(window), window.end)
            if text:
                return Reason.read(text)
        parts = (self.catalogue.metric(one.metric) for one in metric.inputs)
        return next((reason for part in parts if (reason := self._closed(part, window))), None)

    def _read_gate(self, mart: str, column: str, grain: str | None, end: date) -> str | None:
        columns = self.contents.tables[mart]
        known = [("grain = ?", grain)] if "grain" in columns and grain else []
        if "period_end" in columns:
            known.append(("period_end = ?" if grain else "period_end <= ?", end))
        where = " and ".join(["true", *(condition for condition, _ in known)])
        order = "period_end desc, " if "period_end" in columns else ""
        found = self.connection.execute(
            f"select {quoted(column)} from warehouse.marts.{quoted(mart)} where {where} order by {order}1 nulls last limit 1",
            [value for _, value in known],
        ).fetchone()
        return found[0] if found else None

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
        if metric.looks_ahead:
            return None
        if window.start > self._last_day:
            return Reason("after_last_day", period=window.text, day=self._last_day)
        if window.end <= self.company.history_starts_on:
            return Reason("before_history", period=window.text, day=self.company.history_starts_on)
        return None

    def _outside_mart(self, metric: Metric, window: Period) -> Reason | None:
        for mart in self._marts(metric):
            # A mart of what there was at the periods' ends may have no row for one: that is nothing, not unknown.
            ends = self.contents.period_ends.get(self.catalogue.marts[mart].meta.get("every_period") or mart, {})
            grain = metric.grain_of(window) or window.kind
            covered = ends.get(grain) or ends.get(None)
            if covered is None:
                return Reason("no_data_yet")
            first, last = (period_of(grain, end - timedelta(days=1)).text for end in covered)
            if window.end < covered[0]:
                return Reason("history_too_short", period=first)
            if window.end > covered[1]:
                return Reason("not_known_yet", period=last)
        return None
