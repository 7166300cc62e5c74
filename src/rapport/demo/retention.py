"""What keeping and serving customers costs Nordhaven Supply, and whether keeping them works: half of each wave is held out."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from rapport.demo import story
from rapport.demo.accounts import Account
from rapport.demo.days import Window, first_of, last_of, stream
from rapport.demo.records import ExportFile, Record, Table, merged, money
from rapport.demo.staff import Assignment, manager_on

ACTIONS = Table(
    "canonical", "retention_actions",
    ("action_id", "customer_id", "employee_id", "action", "reason", "started_on", "ended_on", "is_holdout", "cost", "currency"),
)  # fmt: skip
COSTS = Table("canonical", "service_costs", ("customer_id", "period_start", "cost_type", "amount", "currency"))

_WAVES = ((3, 10), (9, 10))
"""Month and day on which twenty customers are drawn, each year."""
TREATED_STAY, HELD_OUT_STAY, WAVE = 7, 4, 10
"""Of ten customers treated seven order again within their churn window, of ten held out four: thirty points of uplift."""
_STEADY = range(82, 100)
"""Small accounts that never stop: they order again soon, whatever is done."""
_SILENCE_LEFT = 120
"""Days for which a silent account of a wave must stay silent, so that it is lost for any churn window."""
_COSTLY = 61
"""An account that costs more to serve than it brings."""
_REASONS = ("quality", "service", "price", "competitor", "other")
_MEASURES = ("visit of the manager", "credit note", "new terms")


@dataclass(frozen=True)
class Action:
    """What was done to keep an account from a day on, or withheld; `stays` is whether it orders again in time."""

    account: Account
    started_on: date
    place: int
    is_holdout: bool
    stays: bool

    @property
    def number(self) -> str:
        return f"crm:B-{self.started_on:%y%m}-{self.place:02d}"


def make_actions(seed: int, window: Window, accounts: list[Account]) -> list[Action]:
    """The actions of all waves in the window, treated and held out by turns."""
    days = [date(year, month, day) for year in range(window.first.year, window.last.year + 1) for month, day in _WAVES]
    return [action for day in days if day in window for action in _wave(seed, day, accounts)]


def _wave(seed: int, day: date, accounts: list[Account]) -> Iterator[Action]:
    chance = stream(seed, "wave", day)
    later = day + timedelta(days=_SILENCE_LEFT)
    silent = [one for one in accounts if story.is_silent(one.index, day) and story.is_silent(one.index, later)]
    leaving = chance.sample(silent, 2 * WAVE - TREATED_STAY - HELD_OUT_STAY)
    staying = chance.sample([accounts[index] for index in _STEADY], TREATED_STAY + HELD_OUT_STAY)
    assigned = [(account, place >= TREATED_STAY, True) for place, account in enumerate(staying)]
    assigned += [(account, place >= WAVE - TREATED_STAY, False) for place, account in enumerate(leaving)]
    chance.shuffle(assigned)
    for place, (account, is_holdout, stays) in enumerate(assigned, start=1):
        yield Action(account, day, place, is_holdout, stays)


def retention_files(
    seed: int, window: Window, actions: list[Action], accounts: list[Account], care: dict[str, list[Assignment]]
) -> list[ExportFile]:
    """All files: actions by quarter, costs of service by month."""
    costs = (record for account in accounts for record in _costs(seed, window, account))
    return [
        *merged(ACTIONS, (_action(seed, action, care) for action in actions), window, period="quarterly"),
        *merged(COSTS, costs, window, period="monthly"),
    ]


def _action(seed: int, action: Action, care: dict[str, list[Assignment]]) -> Record:
    chance = stream(seed, "measure", action.number)
    measure, reason, days, cost = (
        chance.choice(_MEASURES),
        chance.choice(_REASONS),
        chance.randint(3, 30),
        chance.randint(5, 60),
    )
    account_no, is_holdout = action.account.account_no, action.is_holdout
    cells = (
        action.number, f"crm:{account_no}", f"crm:{manager_on(care[account_no], action.started_on)}",
        "" if is_holdout else measure, reason, f"{action.started_on}",
        "" if is_holdout else f"{action.started_on + timedelta(days=days)}", "true" if is_holdout else "false",
        "" if is_holdout else money(cost * 1000), "EUR",
    )  # fmt: skip
    return Record(action.started_on, action.number, cells)


def _costs(seed: int, window: Window, account: Account) -> Iterator[Record]:
    """What serving an account cost in each month: calls for all, visits for the sixty largest, and one that costs too much."""
    for month in window.months:
        day, chance = last_of(month), stream(seed, "cost", account.index, month)
        calls, visits = chance.randint(0, 3) * 1_500, chance.randint(1, 3) * 9_000
        if not account.is_known_on(day) or (account.stops_on and account.stops_on <= day):
            continue
        amounts = {"calls": calls, "visits": visits if account.has_terms else 0}
        if account.index == _COSTLY:
            amounts["visits"] = 400_000
        for cost_type, cents in amounts.items():
            if cents:
                key = f"{account.account_no} {first_of(month)} {cost_type}"
                yield Record(day, key, (f"crm:{account.account_no}", f"{first_of(month)}", cost_type, money(cents), "EUR"))


def retention_truth(actions: list[Action], accounts: list[Account], window: Window) -> dict[str, object]:
    """What was planted: each wave's counts, the account that costs too much, and the tiers set by hand."""
    waves: dict[str, dict[str, int]] = {}
    for action in actions:
        wave = waves.setdefault(f"{action.started_on}", dict.fromkeys(("treated", "saved", "held_out", "held_out_active"), 0))
        wave["held_out" if action.is_holdout else "treated"] += 1
        wave["held_out_active" if action.is_holdout else "saved"] += int(action.stays)
    by_hand = [
        {"account": account.account_no, "from": f"{day}", "tier": value}
        for account in accounts
        for day, attribute, value in account.changes
        if attribute == "manual_tier" and day in window
    ]
    return {"waves": waves, "costly": accounts[_COSTLY].account_no, "tiers_by_hand": by_hand}
