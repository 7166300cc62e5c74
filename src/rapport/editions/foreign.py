"""Foreign text: what other systems' people typed, made harmless wherever it is shown."""

import re

# Characters that draw nothing and change what others mean: controls, and the marks that force a direction on what follows.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\ufeff]")
_DIRECTIONS = re.compile("[\u202a-\u202e\u2066-\u2069]")


def harmless(text: str) -> str:
    """A text without control characters, halves of characters, and marks that turn the direction of what follows.

    Letters of right-to-left scripts keep their direction: they carry it themselves.
    """
    if text.isprintable():  # nearly always
        return text
    return _CONTROLS.sub("\ufffd", _DIRECTIONS.sub("", text))
