"""The exports of a company of any size, made by DuckDB: five years in one file a table and year, and the day after."""

from datetime import date
from pathlib import Path

FIRST, LAST = date(2021, 11, 1), date(2026, 10, 31)
DAYS = (LAST - FIRST).days + 1
_PRODUCTS = 2000
_LATE = 0.05  # of a day's new orders, up to 30 days back


def make_history(folder: Path, lines: int) -> None:
    """Write five years of exports with this many order lines, sorted by day as systems write them."""
    connection = _connection(lines)
    orders = lines // 3
    _write(
        connection,
        folder,
        f"customers_{FIRST}",
        f"select 'c' || i as customer_id, 'Customer ' || i as customer_name from range({lines // 10}) as t (i)",
    )
    _write(
        connection,
        folder,
        f"products_{FIRST}",
        f"select 'p' || i as product_id, 'x' || i % 20 as category from range({_PRODUCTS}) as t (i)",
    )
    _write(
        connection,
        folder,
        f"fx_rates_{FIRST}",
        "select 'USD' as from_currency, 'EUR' as to_currency, day as rate_on, "
        "(0.85 + (day_number % 97) / 1000.0)::decimal(18, 4) as rate from ("
        f"select i as day_number, date '{FIRST}' + i::integer as day from range({DAYS + 1}) as t (i))",
    )
    for year in range(5):
        begin, end = (orders * part // 5 for part in (year, year + 1))
        numbers = f"(select i, date '{FIRST}' + (i * {DAYS} // {orders})::integer as day from range({begin}, {end}) as t (i))"
        _write_year(connection, folder, f"{FIRST.year + year + 1}-10-31", numbers, lines * year // 50, lines * (year + 1) // 50)
    connection.close()


def make_day(folder: Path, lines: int) -> None:
    """Write the exports of the day after the history: a thousandth of its lines, one order in twenty up to 30 days late."""
    connection = _connection(lines)
    orders, new = lines // 3, max(lines // 3000, 20)
    day = f"date '{LAST}' + 1 - if(chance(i, 'late') < {_LATE}, (30 * chance(i, 'days'))::integer, 0)"
    numbers = f"(select i, {day} as day from range({orders}, {orders + new}) as t (i))"
    _write_year(connection, folder, "2026-11-01", numbers, lines // 10, lines // 10 + max(lines // 10000, 10))
    connection.close()


def _write_year(connection, folder: Path, exported: str, numbers: str, first: int, end: int) -> None:
    _write(connection, folder, f"orders_{exported}", f"select unnest(order_columns(i, day)) from {numbers} as t")
    _write(
        connection,
        folder,
        f"order_lines_{exported}",
        f"select unnest(line_columns(i, place)) from {numbers} as t, (select unnest([1, 2, 3]) as place)",
    )
    _write(
        connection,
        folder,
        f"returns_{exported}",
        "select 'r' || i as return_id, 'o' || i as order_id, 'o' || i || '-1' as order_line_id, "
        "order_columns(i, day).customer_id as customer_id, day + (1 + 20 * chance(i, 'returned'))::integer as returned_on, "
        "1 as quantity, round(5 + 5 * chance(i, 'refund'), 2) as refund_amount, order_columns(i, day).currency as currency "
        f"from {numbers} as t where chance(i, 'return') < 0.09",
    )
    spread = _spread(first, end, exported)
    _write(
        connection,
        folder,
        f"tickets_{exported}",
        "select 't' || i as ticket_id, 'c' || floor($customers * pow(chance(i, 'asks'), 3))::bigint as customer_id, "
        "['question', 'complaint'][1 + (chance(i, 'kind') < 0.3)::integer] as kind, 'solved' as status, "
        f"strftime({spread} + interval 9 hour, '%Y-%m-%dT%H:%M:%SZ') as created_at, "
        f"strftime({spread} + interval 33 hour, '%Y-%m-%dT%H:%M:%SZ') as solved_at from range({first}, {end}) as t (i)",
    )
    _write(
        connection,
        folder,
        f"survey_responses_{exported}",
        "select 'a' || i as response_id, 'nps' as kind, "
        "'c' || floor($customers * pow(chance(i, 'answers'), 3))::bigint as customer_id, "
        "floor(11 * pow(chance(i, 'score'), 0.5)) as score, 0 as scale_min, 10 as scale_max, "
        f"strftime({spread} + interval 12 hour, '%Y-%m-%dT%H:%M:%SZ') as responded_at from range({first}, {end}) as t (i)",
    )


def _spread(first: int, end: int, exported: str) -> str:
    """Days of the year that ends with `exported`, spread over the ids from `first` to `end`; a day's export has one day."""
    if exported > str(LAST):
        return f"date '{exported}'"
    return f"date '{exported}' - 364 + ((i - {first}) * 364 // {end - first})::integer"


def _connection(lines: int):
    import duckdb

    connection = duckdb.connect(config={"threads": 2})
    text = (Path(__file__).parent / "history.sql").read_text(encoding="utf-8")
    connection.execute(text.replace("$customers", str(lines // 10)).replace("$products", str(_PRODUCTS)))
    connection.execute(f"set variable customers = {lines // 10}")
    return connection


def _write(connection, folder: Path, name: str, query: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    query = query.replace("$customers", "getvariable('customers')")
    connection.execute(f"copy ({query}) to '{folder / name}.csv' (header)")
