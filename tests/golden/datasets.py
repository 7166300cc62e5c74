"""Known data sets, which lie beside the project, as files of the system `canonical`."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from random import Random

import duckdb


def cdnow(data: Path, drops: Path) -> None:
    """Write CDNOW's 69,659 purchases of 1997 and 1998, an order with one line each, as Parquet."""
    _purchases(drops, f"{_fixed_width(data / 'CDNOW_master.txt')} where number > 1", customer=1)


def cdnow_sample(data: Path, drops: Path) -> None:
    """Write the purchases of the 2,357 customers of CDNOW's sample (every tenth), on whom models were fitted and published."""
    _purchases(drops, _fixed_width(data / "CDNOW_sample.txt"), customer=2)


def _fixed_width(file: Path) -> str:
    return (
        "select part, number from (select regexp_split_to_array(trim(line), '\\s+') as part, row_number() over () as number"
        f" from read_csv('{file}', header = false, columns = {{line: varchar}}, delim = '|'))"
    )


def _purchases(drops: Path, lines: str, customer: int) -> None:
    with duckdb.connect() as connection:
        connection.execute(f"create table purchases as {lines}")
        connection.execute(f"""
            create table parts as
            select
                'cdnow:' || number as order_id, 'cdnow:' || part[{customer}] as customer_id,
                strptime(part[-3], '%Y%m%d')::date as ordered_on, part[-2]::integer as quantity,
                part[-1]::decimal(18, 4) as net_amount
            from purchases
        """)
        _write(connection, drops, "customers", "select distinct customer_id from parts", "parquet")
        orders = (
            "select order_id, customer_id, ordered_on::timestamp as ordered_at, ordered_on, 'completed' as status from parts"
        )
        _write(connection, drops, "orders", orders, "parquet")
        lines = "select order_id as order_line_id, order_id, quantity, net_amount from parts"
        _write(connection, drops, "order_lines", lines, "parquet")


def drawn(_data: Path, drops: Path) -> None:
    """Write the orders of 900 customers drawn as BG/NBD and Gamma-Gamma tell it, who joined in 1996 and 1997.

    Orders a week differ by a gamma distribution (1.2, 20), leaving after an order by a beta distribution (0.9, 4); what an
    order brings varies around a mean of the customer's own.
    """
    chance, first, last = Random(1996), date(1996, 1, 1), date(1998, 12, 31)
    with duckdb.connect() as connection:
        connection.execute("create table parts (order_id varchar, customer_id varchar, ordered_on date, margin decimal(18, 4))")
        for number in range(900):
            rate, leaving, own = chance.gammavariate(1.2, 1 / 20), chance.betavariate(0.9, 4), 300 / chance.gammavariate(4, 1)
            at = float(chance.randrange(731))
            days = {int(at): own * chance.gammavariate(6, 1 / 6)}
            while (at := at + 7 * chance.expovariate(rate)) <= (last - first).days:
                days[int(at)] = own * chance.gammavariate(6, 1 / 6)
                if chance.random() < leaving:
                    break
            connection.executemany(
                "insert into parts values (?, ?, ?, ?)",
                [(f"d:{number}-{day}", f"d:{number}", first + timedelta(days=day), margin) for day, margin in days.items()],
            )
        _write(connection, drops, "customers", "select distinct customer_id from parts", "parquet")
        orders = (
            "select order_id, customer_id, ordered_on::timestamp as ordered_at, ordered_on, 'completed' as status from parts"
        )
        _write(connection, drops, "orders", orders, "parquet")
        lines = "select order_id as order_line_id, order_id, 1 as quantity, 3 * margin as net_amount, 2 * margin as cost_amount"
        _write(connection, drops, "order_lines", f"{lines} from parts", "parquet")


def superstore(data: Path, drops: Path) -> None:
    """Write the Superstore sample: 9,994 lines of 5,009 orders of 793 customers; a line's cost is sales less profit."""
    with duckdb.connect() as connection:
        connection.execute(f"create table lines as from read_csv('{data / 'superstore.csv'}', all_varchar = true)")
        _write(
            connection,
            drops,
            "customers",
            """
            select distinct 'superstore:' || "Customer ID" as customer_id, "Customer Name" as customer_name,
                "Segment" as industry, if("Segment" = 'Consumer', 'individual', 'enterprise') as customer_type
            from lines
            """,
        )
        _write(
            connection,
            drops,
            "products",
            """
            select 'superstore:' || "Product ID" as product_id, min("Product Name") as product_name, "Category" as category,
                "Sub-Category" as subcategory
            from lines group by all
            """,
        )
        _write(
            connection,
            drops,
            "orders",
            """
            select distinct 'superstore:' || "Order ID" as order_id, 'superstore:' || "Customer ID" as customer_id,
                "Order Date" || 'T00:00:00Z' as ordered_at, "Order Date" as ordered_on, "Ship Date" as shipped_on
            from lines
            """,
        )
        _write(
            connection,
            drops,
            "order_lines",
            """
            select 'superstore:' || "Row ID" as order_line_id, 'superstore:' || "Order ID" as order_id,
                'superstore:' || "Product ID" as product_id, "Quantity" as quantity, "Sales" as net_amount,
                "Sales"::decimal(18, 4) - "Profit"::decimal(18, 4) as cost_amount
            from lines
            """,
        )


