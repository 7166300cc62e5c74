"""Intervals: how far a rate or a score may be off by chance, at 95 % confidence."""

from decimal import Decimal
from math import sqrt

CONFIDENCE = 95  # percent
Z = 1.96


def wilson(count: int, of: int) -> tuple[Decimal, Decimal]:
    """The 95 % interval of a proportion, in percent.

    Wilson's score interval (1927): (p + z²/2n ± z √(p(1−p)/n + z²/4n²)) / (1 + z²/n). It stays within 0–100 and is usable for
    small n.

    Args:
        count: how many of them, 0 ≤ count ≤ of.
        of: how many there are, at least 1.
    """
    share, spread = count / of, Z * Z / of
    middle = share + spread / 2
    half = Z * sqrt(share * (1 - share) / of + spread / (4 * of))
    low, high = ((middle + side * half) / (1 + spread) * 100 for side in (-1, 1))
    return Decimal(str(max(low, 0.0))), Decimal(str(min(high, 100.0)))


def newcombe(count: int, of: int, other_count: int, other_of: int) -> tuple[Decimal, Decimal]:
    """The 95 % interval of the difference of two independent proportions, in points.

    Newcombe's hybrid score interval (1998, method 10): from d − √((p₁−l₁)² + (u₂−p₂)²) to d + √((u₁−p₁)² + (p₂−l₂)²), with l
    and u of Wilson's intervals of each. It stays within −100…100 and is usable for small n.

    Args:
        count, of: of the first proportion.
        other_count, other_of: of the one that is taken from it.
    """
    (low, high), (other_low, other_high) = (map(float, wilson(*one)) for one in ((count, of), (other_count, other_of)))
    rate, other_rate = 100 * count / of, 100 * other_count / other_of
    difference = rate - other_rate
    below = sqrt((rate - low) ** 2 + (other_high - other_rate) ** 2)
    above = sqrt((high - rate) ** 2 + (other_rate - other_low) ** 2)
    return Decimal(str(difference - below)), Decimal(str(difference + above))


def around(value: Decimal, standard_error: Decimal) -> tuple[Decimal, Decimal]:
    """The 95 % interval of a score whose standard error is known, within −100…100 points."""
    half = Decimal(str(Z)) * standard_error
    return max(value - half, Decimal(-100)), min(value + half, Decimal(100))
