"""What a US dollar is worth in euros, as a bank tells it on each weekday."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from math import pi, sin

from rapport.demo.days import Window, stream
from rapport.demo.records import ExportFile, Record, Table, merged

RATES = Table("canonical", "fx_rates", ("from_currency", "to_currency", "rate_on", "rate"))
DOLLAR = "USD"


def dollars(cents: int) -> int:
    """The price in US cents of what costs so many euro cents in the price list, whatever the day's rate."""
    return round(cents * 1.1)


def rate_on(seed: int, day: date) -> Decimal:
    """Euros for a dollar, four decimals: a slow wave and a little noise; at the weekend that of Friday."""
    known_on = _weekday_until(day)
    noise = stream(seed, "rate", known_on).uniform(-0.004, 0.004)
    return Decimal(round(10_000 * (0.91 + 0.035 * sin(2 * pi * known_on.toordinal() / 900) + noise))) / 10_000


def in_euros(seed: int, cents: int, currency: str, day: date) -> Decimal:
    """An amount at the rate of its day, half-up to four decimals."""
    amount = Decimal(cents) / 100
    if currency != DOLLAR:
        return amount
    return (amount * rate_on(seed, day)).quantize(Decimal("0.0001"), ROUND_HALF_UP)


def _weekday_until(day: date) -> date:
    return day - timedelta(days=max(0, day.weekday() - 4))


def rate_files(seed: int, window: Window) -> list[ExportFile]:
    """The rates of each month; the first file also has the last one known when it begins."""
    return merged(RATES, _records(seed, window), window, period="monthly")


def _records(seed: int, window: Window) -> Iterator[Record]:
    for place in range((window.last - window.first).days + 1):
        day = window.first + timedelta(days=place)
        if place == 0 or day.weekday() < 5:
            known_on = _weekday_until(day)
            yield Record(day, f"{known_on}", (DOLLAR, "EUR", f"{known_on}", f"{rate_on(seed, known_on)}"))
