"""What must come out about leads, pipeline and market, counted from the story and not from its files; only tests read it."""

from collections import Counter, defaultdict
from datetime import date, timedelta
from decimal import Decimal

from rapport.demo import market
from rapport.demo.days import Window, first_of, last_of
from rapport.demo.leads import Campaign, Lead, month_name
from rapport.demo.pipeline import PROBABILITY, STRONGHOLD, Opportunity

_DAYS_OF_A_LEAD = 90


def sales_truth(
    seed: int, window: Window, as_of: date, leads: list[Lead], campaigns: list[Campaign], opportunities: list[Opportunity]
) -> dict[str, object]:
    """All planted truths of sales; money in EUR as decimals, months as `2026-10`."""
    return {
        "leads": _leads(window, as_of, leads),
        "closed": _closed(window, opportunities),
        "pipeline": _pipeline(window, opportunities),
        "due": _due(window, opportunities),
        "lost_for_deliveries": _lost_for_deliveries(window, opportunities),
        "stronghold": {"industry": STRONGHOLD[0], "competitor": STRONGHOLD[1]},
        "campaigns": _spend(campaigns),
        "market": {series: _market_growth(seed, window, series) for series in market.GROWTH},
    }


def _leads(window: Window, as_of: date, leads: list[Lead]) -> dict[str, dict[str, int]]:
    """Leads by the month of creation: how many, how many have had their 90 days, how many of those converted in them."""
    counts: dict[str, Counter] = defaultdict(Counter)
    for lead in (lead for lead in leads if lead.created_on in window):
        ripe_on = lead.created_on + timedelta(days=_DAYS_OF_A_LEAD)
        is_in_time = lead.converted_on is not None and lead.converted_on <= min(ripe_on, window.last)
        month = counts[month_name(lead.created_on)]
        month.update(created=1, ripe=int(ripe_on < as_of), converted=int(ripe_on < as_of and is_in_time))
    return {month: dict(count) for month, count in sorted(counts.items())}


def _closed(window: Window, opportunities: list[Opportunity]) -> dict[str, dict[str, int | Decimal]]:
    cents: dict[str, Counter] = defaultdict(Counter)
    for one in (one for one in opportunities if one.closed_on in window):
        kind = "won" if one.is_won else "lost"
        cents[month_name(one.closed_on)].update({kind: 1, f"{kind}_value": one.amount})
    return {
        month: {"won": count["won"], "lost": count["lost"]}
        | {name: Decimal(count[name]) / 100 for name in ("won_value", "lost_value")}
        for month, count in sorted(cents.items())
    }


def _pipeline(window: Window, opportunities: list[Opportunity]) -> dict[str, dict[str, int | Decimal]]:
    """Open opportunities at the end of each month."""
    ends = {month_name(first_of(month)): last_of(month) for month in window.months}
    open_then = {name: [one for one in opportunities if one.is_open_on(end)] for name, end in ends.items()}
    return {
        name: {"open": len(found), "value": Decimal(sum(one.amount for one in found)) / 100}
        for name, found in open_then.items()
    }


def _due(window: Window, opportunities: list[Opportunity]) -> dict[str, Decimal]:
    """What is open at the window's end, each amount times its probability, by the month in which it should close."""
    due: Counter = Counter()
    for one in (one for one in opportunities if one.is_open_on(window.last)):
        due[month_name(one.expected_on(window.last))] += one.amount * round(100 * PROBABILITY[one.stage_on(window.last)])
    return {month: Decimal(cents) / 10_000 for month, cents in sorted(due.items())}


def _lost_for_deliveries(window: Window, opportunities: list[Opportunity]) -> dict[str, Decimal]:
    """By month, what was lost because of deliveries; it rises in the months of trouble."""
    lost = Counter(dict.fromkeys((month_name(first_of(month)) for month in window.months), 0))
    for one in opportunities:
        if one.lost_reason == "delivery" and one.closed_on in window:
            lost[month_name(one.closed_on)] += one.amount
    return {month: Decimal(cents) / 100 for month, cents in lost.items()}


def _spend(campaigns: list[Campaign]) -> dict[str, Decimal]:
    """By year, the cost of the campaigns that are meant to win customers; none of them passes the year's end."""
    spend: Counter = Counter()
    for campaign in campaigns:
        if campaign.kind == "promotion":
            spend[f"{campaign.starts_on.year}"] += campaign.cost
    return {year: Decimal(cents) / 100 for year, cents in spend.items()}


def _market_growth(seed: int, window: Window, series: str) -> dict[str, float]:
    """Growth in per cent of each whole year whose year before lies in the window."""
    grown = {}
    for year in range(window.first.year + 1, window.last.year + 1):
        months = range(year * 12, year * 12 + 12)
        if months[0] - 12 in window.months and months[-1] in window.months:
            now, before = (sum(market.value_of(seed, series, month - back) for month in months) for back in (0, 12))
            grown[f"{year}"] = round(100 * (now / before - 1), 3)
    return grown
