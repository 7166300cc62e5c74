"""What Nordhaven Supply hopes to sell beyond its regular business: opportunities on their way through stages, won or lost."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from rapport.demo import story
from rapport.demo.accounts import FOUNDERS, Account
from rapport.demo.days import Window, first_of, stream, weekday_from
from rapport.demo.leads import Lead
from rapport.demo.products import Product
from rapport.demo.records import ExportFile, Record, Table, merged, money
from rapport.demo.staff import Assignment, manager_on

OPPORTUNITIES = Table(
    "canonical", "opportunities",
    ("opportunity_id", "customer_id", "lead_id", "employee_id", "product_id", "created_on", "expected_close_on", "closed_on",
     "stage", "status", "amount", "currency", "probability", "lost_reason", "competitor"),
)  # fmt: skip
STAGES = Table("canonical", "opportunity_stages", ("opportunity_id", "stage", "entered_at"))

STAGE_DAYS = {"prospecting": 80, "qualified": 65, "needs": 50, "proposal": 30, "negotiation": 15, "commit": 7}
"""Stage → days to closing that the CRM assumes when an opportunity enters it."""
PROBABILITY = {"prospecting": 0.1, "qualified": 0.2, "needs": 0.35, "proposal": 0.5, "negotiation": 0.7, "commit": 0.9}
RIVALS = ("Hansekontor", "Alpina Handel", "Nordstern", "Delta Supply")
STRONGHOLD = ("food", "Hansekontor")
"""The industry in which one competitor takes nearly all that is lost."""
_BUSY = (9, 10)
"""Months whose peak season leaves no time for new opportunities."""
_WON_OF_TEN = 4.2


@dataclass(frozen=True)
class Step:
    """A stage and the day on which it was entered."""

    stage: str
    day: date


@dataclass(frozen=True)
class Opportunity:
    """One opportunity with all that will ever happen to it; the amount in cents."""

    number: str
    account: Account
    lead: Lead | None
    product: Product
    amount: int
    steps: tuple[Step, ...]
    closed_on: date
    is_won: bool
    lost_reason: str
    competitor: str

    @property
    def created_on(self) -> date:
        return self.steps[0].day

    def stage_on(self, day: date) -> str:
        """The stage at the end of a day on or after creation."""
        return next(step.stage for step in reversed(self.steps) if step.day <= day)

    def expected_on(self, day: date) -> date:
        """When it should close, as the CRM says at the end of a day on or after creation."""
        latest = next(step for step in reversed(self.steps) if step.day <= day)
        return weekday_from(latest.day + timedelta(days=STAGE_DAYS[latest.stage]))

    def is_open_on(self, day: date) -> bool:
        """Whether it is open at the end of a day."""
        return self.created_on <= day < self.closed_on


def make_opportunities(
    seed: int, window: Window, accounts: list[Account], products: list[Product], leads: list[Lead]
) -> list[Opportunity]:
    """All opportunities that may be told of in the window: those of every month, and one of each lead that converts in it."""
    drafts = [
        (f"O-{first_of(month):%y%m}{turn:02d}", None, None)
        for month in range(window.months.start - 6, window.months.stop)
        for turn in range(_count(seed, month))
    ]
    drafts += [(f"O-{lead.lead_no}", lead, lead.account) for lead in leads if lead.converted_on and lead.converted_on in window]
    made = (_make(seed, number, lead, account, accounts, products) for number, lead, account in drafts)
    return sorted((one for one in made if one.created_on <= window.last), key=lambda one: (one.created_on, one.number))


def _count(seed: int, month: int) -> int:
    is_busy = first_of(month).month in _BUSY
    return stream(seed, "chances", month).randint(3, 5) if is_busy else stream(seed, "chances", month).randint(12, 17)


def _make(
    seed: int, number: str, lead: Lead | None, account: Account | None, accounts: list[Account], products: list[Product]
) -> Opportunity:
    chance = stream(seed, "opportunity", number)
    if account is None or lead is None or lead.converted_on is None:
        month_first = date(2000 + int(number[2:4]), int(number[4:6]), 1)
        created_on = weekday_from(month_first + timedelta(days=chance.randrange(27)))
        account = accounts[int(FOUNDERS * chance.random() ** 1.6)]
    else:
        created_on = lead.converted_on
    is_won = chance.random() * 10 < _WON_OF_TEN
    steps, closed_on = _way(chance, created_on, is_won)
    reason, competitor = ("", "") if is_won else _loss(chance, account, closed_on)
    return Opportunity(
        number=number,
        account=account,
        lead=lead,
        product=chance.choice(products),
        amount=round(chance.lognormvariate(10.6, 0.7) / 50) * 5_000,
        steps=steps,
        closed_on=closed_on,
        is_won=is_won,
        lost_reason=reason,
        competitor=competitor,
    )


def _way(chance: Random, created_on: date, is_won: bool) -> tuple[tuple[Step, ...], date]:
    """Stages with their days, and the day of closing: what is won passes all six, what is lost leaves from the second on."""
    names = list(STAGE_DAYS)[: len(STAGE_DAYS) if is_won else chance.randint(2, len(STAGE_DAYS) - 1)]
    steps, day = [], created_on
    for name in names:
        steps.append(Step(name, day))
        day = weekday_from(day + timedelta(days=chance.randint(5, 22)))
    return tuple(steps), day


def _loss(chance: Random, account: Account, closed_on: date) -> tuple[str, str]:
    """Why an opportunity was lost, and to whom: in the months of trouble with deliveries, every second for that."""
    weights = (
        {"delivery": 50, "price": 25, "no_budget": 15, "product": 10}
        if story.is_troubled("north", closed_on)
        else {"delivery": 8, "price": 46, "no_budget": 28, "product": 18}
    )
    reason = chance.choices(list(weights), weights=list(weights.values()))[0]
    industry, rival = STRONGHOLD
    is_stronghold = account.attributes_on(closed_on)["industry"] == industry
    named, by_rival, other = chance.random() < 0.7, chance.random() < 0.85, chance.choice(RIVALS[1:])
    if reason == "no_budget" or not named:
        return reason, ""
    return reason, rival if is_stronghold and by_rival else other if is_stronghold else chance.choice(RIVALS)


def pipeline_files(window: Window, opportunities: list[Opportunity], care: dict[str, list[Assignment]]) -> list[ExportFile]:
    """Opportunities as they stood at the end of each month in which they moved, and each stage that they entered."""
    return [
        *merged(OPPORTUNITIES, (record for one in opportunities for record in _records(one, care)), window, period="monthly"),
        *merged(STAGES, (record for one in opportunities for record in _stage_records(one)), window, period="monthly"),
    ]


def _records(one: Opportunity, care: dict[str, list[Assignment]]) -> Iterator[Record]:
    for step in one.steps:
        yield _record(one, step.day, step.stage, "open", care)
    yield _record(one, one.closed_on, one.steps[-1].stage, "won" if one.is_won else "lost", care)


def _record(one: Opportunity, day: date, stage: str, status: str, care: dict[str, list[Assignment]]) -> Record:
    is_open = status == "open"
    expected_on = one.expected_on(day) if is_open else one.closed_on
    cells = (
        f"crm:{one.number}", f"crm:{one.account.account_no}", f"crm:{one.lead.lead_no}" if one.lead else "",
        f"crm:{manager_on(care[one.account.account_no], one.created_on)}", f"shop:{one.product.product_no}",
        f"{one.created_on}", f"{expected_on}", "" if is_open else f"{one.closed_on}", stage, status, money(one.amount), "EUR",
        f"{PROBABILITY[stage] if is_open else float(one.is_won)}", "" if is_open else one.lost_reason,
        "" if is_open else one.competitor,
    )  # fmt: skip
    return Record(day, one.number, cells)


def _stage_records(one: Opportunity) -> Iterator[Record]:
    for step in one.steps:
        at = datetime.combine(step.day, time(11, len(one.number) + len(step.stage)))
        yield Record(step.day, f"{one.number} {step.stage}", (f"crm:{one.number}", step.stage, f"{at:%Y-%m-%d %H:%M:%S}"))
