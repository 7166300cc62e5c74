"""How figures are written: Babel's patterns for a language, rounding half up, a true minus sign, '–' for what is not known."""

import re
from decimal import ROUND_HALF_UP, Decimal

UNKNOWN = "–"
_MINUS = "−"
_PLACES = {"count": 0, "ratio": 3, "score": 2}  # all other units have one decimal, but for money


def compact(value: Decimal, unit: str, currency: str | None, locale: str) -> str:
    """A figure at a glance: money and large counts to three places that count (€12.8M), everything else as in `exact`."""
    if unit not in ("currency", "count") or abs(value) < (100_000 if unit == "count" else 1000):
        return exact(value, unit, currency, locale)
    rounded = value.quantize(Decimal(1).scaleb(value.adjusted() - 2), ROUND_HALF_UP)
    return _minus(_scaled(rounded, currency, locale) or exact(value, unit, currency, locale))


def _scaled(value: Decimal, currency: str | None, locale: str) -> str | None:
    """A number in its language's own scale, K and M or 万 and 亿; None where the language has no scale for its size.

    Babel's patterns, but not its function for them: that drops the zero of €12.0M, and a column of figures no longer lines up.
    """
    from babel import Locale
    from babel.numbers import format_decimal, get_currency_symbol

    spoken = Locale.parse(locale)
    formats = (spoken.compact_currency_formats if currency else spoken.compact_decimal_formats)["short"]["other"]
    magnitude = max(int(power) for power in formats if int(power) <= abs(value))
    pattern = str(formats[str(magnitude)].pattern).replace("'", "")
    if pattern.strip("0 ¤") == "":
        return None
    zeros = re.search("0+", pattern)[0]
    mantissa = abs(value) / (magnitude // 10 ** (len(zeros) - 1))
    written = format_decimal(mantissa, format=_pattern(max(0, 2 - mantissa.adjusted())), locale=locale)
    symbol = get_currency_symbol(currency, locale=locale) if currency else ""
    return ("-" if value < 0 else "") + pattern.replace(zeros, written, 1).replace("¤", symbol)


def exact(value: Decimal, unit: str, currency: str | None, locale: str) -> str:
    """A figure in a table: money whole (cents below 100), rates and durations with one decimal.

    Args:
        value: percent as 0–100.
    """
    from babel.numbers import format_currency, format_decimal, format_percent

    if unit == "currency":
        places = 2 if abs(value) < 100 and value != value.to_integral_value() else 0
        text = format_currency(
            _rounded(value, places), currency, format=f"¤{_pattern(places)}", locale=locale, currency_digits=False
        )
    elif unit in ("percent", "fraction"):
        share = value if unit == "percent" else value * 100
        text = format_percent(_rounded(share, 1) / 100, format="#,##0.0%", locale=locale)
    else:
        places = _PLACES.get(unit, 1)
        text = format_decimal(_rounded(value, places), format=_pattern(places), locale=locale)
    return _minus(text)


def signed(value: Decimal, unit: str, locale: str, currency: str | None = None) -> str:
    """A change with its sign: +8.9%, −1.1 (percentage points), +6.0 (points); one that rounds to nothing has none."""
    text = exact(value, unit, currency, locale)
    return f"+{text}" if _rounded(value, _PLACES.get(unit, 1)) > 0 else text


def _pattern(places: int) -> str:
    return f"#,##0.{'0' * places}" if places else "#,##0"


def _rounded(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP) + 0  # + 0: no −0


def _minus(text: str) -> str:
    return text.replace("-", _MINUS)
