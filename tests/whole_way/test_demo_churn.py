"""The demo company's churn after the whole way: who left, who was said to leave, who was kept, reckoned again."""

import json
from bisect import bisect_right
from collections import Counter, defaultdict
from datetime import date
from statistics import fmean

import pytest

from tests.whole_way.reckoning import BEFORE, END, MONTH, days

METRICS = (
    "logo_churn_rate", "contract_churn_rate", "churn_probability", "expected_loss", "churn_brier_score", "churn_hit_rate",
    "contract_net_retention", "contract_gross_retention", "customers_at_risk", "revenue_at_risk",
)  # fmt: skip


@pytest.fixture(scope="module")
def truth(demo) -> dict:
    return json.loads((demo.path / "drops/demo_truth.json").read_text(encoding="utf-8"))["retention"]


@pytest.fixture(scope="module")
def figures(demo) -> dict[str, dict]:
    asked = demo.json("metric", ",".join(METRICS), "--period", MONTH)["figures"]
    return {figure["metric"]: figure for figure in asked}


@pytest.fixture(scope="module")
def contracts(core) -> list[tuple]:
    """Contract, customer, first and last day, the contract that it renews, and what it is worth a year in euros."""
    return core.execute(
        "select contract_id, customer_id, starts_on, ends_on, renews_contract_id, annual_value from core.contracts"
        " where _removed_at is null and currency = 'EUR'"
    ).fetchall()


def running(contracts: list[tuple], end: date) -> list[tuple]:
    """Those that ran on the day before."""
    return [one for one in contracts if one[2] < end and one[3] >= end - days(1)]


def holders(contracts: list[tuple], end: date) -> set[str]:
    return {one[1] for one in running(contracts, end)}


def test_churn_is_silence_for_the_window_of_the_start_and_never_of_who_has_a_contract(reckoning, contracts, figures):
    windows = {c: window for c, (_, window) in reckoning.all_states[BEFORE].items()}
    contractual = holders(contracts, BEFORE)
    active = [c for c, window in windows.items() if c not in contractual and reckoning.within(c, BEFORE, window)]
    gone = [c for c in active if not reckoning.within(c, END, windows[c])]
    assert (figures["logo_churn_rate"]["numerator"], figures["logo_churn_rate"]["denominator"]) == (len(gone), len(active))

    renewed = {one[4] for one in contracts}
    at_start = running(contracts, BEFORE)
    ended = [one for one in at_start if one[3] + days(1) < END and one[0] not in renewed]
    figure = figures["contract_churn_rate"]
    assert (figure["numerator"], figure["denominator"]) == (len(ended), len(at_start))


def test_contracts_retain_their_yearly_value_apart_from_revenue(contracts, figures):
    base, now = Counter(), Counter()
    for counted, end in ((base, END.replace(year=END.year - 1)), (now, END)):
        for one in running(contracts, end):
            counted[one[1]] += one[5]
    all_of_it = sum(base.values())

    net, gross = figures["contract_net_retention"], figures["contract_gross_retention"]
    assert len(base) >= 10 and min(base.values()) > 0
    assert (net["numerator"], net["denominator"]) == (sum(now[c] for c in base), all_of_it)
    assert (gross["numerator"], gross["denominator"]) == (sum(min(now[c], base[c]) for c in base), all_of_it)


def test_probabilities_are_last_years_rates_of_the_bands(demo, reckoning, contracts, core, figures):
    """From the points alone: who stayed away within a churn window, known in the 12 months to a month's end, not treated.

    Who had a contract on a month's last day is in no rate and has no probability: contracts are another number.
    """
    as_of, treated = date(2026, 11, 20), defaultdict(list)
    for customer, day in core.execute(
        "select customer_id, started_on from core.retention_actions where not is_holdout"
    ).fetchall():
        treated[customer].append(day)
    ratings, points = [], core.execute(
        "select period_end, customer_id, churn_risk, revenue_12m from marts.customer_health order by all"
    ).fetchall()  # fmt: skip
    band = lambda risk: bisect_right([0, 20, 40, 60], risk)  # noqa: E731
    contractual = {end: holders(contracts, end) for end in reckoning.ends}
    for end, customer, risk, revenue in points:
        if customer in contractual[end]:
            continue
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

    names = dict(enumerate(("0–19", "20–39", "40–59", "60–100"), start=1))
    asked = "churn_observed_rate,churn_calibration_foretold,churn_calibration_observed"
    by_band = {(one["metric"], one["by"]["churn_band"]): one for one in
               demo.json("metric", asked, "--period", MONTH, "--by", "churn_band")["figures"]}  # fmt: skip
    parts = lambda metric, name: (by_band[metric, name]["numerator"], by_band[metric, name]["denominator"])  # noqa: E731
    for number, name in names.items():
        known = [one for one in year if one[2] == number]
        told = [(probability(one), one[5]) for one in known if probability(one) is not None]
        assert parts("churn_observed_rate", name) == (sum(one[5] for one in known), len(known))
        assert parts("churn_calibration_observed", name) == (sum(outcome for _, outcome in told), len(told))
        assert by_band["churn_calibration_foretold", name]["denominator"] == len(told)
        expected = 100 * sum(p for p, _ in told) / len(told) if len(told) >= 30 else None
        assert by_band["churn_calibration_foretold", name]["value"] == pytest.approx(expected, abs=0.051)
    assert by_band["churn_observed_rate", "40–59"]["value"] > 10 * by_band["churn_observed_rate", "0–19"]["value"]


