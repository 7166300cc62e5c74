"""Changes: how far a figure is from what it is compared with, and whether that is good."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Literal

from rapport.metrics.reason import Reason

if TYPE_CHECKING:
    from rapport.metrics.figures import Figure

Effect = Literal["good", "bad", "none"]
TENFOLD = 1000  # percent; beyond, a change says only that the compared value was next to nothing

# what a difference is measured in, where a share of the compared value would mislead
_DIFFERENCES = {
    "percent": "percentage_points",
    "percentage_points": "percentage_points",
    "points": "points",
    "score": "score",
    "ratio": "ratio",
}


def change(actual: "Figure", other: "Figure", comparison: str) -> "Figure":
    """The change from what a figure is compared with, as a figure of its own, to one decimal.

    Rates change by percentage points, scores by their own points; everything else in percent: 100 (actual − other) / |other|.

    Where both values have a 95 % interval, so has their difference: ± √(h₁² + h₂²), h being half the width of each.

    Returns:
        A figure `…~on_<comparison>` whose numerator and denominator are what was divided; without value where either is
        unknown, the compared value is zero, or the change is more than tenfold.
    """
    from rapport.metrics.figures import Figure

    unit = _DIFFERENCES.get(actual.unit, "percent")
    value = numerator = denominator = interval = None
    period, reason = actual.period, other.joint.reason if other.joint else None
    if other.joint:
        actual, other = _together(actual, other)
        period = other.period
    if actual.value is None or other.value is None:
        reason = reason or actual.reason or other.reason or Reason("nothing_to_compare")
    elif actual.unit in _DIFFERENCES:
        value = actual.value - other.value
        interval = _interval(value, actual, other)
    elif other.value == 0:
        reason = Reason("compared_with_zero")
    else:
        numerator, denominator = actual.value - other.value, abs(other.value)
        value = (100 * numerator / denominator).quantize(Decimal("0.1"), ROUND_HALF_UP)
        if value > TENFOLD:
            value, reason = None, Reason("more_than_tenfold")
    return Figure(
        id=f"{actual.id}~on_{comparison}",
        metric=actual.metric,
        period=period,
        by=actual.by,
        comparison=f"on_{comparison}",
        value=value,
        unit=unit,
        numerator=numerator,
        denominator=denominator,
        interval=interval,
        reason=reason,
    )


def _together(actual: "Figure", other: "Figure") -> tuple["Figure", "Figure"]:
    """Both figures over January and February, where the lunar new year moves between them.

    Their intervals stay those of the months alone, which are wider than those of two months: a change is called certain too
    seldom rather than too often.
    """
    joint = other.joint
    return replace(actual, value=joint.value, period=joint.period), replace(other, value=joint.other, period=joint.period)


def _interval(difference: Decimal, actual: "Figure", other: "Figure") -> tuple[Decimal, Decimal] | None:
    if actual.interval is None or other.interval is None:
        return None
    half, other_half = ((high - low) / 2 for low, high in (actual.interval, other.interval))
    reach = (half**2 + other_half**2).sqrt().quantize(Decimal("0.1"), ROUND_HALF_UP)
    return difference - reach, difference + reach


def difference(actual: "Figure", other: "Figure", comparison: str) -> "Figure":
    """How much more (or less) a figure is than what it is compared with, in its own unit."""
    if other.joint:
        actual, other = _together(actual, other)
    known = actual.value is not None and other.value is not None
    return replace(
        actual,
        id=f"{actual.id}~over_{comparison}",
        comparison=f"over_{comparison}",
        value=actual.value - other.value if known else None,
        n=None,
        numerator=None,
        denominator=None,
        interval=None,
        reason=None if known else actual.reason or other.reason or Reason("nothing_to_compare"),
        counted=None,  # what a figure counts is no difference
    )


def run(changes: Sequence["Figure"], comparison: str, material: Decimal) -> "Figure | None":
    """For how many periods in a row, the last included, a change has been material with the sign that it has now.

    Args:
        changes: of the periods up to now, oldest first.
        material: a change that is not more than this ends the run.

    Returns:
        None when the last change is not material.
    """
    now = changes[-1] if changes else None
    if now is None or not now.value or abs(now.value) <= material:
        return None
    length = 0
    for change in reversed(changes):
        if not change.value or abs(change.value) <= material or (change.value > 0) != (now.value > 0):
            break
        length += 1
    return replace(
        now,
        id=f"{now.id.removesuffix(f'~on_{comparison}')}~run_{comparison}",
        comparison=f"run_{comparison}",
        value=Decimal(length),
        unit="count",
        currency=None,
        numerator=None,
        denominator=None,
        interval=None,
    )


def is_certain(changed: "Figure") -> bool:
    """Whether a change is more than chance: it has no interval, or one that does not hold 0."""
    return not (changed.interval and changed.interval[0] <= 0 <= changed.interval[1])


def effect(changed: "Figure", good: str, material: Decimal) -> Effect:
    """Whether a change is good or bad.

    None when it is not known, is not more than `material`, may be chance (its interval holds 0), or the metric has no good
    direction.

    Args:
        good: up, down or none.
        material: in the unit of the change.
    """
    if not changed.value or good not in ("up", "down") or abs(changed.value) <= material:
        return "none"
    if not is_certain(changed):
        return "none"
    return "good" if (changed.value > 0) == (good == "up") else "bad"
