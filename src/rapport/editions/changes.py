"""Changes: how far a figure is from what it is compared with, and whether that is good."""

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from rapport.metrics.figures import Figure

Effect = Literal["good", "bad", "none"]
TENFOLD = 1000  # percent; beyond, a change says only that the compared value was next to nothing

# what a difference is measured in, where a share of the compared value would mislead
_DIFFERENCES = {"percent": "percentage_points", "points": "points", "score": "score", "ratio": "ratio"}


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
    value = numerator = denominator = interval = reason = None
    if actual.value is None or other.value is None:
        reason = actual.reason or other.reason or "nothing to compare with"
    elif actual.unit in _DIFFERENCES:
        value = actual.value - other.value
        interval = _interval(value, actual, other)
    elif other.value == 0:
        reason = "nothing to compare with: it was zero"
    else:
        numerator, denominator = actual.value - other.value, abs(other.value)
        value = (100 * numerator / denominator).quantize(Decimal("0.1"), ROUND_HALF_UP)
        if value > TENFOLD:
            value, reason = None, "more than tenfold: what it is compared with was next to nothing"
    return Figure(
        id=f"{actual.id}~on_{comparison}",
        metric=actual.metric,
        period=actual.period,
        by=actual.by,
        comparison=f"on_{comparison}",
        value=value,
        unit=unit,
        numerator=numerator,
        denominator=denominator,
        interval=interval,
        reason=reason,
    )


def _interval(difference: Decimal, actual: "Figure", other: "Figure") -> tuple[Decimal, Decimal] | None:
    if actual.interval is None or other.interval is None:
        return None
    half, other_half = ((high - low) / 2 for low, high in (actual.interval, other.interval))
    reach = (half**2 + other_half**2).sqrt().quantize(Decimal("0.1"), ROUND_HALF_UP)
    return difference - reach, difference + reach


def effect(changed: "Figure", good: str, material: Decimal) -> Effect:
    """Whether a change is good or bad.

    None when it is not known, is below `material`, may be chance (its interval holds 0), or the metric has no good direction.

    Args:
        good: up, down or none.
        material: in the unit of the change.
    """
    if not changed.value or good not in ("up", "down") or abs(changed.value) < material:
        return "none"
    if changed.interval and changed.interval[0] <= 0 <= changed.interval[1]:
        return "none"
    return "good" if (changed.value > 0) == (good == "up") else "bad"
