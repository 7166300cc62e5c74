"""Lettering: how wide a text is in the bundled fonts, and how to make one fit."""

import unicodedata
from functools import cache
from itertools import accumulate, groupby, takewhile
from pathlib import Path

FAMILY = "Inter,Noto Sans SC,sans-serif"  # unquoted and without blanks, or charts take Japanese shapes for Chinese
CJK = 0x2E80  # from this code point on the Chinese font has the characters, below it Inter

_FILES = {400: "Inter_400Regular.ttf", 600: "Inter_600SemiBold.ttf", 700: "Inter_700Bold.ttf"}
_LONGEST = 400  # characters; no label has room for more
_ELLIPSIS = "…"


class Lettering:
    """Measures texts as the bundled fonts set them.

    Args:
        folder: where the fonts lie.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def width(self, text: str, size: float, weight: int = 400) -> float:
        """How wide a text is, in the unit of `size`; without kerning, so never too small by much."""
        advances = _advances(self._folder / _FILES[weight])
        # what Inter lacks is set in a font whose characters are as wide as high, or narrower
        return size * sum(advances.get(ord(one), 1.0) if ord(one) < CJK else 1.0 for one in text)

    def shortened(self, text: str, room: float, size: float, weight: int = 400) -> str:
        """A text, cut with an ellipsis where it is wider than `room`."""
        if self.width(text, size, weight) <= room:
            return text
        room -= self.width(_ELLIPSIS, size, weight)
        widths = accumulate(self.width(one, size, weight) for one in text)
        fitting = sum(1 for _ in takewhile(lambda width: width <= room, widths))
        return text[:fitting].rstrip() + _ELLIPSIS

    def wrapped(self, text: str, room: float, size: float, weight: int = 400, lines: int = 2) -> list[str]:
        """A text in at most `lines` lines of width `room`; it breaks at blanks, Chinese anywhere."""
        done: list[str] = []
        line = ""
        for piece in _breakable(text):
            if line and self.width((line + piece).rstrip(), size, weight) > room:
                done.append(line.strip())
                line = ""
            line += piece
        done.append(line.strip())
        kept = [*done[: lines - 1], " ".join(done[lines - 1 :])]
        return [self.shortened(one, room, size, weight) for one in kept if one]


def clean(text: object) -> str:
    """A text for a label: one line, without control characters and marks that turn the direction of writing."""
    kept = "".join(one if unicodedata.category(one)[0] != "C" else " " for one in str(text)[:_LONGEST])
    return " ".join(kept.split())


def runs(text: str) -> list[str]:
    """A text in pieces that one of the bundled fonts has."""
    return ["".join(piece) for _, piece in groupby(text, key=lambda one: ord(one) >= CJK)]


def _breakable(text: str) -> list[str]:
    pieces = [""]
    for one in text:
        if ord(one) >= CJK and pieces[-1] and not pieces[-1][-1].isdigit():  # a number keeps its word: 10月
            pieces.append("")
        pieces[-1] += one
        if one == " " or ord(one) >= CJK:
            pieces.append("")
    return [piece for piece in pieces if piece]


@cache
def _advances(file: Path) -> dict[int, float]:
    from fontTools.ttLib import TTFont

    font = TTFont(file, lazy=True)
    metrics, whole = font["hmtx"].metrics, font["head"].unitsPerEm
    return {code: metrics[name][0] / whole for code, name in font.getBestCmap().items()}
