"""The printer: figures as text or HTML in one language, each carrying its id so that it can be traced."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal

from markupsafe import Markup, escape

from rapport.editions.figures import FigureSet
from rapport.editions.printed import UNKNOWN, compact, exact, signed
from rapport.editions.words import Catalogue, pieces
from rapport.metrics.reason import Reason

if TYPE_CHECKING:
    from decimal import Decimal

    from rapport.metrics.figures import Figure
    from rapport.metrics.periods import Period

Form = Literal["compact", "exact", "signed", "size"]


class Printer:
    """Writes the figures of one edition in one language.

    Forms: `compact` at a glance (€12.8M), `exact` in tables, `signed` for changes (+8.9%), `size` for a change whose direction
    the sentence says (8.9%).
    """

    def __init__(self, figures: FigureSet, catalogue: Catalogue) -> None:
        self._figures, self._catalogue = figures, catalogue
        self._anchored: set[str] = set()

    @property
    def language(self) -> str:
        """The language it writes."""
        return self._catalogue.language

    def text(self, figure: "Figure", form: Form = "compact") -> str:
        """A figure as text; '–' when it has no value."""
        if figure.value is None:
            return self._counts(figure) or UNKNOWN
        value = abs(figure.value) if form == "size" else figure.value
        if form == "signed":
            text = signed(value, figure.unit, self.language, figure.currency)
        elif figure.unit == "percentage_points":
            text = signed(value, figure.unit, self.language).removeprefix("+")
        else:
            text = (exact if form == "exact" else compact)(value, figure.unit, figure.currency, self.language)
        key = f"units.{figure.unit}"
        return self._catalogue.text(key).replace("{number}", text) if self._catalogue.has(key) else text

    def _counts(self, figure: "Figure") -> str:
        """The counts of a rate or score that rests on too few: 1 of 3."""
        if figure.counts is None:
            return ""

        def written(number: "Decimal") -> str:
            return exact(number, "count", None, self.language)

        return figure.counts.text(self.language, written, self._catalogue.text("formats.counts"))

    def html(self, figure: "Figure", form: Form = "compact") -> Markup:
        """A figure as an element that carries its id; its first place on the page is also an anchor of that name."""
        anchor = Markup("") if figure.id in self._anchored else Markup(' id="{}"').format(figure.id)
        self._anchored.add(figure.id)
        return Markup('<data class="figure"{} data-figure="{}" value="{}" title="{}">{}</data>').format(
            anchor,
            figure.id,
            "" if figure.value is None else f"{figure.value:f}",
            self.reason(figure.reason) if figure.value is None and figure.reason else figure.id,
            self.text(figure, form),
        )

    def sentence(self, key: str, **texts: object) -> Markup:
        """The text of a key with its figures, as HTML.

        Args:
            texts: what stands in places that are not names of the report's figures: a period's name, the figures of a row.
        """
        return Markup("").join(self._pieces(key, texts, self.html))

    def plain(self, key: str, **texts: object) -> str:
        """The text of a key with its figures, as plain text for subjects, mail and titles."""
        return "".join(str(piece) for piece in self._pieces(key, texts, self.text))

    def _pieces(self, key: str, texts: dict[str, object], write) -> list[object]:
        def written(name: str, form: Form | None) -> object:
            if name in texts:
                given = texts[name]
                return write(given, form or "compact") if hasattr(given, "unit") else given
            figure = self._figures.find(name)
            if figure is None:
                raise LookupError(f"the text {key!r} names {name!r}, which is neither a figure of this report nor given")
            return write(figure, form or "compact")

        return [
            part if isinstance(part, str) else written(part.name, part.form)
            for part in pieces(self._catalogue.text(key, self._figures.value_of))
        ]

    def period(self, period: "Period", form: Literal["long", "short", "brief"] = "long") -> str:
        """A period's name: October 2026 (long), Oct 26 (short), Oct (brief)."""
        from babel.dates import format_date

        if period.kind == "month":
            return format_date(period.start, format=self._catalogue.text(f"formats.month.{form}"), locale=self.language)
        if period.kind in ("day", "range"):
            days = [format_date(day, format="medium", locale=self.language) for day in (period.start, period.last_day)]
            return days[0] if period.kind == "day" else " – ".join(days)
        return period.text

    def day(self, day: date) -> str:
        """A day as people write it in a table."""
        from babel.dates import format_date

        return format_date(day, format=self._catalogue.text("formats.day"), locale=self.language)

    def instant(self, moment: datetime) -> str:
        """A day and time to the minute, in the zone that `moment` has."""
        from babel.dates import format_datetime

        return format_datetime(moment, format=self._catalogue.text("formats.instant"), locale=self.language)

    def own(self, texts: dict[str, str]) -> str:
        """One of a text's languages: this one, else English, else any."""
        return texts.get(self.language) or texts.get("en") or next(iter(texts.values()), "")

    def word(self, key: str, otherwise: str | None = None) -> str:
        """A text without places; where the catalogue has none, the words of a name such as `order_gap`, if one is given."""
        if otherwise is not None and not self._catalogue.has(key):
            return otherwise.replace("_", " ")
        return self._catalogue.text(key, self._figures.value_of)

    def member(self, column: str, text: object) -> str:
        """A text of a listing in words: the catalogue has names for members such as a segment, under `members.<column>`.

        What it has no name for, such as a customer, stays as it is.
        """
        if text is None:
            return self.word("members.unknown")
        named = self._catalogue.raw(f"members.{column}")
        return named.get(str(text), str(text)) if isinstance(named, dict) else str(text)

    def in_order(self, column: str, members: Sequence[str]) -> list[str]:
        """Members in the order in which the catalogue names them, then the others as they come; each once."""
        named = list(self._catalogue.raw(f"members.{column}") or ())
        return sorted(dict.fromkeys(members), key=lambda one: named.index(one) if one in named else len(named))

    def reason(self, reason: str | None) -> str:
        """Why a figure has no value, in this language; a sentence that is not one of ours stays as it is."""
        if not isinstance(reason, Reason):
            return reason or ""
        return self.joined([self._part(part) for part in reason.parts], "semicolon")

    def _part(self, reason: Reason) -> str:
        def written(value: object) -> str:
            if isinstance(value, tuple):
                return self.listed([str(one) for one in value])
            return self.day(value) if isinstance(value, date) else str(value)

        return self.plain(f"reasons.{reason.key}", **{name: written(value) for name, value in reason.values.items()})

    def joined(self, texts: Sequence[str], how: Literal["sentence", "semicolon"] = "sentence") -> str:
        """Texts one after the other, as the language sets them: Chinese has no space between sentences."""
        between = str(self._catalogue.raw(f"formats.between.{how}"))
        return Markup(between).join(texts) if any(isinstance(text, Markup) for text in texts) else between.join(texts)

    def has(self, key: str) -> bool:
        """Whether the catalogue has a text of this key."""
        return self._catalogue.has(key)

    def limit(self, name: str) -> int:
        """A limit that the language sets under `formats`, such as `headline_at_most` characters."""
        return int(self._catalogue.raw(f"formats.{name}"))

    def personal(self, classes: Iterable[str]) -> str:
        """What kinds of personal data there are, in words; empty where there is none."""
        return self.listed([self.word(f"definitions.personal_classes.{kind}") for kind in classes])

    def listed(self, words: list[str]) -> str:
        """Words as a list in a sentence: a, b and c."""
        from babel.lists import format_list

        return str(escape(format_list(words, style="standard", locale=self.language))) if words else ""
