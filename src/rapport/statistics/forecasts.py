"""Forecasts of a monthly series: the theta method on seasonal indices that are held back, judged against last year's month.

V. Assimakopoulos, K. Nikolopoulos, The theta model, International Journal of Forecasting 16 (2000), 521–530; as R. J. Hyndman
and B. Billah showed (2003) it is simple exponential smoothing with half of the series' slope as drift. Seasonal indices are
ratios to the centred average of 12 months. Two or three years tell an index badly, so each counts with a power below 1 (D. M.
Miller, D. Williams, Shrinking seasonal factors, 2003). Plain Python: such series have a few dozen numbers, and numpy costs half
a second to import.
"""

from collections.abc import Sequence
from dataclasses import dataclass

SEASON = 12
LEAST_MONTHS = 13  # before, last year's month is not there to be compared with
INDEX_POWER = 0.7  # of five powers from 0.5 to 1 on the series of docs/DECISIONS.md: 0.6 to 0.8 were best
_Z = 1.2816  # a normal deviate of which 80 % lie within
_LEAST_JUDGED = 6  # forecasts, for a spread, and in the second year for the better method to be told
_LEAST_TO_CHANGE = SEASON  # the same from the third year on, where the theta method knows the seasons


@dataclass(frozen=True)
class Forecast:
    """What was forecast at the end of month `origin` (counted from 0) for the month `lead` months later.

    Args:
        value: by the method that had been better until then; `method` names it, theta or seasonal_naive.
        low, high: an interval that should hold it 4 times out of 5; None while too few forecasts could be judged.
        naive: the same month of the year before.
    """

    origin: int
    lead: int
    value: float
    low: float | None
    high: float | None
    naive: float
    method: str


def back_test(values: Sequence[float], leads: int) -> list[Forecast]:
    """Forecast at the end of every month as one would have then, knowing nothing later; the last ones are those that hold now.

    The method is the theta method unless last year's month was nearer over the forecasts of one month ahead that could be
    judged by then (Σ|error|). Those of the second year, in which the theta method knows no seasons, and those of later years
    are judged apart. An interval is ± 1.28 × the root mean square of the relative errors at that lead until then.

    Args:
        values: one per month, without gaps; the first is the oldest.
        leads: how many months ahead, at least 1.
    """
    made: list[Forecast] = []
    raw: dict[tuple[int, int], tuple[float, float]] = {}  # (origin, lead) → theta, naive
    for origin in range(LEAST_MONTHS - 1, len(values)):
        known = values[: origin + 1]
        for lead, both in enumerate(zip(theta(known, leads), seasonal_naive(known, leads), strict=True), start=1):
            raw[origin, lead] = both
        method = _better(raw, values, origin)
        for lead in range(1, leads + 1):
            own, naive = raw[origin, lead]
            value = naive if method == "seasonal_naive" else own
            spread = _spread(raw, values, origin, lead, method)
            half = None if spread is None else _Z * spread * abs(value)
            low, high = (None, None) if half is None else (value - half, value + half)
            made.append(Forecast(origin, lead, value, low, high, naive, method))
    return made


def theta(values: Sequence[float], leads: int) -> list[float]:
    """Forecast by the theta method.

    Args:
        values: at least one month, oldest first.
        leads: how many months ahead.
    """
    n = len(values)
    indices = seasonal_indices(values)
    adjusted = [value / indices[(place - n) % SEASON] for place, value in enumerate(values)]
    share, level = _smoothed(adjusted)
    drift = _slope(adjusted) / 2
    return [
        (level + drift * (lead + (1 - (1 - share) ** n) / share)) * indices[lead % SEASON] for lead in range(leads)
    ]  # fmt: skip


def seasonal_naive(values: Sequence[float], leads: int) -> list[float]:
    """Forecast each month by the same month of the year before, of which at least one year must be known."""
    return [values[len(values) - SEASON + lead % SEASON] for lead in range(leads)]


def seasonal_indices(values: Sequence[float]) -> list[float]:
    """How each month compares with a plain one, the month after the last first; all 1 in the first two years.

    They are 1 too where the averages are not above 0, as of a series of refunds.
    """
    n, half = len(values), SEASON // 2
    if n < 2 * SEASON:
        return [1.0] * SEASON
    ratios: list[list[float]] = [[] for _ in range(SEASON)]
    for middle in range(half, n - half):
        year = sum(values[middle - half + 1 : middle + half]) + (values[middle - half] + values[middle + half]) / 2
        if year <= 0:
            return [1.0] * SEASON
        ratios[(middle - n) % SEASON].append(values[middle] * SEASON / year)
    means = [sum(one) / len(one) for one in ratios]
    if min(means) <= 0:
        return [1.0] * SEASON
    shrunk = [(mean * SEASON / sum(means)) ** INDEX_POWER for mean in means]
    return [one * SEASON / sum(shrunk) for one in shrunk]


def wape(actual: Sequence[float], forecast: Sequence[float]) -> float:
    """Σ|A−F| / Σ|A|."""
    return sum(abs(a - f) for a, f in zip(actual, forecast, strict=True)) / sum(abs(a) for a in actual)


def _smoothed(values: Sequence[float]) -> tuple[float, float]:
    """The share of simple exponential smoothing with the least squared one-step error, and the level it ends with."""
    best: tuple[float, float, float] | None = None
    for step in range(1, 21):
        share, level, error = step / 20, sum(values[:3]) / len(values[:3]), 0.0
        for value in values:
            error += (value - level) ** 2
            level += share * (value - level)
        if best is None or error < best[0]:
            best = (error, share, level)
    return best[1], best[2]


def _slope(values: Sequence[float]) -> float:
    """Of the least-squares line over the months."""
    n = len(values)
    middle, mean = (n - 1) / 2, sum(values) / n
    spread = sum((place - middle) ** 2 for place in range(n))
    return sum((place - middle) * (value - mean) for place, value in enumerate(values)) / spread if spread else 0.0


def _judged(raw: dict, values: Sequence[float], origin: int, lead: int, since: int) -> list[tuple[float, float, float]]:
    """(actual, theta, naive) of the forecasts at a lead, made from month `since` on, whose month was known at an origin."""
    return [(values[earlier + lead], *raw[earlier, lead]) for earlier in range(since, origin - lead + 1)]


def _since(origin: int) -> int:
    """The first origin whose forecasts are judged with those of an origin."""
    return LEAST_MONTHS - 1 if origin < 2 * SEASON - 1 else 2 * SEASON - 1


def _better(raw: dict, values: Sequence[float], origin: int) -> str:
    judged = _judged(raw, values, origin, 1, _since(origin))
    needed = _LEAST_JUDGED if origin < 2 * SEASON - 1 else _LEAST_TO_CHANGE
    own, naive = (sum(abs(one[0] - one[place]) for one in judged) for place in (1, 2))
    return "seasonal_naive" if len(judged) >= needed and naive < own else "theta"


def _spread(raw: dict, values: Sequence[float], origin: int, lead: int, method: str) -> float | None:
    """Root mean square of the relative errors at a lead.

    Where too few can be judged, those of the second year are taken in, and then those of the longest lead that has enough.
    """
    place = 2 if method == "seasonal_naive" else 1
    for shorter in range(lead, 0, -1):
        for since in (_since(origin), LEAST_MONTHS - 1):
            judged = [one for one in _judged(raw, values, origin, shorter, since) if one[place]]
            if len(judged) >= _LEAST_JUDGED:
                return (sum(((one[0] - one[place]) / one[place]) ** 2 for one in judged) / len(judged)) ** 0.5
    return None
