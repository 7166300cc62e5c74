"""The loyalty programme of Nordhaven Supply: who joins, what they earn, claim and let expire, and what is stated to them."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from rapport.demo import story
from rapport.demo.accounts import FOUNDERS, Account
from rapport.demo.days import first_of, last_of, month_of, stream, weekday_from, weekdays_later
from rapport.demo.trade import Buyer, Link, Order

OPENED_ON = date(2024, 4, 1)
_OBSERVED_FROM, _LATER_FROM = date(2024, 10, 1), date(2025, 11, 1)
_CENTS_A_POINT = 1000
_GROWS = 1.08
_MONTHS_VALID = 13
"""Points are worth something until the end of the twelfth month after that in which they were earned."""
_EAGER = (0.0, 0.12, 0.3, 0.55, 0.8)
_GOODWILL = 500
_STATED_TOO_MUCH = {6: (date(2026, 3, 31), 1200), 12: (date(2026, 9, 30), -350)}
"""Members, by their place, for whom the programme states a balance that its own ledger does not bear out, and from when on."""


@dataclass(frozen=True)
class Reward:
    """Something to be had for points; its cost in cents."""

    reward_no: str
    name: str
    points: int
    cost: int


REWARDS = [
    Reward("R01", "Kaffeegutschein 10 €", 250, 950),
    Reward("R02", "Thermobecher", 600, 1980),
    Reward("R03", "Werkzeugkoffer", 1500, 5850),
    Reward("R04", "Gutschein 250 €", 6000, 25000),
    Reward("R05", "Schulungstag für zwei", 15000, 48000),
]


@dataclass(frozen=True)
class Entry:
    """A movement of points; `points` are signed."""

    entry_no: str
    day: date
    kind: str
    points: int
    order_no: str = ""
    reward_no: str = ""
    expires_on: date | None = None


@dataclass(frozen=True)
class Claim:
    """A claimed reward; what of it is known on a day is for the exports to say."""

    claim_no: str
    reward: Reward
    claimed_on: date
    fulfilled_on: date


@dataclass
class Lot:
    """Points that came in on a day, and what became of them."""

    day: date
    expires_on: date
    issued: int
    left: int
    taken: list[tuple[date, str, int]] = field(default_factory=list)


@dataclass
class Member:
    """A member with all that happened up to the last day told."""

    place: int
    member_no: str
    account: Account
    joined_on: date
    left_on: date | None
    level: str
    entries: list[Entry] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    lots: list[Lot] = field(default_factory=list)
    statements: list[tuple[date, int]] = field(default_factory=list)

    @property
    def balance(self) -> int:
        return sum(entry.points for entry in self.entries)


def make_members(
    seed: int, last: date, accounts: list[Account], buyers: list[Buyer], links: list[Link], orders: list[Order]
) -> list[Member]:
    """All members up to a day, with their ledgers.

    Args:
        last: nothing later is told.
        orders: all orders delivered from the opening of the programme to `last`.
    """
    first_buyers = {}
    for buyer in buyers:
        if buyer.account:
            first_buyers.setdefault(buyer.account.index, buyer)
    joins = {account.index: joined_on for account in accounts
             if (joined_on := _joined_on(seed, account, first_buyers[account.index])) and joined_on <= last}  # fmt: skip
    delivered = _delivered(orders, links, set(joins))
    members = []
    for index in sorted(joins, key=lambda index: (joins[index], index)):
        member = _member(len(members), accounts[index], joins[index], last)
        _live(seed, member, last, delivered.get(index, []))
        members.append(member)
    return members


def _joined_on(seed: int, account: Account, buyer: Buyer) -> date | None:
    """The day on which an account joins; None for those who never do.

    A third of the founders joins in the first half year. From October 2024 to October 2025 only those join whose purchases are
    about to grow anyway: the programme moves no order, so all that a comparison finds in favour of these members is whom it
    attracted. Later it is a matter of chance again.
    """
    chance = stream(seed, "member", account.index)
    if account.index >= FOUNDERS or account.stops_on:
        return None
    if account.index % 3 == 0:
        day = OPENED_ON + timedelta(days=chance.randrange(180))
        return day if chance.random() < 0.8 else None
    day = first_of(month_of(_OBSERVED_FROM) + account.index // 3 % 13) + timedelta(days=chance.randrange(28))
    before, after = (buyer.drift(day + timedelta(days=days)) for days in (-180, 200))
    months = range(month_of(day) - 12, month_of(day) + 13)
    if after > _GROWS * before and not any(story.is_silent(account.index, first_of(month)) for month in months):
        return day
    later = first_of(month_of(_LATER_FROM) + account.index * 7 % 72) + timedelta(days=chance.randrange(28))
    return later if account.index % 3 == 2 else None


def _member(place: int, account: Account, joined_on: date, last: date) -> Member:
    leaves_on = joined_on + timedelta(days=430) if account.index % 37 == 5 else None
    return Member(
        place=place,
        member_no=f"M{account.index + 1:04d}",
        account=account,
        joined_on=joined_on,
        left_on=leaves_on if leaves_on and leaves_on <= last else None,
        level="Gold" if account.rank < 26 else "Silber" if account.rank < 90 else "Basis",
    )


def _delivered(orders: list[Order], links: list[Link], joined: set[int]) -> dict[int, list[Order]]:
    """Orders that arrived, by the account that the CRM links their buyer to on the day of the order."""
    stretches: dict[str, list[Link]] = {}
    for link in links:
        stretches.setdefault(link.buyer_no, []).append(link)
    found: dict[int, list[Order]] = {}
    for order in orders:
        for link in stretches.get(order.buyer.buyer_no, ()) if not order.cancelled_on else ():
            if link.account.index in joined and link.valid_from <= order.ordered_on < (link.valid_to or date.max):
                found.setdefault(link.account.index, []).append(order)
                break
    return found


def _live(seed: int, member: Member, last: date, orders: list[Order]) -> None:
    """Tell a member's months: what expires on the first, is earned on delivery, is claimed, and is stated at the end."""
    number, queue = member.account.index, deque(sorted(orders, key=lambda order: (order.delivered_on, order.order_no)))
    eagerness = stream(seed, "eager", number).choice(_EAGER)
    for month in range(month_of(member.joined_on), month_of(last) + 1):
        first, end = first_of(month), min(last_of(month), last)
        if member.left_on and member.left_on < first:
            break
        _expire(member, first)
        chance = stream(seed, "claims", number, month)
        claims_on = weekday_from(first + timedelta(days=4 + chance.randrange(20)))
        while queue and queue[0].delivered_on <= end:
            order = queue[0]
            if claims_on and claims_on < order.delivered_on:
                _claim(member, claims_on, end, eagerness, chance)
                claims_on = None
            queue.popleft()
            _earn(member, order)
        if claims_on:
            _claim(member, claims_on, end, eagerness, chance)
        if first.month == 1 and number % 11 == 3 and first >= member.joined_on and end >= first.replace(day=31):
            _receive(member, Entry(f"K{first:%y}-{member.member_no}", first.replace(day=31), "adjust", _GOODWILL,
                                   expires_on=first_of(month + _MONTHS_VALID)))  # fmt: skip
        if member.left_on and member.left_on <= end and member.balance:
            _spend(member, Entry(f"A-{member.member_no}", member.left_on, "adjust", -member.balance))
        since, too_much = _STATED_TOO_MUCH.get(member.place, (date.max, 0))
        if end == last_of(month):
            member.statements.append((end, member.balance + (too_much if end >= since else 0)))


