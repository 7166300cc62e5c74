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


def around(value: Decimal, standard_error: Decimal) -> tuple[Decimal, Decimal]:
    """The 95 % interval of a score whose standard error is known, within −100…100 points."""
    half = Decimal(str(Z)) * standard_error
    return max(value - half, Decimal(-100)), min(value + half, Decimal(100))
