"""Where new business of Nordhaven Supply comes from: campaigns and what they cost, and the leads that they and others bring."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from rapport.demo.accounts import FOUNDERS, Account
from rapport.demo.days import Window, first_of, last_of, month_of, stream, weekday_from
from rapport.demo.records import ExportFile, Record, Table, merged, money

CAMPAIGNS = Table(
    "canonical", "campaigns", ("campaign_id", "campaign_name", "kind", "channel", "starts_on", "ends_on", "cost", "currency")
)
LEADS = Table(
    "canonical", "leads",
    ("lead_id", "source", "campaign_id", "referred_by_customer_id", "created_on", "qualified_on", "converted_on",
     "converted_customer_id", "status"),
)  # fmt: skip

SOURCES = {
    "website": (34, 0.10),
    "campaign": (22, 0.12),
    "trade_fair": (18, 0.25),
    "cold_call": (14, 0.04),
    "referral": (12, 0.5),
}
"""Source → how often it brings a lead, and how many of those become customers."""
_LEADS_A_MONTH = 24
_REFERRERS = 20


@dataclass(frozen=True)
class Campaign:
    """A campaign, both days included; the cost in cents."""

    campaign_no: str
    name: str
    kind: str
    channel: str
    starts_on: date
    ends_on: date
    cost: int


@dataclass(frozen=True)
class Lead:
    """Somebody who might buy; `account` is what the lead became, if it did."""

    lead_no: str
    source: str
    campaign: Campaign | None
    referrer: Account | None
    created_on: date
    qualified_on: date | None
    converted_on: date | None
    account: Account | None


def make_campaigns(window: Window) -> list[Campaign]:
    """Two campaigns a year to win customers, in spring and autumn, and one in December that thanks those who are."""
    campaigns = []
    for year in range(window.first.year, window.last.year + 1):
        dearer = 1.05 ** (year - 2022)
        plans = (
            ("1", "Spring fair", "promotion", "event", 3, 4, 18_400),
            ("2", "Autumn catalogue", "promotion", "mail", 9, 10, 12_700),
            ("3", "Thank you", "care", "mail", 12, 12, 5_200),
        )
        campaigns += [
            Campaign(
                f"CP-{year}-{number}", f"{name} {year}", kind, channel, date(year, start, 1),
                last_of(year * 12 + end - 1), round(cost * dearer) * 100,
            )
            for number, name, kind, channel, start, end, cost in plans
        ]  # fmt: skip
    return [one for one in campaigns if one.starts_on in window]


def make_leads(seed: int, window: Window, accounts: list[Account], campaigns: list[Campaign]) -> list[Lead]:
    """All leads that may be told of: one of each account that joins, and many that become known accounts or nobody."""
    joiners = [_of_joiner(seed, account, accounts, campaigns) for account in accounts[FOUNDERS:]]
    others = [
        _of_month(seed, month, turn, accounts, campaigns)
        for month in range(window.months.start - 6, window.months.stop)
        for turn in range(_LEADS_A_MONTH)
    ]
    return sorted(
        (lead for lead in joiners + others if lead.created_on <= window.last), key=lambda lead: (lead.created_on, lead.lead_no)
    )


def _of_joiner(seed: int, account: Account, accounts: list[Account], campaigns: list[Campaign]) -> Lead:
    chance = stream(seed, "lead", account.account_no)
    created_on = account.created_on - timedelta(days=chance.randint(20, 80))
    source = chance.choices(list(SOURCES), weights=[20, 15, 25, 5, 35])[0]
    return _lead(chance, f"L-{account.account_no[2:]}", source, created_on, account.created_on, account, accounts, campaigns)


def _of_month(seed: int, month: int, turn: int, accounts: list[Account], campaigns: list[Campaign]) -> Lead:
    """A lead of a month; one in eight of those that convert takes longer than the 90 days that it is given."""
    chance = stream(seed, "lead", month, turn)
    source = chance.choices(list(SOURCES), weights=[weight for weight, _ in SOURCES.values()])[0]
    created_on = weekday_from(first_of(month) + timedelta(days=chance.randrange(27)))
    converts, is_slow = chance.random() < SOURCES[source][1], chance.random() < 1 / 8
    days = chance.randint(95, 150) if is_slow else chance.randint(8, 75)
    account = accounts[chance.randrange(60, FOUNDERS)]
    converted_on = created_on + timedelta(days=days) if converts and account.stops_on is None else None
    number = f"L-{first_of(month):%y%m}{turn:02d}"
    return _lead(
        chance, number, source, created_on, converted_on, account if converted_on else None, accounts, campaigns
    )  # fmt: skip


def _lead(
    chance: Random,
    number: str,
    source: str,
    created_on: date,
    converted_on: date | None,
    account: Account | None,
    accounts: list[Account],
    campaigns: list[Campaign],
) -> Lead:
    running = [one for one in campaigns if one.kind == "promotion" and one.starts_on <= created_on <= one.ends_on]
    source = source if source != "campaign" or running else "website"  # a lead of a campaign needs one
    days = chance.randint(3, 7)
    is_qualified = converted_on is not None or chance.random() < 0.3
    return Lead(
        lead_no=number,
        source=source,
        campaign=running[0] if source == "campaign" else None,
        referrer=accounts[chance.randrange(_REFERRERS)] if source == "referral" else None,
        created_on=created_on,
        qualified_on=created_on + timedelta(days=days) if is_qualified else None,
        converted_on=converted_on,
        account=account,
    )


def lead_files(window: Window, leads: list[Lead], campaigns: list[Campaign]) -> list[ExportFile]:
    """Leads as they stood at the end of each month in which something happened to them, and campaigns as they start."""
    return [
        *merged(LEADS, (record for lead in leads for record in _lead_records(lead)), window, period="monthly"),
        *merged(CAMPAIGNS, map(_campaign_record, campaigns), window, period="quarterly"),
    ]


def _lead_records(lead: Lead) -> Iterator[Record]:
    for day, status in ((lead.created_on, "new"), (lead.qualified_on, "qualified"), (lead.converted_on, "converted")):
        if day is None:
            continue
        is_qualified, is_converted = status != "new", status == "converted"
        yield Record(
            day,
            lead.lead_no,
            (
                f"crm:{lead.lead_no}", lead.source, f"crm:{lead.campaign.campaign_no}" if lead.campaign else "",
                f"crm:{lead.referrer.account_no}" if lead.referrer else "", f"{lead.created_on}",
                f"{lead.qualified_on}" if is_qualified else "", f"{lead.converted_on}" if is_converted else "",
                f"crm:{lead.account.account_no}" if is_converted and lead.account else "", status,
            ),
        )  # fmt: skip


def _campaign_record(campaign: Campaign) -> Record:
    cells = (
        f"crm:{campaign.campaign_no}", campaign.name, campaign.kind, campaign.channel, f"{campaign.starts_on}",
        f"{campaign.ends_on}", money(campaign.cost), "EUR",
    )  # fmt: skip
    return Record(campaign.starts_on, campaign.campaign_no, cells)


def month_name(day: date) -> str:
    """The month of a day as text, e.g. `2026-10`."""
    return f"{first_of(month_of(day)):%Y-%m}"
