"""The plain form of figures: what figures.json holds, and what tells whether an edition has changed."""

import json
from decimal import Decimal
from hashlib import sha256
from typing import TYPE_CHECKING

from rapport.editions.figures import FigureSet
from rapport.editions.listings import Listing

if TYPE_CHECKING:
    from rapport.metrics.figures import Figure


def plain(figures: FigureSet) -> dict[str, object]:
    """All figures, and the rows of the listings.

    Two sets with the same plain form print the same: there is no snapshot, SQL or time in it.
    """
    return {
        "figures": [_figure(figure) for _, figure in sorted(figures.figures().items())],
        "listings": {name: _rows(listing) for name, listing in figures.listings.items()},
        "whole_lists": {name: _hash(listing) for name, listing in figures.listings.items()},
    }


def _figure(figure: "Figure") -> dict[str, object]:
    """A figure as `--json` prints it, but numbers as text, so that no reader rounds them."""
    return {name: _as_text(value) for name, value in {**figure.as_json(), "comparison": figure.comparison}.items()}


def _as_text(value: object) -> object:
    if isinstance(value, Decimal):
        return f"{value:f}"
    return [_as_text(item) for item in value] if isinstance(value, list | tuple) else value


def _rows(listing: Listing) -> list[dict[str, object]]:
    """The printed rows of a listing: figures by their ids, texts whole."""
    return [{name: _cell(cell) for name, cell in row.items()} for row in listing.all_rows[: listing.show]]


def _hash(listing: Listing) -> str:
    """SHA-256 of all rows, which the workbook has: a row that no page shows can change, too."""
    rows = [{name: _value(cell) for name, cell in row.items()} for row in listing.all_rows]
    return sha256(json.dumps(rows, ensure_ascii=False, default=str).encode()).hexdigest()


def _value(cell: object) -> object:
    if hasattr(cell, "unit"):
        return str(cell.value)
    if isinstance(cell, dict):
        return {name: _value(one) for name, one in cell.items()}
    return [_value(one) for one in cell] if isinstance(cell, list) else cell


def _cell(cell: object) -> object:
    if hasattr(cell, "unit"):
        return {"figure": cell.id}
    if isinstance(cell, dict):
        return {name: _cell(one) for name, one in cell.items()}
    return [_cell(one) for one in cell] if isinstance(cell, list) else cell
