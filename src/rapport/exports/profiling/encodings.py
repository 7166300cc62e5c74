"""Encodings: which of those in use decode a whole file, and which of them reads most like text."""

import codecs
import re
from pathlib import Path

_MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_LEGACY = ("gb18030", "big5", "cp1252")
_CHUNK = 1 << 20
_READ = 1 << 18  # bytes of which the sense is judged


def encoding_of(file: Path) -> tuple[str, str]:
    """Tell the encoding of a text file.

    Returns:
        Its name, and why; other encodings that decode the file as well are named.
    """
    with open(file, "rb") as source:
        beginning = source.read(_READ)
    for mark, name in _MARKS.items():
        if beginning.startswith(mark):
            return name, "byte order mark"
    if _decodes(file, "ascii"):
        return "utf-8", "only ASCII so far"
    if _decodes(file, "utf-8"):
        return "utf-8", "decodes whole, which another encoding hardly does by chance"
    fitting = [name for name in _LEGACY if _decodes(file, name)]
    if not fitting:
        return "latin-1", "not utf-8, gb18030, big5 or cp1252; latin-1 decodes anything, so look at the texts"
    senses = {name: _sense(beginning, name) for name in fitting}
    best = max(fitting, key=lambda name: senses[name])
    others = [name for name in fitting if name != best]
    told = ", ".join(
        f"{name} decodes it, too, to less likely text ({senses[name]:.0%} against {senses[best]:.0%})" for name in others
    )
    return best, told or "decodes whole; the others in use do not"


def _decodes(file: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with open(file, "rb") as source:
        try:
            while chunk := source.read(_CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeError:
            return False
    return True


def _sense(content: bytes, encoding: str) -> float:
    """The share of what is not ASCII that is usual in the encoding's languages."""
    text = content.decode(encoding, errors="ignore")
    foreign = [c for c in text if ord(c) > 127]
    if not foreign:
        return 0.0
    if encoding == "cp1252":  # a letter with an accent stands alone between plain ones
        lone = re.findall(
            r"(?<![^\x00-\x7f])[ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝßàáâãäåæçèéêëìíîïñòóôõöøùúûüýÿ€£°§–’“”](?![^\x00-\x7f])", text
        )
        return len(lone) / len(foreign)
    return sum(_is_usual(c, encoding) for c in foreign) / len(foreign)


def _is_usual(character: str, encoding: str) -> bool:
    """Whether it is among the characters that the national standards put first because they are frequent."""
    try:
        lead = character.encode("gb2312" if encoding == "gb18030" else "big5")[0]
    except UnicodeError:
        return False
    if encoding == "gb18030":
        return 0xB0 <= lead <= 0xD7 or lead in (0xA1, 0xA3)  # level 1, punctuation, full-width forms
    return 0xA4 <= lead <= 0xC6 or lead == 0xA1
