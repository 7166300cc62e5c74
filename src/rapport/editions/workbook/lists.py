"""The sheets of lists: all rows, of which pages show the first, with totals that add them up."""

from rapport.editions.listings import Listing
from rapport.editions.workbook.spreadsheet import Spreadsheet
from rapport.editions.workbook.wording import Wording

Place = str | int | None  # of a number in a cell that holds several: its key, or its position from 1


def list_sheet(book: Spreadsheet, wording: Wording, name: str, listing: Listing) -> None:
    """One list of report.yml, whole."""
    sheet = book.sheet(wording.list(name))
    if not listing.all_rows:
        sheet.line(wording.word("nothing"))
        sheet.finish()
        return
    columns = _spread(listing)
    sheet.table(
        [wording.column(name, column, place) for column, place in columns],
        [[_cell(wording, column, place, row[column]) for column, place in columns] for row in listing.all_rows],
        {
            position: wording.amount(listing.totals[column])
            for position, (column, place) in enumerate(columns)
            if place is None and column in listing.totals
        },
        wording.word("total"),
    )
    for position, (column, place) in enumerate(columns):
        numbers = [at for at, (other, where) in enumerate(columns) if other == column and isinstance(where, int)]
        if place is None and numbers:
            sheet.sparklines(range(1, len(listing.all_rows) + 1), position, numbers[0], numbers[-1])
    sheet.finish()


def _spread(listing: Listing) -> list[tuple[str, Place]]:
    """The columns of the sheet: cells of several numbers become several columns, behind one in which they are drawn."""
    columns: list[tuple[str, Place]] = []
    for column in listing.all_rows[0]:
        cells = [row[column] for row in listing.all_rows]
        keys = dict.fromkeys(key for cell in cells if isinstance(cell, dict) for key in cell)
        lengths = [len(cell) for cell in cells if isinstance(cell, list) and any(hasattr(item, "unit") for item in cell)]
        if not keys:
            columns.append((column, None))
        columns += [(column, place) for place in (keys or range(1, max(lengths, default=0) + 1))]
    return columns


def _cell(wording: Wording, column: str, place: Place, cell: object) -> object:
    match cell:
        case dict():
            return wording.amount(cell.get(place))
        case list() if place is not None:
            return wording.amount(cell[place - 1]) if len(cell) >= place else None
        case list():
            return "; ".join(wording.item(column, str(item)) for item in cell if not hasattr(item, "unit")) or None
        case str():
            return wording.item(column, cell)
    return wording.amount(cell) if hasattr(cell, "unit") else cell
