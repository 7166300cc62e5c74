"""Sparks: drawings as small as a word, for cards and table cells; they too start at zero."""

from collections.abc import Sequence

from rapport.editions.charts.drawing import Canvas, Sheet

CARD = (130.0, 22.0)
CELL = (78.0, 14.0)


def spark_columns(values: Sequence[float | None], canvas: Canvas, size: tuple[float, float] = CARD) -> Sheet:
    """A trend as small columns from zero, the last one dark; negative values hang below.

    Args:
        values: oldest first; None leaves a gap.
    """
    width, height = size
    sheet = canvas.sheet(width, height)
    sheet.stretches = True
    known = [value for value in values if value is not None]
    low, high = min([0.0, *known]), max([0.0, *known])
    scale = height / (high - low) if high > low else 0.0
    each = width / max(len(values), 1)
    gap = min(2.0, each * 0.3)
    for position, value in enumerate(values):
        if value is not None:
            colour = "actual" if position == len(values) - 1 else "prior"
            top = min((high - max(value, 0.0)) * scale, height - 0.5)
            sheet.bar(position * each, top, each - gap, max(abs(value) * scale, 0.5), colour)
    return sheet


def variance_bar(value: float, largest: float, effect: str, canvas: Canvas, size: tuple[float, float] = (64.0, 10.0)) -> Sheet:
    """A difference as a bar from a middle line: to the right above zero, to the left below.

    Args:
        largest: the difference that fills a side; bars of one column share it.
        effect: good, bad or none.
    """
    width, height = size
    sheet = canvas.sheet(width, height)
    sheet.stretches = True
    middle = width / 2
    length = min(1.0, abs(value) / largest) * (middle - 1) if largest > 0 else 0.0
    colour = effect if effect in ("good", "bad") else "prior"
    sheet.bar(middle if value >= 0 else middle - length, height * 0.15, length, height * 0.7, colour)
    sheet.line(middle, 0, middle, height, "actual")
    return sheet
