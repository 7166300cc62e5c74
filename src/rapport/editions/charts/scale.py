"""Scale: the numbers of one chart all written in one unit, which the axis names once."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from rapport.editions.printed import UNKNOWN

if TYPE_CHECKING:
    from rapport.editions.printer import Printer
    from rapport.metrics.figures import Figure


@dataclass(frozen=True)
class Scale:
    """How the figures of a chart are written.

    Args:
        name: what the axis says, such as €M or €万; empty where each number carries its own unit.
        divisor, places: None where the printer's own form is kept.
    """

    name: str
    printer: "Printer"
    divisor: Decimal | None = None
    places: int = 0

    def text(self, figure: "Figure", *, signed: bool = False) -> str:
        """A figure in this scale; with `signed`, a plus before what is above zero."""
        from babel.numbers import format_decimal

        if figure.value is None:
            return UNKNOWN
        if self.divisor is None:
            return self.printer.text(figure, "signed" if signed else "compact")
        value = (figure.value / self.divisor).quantize(Decimal(1).scaleb(-self.places), ROUND_HALF_UP) + 0  # + 0: no −0
        pattern = f"#,##0.{'0' * self.places}" if self.places else "#,##0"
        text = format_decimal(value, format=pattern, locale=self.printer.language).replace("-", "−")
        return f"+{text}" if signed and value > 0 else text


def one_scale(figures: "Iterable[Figure]", printer: "Printer", parts: "Iterable[Figure]" = ()) -> Scale:
    """The scale in which the largest of some figures has three places that count, and at most two decimals.

    Args:
        figures: of one unit and, if money, one currency.
        parts: those among them whose largest needs three places, too, as the steps of a bridge between two large totals do.
    """
    from babel import Locale
    from babel.numbers import get_currency_symbol

    known = [figure for figure in figures if figure.value is not None]
    if not known or known[0].unit not in ("currency", "count"):
        return Scale("", printer)
    largest = max(abs(figure.value) for figure in known)
    currency = known[0].currency
    symbol = get_currency_symbol(currency, locale=printer.language) if currency else ""
    divisor, name = _divisor(largest, Locale.parse(printer.language))
    finest = max((abs(figure.value) for figure in parts if figure.value), default=largest)
    whole = max(finest / divisor, Decimal(1)).adjusted() + 1
    places = 0 if divisor == 1 and not currency else max(0, min(2, 3 - whole))
    return Scale(f"{symbol}{name}", printer, divisor, places)


def _divisor(largest: Decimal, spoken) -> tuple[Decimal, str]:
    """What a language counts in at a size: thousands, 万 …, and how it writes that."""
    formats = spoken.compact_decimal_formats["short"]["other"]
    powers = [int(power) for power in formats if int(power) <= largest]
    if not powers:
        return Decimal(1), ""
    pattern = str(formats[str(max(powers))].pattern).replace("'", "")
    word = pattern.replace("0", "").strip()
    if not word:
        return Decimal(1), ""
    return Decimal(max(powers) // 10 ** (len(re.search("0+", pattern)[0]) - 1)), word
