"""The bar chart: members one below the other, with the value before behind the actual one and the change beside it."""

from collections.abc import Sequence
from dataclasses import dataclass

from rapport.editions.charts.drawing import LABEL, Canvas, Sheet

WHOLE, HALF = 660.0, 320.0  # across a printed page, and half of it

_PITCH = 19.0
_BAND = 11.0
_GAP = 6.0
_MARK = 5.0  # beside a change that is good or bad
_NAMES = 0.34  # of the width, at most


@dataclass(frozen=True)
class Bar:
    """One member.

    Args:
        prior: what it is compared with.
        printed, change_printed: the numbers as people read them.
        effect: of the change: good, bad or none.
        told: what a pointer shows, the heading first.
    """

    label: str
    value: float | None
    printed: str
    prior: float | None = None
    change_printed: str = ""
    effect: str = "none"
    told: tuple[str, ...] = ()


def bar_chart(
    bars: Sequence[Bar], canvas: Canvas, *, width: float = HALF, scale_name: str = "", change_name: str = ""
) -> Sheet:
    """Draw members as bars from zero; the light bar behind is what the member is compared with.

    Args:
        scale_name: what the numbers are in, such as €M.
        change_name: what the column of changes shows.
    """
    letters = canvas.lettering
    top = 15.0 if scale_name or change_name else 2.0
    sheet = canvas.sheet(width, top + _PITCH * len(bars) + 2)
    names = min(_NAMES * width, max((letters.width(bar.label, LABEL) for bar in bars), default=0.0)) + _GAP
    values = max((letters.width(bar.printed, LABEL, 600) for bar in bars), default=0.0) + _GAP
    changes = max((letters.width(bar.change_printed, LABEL, 600) for bar in bars), default=0.0)
    changes = max(changes + _MARK + _GAP / 2, letters.width(change_name, LABEL)) + _GAP if changes else 0.0
    known = [one for bar in bars for one in (bar.value, bar.prior) if one is not None]
    low, high = min([0.0, *known]), max([0.0, *known])
    room = width - names - values - changes
    each = room / (high - low) if high > low else 0.0
    zero = names - low * each
    if scale_name:
        sheet.text(zero, 9, scale_name, colour="muted")
    if changes:
        sheet.text(width, 9, change_name, anchor="end", colour="muted")
    for place, bar in enumerate(bars):
        y = top + place * _PITCH
        with sheet.told(bar.told, 0, y, width, _PITCH):
            base = y + _BAND
            sheet.text(0, base - 1, letters.shortened(bar.label, names - _GAP, LABEL), size=LABEL)
            if bar.prior is not None:
                _span(sheet, zero, bar.prior * each, y + 5.5, _BAND, "prior")
            if bar.value is not None:
                _span(sheet, zero, bar.value * each, y + 1.5, _BAND, "actual")
            reach = max([0.0, *(one for one in (bar.value, bar.prior) if one is not None)]) * each
            sheet.text(zero + reach + 4, base - 1, bar.printed, weight=600)
            if bar.change_printed:
                colour = bar.effect if bar.effect in ("good", "bad") else "muted"
                mark = {"good": "square", "bad": "circle"}.get(bar.effect)
                written = letters.width(bar.change_printed, LABEL, 600)
                if mark:
                    sheet.shape(mark, width - written - 6, y + 6.5, _MARK, colour)
                sheet.text(width, base - 1, bar.change_printed, weight=600, anchor="end", colour=colour)
    sheet.line(zero, top - 1, zero, top + _PITCH * len(bars), "actual")
    return sheet


def _span(sheet: Sheet, zero: float, length: float, y: float, height: float, fill: str) -> None:
    sheet.bar(min(zero, zero + length), y, max(abs(length), 0.5), height, fill)
