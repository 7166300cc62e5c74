"""Customers' states again, from METRICS.md's definitions and what lies before the marts, in plain Python."""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from datetime import date, timedelta
from functools import cached_property
from itertools import groupby, pairwise
from math import ceil, floor
from statistics import median

END, BEFORE, MONTH = date(2026, 11, 1), date(2026, 10, 1), "2026-10"
SEGMENTS = {
    1: ["hibernating", "hibernating", "slipping", "slipping", "cannot_lose"],
    2: ["hibernating", "hibernating", "slipping", "slipping", "cannot_lose"],
    3: ["about_to_sleep", "about_to_sleep", "need_attention", "loyal_customers", "loyal_customers"],
    4: ["promising", "potential_loyalists", "potential_loyalists", "loyal_customers", "loyal_customers"],
    5: ["new", "potential_loyalists", "potential_loyalists", "champions", "champions"],
}
WEIGHTS = {"revenue": 40, "margin": 25, "growth": 10, "potential": 15, "fit": 10}


def days(number: int) -> timedelta:
    return timedelta(days=number)


def month_ends(first: date, last: date) -> list[date]:
    months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return [date(month // 12, month % 12 + 1, 1) for month in months]


def mid_ranks(values: dict[str, float]) -> dict[str, float]:
    """The share below each value, with half of those that equal it."""
    ordered = sorted(values.values())
    middle = {one: (bisect_left(ordered, one) + bisect_right(ordered, one)) / 2 / len(ordered) for one in set(ordered)}
    return {name: middle[one] for name, one in values.items()}


def nearest_rank(values: list[int], share: float) -> int:
    return sorted(values)[ceil(round(share * len(values), 9)) - 1]


class Reckoning:
    """Customers at month ends, from their order days, revenue and attributes alone."""

    def __init__(self, warehouse) -> None:
        def read(sql: str) -> list[tuple]:
            return warehouse.execute(sql).fetchall()

        self.orders, self.money, self.margin = defaultdict(list), defaultdict(list), defaultdict(list)
        for customer, day in read("select customer_id, ordered_on from marts.order_days order by all"):
            self.orders[customer].append(day)
        for customer, day, amount in read("select customer_id, day, amount from marts.customer_revenue_days"):
            self.money[customer].append((day, float(amount)))
        margins = """
            select customer_id, revenue_on, amount - cost from marts.sales_lines
            where cost is not null and customer_id is not null
            union all
            select customer_id, returned_on, cost - amount from marts.sales_returns
            where cost is not null and customer_id is not null
        """
        for customer, day, amount in read(margins):
            self.margin[customer].append((day, float(amount)))
        self.costs = Counter()
        for customer, amount in read("select customer_id, sum(amount) from core.service_costs group by all"):
            self.costs[customer] = float(amount)
        self.business = {}
        number = 0
        for day, is_business in read("select day, is_business_day from marts.calendar_days order by day"):
            number += is_business
            self.business[day] = number
        self.history = defaultdict(list)
        for customer, start, *values in read("""
            select customer_id, valid_from, industry, company_size, is_key_account, manual_tier, strategic_fit,
                estimated_annual_spend
            from marts.account_history order by customer_id, valid_from
        """):
            self.history[customer].append((start, values))
        created = read("select customer_id, created_on from core.customers where _removed_at is null")
        self.created = dict(created)
        self.ends = month_ends(date(2023, 11, 1), END)

    def attributes(self, customer: str, day: date) -> list:
        known = [values for start, values in self.history[customer] if start <= day]
        return known[-1] if known else [None] * 6

    def ordered(self, customer: str, end: date) -> list[date]:
        return [day for day in self.orders[customer] if day < end]

    def total(self, amounts: dict, customer: str, end: date, first: int, last: int = 0) -> float:
        """What lies from `first` days before the end up to `last` days before it."""
        return round(sum(x for day, x in amounts[customer] if end - days(first) <= day < end - days(last)), 4)

    def customers(self, end: date) -> set[str]:
        opened = {customer for customer, day in self.created.items() if day < end}
        return opened | {customer for customer, known in self.orders.items() if known and known[0] < end}

    @cached_property
    def gaps(self) -> list[tuple[date, tuple, int, int]]:
        """Day on which a gap ended, its cell, its days and its business days."""
        cell = lambda customer, day: tuple(self.attributes(customer, day)[:2])  # noqa: E731
        return [
            (after, cell(customer, after), (after - before).days, self.business[after] - self.business[before])
            for customer, known in self.orders.items()
            for before, after in pairwise(known)
        ]  # fmt: skip

    def cells(self, end: date) -> dict[tuple, list[tuple[int, int]]]:
        found = defaultdict(list)
        for day, cell, *gap in self.gaps:
            if day < end:
                found[()].append(gap)
                found[cell].append(gap)
        return {cell: gaps for cell, gaps in found.items() if cell == () or (None not in cell and len(gaps) >= 30)}

    def states(self, end: date) -> dict[str, tuple[str | None, int]]:
        """activity class and churn window of each customer."""
        cells, found = self.cells(end), {}
        rhythms = {}
        for cell, gaps in cells.items():
            lengths = [business for _, business in gaps]
            rhythms[cell] = nearest_rank(lengths, 0.8), nearest_rank(lengths, 0.95), median(length for length, _ in gaps)
        for customer in self.customers(end):
            rhythm = rhythms.get(tuple(self.attributes(customer, end - days(1))[:2]), rhythms[()])
            known, window = self.ordered(customer, end), max(90, int(3 * rhythm[2] + 0.5))
            p80, p95 = rhythm[:2]
            if len(known) >= 4:
                own = [self.business[after] - self.business[before] for before, after in pairwise(known)]
                p80, p95 = nearest_rank(own, 0.8), nearest_rank(own, 0.95)
            silent = self.business[end - days(1)] - self.business[known[-1]] if known else None
            activity = None if not known else "lost" if silent > max(p95, 60) else "silent" if silent > p80 else "active"
            found[customer] = (activity, window)
        return found

    @cached_property
    def all_states(self) -> dict[date, dict[str, tuple[str | None, int]]]:
        return {end: self.states(end) for end in self.ends}

    def measured(self, end: date) -> dict[str, tuple[int, int]]:
        """Recency (more is better) and order days of 365 days, of those who have any."""
        found = {}
        for customer in self.customers(end):
            known = [day for day in self.ordered(customer, end) if day >= end - days(365)]
            if known:
                found[customer] = (-(end - known[-1]).days, len(known))
        return found

    def scores(self, end: date, freeze: date) -> dict[str, tuple[int, int]]:
        at_freeze, now = self.measured(freeze), self.measured(end)
        parts = []
        for place in (0, 1):
            ranks = mid_ranks({customer: values[place] for customer, values in at_freeze.items()})
            score_of = {at_freeze[customer][place]: 1 + floor(5 * rank + 1e-9) for customer, rank in ranks.items()}
            parts.append(lambda value, score_of=score_of: max((s for v, s in score_of.items() if v <= value), default=1))
        return {customer: (parts[0](r), parts[1](f)) for customer, (r, f) in now.items()}

    def segments(self, end: date, freeze: date) -> dict[str, str]:
        scores = self.scores(end, freeze)
        return {c: SEGMENTS[scores[c][0]][scores[c][1] - 1] if c in scores else "inactive" for c in self.customers(end)}

    def growth(self, customer: str, end: date) -> float | None:
        base = self.total(self.money, customer, end, 730, 365)
        is_known = (end.year - 2023) * 12 + end.month - 10 >= 24
        return self.total(self.money, customer, end, 365) / base - 1 if base > 0 and is_known else None

    def potential(self, customer: str, end: date) -> float | None:
        spend = self.attributes(customer, end - days(1))[5]
        return None if spend is None else max(float(spend) - self.total(self.money, customer, end, 365), 0)

    def ranks(self, end: date) -> dict[str, dict[str, float]]:
        scored = self.measured(end)
        inputs = {
            "revenue": {c: self.total(self.money, c, end, 365) for c in scored},
            "margin": {c: self.total(self.margin, c, end, 365) for c in scored},
            "growth": {c: self.growth(c, end) for c in scored},
            "potential": {c: self.potential(c, end) for c in scored},
            "fit": {c: self.attributes(c, end - days(1))[4] for c in scored},
        }
        return {name: mid_ranks({c: v for c, v in values.items() if v is not None}) for name, values in inputs.items()}

    def computed_tiers(self, end: date) -> dict[str, int]:
        ranks, found = self.ranks(end), {}
        for customer in self.customers(end):
            parts = [(WEIGHTS[name], values[customer]) for name, values in ranks.items() if customer in values]
            score = 100 * sum(w * r for w, r in parts) / sum(w for w, _ in parts) if parts else 0
            if self.ordered(customer, end):
                found[customer] = 3 if score >= 70 else 2 if score >= 45 else 1
        return found

    def tiers(self, end: date, before: date) -> dict[str, str | None]:
        now, then = self.computed_tiers(end), self.computed_tiers(before)
        name = {3: "gold", 2: "silver", 1: "bronze", 0: None}
        return {
            c: self.attributes(c, end - days(1))[3] or name[max(now.get(c, 0), then.get(c, 0))] for c in self.customers(end)
        }

    def classes(self, end: date) -> dict[str, str]:
        revenue = {c: self.total(self.money, c, end, 365) for c in self.customers(end)}
        all_of_it, before, found = sum(max(x, 0) for x in revenue.values()), 0.0, {}
        for amount, tied in groupby(sorted(revenue, key=lambda c: -revenue[c]), key=lambda c: revenue[c]):
            tied = list(tied)
            share = round(before / all_of_it, 9)
            found |= dict.fromkeys(tied, "C" if amount <= 0 else "A" if share < 0.8 else "B" if share < 0.95 else "C")
            before += max(amount, 0) * len(tied)
        return found

    def won_back(self, customer: str, end: date) -> bool:
        """Ordered again, within 90 days to the end, after a month end had called it lost."""
        for earlier, later in pairwise(one for one in self.ends if one <= end):
            if self.all_states[earlier].get(customer, (None,))[0] == "lost":
                back = [day for day in self.orders[customer] if earlier <= day < later]
                if back and back[0] >= end - days(90):
                    return True
        return False

    def stage(self, customer: str, end: date, scores: dict) -> str:
        known = self.ordered(customer, end)
        if not known:
            return "prospect"
        if self.won_back(customer, end):
            return "won_back"
        if self.all_states[end][customer][0] == "lost":
            return "lost"
        if len(known) == 1:
            return "first"
        late, early = self.total(self.money, customer, end, 180), self.total(self.money, customer, end, 360, 180)
        if late < 0.7 * early or known[-1] < end - days(360):
            return "declining"
        r, f = scores.get(customer, (0, 0))
        return "loyal" if f >= 4 and r >= 3 else "growing"

    def stages(self, end: date, freeze: date) -> dict[str, str]:
        scores = self.scores(end, freeze)
        return {customer: self.stage(customer, end, scores) for customer in self.customers(end)}

    def within(self, customer: str, day: date, window: int) -> bool:
        known = self.ordered(customer, day)
        return bool(known) and known[-1] >= day - days(window)
