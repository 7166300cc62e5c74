"""The files that the bench loads: orders of any number as CSV, a share of them with a day that is none, and as a workbook."""

from pathlib import Path

COLUMNS = {
    "order_no": "VARCHAR",
    "line_no": "INTEGER",
    "customer_no": "VARCHAR",
    "product_no": "VARCHAR",
    "ordered_on": "DATE",
    "changed_at": "TIMESTAMP",
    "quantity": "INTEGER",
    "unit_price": "DECIMAL(18, 4)",
    "amount": "DECIMAL(18, 4)",
    "channel": "VARCHAR",
    "currency": "VARCHAR",
    "note": "VARCHAR",
}
"""Name → type, as DuckDB's reader is told; about 125 bytes a row."""


def make_csv(file: Path, rows: int, bad: float = 0) -> None:
    """Write orders; in a share `bad` of them the day is `not a day`. The same each time."""
    import duckdb

    day = "strftime(date '2021-01-01' + (hash(i * 3) % 1825)::integer, '%Y-%m-%d')"
    if bad:
        day = f"case when hash(i * 13) % 10000 < {bad * 10000} then 'not a day' else {day} end"
    with duckdb.connect(config={"threads": 2}) as connection:
        connection.execute(f"""
            copy (
                select
                    'O' || lpad((i // 3)::varchar, 9, '0') as order_no,
                    i % 3 + 1 as line_no,
                    'C' || lpad((hash(i // 3) % 200000)::varchar, 7, '0') as customer_no,
                    'SKU-' || lpad((hash(i * 7) % 5000)::varchar, 5, '0') as product_no,
                    {day} as ordered_on,
                    timestamp '2021-01-01' + to_seconds((hash(i * 5) % 157000000)::bigint) as changed_at,
                    hash(i * 11) % 40 + 1 as quantity,
                    ((hash(i * 17) % 1000000) / 100)::decimal(18, 2) as unit_price,
                    ((hash(i * 19) % 100000) / 100)::decimal(18, 2) as amount,
                    ['web', 'shop', 'phone', 'partner'][(hash(i * 23) % 4 + 1)::integer] as channel,
                    ['EUR', 'USD', 'CNY'][(hash(i * 29) % 3 + 1)::integer] as currency,
                    'comment number ' || i || ', with a comma' as note
                from range({rows}) as t (i)
            ) to '{file}' (header, timestampformat '%Y-%m-%d %H:%M:%S')
        """)


def make_workbook(csv_file: Path, file: Path) -> None:
    """Write a CSV of orders as a workbook: texts as texts, numbers as numbers, days as ISO texts."""
    import csv

    import xlsxwriter

    numbers = {position for position, kind in enumerate(COLUMNS.values()) if kind.startswith(("INTEGER", "DECIMAL"))}
    with xlsxwriter.Workbook(str(file), {"constant_memory": True}) as workbook, open(csv_file, newline="") as source:
        sheet = workbook.add_worksheet("orders")
        for row, record in enumerate(csv.reader(source)):
            for column, text in enumerate(record):
                if row and column in numbers:
                    sheet.write_number(row, column, float(text))
                else:
                    sheet.write_string(row, column, text)
