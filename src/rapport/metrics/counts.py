"""Counts: what is told in place of a rate or score that rests on too few."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from string import Formatter


@dataclass(frozen=True)
class Counts:
    """Numbers, and how each language says them.

    Args:
        numbers: by name; of a proportion `part` and `whole`, else by the metrics that count.
        sentences: by language, as a metric's `config.meta.counts` has them; a proportion has none of its own.
    """

    numbers: Mapping[str, Decimal]
    sentences: Mapping[str, str] = field(default_factory=dict)

    def text(self, language: str, write: Callable[[Decimal], str], otherwise: str) -> str:
        """The counts in words.

        Args:
            write: a number as the language writes it.
            otherwise: the sentence where the counts have none of their own.

        >>> sentence = {"en": "{happy:friend|friends} of {asked}"}
        >>> Counts({"happy": Decimal(1), "asked": Decimal(3)}, sentence).text("en", str, "")
        '1 friend of 3'
        """
        sentence = self.sentences.get(language) or self.sentences.get("en") or otherwise
        said = []
        for literal, name, noun, _ in Formatter().parse(sentence):
            said.append(literal)
            if name is not None:
                one, _, other = (noun or "").partition("|")
                word = one if self.numbers[name] == 1 else other or one
                said.append(f"{write(self.numbers[name])} {word}" if word else write(self.numbers[name]))
        return "".join(said)


def counted_in(sentences: Mapping[str, str]) -> tuple[str, ...]:
    """The metrics whose counts some sentences tell, each once."""
    names = (name for sentence in sentences.values() for _, name, _, _ in Formatter().parse(sentence))
    return tuple(dict.fromkeys(name for name in names if name is not None))
