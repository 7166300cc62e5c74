"""Amounts: numbers as a spreadsheet holds and shows them, by unit, in the words of a language."""

from decimal import Decimal

from rapport.editions.printer import Printer
from rapport.editions.workbook.spreadsheet import Amount

_WHOLE = {"percent": Decimal(100), "fraction": Decimal(1)}  # what 100 % is
_PLACES = {"percent": 1, "fraction": 1, "percentage_points": 1}  # where a share is shown otherwise than its number is kept


def amount(value: Decimal | None, unit: str, currency: str | None, printer: Printer, *, signed: bool = False) -> Amount:
    """A number as a cell.

    Args:
        value: as figures have it: percent as 0–100, which becomes the number 0–1 that is shown as percent.
        currency: of money; money without one is a plain number.
        signed: shown with + when positive, as changes are.
    """
    return Amount(as_held(value, unit), number_format(unit, currency, printer, signed=signed))


def as_held(value: Decimal | None, unit: str) -> Decimal | None:
    """A figure's number as a spreadsheet holds it."""
    return value / _WHOLE[unit] if value is not None and unit in _WHOLE else value


def number_format(unit: str, currency: str | None, printer: Printer, *, signed: bool = False) -> str:
    """How a unit's numbers are shown."""
    from babel.numbers import get_currency_precision, get_currency_symbol

    from rapport.metrics.figures import SCALES

    if unit == "currency" and currency:
        symbol = _quoted(get_currency_symbol(currency, locale=printer.language))
        shape = f"{symbol}#,##0{_decimals(get_currency_precision(currency))}"
    else:
        number = f"#,##0{_decimals(_PLACES.get(unit, SCALES.get(unit, 1)))}{'%' if unit in _WHOLE else ''}"
        before, _, after = printer.word(f"units.{unit}", otherwise="{number}").partition("{number}")
        shape = f"{_quoted(before)}{number}{_quoted(after)}"
    return f"+{shape};-{shape};{shape}" if signed else shape


def _decimals(places: int) -> str:
    return f".{'0' * places}" if places else ""


def _quoted(text: str) -> str:
    """Text that a format shows as it is."""
    return '"{}"'.format(text.replace('"', "")) if text else ""