def northwind(data: Path, drops: Path) -> None:
    """Write Northwind: 2,155 lines of 830 orders of 91 customers; a line is price × quantity × (1 − discount)."""
    with duckdb.connect() as connection:
        for table in ("customers", "products", "categories", "orders", "order_details", "employees"):
            file = data / f"{table}.csv"
            source = f"read_csv('{file}', all_varchar = true, nullstr = 'NULL', header = true)"
            connection.execute(f"create table {table} as from {source}")
        customers = "select 'nw:' || customerID as customer_id, companyName as customer_name, city from customers"
        _write(connection, drops, "customers", customers)
        people = "select 'nw:' || employeeID as employee_id, firstName || ' ' || lastName as employee_name from employees"
        _write(connection, drops, "employees", people)
        _write(
            connection,
            drops,
            "products",
            "select 'nw:' || productID as product_id, productName as product_name, categoryName as category"
            " from products join categories using (categoryID)",
        )
        _write(
            connection,
            drops,
            "orders",
            """
            select 'nw:' || orderID as order_id, 'nw:' || customerID as customer_id, 'nw:' || employeeID as employee_id,
                left(orderDate, 19) || 'Z' as ordered_at, left(orderDate, 10) as ordered_on,
                left(requiredDate, 10) as promised_on, left(shippedDate, 10) as shipped_on
            from orders
            """,
        )
        _write(
            connection,
            drops,
            "order_lines",
            """
            select 'nw:' || orderID || '-' || productID as order_line_id, 'nw:' || orderID as order_id,
                'nw:' || productID as product_id, quantity, unitPrice as unit_price,
                unitPrice::decimal(9, 2) * quantity::integer * (1 - discount::decimal(9, 2)) as net_amount
            from order_details
            """,
        )


def telco(data: Path, drops: Path) -> None:
    """Write Telco's 7,043 subscribers as contracts in September 1999, a month chosen here: the data know tenures, no days.

    All run on 1 September. A subscriber who churned has a term that ends on the 15th and no other; of those who stayed, who
    pays by the month has a term that ends on the 15th and one that renews it, and others have a term that goes on.
    """
    with duckdb.connect() as connection:
        connection.execute(f"""
            create table subscribers as
            select 'telco:' || customerID as id, "Contract" as kind, Churn = 'Yes' as has_churned,
                (date '1999-09-01' - to_months(greatest(tenure::integer, 1)))::date as started_on,
                MonthlyCharges::decimal(18, 4) * 12 as annual_value
            from read_csv('{data / "Telco-Customer-Churn.csv"}', all_varchar = true)
        """)
        _write(connection, drops, "customers", "select id as customer_id, 'individual' as customer_type from subscribers")
        _write(
            connection,
            drops,
            "contracts",
            """
            select id || '-1' as contract_id, id as customer_id, started_on as starts_on, annual_value,
                if(has_churned or kind = 'Month-to-month', date '1999-09-16', date '2000-09-01') as ends_on,
                null as renews_contract_id
            from subscribers
            union all by name
            select id || '-2' as contract_id, id as customer_id, date '1999-09-16' as starts_on, annual_value,
                date '1999-10-16' as ends_on, id || '-1' as renews_contract_id
            from subscribers where kind = 'Month-to-month' and not has_churned
            """,
        )


def support_tickets(data: Path, drops: Path) -> None:
    """Write the public set of 8,469 support tickets, opened on a day of January to May 2023 chosen here by their number.

    The data know when a ticket was answered and solved, all around 1 June, and not when it was opened. Nobody's account is
    written: customers of one ticket each would be asked about at every month's end.
    """
    with duckdb.connect() as connection:
        file = data / "customer_support_tickets.csv"
        connection.execute(f"create table told as from read_csv('{file}', all_varchar = true, header = true)")
        _write(
            connection,
            drops,
            "tickets",
            """
            select 'st:' || "Ticket ID" as ticket_id,
                case "Ticket Type"
                    when 'Technical issue' then 'technical' when 'Billing inquiry' then 'inquiry'
                    when 'Product inquiry' then 'inquiry' else 'request'
                end as kind,
                "Ticket Subject" as topic, lower("Ticket Channel") as channel,
                case "Ticket Priority"
                    when 'Critical' then 'urgent' when 'Medium' then 'normal' else lower("Ticket Priority")
                end as priority,
                case "Ticket Status" when 'Open' then 'open' when 'Closed' then 'closed' else 'pending' end as status,
                (date '2023-01-01' + "Ticket ID"::integer % 150) || 'T09:00:00Z' as created_at,
                replace("First Response Time", ' ', 'T') || 'Z' as first_response_at,
                replace("Time to Resolution", ' ', 'T') || 'Z' as solved_at,
                "Customer Satisfaction Rating" as csat_score, if(csat_score is null, null, 5) as csat_scale_max
            from told
            """,
        )


def _write(connection: duckdb.DuckDBPyConnection, drops: Path, table: str, select: str, kind: str = "csv") -> None:
    connection.execute(f"copy ({select}) to '{drops / table}.{kind}' (format {kind})")


DATASETS: dict[str, tuple[str, str, Callable[[Path, Path], None]]] = {
    "cdnow": ("cdnow", "1998-07-01", cdnow),
    "cdnow_sample": ("cdnow", "1997-10-01", cdnow_sample),
    "drawn": ("", "1999-01-01", drawn),
    "superstore": ("superstore", "2018-01-01", superstore),
    "northwind": ("northwind", "1998-06-01", northwind),
    "telco": ("telco_churn", "1999-10-01", telco),
    "support_tickets": ("support_tickets", "2023-07-01", support_tickets),
}
"""Name → its folder in ../shared/data (none where drawn here), the day as of which it is seen, what writes its files."""
