"""Foreign text: what other systems' people typed, made harmless wherever it is shown."""

import re

# Characters that draw nothing and change what others mean: controls, and the marks that force a direction on what follows.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\ufeff]")
_LONGEST_NAME = 80  # characters: hardly a name is longer, and one of 10,000 would push a page's own words off it
_DIRECTIONS = re.compile("[\u202a-\u202e\u2066-\u2069]")


def harmless(text: str) -> str:
    """A text without control characters, halves of characters, and marks that turn the direction of what follows.

    Letters of right-to-left scripts keep their direction: they carry it themselves.
    """
    if text.isprintable():  # nearly always
        return text
    return _CONTROLS.sub("\ufffd", _DIRECTIONS.sub("", text))


def shortened(cell: object) -> object:
    """A cell of foreign text, or of several, short enough to stand among the words of a page."""
    if isinstance(cell, list):
        return [shortened(one) for one in cell]
    if isinstance(cell, str) and len(cell) > _LONGEST_NAME:
        return f"{cell[: _LONGEST_NAME - 1].rstrip()}…"
    return cell
