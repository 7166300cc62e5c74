"""What is planted about leads, pipeline and market is in the exported files, read here without the generator's help."""

import csv
from collections import Counter, defaultdict
from datetime import date, timedelta
from decimal import Decimal

import pytest


@pytest.fixture(scope="module")
def told(truth) -> dict:
    return truth["sales"]


@pytest.fixture(scope="module")
def canonical(drops):
    """The last state of each record of a core table, by its id, as later files say it again."""

    def read(table: str, key: str) -> dict[str, dict[str, str]]:
        found = {}
        for path in sorted((drops / "canonical").glob(f"{table}_????-??-??.csv")):
            with path.open(encoding="utf-8", newline="") as file:
                found |= {row[key]: row for row in csv.DictReader(file)}
        return found

    return read


def test_each_month_has_its_leads_and_those_that_became_customers_in_ninety_days(canonical, told):
    counts = defaultdict(Counter)
    for lead in canonical("leads", "lead_id").values():
        created_on = date.fromisoformat(lead["created_on"])
        is_ripe = created_on + timedelta(days=90) < date(2026, 11, 20)
        converted_on = lead["converted_on"] and date.fromisoformat(lead["converted_on"])
        in_time = bool(converted_on) and (converted_on - created_on).days <= 90
        counts[lead["created_on"][:7]].update(created=1, ripe=int(is_ripe), converted=int(is_ripe and in_time))

    assert {month: dict(counts[month]) for month in told["leads"]} == told["leads"]


def test_leads_that_somebody_referred_convert_best(canonical):
    year = [lead for lead in canonical("leads", "lead_id").values() if lead["created_on"] < "2026-08"]
    rates = {
        source: sum(bool(lead["converted_on"]) for lead in year if lead["source"] == source)
        / sum(lead["source"] == source for lead in year)
        for source in {lead["source"] for lead in year}
    }

    assert max(rates, key=rates.get) == "referral"
    assert all(bool(lead["referred_by_customer_id"]) == (lead["source"] == "referral") for lead in year)


def test_every_lead_and_opportunity_names_things_that_are_there(canonical, raw):
    accounts = {f"crm:{row['客户编号']}" for row in raw.crm("customers_2026-10-31.csv")}
    leads, opportunities = canonical("leads", "lead_id"), canonical("opportunities", "opportunity_id")
    products = {f"shop:{row['product_no']}" for row in raw.shop("products")}

    assert {one["lead_id"] for one in opportunities.values() if one["lead_id"]} <= set(leads)
    assert {one["product_id"] for one in opportunities.values()} <= products
    gone = {one["customer_id"] for one in opportunities.values()} - accounts
    assert len(gone) < 15  # the CRM forgets who stopped for good


def test_what_was_won_and_lost_in_each_month(canonical, told):
    found: dict[str, dict] = defaultdict(lambda: {"won": 0, "lost": 0, "won_value": Decimal(0), "lost_value": Decimal(0)})
    for one in canonical("opportunities", "opportunity_id").values():
        if one["closed_on"]:
            month = found[one["closed_on"][:7]]
            month[one["status"]] += 1
            month[f"{one['status']}_value"] += Decimal(one["amount"])

    assert {
        month: {name: str(value) if isinstance(value, Decimal) else value for name, value in counts.items()}
        for month, counts in sorted(found.items())
    } == told["closed"]


def test_an_opportunity_passes_its_stages_in_order_and_closes_after_the_last(canonical):
    order = ["prospecting", "qualified", "needs", "proposal", "negotiation", "commit"]
    steps = defaultdict(list)
    for step in canonical("opportunity_stages", "entered_at").values():
        steps[step["opportunity_id"]].append((step["entered_at"], step["stage"]))
    for number, one in canonical("opportunities", "opportunity_id").items():
        passed = [order.index(stage) for _, stage in sorted(steps[number])]
        assert passed == sorted(passed)
        assert not one["closed_on"] or all(entered[:10] <= one["closed_on"] for entered, _ in steps[number])


def test_the_peak_leaves_no_time_for_new_opportunities(canonical):
    created = Counter(
        one["created_on"][:7] for one in canonical("opportunities", "opportunity_id").values() if not one["lead_id"]
    )

    assert all(created[f"{year}-{month}"] <= 5 for year in (2024, 2025) for month in ("09", "10"))
    assert all(created[f"{year}-{month:02}"] >= 12 for year in (2024, 2025) for month in range(1, 9))


def test_the_market_grows_each_year(told, drops):
    values = Counter()
    for path in sorted((drops / "canonical").glob("market_series_*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            values.update({(row["series"], row["period_start"][:7]): float(row["value"]) for row in csv.DictReader(file)})
    for series, years in told["market"].items():
        for year, grown in years.items():
            now, before = (sum(values[series, f"{int(year) - back}-{month:02}"] for month in range(1, 13)) for back in (0, 1))
            assert grown == pytest.approx(100 * (now / before - 1), abs=0.01)
            assert grown > 5
