"""The column chart: periods side by side with the year before and the plan, and the changes as pins above."""

from collections.abc import Sequence
from dataclasses import dataclass

from rapport.editions.charts.drawing import LABEL, Canvas, Sheet

WIDE, NARROW = 660.0, 328.0  # across a printed page, across a telephone
BETWEEN = 440.0  # in a mail, which both shrink or enlarge

_PINS = 50.0  # height of the panel of pins, and of that of columns
_COLUMNS = 80.0
_FULL = 100.0  # percent; a longer pin would dwarf all others: it is drawn at full height, and its label says how much
_GAP = 3.0  # between two texts that stand side by side


@dataclass(frozen=True)
class Column:
    """One period: what is drawn, and what is written about it.

    Args:
        change: in percent, or points, of what it is compared with.
        effect: good, bad or none.
        told: what a pointer shows, the heading first.
    """

    label: str
    actual: float | None
    printed: str
    label_below: str = ""
    prior: float | None = None
    plan: float | None = None
    change: float | None = None
    change_printed: str = ""
    effect: str = "none"
    told: tuple[str, ...] = ()


def column_chart(
    columns: Sequence[Column], canvas: Canvas, *, width: float = WIDE, scale_name: str = "", change_name: str = ""
) -> Sheet:
    """Draw periods as columns from zero, with the changes as pins above.

    Args:
        columns: oldest first.
        scale_name: what the numbers at the columns are in, such as €M.
        change_name: what the pins show.
    """
    has_pins = any(column.change is not None for column in columns)
    top = (14.0 + _PINS + 8.0) if has_pins else 0.0
    above = 18.0 + (12.0 if scale_name else 0.0)
    sheet = canvas.sheet(width, top + above + _COLUMNS + 30.0)
    step = width / max(len(columns), 1)
    middles = [step * (position + 0.5) for position in range(len(columns))]
    if has_pins:
        _draw_pins(sheet, columns, middles, canvas, change_name)
    base, height = _levels(columns, top + above)
    if scale_name:
        sheet.text(0, top + 9, scale_name, size=LABEL, colour="muted")
    # a label that would touch its neighbour gives way, the newest last
    written = _every([column.printed for column in columns], step, canvas, 700)
    named = _every([column.label for column in columns], step, canvas, 400)
    band = min(24.0, step * 0.42)
    for position, (column, middle) in enumerate(zip(columns, middles, strict=True)):
        with sheet.told(column.told, middle - step / 2, 0, step, sheet.height):
            _draw_column(sheet, column, middle, band, base, height)
            if position in written and column.actual is not None:
                is_last = position == len(columns) - 1
                y = height(column.actual) + 12 if column.actual < 0 else _above(column, height)
                sheet.text(middle, y, column.printed, weight=700 if is_last else 600, anchor="middle")
            if position in named:
                sheet.text(middle, sheet.height - 17, column.label, anchor="middle", colour="muted")
            if column.label_below:
                sheet.text(middle, sheet.height - 4, column.label_below, anchor="middle", colour="muted")
    sheet.line(0, base, width, base, "actual")
    return sheet


def _levels(columns: Sequence[Column], top: float):
    """Where zero lies, and the height of a value on the sheet."""
    values = [value for one in columns for value in (one.actual, one.prior, one.plan) if value is not None]
    low, high = min([0.0, *values]), max([0.0, *values])
    room = _COLUMNS - (12.0 if low < 0 else 0.0)  # for the labels below
    each = room / (high - low) if high > low else 0.0
    base = top + high * each
    return base, lambda value: base - value * each


def _above(column: Column, height) -> float:
    """The base line of a number that no edge cuts: above the plan's outline, and above or inside the bar of the year before."""
    y = height(max(column.actual, column.plan or 0.0)) - 5
    edge = height(column.prior or 0.0)
    return edge - 5 if y - LABEL < edge <= y + 3 else y


def _draw_column(sheet: Sheet, column: Column, middle: float, band: float, base: float, height) -> None:
    shift = band * 0.36

    def bar(value: float | None, offset: float, fill: str, outline: str | None = None) -> None:
        if value is not None:
            y = height(value)
            sheet.bar(middle + offset - band / 2, min(y, base), band, abs(y - base), fill, outline)

    bar(column.prior, -shift, "prior")
    bar(column.plan, shift, "plan", "actual")
    bar(column.actual, 0, "actual")


def _draw_pins(sheet: Sheet, columns: Sequence[Column], middles: Sequence[float], canvas: Canvas, name: str) -> None:
    changes = {place: max(-_FULL, min(_FULL, one.change)) for place, one in enumerate(columns) if one.change is not None}
    low, high = min(0.0, *changes.values()), max(0.0, *changes.values())
    room = _PINS - 32.0  # two lines of labels
    each = room / (high - low) if high > low else 0.0
    zero = 14.0 + 16.0 + high * each
    sheet.text(0, 9, name, colour="muted")
    step = sheet.width / len(columns)
    written = _every([one.change_printed for one in columns], step, canvas, 400)
    for place, change in changes.items():
        one, x, y = columns[place], middles[place], zero - change * each
        colour = one.effect if one.effect in ("good", "bad") else "muted"
        sheet.line(x, zero, x, y, colour, 2)
        sheet.shape("square" if one.effect != "bad" else "circle", x, y, 6, colour)
        if place in written:
            sheet.text(x, y - 6 if change >= 0 else y + 14, one.change_printed, anchor="middle", colour=colour)
    sheet.line(0, zero, sheet.width, zero, "actual")


def _every(texts: Sequence[str], step: float, canvas: Canvas, weight: int) -> set[int]:
    """The places whose texts fit beside each other: all, or every second, third … back from the last."""
    widest = max((canvas.lettering.width(text, LABEL, weight) for text in texts), default=0.0)
    stride = 1
    moved = max(0.0, (widest - step) / 2)  # the outer ones, to stay on the sheet
    while stride * step < widest + _GAP + moved and stride < len(texts):
        stride += 1
    return {place for place in range(len(texts)) if (len(texts) - 1 - place) % stride == 0}
