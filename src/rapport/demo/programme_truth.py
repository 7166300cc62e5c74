"""What must come out of loyalty and contact, counted from the story itself; only tests read it."""

from collections import Counter, defaultdict
from datetime import date, timedelta
from decimal import Decimal

from rapport.demo.accounts import Account
from rapport.demo.contact import Contact, Decision, neglected
from rapport.demo.days import Window, first_of, month_of
from rapport.demo.programme import Lot, Member, claims_of


def _name(month: int) -> str:
    return f"{first_of(month):%Y-%m}"


def points_of(members: list[Member], window: Window) -> dict[str, object]:
    """The ledger by month, by month of issue, and what it may cost, as of the window's end."""
    end = window.last + timedelta(days=1)
    months: dict[str, Counter] = defaultdict(Counter)
    for member in members:
        for entry in member.entries:
            months[_name(month_of(entry.day))][entry.kind] += abs(entry.points) if entry.kind != "adjust" else entry.points
    return {
        "months": {month: dict(kinds) for month, kinds in sorted(months.items())},
        "outstanding": sum(member.balance for member in members),
        "members": sum(member.left_on is None for member in members),
        "wrong_statements": {
            member.member_no: difference for member in members if (difference := _stated(member, window.last) - member.balance)
        },
        "cohorts": {_name(month): dict(_of_lots(lots, end)) for month, lots in sorted(_cohorts(members).items())},
        "liability": _liability(members, end),
        "joined_to_grow": [
            member.account.account_no for member in members if date(2024, 10, 1) <= member.joined_on < date(2025, 11, 1)
        ],
    }


def _stated(member: Member, day: date) -> int:
    return next((points for stated_on, points in member.statements if stated_on == day), member.balance)


def _cohorts(members: list[Member]) -> dict[int, list[Lot]]:
    cohorts: dict[int, list[Lot]] = defaultdict(list)
    for member in members:
        for lot in member.lots:
            cohorts[month_of(lot.day)].append(lot)
    return cohorts


def _of_lots(lots: list[Lot], end: date) -> Counter:
    """What came of lots by the day `end`, which no longer counts."""
    found = Counter(issued=sum(lot.issued for lot in lots if lot.day < end), redeem=0, expire=0, adjust=0)
    for lot in lots:
        for day, kind, points in lot.taken:
            found[kind] += points if day < end else 0
    found["outstanding"] = found["issued"] - found["redeem"] - found["expire"] - found["adjust"]
    return found


def _liability(members: list[Member], end: date) -> str:
    """Outstanding points × what matured cohorts redeemed of theirs at that age × what a redeemed point cost in 12 months."""
    cohorts, last = _cohorts(members), month_of(end)
    matured = {month: lots for month, lots in cohorts.items() if all(lot.expires_on < end for lot in lots)}
    claims = [claim for _, claim in claims_of(members) if first_of(last - 12) <= claim.claimed_on < end]
    cost = Decimal(sum(claim.reward.cost for claim in claims)) / 100 / sum(claim.reward.points for claim in claims)
    total = Decimal(0)
    for month, lots in cohorts.items():
        outstanding, age = _of_lots(lots, end)["outstanding"], last - month
        earlier = [
            (_of_lots(of, first_of(issued + age)), _of_lots(of, end)) for issued, of in matured.items() if issued + age <= last
        ]
        if outstanding:
            had = sum(then["outstanding"] for then, _ in earlier)
            total += Decimal(outstanding) * sum(now["redeem"] - then["redeem"] for then, now in earlier) / had * cost
    return f"{total:.2f}"


def contact_of(
    window: Window, accounts: list[Account], contacts: list[Contact], decisions: list[Decision]
) -> dict[str, object]:
    """Key accounts nobody talked to, open next steps, and kept decisions, as of the window's end."""
    end, last_talk = window.last + timedelta(days=1), {}
    for contact in contacts:
        last_talk[contact.account.index] = max(last_talk.get(contact.account.index, date.min), contact.day)
    key = [
        account for account in accounts
        if account.is_known_on(window.last) and account.attributes_on(window.last)["is_key_account"] == "true"
    ]  # fmt: skip
    silent = [account for account in key if last_talk.get(account.index, date.min) < end - timedelta(days=30)]
    open_steps = [
        contact.next_step_on for contact in contacts
        if contact.next_step_on and contact.day == last_talk[contact.account.index]
    ]  # fmt: skip
    due = [decision for decision in decisions if decision.due_on in window]
    return {
        "neglected": [accounts[index].account_no for index in neglected(month_of(window.last))],
        "key_accounts": len(key),
        "silent_key_accounts": sorted(account.account_no for account in silent),
        "follow_ups_due": sum(step < end + timedelta(days=7) for step in open_steps),
        "follow_ups_overdue": sum(step < end for step in open_steps),
        "decisions": {
            owner: {
                "due": sum(decision.owner_no == owner for decision in due),
                "kept": sum(
                    decision.owner_no == owner and (decision.closed_on or date.max) <= decision.due_on for decision in due
                ),
            }
            for owner in sorted({decision.owner_no for decision in due})
        },
    }
