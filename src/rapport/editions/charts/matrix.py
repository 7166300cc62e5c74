"""The matrix: how many went from where to where, or what share of a cohort came back, as shaded cells with their numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rapport.editions.charts.drawing import LABEL, Canvas, Sheet

WHOLE, HALF = 660.0, 320.0

_CELL = 19.0
_GAP = 6.0
_NAMES = 0.26  # of the width, at most
_DARKEST = 0.45  # opacity of the fill, on which ink still reads well on light and dark pages


@dataclass(frozen=True)
class Cell:
    """One crossing.

    Args:
        share: 0 to 1, how dark it is.
        told: what a pointer shows, the heading first.
    """

    printed: str
    share: float
    told: tuple[str, ...] = ()


def matrix_chart(
    rows: Sequence[str],
    columns: Sequence[str],
    cells: Mapping[tuple[int, int], Cell],
    canvas: Canvas,
    *,
    width: float = HALF,
    row_name: str = "",
    column_name: str = "",
) -> Sheet:
    """Draw a table of shaded cells; a crossing that is not in `cells` stays empty.

    Args:
        rows, columns: labels.
        cells: by position of row and column.
        row_name, column_name: what rows and columns are, e.g. "from" and "to".
    """
    letters = canvas.lettering
    top = 28.0
    names = min(_NAMES * width, max((letters.width(one, LABEL) for one in (*rows, row_name)), default=0.0)) + _GAP
    step = (width - names) / max(len(columns), 1)
    sheet = canvas.sheet(width, top + _CELL * len(rows) + 2)
    sheet.text(0, top - 5, letters.shortened(row_name, names - _GAP, LABEL), colour="muted")
    sheet.text(names, 9, column_name, colour="muted")
    for place, label in enumerate(columns):
        shown = letters.shortened(label, step - 2, LABEL)
        sheet.text(names + step * (place + 0.5), top - 5, shown, anchor="middle", colour="muted")
    for at, label in enumerate(rows):
        y = top + at * _CELL
        sheet.text(0, y + 13, letters.shortened(label, names - _GAP, LABEL))
        for place in range(len(columns)):
            if (cell := cells.get((at, place))) is None:
                continue
            x = names + place * step
            with sheet.told(cell.told, x, y, step, _CELL):
                sheet.bar(x + 0.5, y + 0.5, step - 1, _CELL - 1, "surface")
                sheet.bar(x + 0.5, y + 0.5, step - 1, _CELL - 1, "accent", opacity=_DARKEST * max(0.0, min(1.0, cell.share)))
                size = min(LABEL, LABEL * (step - 3) / max(letters.width(cell.printed, LABEL, 600), 0.1))
                sheet.text(x + step / 2, y + 13, cell.printed, size=size, weight=600, anchor="middle")
    return sheet
