"""What the demo company sold, took back and gave back, told from core tables: what tests of sales compute from."""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import duckdb

HISTORY = date(2023, 10, 1)
LINKED = """
    left join core.customer_links l
    on {fact}.customer_id = l.system_customer_id and {day} >= l.valid_from and (l.valid_to is null or {day} < l.valid_to)
    and (l._removed_at is null or {day} < cast(timezone('Europe/Berlin', l._removed_at) as date))
"""
ORDERS = f"""
    select o.order_id, o.ordered_on, coalesce(l.customer_id, c.customer_id) as account
    from core.orders o {LINKED.format(fact="o", day="o.ordered_on")}
    left join core.customers c on o.customer_id = c.customer_id
    where o.status <> 'cancelled'
"""
LINES = """
    select n.order_line_id, n.order_id, n.product_id, p.category, n.quantity, n.net_amount, n.cost_amount, n.currency
    from core.order_lines n left join core.products p using (product_id)
"""
RETURNS = f"""
    select r.order_line_id, r.returned_on, r.quantity, r.refund_amount, r.currency,
        coalesce(l.customer_id, c.customer_id) as account
    from core.returns r {LINKED.format(fact="r", day="r.returned_on")}
    left join core.customers c on r.customer_id = c.customer_id
"""
CREDITS = "select booked_on, amount, currency, customer_id from core.credits"


class Rates:
    """What a dollar was worth."""

    def __init__(self, core: duckdb.DuckDBPyConnection) -> None:
        found = core.execute("""
            select rate_on, rate from core.fx_rates where from_currency = 'USD' and to_currency = 'EUR' order by rate_on
        """)
        self.days, self.rates = zip(*found.fetchall(), strict=True)

    def euros(self, amount: Decimal, currency: str, day: date) -> Decimal:
        """At the last rate on or before a day, half-up to four decimals."""
        if currency == "EUR":
            return amount
        worth = amount * self.rates[bisect_right(self.days, day) - 1]
        return worth.quantize(Decimal("0.0001"), ROUND_HALF_UP)


class World:
    """What was sold, sent back and given back, as core tells it, in euros."""

    def __init__(self, core: duckdb.DuckDBPyConnection) -> None:
        self.orders = {order: (day, account) for order, day, account in core.execute(ORDERS).fetchall()}
        euros, self.originals = Rates(core).euros, {}
        self.lines = {}
        for line, order, product, category, quantity, amount, cost, currency in core.execute(LINES).fetchall():
            if order in self.orders:
                day, _ = self.orders[order]
                self.originals[line] = currency, amount
                self.lines[line] = order, product, category, quantity, *(euros(one, currency, day) for one in (amount, cost))
        self.returns, self.credits, self.deductions = [], [], []
        for line, day, quantity, refund, currency, account in core.execute(RETURNS).fetchall():
            if line in self.lines:
                self.returns.append((line, day, quantity, euros(refund, currency, day), account))
                self.deductions.append((day, self.lines[line][1], currency, euros(refund, currency, day), refund))
        for day, amount, currency, account in core.execute(CREDITS).fetchall():
            self.credits.append((day, account, euros(amount, currency, day)))
            self.deductions.append((day, None, currency, euros(amount, currency, day), amount))
        days: dict[str, set[date]] = defaultdict(set)
        for day, account in self.orders.values():
            if account:
                days[account].add(day)
        self.order_days = {account: sorted(found) for account, found in days.items()}
        self.newcomers = {
            account: found for account, found in self.order_days.items() if found[0] >= HISTORY.replace(year=2024)
        }

    def sold(self, start: date, end: date) -> Iterator[tuple]:
        """(account, product, category, quantity, amount, cost) of the lines of a period."""
        for order, *line in self.lines.values():
            day, account = self.orders[order]
            if start <= day < end:
                yield (account, *line)

    def returned(self, start: date, end: date) -> Iterator[tuple]:
        """(account, product, category, cost, refund) of the returns of a period."""
        for line, day, quantity, refund, account in self.returns:
            if start <= day < end:
                order, product, category, sold, _, cost = self.lines[line]
                yield account or self.orders[order][1], product, category, cost * quantity / sold, refund

    def credited(self, start: date, end: date) -> Iterator[tuple]:
        """(account, amount) of the rebates of a period."""
        for day, account, amount in self.credits:
            if start <= day < end:
                yield account, amount

    def cells(self, start: date, end: date) -> dict[tuple, list]:
        """(is sold, product, currency) → units, euros and original amount of a period; what is deducted is negative."""
        found: dict[tuple, list] = defaultdict(lambda: [Decimal(0)] * 3)
        for line, (order, product, _, quantity, amount, _) in self.lines.items():
            if start <= self.orders[order][0] < end:
                currency, original = self.originals[line]
                _add(found[True, product, currency], quantity, amount, original)
        for day, product, currency, amount, original in self.deductions:
            if start <= day < end:
                _add(found[False, product, currency], 0, -amount, -original)
        return found

    def net(self, start: date, end: date) -> Decimal:
        """Net revenue of a period, of whoever bought."""
        return sum((amount for _, amount, _ in self.cells(start, end).values()), Decimal(0))

    def net_by_account(self, start: date, end: date) -> Counter:
        net: Counter = Counter()
        for account, *_, amount, _ in self.sold(start, end):
            net[account] += amount
        for account, *_, refund in self.returned(start, end):
            net[account] -= refund
        for account, amount in self.credited(start, end):
            net[account] -= amount
        del net[None]
        return net


def _add(held: list, *amounts: Decimal) -> None:
    held[:] = [one + other for one, other in zip(held, amounts, strict=True)]
