"""The demo company's customers after the whole way: states and metrics again, from METRICS.md's definitions, in Python."""

import json
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from datetime import date, timedelta
from functools import cached_property
from itertools import groupby, pairwise
from math import ceil, floor
from statistics import median

import pytest

END, BEFORE, MONTH = date(2026, 11, 1), date(2026, 10, 1), "2026-10"
METRICS = (
    "customers_counted", "customers_scored", "segment_revenue", "tier_upgrades", "tier_downgrades", "segment_migrations",
    "lifecycle_transitions", "lost_customers", "silent_customers", "lost_returned_rate", "share_of_wallet",
    "key_account_candidates", "historic_value", "logo_churn_rate", "contract_churn_rate", "churn_probability", "expected_loss",
    "churn_brier_score", "churn_hit_rate", "churn_observed_rate",
)  # fmt: skip
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
        read = lambda sql: warehouse.execute(sql).fetchall()  # noqa: E731
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


@pytest.fixture(scope="module")
def truth(demo) -> dict:
    return json.loads((demo.path / "drops/demo_truth.json").read_text(encoding="utf-8"))["retention"]


@pytest.fixture(scope="module")
def warehouse(demo):
    import duckdb

    with duckdb.connect(str(demo.path / "warehouse.duckdb"), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def reckoning(warehouse) -> Reckoning:
    return Reckoning(warehouse)


@pytest.fixture(scope="module")
def figures(demo) -> dict[str, dict]:
    asked = demo.json("metric", ",".join(METRICS), "--period", MONTH)["figures"]
    return {figure["metric"]: figure for figure in asked}


@pytest.fixture(scope="module")
def mart(warehouse) -> dict[str, dict]:
    """The rows of October, by customer."""
    found = warehouse.execute("select * from marts.customer_segments where grain = 'month' and period_end = $1", [END])
    names = [column[0] for column in found.description]
    return {row["customer_id"]: row for row in (dict(zip(names, values, strict=True)) for values in found.fetchall())}


def of(mart: dict[str, dict], column: str) -> dict[str, object]:
    return {customer: row[column] for customer, row in mart.items()}


def changes(now: dict, before: dict) -> int:
    return sum(1 for one in now if before.get(one) is not None and now[one] != before[one])


def test_segments_are_those_of_the_frozen_cut_offs_and_so_are_migrations(reckoning, mart, figures):
    freeze = date(2026, 1, 1)
    now, before = reckoning.segments(END, freeze), reckoning.segments(BEFORE, freeze)

    assert of(mart, "segment") == now
    assert figures["segment_migrations"]["value"] == changes(now, before)
    assert figures["customers_counted"]["value"] == len(now)
    assert figures["customers_scored"]["value"] == len(reckoning.measured(END))


def test_classes_stages_and_activity_are_those_of_their_rules(reckoning, mart, figures):
    freeze, states = date(2026, 1, 1), reckoning.all_states[END]
    stages, before = reckoning.stages(END, freeze), reckoning.stages(BEFORE, freeze)

    assert of(mart, "abc_class") == reckoning.classes(END)
    assert of(mart, "activity_class") == {customer: activity for customer, (activity, _) in states.items()}
    assert of(mart, "lifecycle_stage") == stages
    assert figures["lifecycle_transitions"]["value"] == changes(stages, before)
    counts = Counter(activity for activity, _ in states.values())
    assert (figures["lost_customers"]["value"], figures["silent_customers"]["value"]) == (counts["lost"], counts["silent"])


def test_tiers_weigh_percentiles_fall_late_and_yield_to_people(reckoning, mart, figures, truth):
    september = date(2026, 9, 1)
    now, before = reckoning.tiers(END, BEFORE), reckoning.tiers(BEFORE, september)
    order = {"gold": 3, "silver": 2, "bronze": 1}

    assert of(mart, "tier") == now
    moved = [(order[now[c]], order[before[c]]) for c in now if now[c] and before.get(c)]
    assert figures["tier_upgrades"]["value"] == sum(1 for one, other in moved if one > other)
    assert figures["tier_downgrades"]["value"] == sum(1 for one, other in moved if one < other)
    assert {f"crm:{one['account']}": one["tier"] for one in truth["tiers_by_hand"]}.items() <= now.items()


def test_a_tier_set_by_hand_is_a_migration_of_its_month(warehouse, truth):
    for one in truth["tiers_by_hand"]:
        found = warehouse.execute(
            "select min(period_end) from marts.customer_segments where grain = 'month' and customer_id = $1"
            " and tier = $2 and period_end > $3",
            [f"crm:{one['account']}", one["tier"], one["from"]],
        ).fetchone()[0]
        assert (found.year, found.month - 1) == tuple(int(part) for part in one["from"].split("-")[:2])


def test_lost_customers_that_came_back_wallets_and_candidates(reckoning, mart, figures):
    cohort = date(2026, 5, 1)
    lost = [c for c, (activity, _) in reckoning.all_states[cohort].items() if activity == "lost"]
    back = [c for c in lost if any(cohort <= day < cohort + days(180) for day in reckoning.orders[c])]
    figure = figures["lost_returned_rate"]
    assert (figure["numerator"], figure["denominator"]) == (len(back), len(lost))

    spends = {c: reckoning.attributes(c, END - days(1))[5] for c in reckoning.customers(END)}
    wallet = {c: float(spend) for c, spend in spends.items() if spend}
    revenue = sum(reckoning.total(reckoning.money, c, END, 365) for c in wallet)
    assert figures["share_of_wallet"]["value"] == pytest.approx(100 * revenue / sum(wallet.values()), abs=0.06)

    ranks, classes = reckoning.ranks(END), reckoning.classes(END)
    candidates = {
        c
        for c in reckoning.measured(END)
        if classes[c] != "A"
        and not reckoning.attributes(c, END - days(1))[2]
        and max(ranks["growth"].get(c, 0), ranks["potential"].get(c, 0)) >= 0.8
    }
    assert {c for c, row in mart.items() if row["is_key_account_candidate"]} == candidates
    assert figures["key_account_candidates"]["value"] == len(candidates)


def test_historic_value_is_margin_less_the_cost_of_service(reckoning, mart, figures, truth):
    values = {c: sum(x for day, x in reckoning.margin[c] if day < END) - reckoning.costs[c] for c in reckoning.customers(END)}

    assert figures["historic_value"]["value"] == pytest.approx(sum(values.values()), abs=0.05)
    assert float(mart[f"crm:{truth['costly']}"]["historic_value"]) == pytest.approx(values[f"crm:{truth['costly']}"], abs=0.01)
    assert mart[f"crm:{truth['costly']}"]["historic_value"] < 0


def test_churn_is_silence_for_the_window_of_the_start(reckoning, warehouse, figures):
    windows = {c: window for c, (_, window) in reckoning.all_states[BEFORE].items()}
    active = [c for c, window in windows.items() if reckoning.within(c, BEFORE, window)]
    gone = [c for c in active if not reckoning.within(c, END, windows[c])]
    assert (figures["logo_churn_rate"]["numerator"], figures["logo_churn_rate"]["denominator"]) == (len(gone), len(active))

    contracts = warehouse.execute(
        "select contract_id, starts_on, ends_on, renews_contract_id from core.contracts where _removed_at is null"
    ).fetchall()
    renewed = {one[3] for one in contracts}
    running = [one for one in contracts if one[1] < BEFORE and one[2] + days(1) >= BEFORE]
    ended = [one for one in running if one[2] + days(1) < END and one[0] not in renewed]
    figure = figures["contract_churn_rate"]
    assert (figure["numerator"], figure["denominator"]) == (len(ended), len(running))


def test_probabilities_are_last_years_rates_of_the_bands(reckoning, warehouse, figures):
    """From the points alone: who stayed away within a churn window, known in the 12 months to a month's end, not treated."""
    as_of, treated = date(2026, 11, 20), defaultdict(list)
    for customer, day in warehouse.execute(
        "select customer_id, started_on from core.retention_actions where not is_holdout"
    ).fetchall():
        treated[customer].append(day)
    ratings, points = [], warehouse.execute(
        "select period_end, customer_id, churn_risk, revenue_12m from marts.customer_health order by all"
    ).fetchall()  # fmt: skip
    band = lambda risk: bisect_right([0, 20, 40, 60], risk)  # noqa: E731
    for end, customer, risk, revenue in points:
        known_on = end + days(reckoning.all_states[end][customer][1])
        before = any(end - days(90) <= day < end for day in treated[customer])
        since = any(end <= day < known_on for day in treated[customer])
        came = any(end <= day < known_on for day in reckoning.orders[customer])
        has_ordered = bool(reckoning.ordered(customer, end))
        outcome = (not came) if has_ordered and known_on <= as_of else None
        last = known_on - days(1)
        known_by = date(last.year + last.month // 12, last.month % 12 + 1, 1)
        ratings.append((end, known_by, band(risk), before, since, outcome, risk, float(revenue)))

    def rate(end: date, of_band: int, is_treated: bool) -> tuple[int, float | None]:
        outcomes = [
            outcome for _, by, one, before, since, outcome, *_ in ratings
            if one == of_band and outcome is not None and before == is_treated and (before or not since)
            and by <= end and by > end.replace(year=end.year - 1)
        ]  # fmt: skip
        return len(outcomes), sum(outcomes) / len(outcomes) if len(outcomes) >= 30 else None

    rates = {(end, one): (rate(end, one, False)[1], rate(end, one, True)[1]) for end in reckoning.ends for one in (1, 2, 3, 4)}

    def probability(rating: tuple) -> float | None:
        alone, after_treatment = rates[rating[0], rating[2]]
        return after_treatment if rating[3] and after_treatment is not None else alone

    now = [(probability(one), one[7]) for one in ratings if one[0] == END]
    known = [(p, revenue) for p, revenue in now if p is not None]
    assert figures["churn_probability"]["value"] == pytest.approx(100 * sum(p for p, _ in known) / len(known), abs=0.06)
    assert figures["expected_loss"]["value"] == pytest.approx(sum(p * max(x, 0) for p, x in known), abs=1)

    year = [one for one in ratings if one[5] is not None and not one[3] and not one[4] and date(2025, 11, 1) < one[1] <= END]
    flagged = [one for one in year if one[6] >= 40]
    figure = figures["churn_hit_rate"]
    assert (figure["numerator"], figure["denominator"]) == (sum(one[5] for one in flagged), len(flagged))
    foretold = [(probability(one), one[5]) for one in year if probability(one) is not None]
    brier = sum((p - outcome) ** 2 for p, outcome in foretold) / len(foretold)
    assert figures["churn_brier_score"]["value"] == pytest.approx(brier, abs=0.001)
    mean = sum(outcome for _, outcome in foretold) / len(foretold)
    assert brier < mean * (1 - mean), "better than telling everybody the mean"


def test_the_planted_uplift_is_found_with_its_interval(demo, truth):
    asked = demo.json("metric", "save_rate,save_uplift", "--period", "2024-01-01..2026-10-31")["figures"]
    save_rate, uplift = ({one["metric"]: one for one in asked}[name] for name in ("save_rate", "save_uplift"))
    waves = [wave for day, wave in truth["waves"].items() if day < "2026-07"]
    treated, saved, held_out, active = (sum(w[k] for w in waves) for k in ("treated", "saved", "held_out", "held_out_active"))

    assert (save_rate["numerator"], save_rate["denominator"]) == (saved, treated)
    assert uplift["value"] == round(100 * saved / treated - 100 * active / held_out, 1)
    low, high = uplift["interval"]
    assert 0 < low < uplift["value"] < high, "fifty against fifty tell thirty points from nothing"


def test_without_customers_held_out_nobody_can_tell(demo):
    (uplift,) = demo.json("metric", "save_uplift", "--period", MONTH)["figures"]

    assert uplift["value"] is None and uplift["reason"]


def test_each_rule_of_churn_has_a_customer_that_it_fits(warehouse):
    rules = warehouse.execute(
        "select rule, count(*) from marts.churn_signals where period_end = $1 group by rule", [END]
    ).fetchall()

    assert {rule for rule, _ in rules} == {
        "order_gap", "revenue_trend", "score_drop", "tickets", "contract_end", "overdue_invoices",
    }  # fmt: skip


@pytest.mark.parametrize("attribute", ["tier", "segment", "lifecycle_stage"])
def test_every_metric_can_be_asked_by_what_is_computed_of_customers(demo, mart, warehouse, attribute):
    parts = demo.json("metric", "net_revenue", "--period", MONTH, "--by", attribute)["figures"]
    of_month = dict(
        warehouse.execute(
            "select customer_id, sum(amount) from marts.customer_revenue_days where day >= $1 and day < $2 group by 1",
            [BEFORE, END],
        ).fetchall()
    )
    expected = Counter()
    for customer, amount in of_month.items():
        expected[mart[customer][attribute]] += float(amount)
    found = {one["by"][attribute]: one["value"] for one in parts if one["by"][attribute] is not None}

    assert {member: value for member, value in found.items() if value} == {
        member: pytest.approx(value, abs=0.01) for member, value in expected.items()
    }