def test_whoever_has_forty_points_of_the_rules_is_at_risk_with_a_years_revenue(reckoning, contracts, core, figures):
    """Each rule again by hand at the end of October: orders, revenue, answers, tickets, contracts, invoices and contacts."""
    points, start, renewed = Counter(), END.replace(year=END.year - 1), {one[4] for one in contracts}
    for customer in reckoning.orders:
        known = reckoning.ordered(customer, END)
        if len(known) >= 4 and (silent := (END - known[-1]).days) >= 14:
            points[customer] += 40 * (silent > 2 * (known[-1] - known[0]).days / (len(known) - 1))
        late, early = (reckoning.total(reckoning.money, customer, END, *ends) for ends in ((90,), (180, 90)))
        year = [day for day, _ in reckoning.money[customer] if start <= day < END]
        points[customer] += 15 * bool(late < 0.7 * early if early > 0 else year and max(year) < END - days(180))
    answers = defaultdict(list)
    for customer, day, *scale, score in core.execute("""
        select customer_id, responded_on, kind, scale_min, scale_max, score from marts.survey_scores
        where customer_id is not null
    """).fetchall():
        answers[customer, *scale].append((day, score))
    fell = set()
    for (customer, _, low, high), told in answers.items():
        before = [float(score) for day, score in told if END - days(455) <= day < END - days(90)]
        now = [float(score) for day, score in told if END - days(90) <= day < END]
        if before and now and (fmean(before) - fmean(now)) / float(high - low) >= 0.2 - 1e-12:
            fell.add(customer)
    late = core.execute(
        "select ticket_id from marts.service_promises where not is_within and due_on < $1 and due_on >= $1 - interval 90 day",
        [END],
    ).fetchall()  # the promises themselves are walked in test_demo_service.py
    tickets = Counter()
    for ticket, customer, kind, opened, solved, is_open in core.execute(
        "select ticket_id, customer_id, kind, opened_on, solved_on, is_open from marts.service_tickets"
    ).fetchall():
        is_waiting = solved >= END if solved else is_open
        complained = kind == "complaint" and opened >= END - days(90)
        tickets[customer] += opened < END and (is_waiting or complained or (ticket,) in late)
    ending = {one[1] for one in contracts if one[2] < END <= one[3] < END + days(90) and one[0] not in renewed}
    owed = core.execute("""
        select distinct coalesce(links.customer_id, invoices.customer_id) from core.invoices as invoices
        left join core.customer_links as links
            on invoices.customer_id = links.system_customer_id and invoices.issued_on >= links.valid_from
            and (links.valid_to is null or invoices.issued_on < links.valid_to)
        where issued_on < $1 and due_on < $1 - interval 14 day
            and (paid_on >= $1 or (paid_on is null and coalesce(paid_amount, 0) < amount))
    """, [END]).fetchall()  # fmt: skip
    spoken = dict(core.execute("""
        select coalesce(links.customer_id, interactions.customer_id), max(timezone('Europe/Berlin', occurred_at)::date)
        from core.interactions as interactions
        left join core.customer_links as links
            on interactions.customer_id = links.system_customer_id
            and timezone('Europe/Berlin', occurred_at)::date >= links.valid_from
            and (links.valid_to is null or timezone('Europe/Berlin', occurred_at)::date < links.valid_to)
        where timezone('Europe/Berlin', occurred_at)::date < $1 and interactions.customer_id is not null
        group by all
    """, [END]).fetchall())  # fmt: skip
    unheard = {customer for customer, day in spoken.items() if (END - day).days >= 60}
    needy = {customer for customer, number in tickets.items() if number >= 2}
    for found, worth in ((fell, 15), (needy, 10), (ending, 10), ({c for (c,) in owed}, 5), (unheard, 5)):
        assert found, "each rule finds somebody"
        points.update(dict.fromkeys(found, worth))
    to_lose = {c for c in reckoning.orders if any(start <= day < END for day in reckoning.orders[c])}
    to_lose |= {one[1] for one in contracts if one[2] < END <= one[3]}
    at_risk = {customer for customer in to_lose if points[customer] >= 40}
    revenue = sum(x for c in at_risk for day, x in reckoning.money[c] if start <= day < END)

    assert 10 < len(at_risk) < len(to_lose) / 5
    assert figures["customers_at_risk"]["value"] == len(at_risk)
    assert figures["customers_at_risk"]["n"] == len(to_lose)
    assert figures["revenue_at_risk"]["value"] == pytest.approx(revenue, abs=0.01)


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


def test_each_rule_names_the_account_that_was_planted_for_it_and_no_other_rule_does(demo, published):
    planted = json.loads((demo.path / "drops/demo_truth.json").read_text(encoding="utf-8"))["churners"]
    found = published.sql("""
        select customer_name, churn_reasons, churn_risk from marts.customer_health
        where grain = 'month' and period_end = '2026-11-01'
    """).fetchall()
    reasons, risks = {name: told for name, told, _ in found}, {name: risk for name, _, risk in found}

    assert {rule: reasons[one["name"]] for rule, one in planted.items()} == {
        rule: [rule] for rule in (
            "order_gap", "revenue_trend", "score_drop", "tickets", "contract_end", "overdue_invoices", "contact_silence",
        )
    }  # fmt: skip
    assert [risks[planted[rule]["name"]] for rule in ("order_gap", "score_drop", "tickets", "contact_silence")] == [
        40,
        15,
        10,
        5,
    ]


def test_each_rule_of_churn_has_a_customer_that_it_fits(core):
    rules = core.execute("select rule, count(*) from marts.churn_signals where period_end = $1 group by rule", [END]).fetchall()

    assert {rule for rule, _ in rules} == {
        "order_gap", "revenue_trend", "score_drop", "tickets", "contract_end", "overdue_invoices", "contact_silence",
    }  # fmt: skip
