"""The risk map: customers by their money and their risk points, with the zone in which somebody must act."""

from collections.abc import Sequence
from dataclasses import dataclass

from rapport.editions.charts.drawing import LABEL, Canvas, Shape, Sheet

WIDTH = 320.0  # half a printed page
AT_MOST = 8  # labels

_TOP, _PLOT, _BOTTOM = 36.0, 122.0, 32.0
_LEFT, _RIGHT = 26.0, 8.0
_POINTS = 100.0  # the end of the scale of risk
_MARK = 8.0
_HALF = _MARK / 2 + 1
_SMALL = 9.3  # 7.1 points in print
_LOOKS: dict[str, tuple[Shape, str]] = {"act": ("square", "alarm"), "watch": ("diamond", "watch")}
_OTHER: tuple[Shape, str] = ("circle", "prior")


@dataclass(frozen=True)
class Spot:
    """One customer.

    Args:
        x: money; y: risk points, 0 to 100.
        status: act, watch or on_track.
        told: what a pointer shows, the heading first.
    """

    label: str
    x: float
    y: float
    status: str
    told: tuple[str, ...] = ()


@dataclass(frozen=True)
class Box:
    """A rectangle that is taken."""

    left: float
    top: float
    right: float
    bottom: float

    def touches(self, other: "Box") -> bool:
        """Whether the two share any area."""
        return self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom

    def is_within(self, other: "Box") -> bool:
        """Whether no part lies outside the other."""
        inside = self.left >= other.left and self.right <= other.right
        return inside and self.top >= other.top and self.bottom <= other.bottom


@dataclass(frozen=True)
class Words:
    """What is written on a risk map.

    Args:
        x, y: what the axes measure.
        zero, threshold, largest: the marks of the axes, as printed.
        zone: what to do above the threshold.
        legend: status → its name, in the order to list them.
    """

    x: str
    y: str
    zero: str
    threshold: str
    largest: str
    zone: str
    legend: dict[str, str]


def risk_map(spots: Sequence[Spot], threshold: float, words: Words, canvas: Canvas) -> Sheet:
    """Draw customers as marks, their shape and colour by status, and name the largest that need somebody to act."""
    sheet = canvas.sheet(WIDTH, _TOP + _PLOT + _BOTTOM)
    frame = Box(_LEFT, _TOP, WIDTH - _RIGHT, _TOP + _PLOT)
    low = min([0.0, *(spot.x for spot in spots)])
    high = max([0.0, *(spot.x for spot in spots)])
    each = (frame.right - frame.left - _MARK) / (high - low) if high > low else 0.0

    def across(value: float) -> float:
        return frame.left + (value - low) * each

    def height(value: float) -> float:
        return frame.bottom - max(0.0, min(_POINTS, value)) / _POINTS * _PLOT

    line = height(threshold)
    sheet.bar(frame.left, frame.top, frame.right - frame.left, line - frame.top, "alarm", opacity=0.1)
    sheet.line(frame.left, line, frame.right, line, "alarm", 0.7)
    sheet.line(frame.left, frame.bottom, frame.right, frame.bottom, "actual")
    sheet.line(across(0), frame.top, across(0), frame.bottom, "rule")
    _draw_legend(sheet, canvas, words, {spot.status for spot in spots})
    sheet.text(0, _TOP - 7, words.y, size=_SMALL, colour="muted")
    for value, text in ((0.0, words.zero), (threshold, words.threshold)):
        sheet.text(frame.left - 5, height(value) + 3.3, text, size=_SMALL, anchor="end", colour="muted")
    sheet.text(across(0), frame.bottom + 13, words.zero, size=_SMALL, anchor="middle", colour="muted")
    if high > 0:
        sheet.text(frame.right, frame.bottom + 13, words.largest, size=_SMALL, anchor="end", colour="muted")
    sheet.text((frame.left + frame.right) / 2, sheet.height - 5, words.x, size=_SMALL, anchor="middle", colour="muted")

    places = [(across(spot.x), height(spot.y)) for spot in spots]
    zone = _room_for_zone(words.zone, Box(frame.left, frame.top, frame.right, line), places, canvas)
    if zone:
        sheet.text(zone.left + 4, zone.bottom - 4, words.zone, size=_SMALL, weight=700, colour="alarm")
    border = Box(frame.left, line - 0.5, frame.right, line + 0.5)
    labels = place_labels(spots, places, frame, [border, zone] if zone else [border], canvas)
    # the heaviest last, so that nothing lies upon it
    for index in sorted(range(len(spots)), key=lambda index: spots[index].y):
        spot, (x, y) = spots[index], places[index]
        shape, colour = _LOOKS.get(spot.status, _OTHER)
        with sheet.told(spot.told, x - _MARK, y - _MARK, 2 * _MARK, 2 * _MARK):
            sheet.shape(shape, x, y, _MARK + 2 if shape == "diamond" else _MARK, colour)
    for index, (box, text) in labels.items():
        sheet.text(box.left, box.bottom - 2.6, text, size=_SMALL, weight=600 if spots[index].status == "act" else 400)
    return sheet


