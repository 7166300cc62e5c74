"""A small company's exports, told at random: few keys and many versions, so that all that can happen to a row does."""

import csv
import io
import random
from datetime import date, timedelta

CUSTOMERS = [f"c{n}" for n in range(6)]  # c0 to c3 are accounts; the others need a link
ORDERS = [f"o{n}" for n in range(14)]
LINES = [f"l{n}" for n in range(30)]
TICKETS = [f"t{n}" for n in range(12)]
FIRST = date(2025, 3, 2)  # the story crosses the end of a month
DAYS = 45  # many more than a night touches, so that most days are left as they are


def exports(seed: int) -> dict[str, str]:
    """All files, path below the drops to content. Names say when they were exported; some are sent again under a later name."""
    chance = random.Random(seed)
    files = {}
    for number in range(6):
        exported = FIRST + timedelta(days=DAYS + number)
        for table, rows in _night(chance).items():
            if chance.random() < 0.75:
                system = "book" if table in ("customer_links", "credits", "tickets") else "canonical"
                files[f"{system}/{table}_{exported}.csv"] = _csv(rows)
    for again in chance.sample(sorted(files), 3):
        table = again.partition("/")[2].rpartition("_")[0]
        later = FIRST + timedelta(days=DAYS + 10 + chance.randrange(5))
        files[f"{again.partition('/')[0]}/{table}_{later}.csv"] = files[again]
    return files


def _night(chance: random.Random) -> dict[str, list[dict[str, object]]]:
    day = lambda: FIRST + timedelta(days=chance.randrange(DAYS))  # noqa: E731
    money = lambda: f"{chance.randrange(1, 9999) / 100:.2f}"  # noqa: E731
    moment = lambda: f"{day()}T{chance.choice(['10:00', '22:30'])}:00Z"  # the later one is the next day in Berlin  # noqa: E731
    currency = lambda: chance.choice(["", "", "EUR", "USD", "GBP"])  # noqa: E731
    some = lambda things, most: chance.sample(things, chance.randrange(1, most))  # noqa: E731
    links = []
    for customer in some(CUSTOMERS, 6):
        for begin in sorted({day(), day()})[: chance.randrange(1, 3)]:
            end = chance.choice(["", "", begin + timedelta(days=3)])
            links.append(
                {"till_no": customer, "customer_id": chance.choice(CUSTOMERS[:5]), "valid_from": begin, "valid_to": end}
            )
    return {
        "customers": [
            {"customer_id": name, "is_intercompany": chance.choice(["", "false", "false", "true"])}
            for name in some(CUSTOMERS[:4], 4)
        ],
        "customer_links": links,
        "products": [{"product_id": f"p{n}", "category": chance.choice("xyz")} for n in range(3)],
        "fx_rates": [
            {"from_currency": name, "to_currency": "EUR", "rate_on": rate_on, "rate": f"{chance.randrange(50, 150) / 100}"}
            for name in some(["USD", "GBP"], 3)
            for rate_on in {day(), day(), day()}
        ],
        "orders": [
            {
                "order_id": name,
                "customer_id": chance.choice(["", *CUSTOMERS]),
                "ordered_at": f"{(begin := day())}T10:00:00Z",
                "ordered_on": chance.choice([begin, begin, begin, ""]),  # without its day it is refused
                "status": chance.choice(["placed", "completed", "completed", "cancelled"]),
                "currency": currency(),
                "is_intercompany": chance.choice(["", "", "", "true"]),
                "promised_on": chance.choice(["", begin + timedelta(days=2)]),
                "delivered_on": chance.choice(["", "", begin + timedelta(days=chance.randrange(4))]),
            }
            for name in chance.sample(ORDERS, 9)
        ],
        "order_lines": [
            {
                "order_line_id": name,
                "order_id": chance.choice([*ORDERS, "nobody's"]),
                "product_id": f"p{chance.randrange(3)}",
                "quantity": chance.randrange(0, 4),
                "net_amount": chance.choice([money(), money(), ""]),
                "cost_amount": chance.choice([money(), ""]),
                "currency": currency(),
            }
            for name in chance.sample(LINES, 15)
        ],
        "returns": [
            {
                "return_id": f"r{n}",
                "order_id": chance.choice(["", *ORDERS]),
                "order_line_id": chance.choice(["", *LINES]),
                "customer_id": chance.choice(["", "", *CUSTOMERS]),
                "returned_on": day(),
                "quantity": chance.choice(["", 1]),
                "refund_amount": money(),
                "currency": currency(),
            }
            for n in chance.sample(range(8), 4)
        ],
        "credits": [
            {
                "credit_id": f"k{n}",
                "customer_id": chance.choice(CUSTOMERS),
                "order_id": chance.choice(["", *ORDERS]),
                "booked_on": day(),
                "amount": money(),
                "currency": currency(),
            }
            for n in some(range(6), 5)
        ],
        "invoices": [
            {
                "invoice_id": f"i{n}",
                "customer_id": "c0",
                "order_id": chance.choice(ORDERS),
                "issued_on": day(),
                "amount": money(),
            }
            for n in some(range(8), 5)
        ],
        # another export has a ticket opened late, opened again, of another customer, or not at all
        "tickets": [
            {
                "ticket_id": name,
                "customer_id": chance.choice(["", *CUSTOMERS]),
                "kind": chance.choice(["inquiry", "complaint"]),
                "status": chance.choice(["", "open", "pending", "solved", "solved", "closed"]),
                "created_at": moment(),
                "solved_at": chance.choice(["", moment()]),
                "reopened_count": chance.choice(["", 0, 1]),
                "csat_score": chance.choice(["", 2, 5]),
                "csat_scale_max": chance.choice([5, 7, 100]),
            }
            for name in chance.sample(TICKETS, 8)
        ],
        "ticket_events": [
            {
                "ticket_id": chance.choice([*TICKETS, "nobody's"]),
                "event_at": moment(),
                "event": chance.choice(["replied", "solved", "reopened", "closed"]),
                "actor_type": chance.choice(["agent", "agent", "customer"]),
            }
            for _ in range(10)
        ],
    }


def _csv(rows: list[dict[str, object]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
