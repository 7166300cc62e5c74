"""What must come out, counted from the story itself and not from its files; only tests read it."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from rapport.demo import story
from rapport.demo.accounts import Account
from rapport.demo.days import Window, first_of
from rapport.demo.plan import Target
from rapport.demo.rates import in_euros
from rapport.demo.rebates import Rebate
from rapport.demo.records import ExportFile
from rapport.demo.service import Ticket
from rapport.demo.staff import Assignment
from rapport.demo.trade import Link, Order, Return
from rapport.demo.voice import Answer


@dataclass(frozen=True)
class Telling:
    """All that happened in the window, as the exports tell it; the seed is for the rates of its days."""

    seed: int
    window: Window
    accounts: list[Account]
    links: list[Link]
    orders: list[Order]
    returns: list[Return]
    rebates: list[Rebate]
    tickets: list[Ticket]
    answers: list[Answer]
    targets: list[Target]


def months_of(told: Telling) -> dict[str, dict[str, Decimal | int]]:
    """Totals per month (`2026-10`): money in EUR as decimals, each line at the rate of its day, the rest as counts."""
    last = told.window.last
    money: dict[str, Counter] = defaultdict(Counter)
    counts: dict[str, Counter] = defaultdict(Counter)
    buyers: dict[str, set[str]] = defaultdict(set)
    for order in (order for order in told.orders if not (order.cancelled_on and order.cancelled_on <= last)):
        month = _name(order.ordered_on)
        worth = sum(in_euros(told.seed, line.net, order.buyer.currency, order.ordered_on) for line in order.lines)
        money[month]["gross_revenue"] += worth
        money[month]["unlinked_revenue" if order.buyer.account is None else "linked_revenue"] += worth
        counts[month].update(orders=1, order_lines=len(order.lines), units=sum(line.quantity for line in order.lines))
        if account := _account_on(order, told.links):
            buyers[month].add(account)
        if order.promised_on <= last:
            is_on_time = order.delivered_on <= min(order.promised_on, last)
            counts[_name(order.promised_on)].update(promised_orders=1, on_time_orders=int(is_on_time))
    for back in told.returns:
        worth = in_euros(told.seed, back.refund, back.order.buyer.currency, back.returned_on)
        money[_name(back.returned_on)]["returned_revenue"] += worth
    for rebate in told.rebates:
        worth = in_euros(told.seed, rebate.amount, rebate.currency, rebate.booked_on)
        money[_name(rebate.booked_on)]["credited_revenue"] += worth
    for ticket in told.tickets:
        counts[_name(ticket.created_on)]["tickets_opened"] += 1
        if ticket.solved_on <= last:
            counts[_name(ticket.solved_on)]["tickets_solved"] += 1
    for answer in told.answers:
        counts[_name(answer.answered_at.date())].update(_answer_counts(answer))
    for target in told.targets:
        if target.scope_type == "company":
            money[_name(target.first)]["plan"] += Decimal(target.amount) / 100
    return {
        name: _month(money[name], counts[name], len(buyers[name])) for name in (_name(first_of(m)) for m in told.window.months)
    }


_MONEY = ("gross_revenue", "returned_revenue", "credited_revenue", "linked_revenue", "unlinked_revenue", "plan")
_COUNTS = (
    "orders", "order_lines", "units", "promised_orders", "on_time_orders", "tickets_opened", "tickets_solved",
    "nps_answers", "nps_promoters", "nps_detractors", "csat_answers", "csat_satisfied",
)  # fmt: skip


def _month(money: Counter, counts: Counter, buyers: int) -> dict[str, Decimal | int]:
    amounts = {name: Decimal(money[name]) for name in _MONEY}
    net = {"net_revenue": amounts["gross_revenue"] - amounts["returned_revenue"] - amounts["credited_revenue"]}
    return amounts | net | {name: counts[name] for name in _COUNTS} | {"active_customers": buyers}


def _name(day: date) -> str:
    return f"{day:%Y-%m}"


def _account_on(order: Order, links: list[Link]) -> str | None:
    """The account that the CRM links the buyer to on the order's day."""
    for link in links:
        if link.buyer_no == order.buyer.buyer_no and link.valid_from <= order.ordered_on < (link.valid_to or date.max):
            return link.account.account_no
    return None


def _answer_counts(answer: Answer) -> dict[str, int]:
    if answer.kind == "nps":
        return {"nps_answers": 1, "nps_promoters": int(answer.score >= 9), "nps_detractors": int(answer.score <= 6)}
    return {"csat_answers": 1, "csat_satisfied": int(answer.score >= 4)}


def at_risk(told: Telling, as_of: date) -> list[dict[str, str]]:
    """Larger accounts that stopped ordering two to four months before as_of's month."""
    return [
        {"account": account.account_no, "name": account.name, "silent_from": f"{stopped}"}
        for account in told.accounts
        if (stopped := story.stopped_lately(account.index, as_of)) and account.created_on <= told.window.last
    ]


def rebates_of(rebates: list[Rebate]) -> dict[str, dict[str, Decimal]]:
    """Account → day of booking → rebate, in its own currency."""
    found: dict[str, dict[str, Decimal]] = defaultdict(dict)
    for rebate in rebates:
        found[rebate.account.account_no][f"{rebate.booked_on}"] = Decimal(rebate.amount) / 100
    return dict(found)


def troubled_months(window: Window) -> list[str]:
    """Months in which the north depot delivered late."""
    return [_name(first_of(month)) for month in window.months if story.is_troubled("north", first_of(month))]


def handovers(told: Telling, care: dict[str, list[Assignment]]) -> list[dict[str, str]]:
    """Accounts of today that passed from one account manager to another within the window, in the middle of a month."""
    return [
        {"account": stretch.account_no, "to": stretch.employee_no, "on": f"{stretch.valid_from}"}
        for account in told.accounts
        if account.is_known_on(told.window.last)
        for place, stretch in enumerate(care[account.account_no])
        if place and stretch.role == "account_manager" and stretch.valid_from in told.window
    ]


def rejects_of(files: list[ExportFile]) -> list[dict[str, object]]:
    """Every record that the loader must reject: file, record number, column, reason, value."""
    return [
        {
            "table": f"{file.table.system}.{file.table.name}",
            "name": file.name,
            "record": number,
            "column": record.fault.column,
            "reason": record.fault.rule,
            "value": record.fault.value,
        }
        for file in files
        for number, record in enumerate(file.records, start=file.table.first_row)
        if record.fault
    ]


def refusals_of(files: list[ExportFile]) -> list[dict[str, object]]:
    """Every record that loads but that core must refuse, with the column of the contract that it breaks."""
    return [
        {"table": f"{file.table.system}.{file.table.name}", "name": file.name, "record": number, "column": record.refused}
        for file in files
        for number, record in enumerate(file.records, start=file.table.first_row)
        if record.refused
    ]


def files_of(files: list[ExportFile]) -> dict[str, dict[str, int]]:
    """Files, records and rejects per table."""
    totals: dict[str, Counter] = defaultdict(Counter)
    for file in files:
        rejected = sum(1 for record in file.records if record.fault)
        totals[f"{file.table.system}.{file.table.name}"].update(files=1, rows=len(file.records), rejected=rejected)
    return {table: dict(counts) for table, counts in sorted(totals.items())}