def place_labels(
    spots: Sequence[Spot], places: Sequence[tuple[float, float]], frame: Box, taken: Sequence[Box], canvas: Canvas
) -> dict[int, tuple[Box, str]]:
    """Find room for the names of those who need somebody to act, then of those to watch; the largest first.

    A name that fits nowhere without touching a mark, another name or the edge is left out.

    Returns:
        Index of the spot → where its name stands, and the name as it is written.
    """
    half, marks = _HALF, _around(places)
    done: dict[int, tuple[Box, str]] = {}
    wanted = [index for index, spot in enumerate(spots) if spot.status in _LOOKS]
    for index in sorted(wanted, key=lambda index: (spots[index].status != "act", -spots[index].x, spots[index].label)):
        if len(done) == AT_MOST:
            break
        weight = 600 if spots[index].status == "act" else 400
        text = canvas.lettering.shortened(spots[index].label, 0.45 * (frame.right - frame.left), _SMALL, weight)
        width, high = canvas.lettering.width(text, _SMALL, weight) + 1, _SMALL + 2.4
        x, y = places[index]
        others = [*taken, *(box for box, _ in done.values()), *(mark for one, mark in enumerate(marks) if one != index)]
        for left, top in (
            (x + half + 2, y - high / 2),
            (x - half - 2 - width, y - high / 2),
            (x - width / 2, y - half - high),
            (x - width / 2, y + half),
            (x + half, y - half - high),
            (x + half, y + half),
            (x - half - width, y - half - high),
            (x - half - width, y + half),
        ):
            box = Box(left, top, left + width, top + high)
            if box.is_within(frame) and not any(box.touches(other) for other in others):
                done[index] = (box, text)
                break
    return done


def _around(places: Sequence[tuple[float, float]]) -> list[Box]:
    return [Box(x - _HALF, y - _HALF, x + _HALF, y + _HALF) for x, y in places]


def _room_for_zone(name: str, zone: Box, places: Sequence[tuple[float, float]], canvas: Canvas) -> Box | None:
    """A corner of the zone for its name where no mark lies; the legend says the same, so it may be left out."""
    width, high = canvas.lettering.width(name, _SMALL, 700) + 8, _SMALL + 6
    corners = [(x, y) for y in (zone.top, zone.bottom - high) for x in (zone.left, zone.right - width)]
    boxes = [Box(x, y, x + width, y + high) for x, y in corners]
    marks = _around(places)
    return next((box for box in boxes if box.is_within(zone) and not any(box.touches(mark) for mark in marks)), None)


def _draw_legend(sheet: Sheet, canvas: Canvas, words: Words, seen: set[str]) -> None:
    x = 0.0
    for status, name in words.legend.items():
        if status not in seen:
            continue
        shape, colour = _LOOKS.get(status, _OTHER)
        sheet.shape(shape, x + _MARK / 2, 6, _MARK, colour)
        sheet.text(x + _MARK + 5, 9.5, name, size=LABEL)
        x += _MARK + 5 + canvas.lettering.width(name, LABEL) + 14
