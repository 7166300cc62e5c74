"""The shared set: what both Rapport and the script by hand compute, and how it is proved equal."""

from pathlib import Path

# dbt's selection: these and what they are made of
MODELS = ["+customer_revenue_days", "+order_days", "+product_days", "+service_tickets", "+survey_scores"]
COLUMNS = {
    "sales_lines": "order_line_id, order_id, customer_id, product_id, ordered_on, quantity, amount",
    "sales_returns": "return_id, order_id, customer_id, returned_on, amount",
    "sales_orders": "order_id, customer_id, channel, ordered_on, promised_on, delivered_on, lines, amount",
    "order_days": "customer_id, ordered_on, is_first_ever",
    "customer_revenue_days": "customer_id, day, amount",
    "product_days": "kind, product_id, currency, day, quantity, amount, original_amount",
    "service_tickets": "ticket_id, customer_id, kind, status, opened_on, solved_on",
    "survey_scores": "answer_id, kind, customer_id, score, responded_on",
}


def differences(warehouse: Path, by_hand: Path) -> dict[str, int]:
    """Rows of the shared tables that only one of the two has, by table; empty when they are equal."""
    import duckdb

    found = {}
    with duckdb.connect(config={"threads": 2, "memory_limit": "3GB"}) as connection:
        connection.execute(f"attach '{warehouse}' as a (read_only); attach '{by_hand}' as b (read_only)")
        for table, columns in COLUMNS.items():
            sums = [
                connection.execute(f"select count(*), sum(hash({columns})::hugeint)::varchar from {source}.{table}").fetchone()
                for source in ("a.marts", "b")
            ]
            if sums[0] != sums[1] or not sums[0][0]:
                found[table] = abs(sums[0][0] - sums[1][0]) or sums[0][0] or 1
    return found


def differing_sums(folder: Path, by_hand: Path) -> dict[str, int]:
    """How many of a library's sums by customer or product and day differ from those of the script's lines by more than a cent.

    pandas and polars add doubles, the script decimals. Empty when none differs and neither has a row that the other lacks.
    """
    import duckdb

    found = {}
    with duckdb.connect(str(by_hand), read_only=True, config={"threads": 2, "memory_limit": "3GB"}) as connection:
        for name, key in (("customer_days", "customer_id"), ("product_days", "product_id")):
            (wrong,) = connection.execute(f"""
                select count(*)
                from (
                    select {key}, ordered_on, sum(amount) as amount from sales_lines where {key} is not null group by all
                ) as ours
                full join read_csv('{folder / name}.csv', columns = {{
                    '{key}': 'varchar', 'ordered_on': 'date', 'amount': 'double'
                }}) as theirs using ({key}, ordered_on)
                where coalesce(abs(ours.amount - theirs.amount), 1) > 0.01
            """).fetchone()
            if wrong:
                found[name] = wrong
    return found