def _earn(member: Member, order: Order) -> None:
    points = order.net // _CENTS_A_POINT
    if order.ordered_on < member.joined_on or points == 0 or (member.left_on and order.delivered_on >= member.left_on):
        return
    _receive(member, Entry(f"G{order.order_no[2:]}", order.delivered_on, "earn", points, order_no=order.order_no,
                           expires_on=first_of(month_of(order.delivered_on) + _MONTHS_VALID)))  # fmt: skip


def _receive(member: Member, entry: Entry) -> None:
    member.entries.append(entry)
    member.lots.append(Lot(entry.day, entry.expires_on, entry.points, entry.points))


def _spend(member: Member, entry: Entry) -> None:
    """Take points from the oldest lots first."""
    member.entries.append(entry)
    open_points = -entry.points
    for lot in member.lots:
        taken = min(lot.left, open_points)
        if taken:
            lot.left, open_points = lot.left - taken, open_points - taken
            lot.taken.append((entry.day, entry.kind, taken))


def _expire(member: Member, day: date) -> None:
    points = sum(lot.left for lot in member.lots if lot.expires_on <= day)
    if points:
        _spend(member, Entry(f"V{day:%y%m}-{member.member_no}", day, "expire", -points))


def _claim(member: Member, day: date, end: date, eagerness: float, chance) -> None:
    if chance.random() >= eagerness or not member.joined_on <= day <= end or (member.left_on and day >= member.left_on):
        return
    for turn in range(chance.choice((1, 1, 2, 3))):
        affordable = [reward for reward in REWARDS if reward.points <= member.balance]
        if not affordable:
            return
        reward = affordable[-1] if chance.random() < 0.6 else chance.choice(affordable)
        number = f"{day:%y%m%d}-{member.member_no}-{turn + 1}"
        days = chance.randint(2, 9) + (6 if day.month == 12 else 0)
        member.claims.append(Claim(f"P{number}", reward, day, weekdays_later(day, days)))
        _spend(member, Entry(f"E{number}", day, "redeem", -reward.points, reward_no=reward.reward_no))


def claims_of(members: list[Member]) -> Iterator[tuple[Member, Claim]]:
    """Every claim with its member."""
    return ((member, claim) for member in members for claim in member.claims)
