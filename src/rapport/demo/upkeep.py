"""What it costs Nordhaven Supply to serve each customer, month by month: a file that already is a core table."""

from collections import Counter

from rapport.demo.accounts import Account
from rapport.demo.days import Window, first_of, last_of, month_of, stream
from rapport.demo.records import ExportFile, Record, Table, merged, money
from rapport.demo.service import Ticket

COSTS = Table("canonical", "service_costs", ("customer_id", "period_start", "cost_type", "amount", "currency"))

_A_TICKET = 38_00
"""Cents per ticket that was opened in the month."""


def cost_files(seed: int, window: Window, accounts: list[Account], tickets: list[Ticket]) -> list[ExportFile]:
    """A file a month: visits by rank, and the tickets that were opened."""
    opened = Counter((ticket.account.account_no, month_of(ticket.created_on)) for ticket in tickets)
    records = []
    for month in window.months:
        for account in (account for account in accounts if account.is_known_on(first_of(month))):
            visits = round(
                stream(seed, "upkeep", account.index, month).uniform(0.6, 1.4) * (900_00 if account.index < 26 else 110_00)
            )
            for kind, amount in (("visits", visits), ("tickets", opened[account.account_no, month] * _A_TICKET)):
                if amount:
                    cells = (f"crm:{account.account_no}", f"{first_of(month)}", kind, money(amount), "EUR")
                    records.append(Record(last_of(month), f"{account.account_no} {month} {kind}", cells))
    return merged(COSTS, records, window, period="monthly")
