"""Keeping and serving customers in the exports: the planted uplift is there for whoever counts orders, and nothing else."""

from collections import Counter, defaultdict
from contextlib import suppress
from csv import DictReader
from datetime import date, timedelta

import pytest


def canonical(drops, table: str) -> list[dict[str, str]]:
    rows = []
    for path in sorted((drops / "canonical").glob(f"{table}_*.csv")):
        with open(path, encoding="utf-8", newline="") as file:
            rows += DictReader(file)
    return rows


@pytest.fixture(scope="module")
def order_days(raw) -> dict[str, set[date]]:
    """Account → days of its orders that stand, by the shop numbers that the CRM links."""
    links = [
        (row["商城客户号"], row["客户编号"], row["开始日期"].replace("/", "-"), row["结束日期"].replace("/", "-") or "9999")
        for row in raw.crm("customer_links_2026-10-31.csv")
    ]
    accounts = defaultdict(list)
    for buyer, account, start, end in links:
        accounts[buyer].append((account, start, end))
    state = {row["order_no"]: row for row in raw.shop("orders")}
    days = defaultdict(set)
    for row in state.values():
        day = row["ordered_at"][:10]
        for account, start, end in accounts[row["customer_no"]] if row["status"] != "cancelled" else ():
            if start <= day < end:
                with suppress(ValueError):  # of the records that are bad on purpose
                    days[account].add(date.fromisoformat(day))
    return days


def test_of_ten_treated_seven_order_again_and_of_ten_held_out_four(drops, truth, order_days):
    """Within 90 days, the shortest churn window; those that stay away do so for 120."""
    waves, orders_after = defaultdict(Counter), Counter()
    for action in canonical(drops, "retention_actions"):
        day = date.fromisoformat(action["started_on"])
        days = order_days[action["customer_id"].removeprefix("crm:")]
        soon, late = (any(day < one <= day + timedelta(days=n) for one in days) for n in (90, 120))
        is_held_out = action["is_holdout"] == "true"
        waves[f"{day}"]["held_out" if is_held_out else "treated"] += 1
        waves[f"{day}"]["held_out_active" if is_held_out else "saved"] += soon
        orders_after[soon, late] += day + timedelta(days=120) <= date(2026, 10, 31)
    told = {day: Counter(wave) for day, wave in truth["retention"]["waves"].items()}

    finished = {day for day in told if date.fromisoformat(day) + timedelta(days=120) <= date(2026, 10, 31)}
    assert len(finished) == 5
    assert {day: waves[day] for day in finished} == {day: told[day] for day in finished}
    assert all(wave == {"treated": 10, "saved": 7, "held_out": 10, "held_out_active": 4} for wave in told.values())
    assert orders_after[False, True] == 0, "nobody is in between, whatever its churn window"


def test_one_account_costs_more_to_serve_than_it_buys_for(drops, truth):
    costs = Counter()
    for cost in canonical(drops, "service_costs"):
        costs[cost["customer_id"]] += float(cost["amount"])

    assert max(costs, key=costs.get) == f"crm:{truth['retention']['costly']}"
    assert costs.most_common(2)[0][1] > 5 * costs.most_common(2)[1][1]


def test_tiers_set_by_hand_are_in_the_customer_files_from_their_day_on(raw, truth):
    signs = {"gold": "金", "silver": "银", "bronze": "铜"}
    planted = truth["retention"]["tiers_by_hand"]

    assert len(planted) == 2
    for file in ("customers_2025-04-30.csv", "customers_2025-05-31.csv", "customers_2026-10-31.csv"):
        day = file[10:20]
        found = {row["客户编号"]: row["手工等级"] for row in raw.crm(file) if row["手工等级"]}
        assert found == {one["account"]: signs[one["tier"]] for one in planted if one["from"] <= day}
