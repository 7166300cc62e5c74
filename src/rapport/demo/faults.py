"""Planted faults: records that must not be taken, on fixed days of the year, and files that came oddly."""

from collections.abc import Iterator
from datetime import date, datetime

from rapport.demo.days import Window, first_of, weekday_from
from rapport.demo.records import ExportFile, Fault, Record, Table

_NO_NUMBER = "is not a number with decimal mark ."
_NO_NUMBER_WITH_COMMA = "is not a number with decimal mark ,"
_NO_TIME = "is not a time like 2026-10-31 08:15:30 (ISO)"


def planted(table: Table, window: Window) -> Iterator[Record]:
    """The bad records of a table, which depend on nothing but their day."""
    plant = _PLANTS.get((table.system, table.name))
    for month in window.months if plant else ():
        day = weekday_from(first_of(month).replace(day=8))
        yield from plant(table, month, day)


def _order_lines(table: Table, month: int, day: date) -> Iterator[Record]:
    order_no = f"SO{day:%y%m%d}-01"
    cells = [f"{order_no}-91", order_no, "P101", "2", "19.90", "0.00", "39.80", "21.00", "EUR"]
    match month % 3:
        case 0:
            fault = Fault("net_amount", _NO_NUMBER, "siehe Angebot")
            cells[table.columns.index("net_amount")] = fault.value
        case 1:
            fault = Fault("order_no", "is required", "")
            cells[table.columns.index("order_no")] = ""
        case _:
            fault = Fault(None, "has 10 values where the header has 9", None)
            cells.append("Nachlieferung")
    yield Record(day, f"fault {day}", tuple(cells), fault)
    if month % 2 == 0:
        yield Record(day, f"orphan {day}", tuple(_orphan(day)), refused="order_id")


def _orphan(day: date) -> list[str]:
    """A line, good in itself, of an order that is rejected."""
    order_no = f"SO{day:%y%m%d}-98"
    return [f"{order_no}-1", order_no, "P102", "10", "25.00", "0.00", "250.00", "160.00", "EUR"]


def _orders(_table: Table, month: int, day: date) -> Iterator[Record]:
    if month % 2 == 0:
        fault = Fault("ordered_at", _NO_TIME, f"{day.year}-02-30 10:15:00")
        number = f"SO{day:%y%m%d}-98"
        cells = (number, "S50000", fault.value, "phone", "placed", "EUR", "", "north", "", f"{day}", "", "")
        yield Record(day, number, cells, fault)


def _invoices(_table: Table, month: int, day: date) -> Iterator[Record]:
    if month % 4 == 1:
        number = f"RE{day:%y%m%d}-97"
        cells = (number, "", "", f"{day}", f"{day}", "", "118.50", "0.00", "EUR")
        yield Record(day, number, cells, refused="customer_id")


def _tickets(_table: Table, month: int, day: date) -> Iterator[Record]:
    number = f"T-{day:%y%m%d}-99"
    if month % 12 == 9:
        cut = f'{{"id":"{number}","account":"K-10001","kind":"inqu'
        place = cut.rindex('"')
        rule = f"is not JSON: Unterminated string starting at: line 1 column {place + 1} (char {place})"
        yield Record(day, number, cut, Fault(None, rule, None))
    elif month % 12 == 3:
        cells = {"id": number, "account": "K-10001", "kind": "inquiry", "status": "open", "created_at": "gestern"}
        yield Record(day, number, cells, Fault("created_at", _NO_TIME, "gestern"))


def _answers(_table: Table, month: int, day: date) -> Iterator[Record]:
    if month % 3 == 0:
        number = f"A-X{day:%y%m%d}"
        moment = datetime(day.year, day.month, day.day, 12)
        cells = (number, "", "NPS", "nps", "K-10002", "C-10002-1", "", "relationship", "elf", 0, 10, "", "de", moment)
        yield Record(day, number, cells, Fault("score", _NO_NUMBER, "elf"))


def _ledger(_table: Table, month: int, day: date) -> Iterator[Record]:
    if month % 6 == 1:
        number = f"G{day:%y%m%d}-97"
        fault = Fault("points", _NO_NUMBER_WITH_COMMA, "siehe Beleg")
        cells = (number, "M0001", f"{day:%d.%m.%Y}", "Gutschrift", fault.value, "", "", "")
        yield Record(day, number, cells, fault)


_PLANTS = {
    ("shop", "order_lines"): _order_lines,
    ("shop", "orders"): _orders,
    ("shop", "invoices"): _invoices,
    ("helpdesk", "tickets"): _tickets,
    ("surveys", "answers"): _answers,
    ("loyalty", "ledger"): _ledger,
}


def make_late(files: list[ExportFile], window: Window) -> dict:
    """Export one day's order lines six days late, under the name that the shop gives to such files; say which."""
    day = weekday_from(window.last.replace(day=13))
    exported_on = day.replace(day=day.day + 6)
    name, late_name = f"order_lines_{day}.csv", f"order_lines_{exported_on}_for_{day}.csv"
    place = next(place for place, file in enumerate(files) if file.name == name)
    files[place] = ExportFile(files[place].table, late_name, files[place].records)
    return {"table": "shop.order_lines", "name": late_name, "covers_on": f"{day}", "exported_on": f"{exported_on}"}


def make_duplicate(files: list[ExportFile], window: Window) -> dict:
    """Drop one day's order lines again, unchanged, under another name and a later day; say which."""
    day = weekday_from(window.last.replace(day=5))
    exported_on = day.replace(day=day.day + 1)
    name, again = f"order_lines_{day}.csv", f"order_lines_{exported_on}_again.csv"
    original = next(file for file in files if file.name == name)
    files.append(ExportFile(original.table, again, original.records))
    return {"table": "shop.order_lines", "name": again, "same_as": name}
