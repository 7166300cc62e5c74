"""The demo company's loyalty programme after the whole way: planted truths, and each metric from its definition again."""

import json
from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal
from math import floor, log2, sqrt
from statistics import median

import pytest

from .sold import World

MONTH, END = "2026-10", date(2026, 11, 1)
METRICS = (
    "points_issued", "points_redeemed", "points_expired", "points_adjusted", "points_outstanding", "points_balance_difference",
    "active_member_rate", "redemption_rate", "breakage_rate", "points_liability", "programme_uplift", "reward_fulfilment_days",
)  # fmt: skip


def months_after(day: date, number: int) -> date:
    """The first of the month that lies so many months after that of a day."""
    month = day.year * 12 + day.month - 1 + number
    return date(month // 12, month % 12 + 1, 1)


@pytest.fixture(scope="module")
def truth(demo) -> dict:
    told = json.loads((demo.path / "drops/demo_truth.json").read_text(encoding="utf-8"), parse_float=Decimal)
    return told["loyalty"]


@pytest.fixture(scope="module")
def figures(demo) -> dict[str, dict]:
    asked = demo.rapport("metric", ",".join(METRICS), "--period", MONTH, "--json").stdout
    return {figure["metric"]: figure for figure in json.loads(asked, parse_float=Decimal)["figures"]}


def test_points_of_the_month_are_those_of_the_ledger(figures, truth):
    kinds = {"points_issued": "earn", "points_redeemed": "redeem", "points_expired": "expire", "points_adjusted": "adjust"}
    found = {metric: figures[metric]["value"] for metric in kinds}

    assert found == {metric: truth["months"][MONTH].get(kind, 0) for metric, kind in kinds.items()}


def test_points_outstanding_are_the_sum_of_the_ledger_and_the_statements_differ_by_the_planted_points(figures, truth):
    assert figures["points_outstanding"]["value"] == truth["outstanding"]
    assert figures["points_balance_difference"]["value"] == sum(truth["wrong_statements"].values()) == 850


def test_the_two_members_with_wrong_statements_are_named(published, truth):
    found = published.sql("""
        select member_id, stated_difference from marts.member_points
        where grain = 'month' and period_end = '2026-11-01' and stated_difference <> 0
    """).fetchall()

    assert dict(found) == {f"loyalty:{member}": points for member, points in truth["wrong_statements"].items()}


def test_each_month_of_issue_ends_as_the_truth_says(published, truth):
    found = published.sql("""
        select issue_cohort, issued_points, redeemed_points, expired_points, deducted_points, outstanding_points
        from marts.points_cohorts where grain = 'month' and period_end = '2026-11-01'
    """).fetchall()

    told = {
        cohort: tuple(one[what] for what in ("issued", "redeem", "expire", "adjust", "outstanding"))
        for cohort, one in truth["cohorts"].items()
    }
    assert {cohort: tuple(map(int, numbers)) for cohort, *numbers in found} == told


def test_rates_are_those_of_months_whose_points_have_all_expired(figures, truth):
    """Points of September 2025 expired on 1 October 2026; those of October 2025 will on 1 November."""
    matured = [one for cohort, one in truth["cohorts"].items() if cohort <= "2025-09"]
    issued = sum(one["issued"] for one in matured)

    assert float(figures["redemption_rate"]["value"]) == pytest.approx(
        100 * sum(one["redeem"] for one in matured) / issued, abs=0.05
    )
    assert float(figures["breakage_rate"]["value"]) == pytest.approx(
        100 * sum(one["expire"] for one in matured) / issued, abs=0.05
    )


def test_the_liability_is_the_planted_one_to_the_cent(figures, truth):
    assert figures["points_liability"]["value"] == pytest.approx(Decimal(truth["liability"]), abs=Decimal("0.01"))
    assert figures["points_liability"]["currency"] == "EUR"


def test_before_any_points_have_run_their_course_the_liability_says_why_it_is_not_known(demo):
    (figure,) = demo.json("metric", "points_liability", "--period", "2025-03")["figures"]

    assert figure["value"] is None
    assert figure["reason"] == "no issue of points has run its whole course yet"


def test_active_members_have_an_entry_in_a_year(figures, core, truth):
    (active,) = core.execute(
        """
        select count(distinct member_id) from core.points_ledger join core.loyalty_members using (member_id)
        where entry_on < $1::date and entry_on >= $1::date - 365 and left_on is null
        """,
        [END],
    ).fetchall()[0]

    assert (figures["active_member_rate"]["numerator"], figures["active_member_rate"]["n"]) == (active, truth["members"])


def test_rewards_take_the_days_that_the_claims_say(figures, core):
    days = core.sql("""
        select fulfilled_on - claimed_on from core.reward_claims where fulfilled_on between '2026-10-01' and '2026-10-31'
    """).fetchall()

    assert figures["reward_fulfilment_days"]["value"] == median(number for (number,) in days)
    assert figures["reward_fulfilment_days"]["n"] == len(days)


def test_points_of_all_months_of_issue_are_those_of_all_members_at_every_month_end(published):
    different = published.sql("""
        with by_cohort as (
            select grain, period_end, sum(outstanding_points) as points from marts.points_cohorts group by all
        ),
        by_member as (
            select grain, period_end, sum(outstanding_points) as points from marts.member_points
            where grain <> 'week' group by all
        )
        select * from by_cohort full join by_member using (grain, period_end)
        where by_cohort.points is distinct from by_member.points
    """).fetchall()

    assert different == []


def test_issued_less_redeemed_less_expired_plus_corrections_is_the_change_of_what_is_outstanding(published):
    different = published.sql("""
        with stocks as (
            select period_end, sum(outstanding_points) as points from marts.member_points where grain = 'month' group by all
        ),
        flows as (
            select (date_trunc('month', entry_on) + interval 1 month)::date as period_end, sum(points) as points
            from marts.points_entries group by all
        ),
        changes as (
            select period_end, points - coalesce(lag(points) over (order by period_end), 0) as points from stocks
        )
        select * from changes left join flows using (period_end) where changes.points <> coalesce(flows.points, 0)
    """).fetchall()

    assert different == []


@pytest.fixture(scope="module")
def revenue(core) -> dict[str, Counter]:
    """Account → first of month → net revenue, by the shop's orders and returns, the rebates and the CRM's links."""
    world, found = World(core), defaultdict(Counter)
    for month in (months_after(END, -back) for back in range(1, 38)):
        for account, amount in world.net_by_account(month, months_after(month, 1)).items():
            found[account][month] += float(amount)
    return found


def test_the_uplift_is_the_difference_in_differences_against_customers_that_were_alike(figures, core, revenue):
    """Month by month of joining, from the definition: who joined 13 to 24 months before, against who never did."""
    joined = dict(
        core.sql(
            "select customer_id, date_trunc('month', min(joined_on))::date from core.loyalty_members group by 1"
        ).fetchall()
    )
    members, others = [], defaultdict(lambda: [0.0, 0.0])
    for back in range(13, 25):
        month, alike = months_after(END, -back), defaultdict(lambda: ([], []))
        for customer, amounts in revenue.items():
            before = [amounts[months_after(month, number)] for number in range(-12, 0)]
            after = sum(amounts[months_after(month, number)] for number in range(1, 13))
            if sum(before) > 0 and joined.get(customer, month) == month:
                like = floor(log2(sum(before))), sum(before[6:]) >= sum(before[:6])
                alike[like][0 if customer in joined else 1].append((customer, sum(before), after))
        for joiners, rest in alike.values():
            if joiners and rest:
                members += joiners
                for customer, before, after in rest:
                    others[customer][0] += before * len(joiners) / len(rest)
                    others[customer][1] += after * len(joiners) / len(rest)
    base, base_others = sum(before for _, before, _ in members), sum(before for before, _ in others.values())
    growth = sum(after for *_, after in members) / base
    growth_others = sum(after for _, after in others.values()) / base_others
    error = sqrt(
        sum((after - growth * before) ** 2 for _, before, after in members) / base**2
        + sum((after - growth_others * before) ** 2 for before, after in others.values()) / base_others**2
    )
    uplift = 100 * (growth - growth_others)

    assert figures["programme_uplift"]["n"] == len(members)
    assert float(figures["programme_uplift"]["value"]) == pytest.approx(uplift, abs=0.051)
    assert [float(end) for end in figures["programme_uplift"]["interval"]] == pytest.approx(
        [uplift - 196 * error, uplift + 196 * error], abs=0.06
    )


def test_the_uplift_finds_whom_the_programme_attracted(figures, truth):
    """The demo's programme moves no order: who joined was about to grow. Beyond chance, and no effect: hence its label."""
    assert figures["programme_uplift"]["interval"][0] > 0
    assert figures["programme_uplift"]["n"] <= len(truth["joined_to_grow"])


def test_referred_customers_are_those_whose_lead_names_who_sent_them(demo, core):
    (figure,) = demo.json("metric", "referral_rate", "--period", "2024-10-01..2026-10-31")["figures"]
    (referred,) = core.execute("""
        with firsts as (
            select links.customer_id, min(orders.ordered_on) as day
            from core.orders join core.customer_links as links on orders.customer_id = links.system_customer_id
                and orders.ordered_on >= links.valid_from and orders.ordered_on < coalesce(links.valid_to, '9999-01-01')
            where orders.status <> 'cancelled' group by 1
        )
        select count(distinct firsts.customer_id) from firsts
        join core.leads on leads.converted_customer_id = firsts.customer_id and leads.referred_by_customer_id is not null
        where firsts.day >= '2024-10-01'
    """).fetchall()[0]

    assert figure["numerator"] == referred
