"""The demo company's customers after the whole way: segments, tiers, classes and stages, reckoned again."""

import json
from collections import Counter
from datetime import date

import pytest

from tests.whole_way.reckoning import BEFORE, END, MONTH, days

METRICS = (
    "customers_counted", "customers_scored", "segment_revenue", "tier_upgrades", "tier_downgrades", "segment_migrations",
    "lifecycle_transitions", "lost_customers", "silent_customers", "lost_returned_rate", "share_of_wallet",
    "key_account_candidates", "historic_value",
)  # fmt: skip


@pytest.fixture(scope="module")
def truth(demo) -> dict:
    return json.loads((demo.path / "drops/demo_truth.json").read_text(encoding="utf-8"))["retention"]


@pytest.fixture(scope="module")
def figures(demo) -> dict[str, dict]:
    asked = demo.json("metric", ",".join(METRICS), "--period", MONTH)["figures"]
    return {figure["metric"]: figure for figure in asked}


@pytest.fixture(scope="module")
def mart(core) -> dict[str, dict]:
    """The rows of October, by customer."""
    found = core.execute("select * from marts.customer_segments where grain = 'month' and period_end = $1", [END])
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


def test_value_is_high_by_revenue_and_potential_by_growth(reckoning, mart):
    classes, expected = reckoning.classes(END), {}
    for customer in reckoning.customers(END):
        growth, letter = reckoning.growth(customer, END), classes[customer]
        has_potential = letter == "B" if growth is None else growth >= 0.1
        value = "high" if letter == "A" else "potential" if has_potential else "low"
        expected[customer] = value if reckoning.ordered(customer, END) else None

    assert of(mart, "value_class") == expected
    assert set(expected.values()) == {"high", "potential", "low", None}


@pytest.mark.parametrize("attribute", ["segment", "abc_class", "value_class"])
def test_revenue_of_a_year_is_split_by_what_customers_are_at_its_end(demo, reckoning, mart, figures, attribute):
    parts = demo.json("metric", "segment_revenue", "--period", MONTH, "--by", attribute)["figures"]
    expected = Counter()
    for customer in reckoning.customers(END):
        expected[mart[customer][attribute]] += reckoning.total(reckoning.money, customer, END, 365)

    assert {one["by"][attribute]: one["value"] for one in parts if one["value"]} == {
        member: pytest.approx(amount, abs=0.011) for member, amount in expected.items() if amount
    }
    assert figures["segment_revenue"]["value"] == pytest.approx(sum(expected.values()), abs=0.011)


def test_tiers_weigh_percentiles_fall_late_and_yield_to_people(reckoning, mart, figures, truth):
    september = date(2026, 9, 1)
    now, before = reckoning.tiers(END, BEFORE), reckoning.tiers(BEFORE, september)
    order = {"gold": 3, "silver": 2, "bronze": 1}

    assert of(mart, "tier") == now
    moved = [(order[now[c]], order[before[c]]) for c in now if now[c] and before.get(c)]
    assert figures["tier_upgrades"]["value"] == sum(1 for one, other in moved if one > other)
    assert figures["tier_downgrades"]["value"] == sum(1 for one, other in moved if one < other)
    assert {f"crm:{one['account']}": one["tier"] for one in truth["tiers_by_hand"]}.items() <= now.items()


def test_a_tier_set_by_hand_is_a_migration_of_its_month(core, truth):
    for one in truth["tiers_by_hand"]:
        found = core.execute(
            "select min(period_end) from marts.customer_segments where grain = 'month' and customer_id = $1"
            " and tier = $2 and period_end > $3",
            [f"crm:{one['account']}", one["tier"], one["from"]],
        ).fetchone()[0]
        assert (found.year, found.month - 1) == tuple(int(part) for part in one["from"].split("-")[:2])


def test_a_tier_that_spending_earns_is_a_migration_of_the_month_in_which_it_crosses_the_cut_off(demo, core, reckoning):
    """An account buys six times as much in every second year; nobody sets its tier."""
    planted = json.loads((demo.path / "drops/demo_truth.json").read_text(encoding="utf-8"))["climber"]
    climber, risen_on = f"crm:{planted['account']}", date.fromisoformat(planted["rises_from"][-1])
    tiers = dict(
        core.execute(
            "select period_end, tier from marts.customer_segments where grain = 'month' and customer_id = $1", [climber]
        ).fetchall()
    )
    ends = [end for end in sorted(tiers) if risen_on <= end <= END]
    crossed = next(end for end in ends if tiers[end] != tiers[risen_on])
    before = ends[ends.index(crossed) - 1]
    then, earlier = (date(end.year - (end.month == 1), (end.month - 2) % 12 + 1, 1) for end in (crossed, before))

    order = ("bronze", "silver", "gold")
    ranks = [order.index(tiers[end]) for end in ends]

    assert tiers[risen_on] == "bronze" and ranks == sorted(ranks)
    assert tiers[crossed] == "silver" and crossed > ends[1], "a year's spending, not a month's"
    assert reckoning.attributes(climber, END)[3] is None, "by behaviour"
    assert reckoning.tiers(crossed, then)[climber] == "silver" and reckoning.tiers(before, earlier)[climber] == "bronze"
    (upgrades,) = demo.json("metric", "tier_upgrades", "--period", f"{then:%Y-%m}")["figures"]
    assert upgrades["value"] >= 1


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


@pytest.mark.parametrize("attribute", ["tier", "segment", "lifecycle_stage"])
def test_every_metric_can_be_asked_by_what_is_computed_of_customers(demo, mart, core, attribute):
    parts = demo.json("metric", "net_revenue", "--period", MONTH, "--by", attribute)["figures"]
    of_month = dict(
        core.execute(
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
