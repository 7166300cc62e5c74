"""The bridge: how signed steps lead from one total to the next, on an axis from zero."""

from collections.abc import Sequence
from dataclasses import dataclass

from rapport.editions.charts.drawing import LABEL, Canvas, Sheet

WIDTH = 320.0  # half a printed page

_PLOT = 128.0
_TOP = 32.0  # for the scale's name and the highest label
_LINES = 3  # of a label below, at most
_LEADING = 11.5


@dataclass(frozen=True)
class Step:
    """A bar: a total, or what was added to or taken from the total before.

    Args:
        printed: with its sign where it is a step.
        effect: good, bad or none.
        told: what a pointer shows, the heading first.
    """

    label: str
    value: float
    printed: str
    effect: str = "none"
    told: tuple[str, ...] = ()


def bridge_chart(base: Step, steps: Sequence[Step], current: Step, canvas: Canvas, *, scale_name: str = "") -> Sheet:
    """Draw a bridge from `base` over `steps` to `current`; a step of zero is left out."""
    shown = [step for step in steps if step.value]
    spans = _spans(base, shown, current)
    bars = [base, *shown, current]
    pitch = WIDTH / len(bars)
    band = pitch * 0.62
    labels = [canvas.lettering.wrapped(bar.label, pitch - 2, _SMALLEST, lines=_LINES) for bar in bars]
    sheet = canvas.sheet(WIDTH, _TOP + _PLOT + 10 + max(map(len, labels)) * _LEADING)
    low, high = (edge(level for span in spans for level in (*span, 0.0)) for edge in (min, max))
    each = _PLOT / (high - low) if high > low else 0.0

    def height(value: float) -> float:
        return _TOP + (high - value) * each

    if scale_name:
        sheet.text(0, 9, scale_name, colour="muted")
    for position, (bar, (start, end)) in enumerate(zip(bars, spans, strict=True)):
        middle = pitch * (position + 0.5)
        colour = {0: "prior", len(bars) - 1: "actual"}.get(position) or (bar.effect if bar.effect != "none" else "muted")
        top = height(max(start, end))
        with sheet.told(bar.told, middle - pitch / 2, 0, pitch, sheet.height):
            if position:  # from the level that the bar before has reached
                reached = height(spans[position - 1][1])
                sheet.line(middle - pitch + band / 2, reached, middle + band / 2, reached, "muted", 0.7)
            sheet.bar(middle - band / 2, top, band, max(height(min(start, end)) - top, 0.8), colour)
            size = min(LABEL, LABEL * (pitch - 2) / canvas.lettering.width(bar.printed, LABEL, 700))
            weight = 700 if position in (0, len(bars) - 1) else 600
            sheet.text(middle, top - 4, bar.printed, size=max(size, _SMALLEST), weight=weight, anchor="middle")
            for line, words in enumerate(labels[position]):
                y = _TOP + _PLOT + 13 + line * _LEADING
                sheet.text(middle, y, words, size=_SMALLEST, anchor="middle", colour="muted")
    sheet.line(0, height(0), WIDTH, height(0), "actual")
    return sheet


_SMALLEST = 9.3  # 7.1 points in print


def _spans(base: Step, steps: Sequence[Step], current: Step) -> list[tuple[float, float]]:
    """From which level to which each bar reaches; totals stand on zero."""
    spans = [(0.0, base.value)]
    for step in steps:
        reached = spans[-1][1]
        spans.append((reached, reached + step.value))
    return [*spans, (0.0, current.value)]
