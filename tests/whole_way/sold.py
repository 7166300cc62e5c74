"""What the demo company sold and took back, told from core tables: what tests of sales compute from."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date

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
    select n.order_line_id, n.order_id, n.product_id, p.category, n.quantity, n.net_amount, n.cost_amount
    from core.order_lines n left join core.products p using (product_id)
"""
RETURNS = f"""
    select r.order_line_id, r.returned_on, r.quantity, r.refund_amount, coalesce(l.customer_id, c.customer_id) as account
    from core.returns r {LINKED.format(fact="r", day="r.returned_on")}
    left join core.customers c on r.customer_id = c.customer_id
"""


class World:
    """What was sold and sent back, as core tells it."""

    def __init__(self, core: duckdb.DuckDBPyConnection) -> None:
        self.orders = {order: (day, account) for order, day, account in core.execute(ORDERS).fetchall()}
        self.lines = {row[0]: row[1:] for row in core.execute(LINES).fetchall() if row[1] in self.orders}
        self.returns = [row for row in core.execute(RETURNS).fetchall() if row[0] in self.lines]
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

    def net_by_account(self, start: date, end: date) -> Counter:
        net: Counter = Counter()
        for account, *_, amount, _ in self.sold(start, end):
            net[account] += amount
        for account, *_, refund in self.returned(start, end):
            net[account] -= refund
        del net[None]
        return net
