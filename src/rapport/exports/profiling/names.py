"""Names: of columns from headers, of a table and its `files` pattern from file names."""

import re
import unicodedata
from collections.abc import Sequence
from os.path import basename

from rapport.exports.profiling.terms import TERMS

_RESERVED = """
all and any as asc asymmetric both case cast check collate column constraint create default deferrable
desc distinct do else end except false fetch for foreign from grant group having in initially intersect
into lambda lateral leading limit not null offset on only or order pivot placing primary qualify
references returning select show some summarize symmetric table then to trailing true union unique unpivot
using variadic when where window with
"""
_DAY = re.compile(r"(?<!\d)(\d{4}-\d{2}-\d{2}|\d{4}_\d{2}_\d{2}|20\d{6}|19\d{6})(?!\d)")
_DAY_FORMATS = {"-": "%Y-%m-%d", "_": "%Y_%m_%d", "": "%Y%m%d"}


def snake_case(text: str) -> str:
    """`Customer ID`, `customerID`, `Größe (cm)` as `customer_id`, `customer_id`, `groesse_cm`; empty when nothing is left."""
    for letter, plain in {
        "ä": "ae",
        "ö": "oe",
        "ü": "ue",
        "Ä": "Ae",
        "Ö": "Oe",
        "Ü": "Ue",
        "ß": "ss",
        "%": " percent ",
        "&": " and ",
    }.items():
        text = text.replace(letter, plain)
    text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", text)
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")


def column_names(headers: Sequence[str]) -> list[tuple[str, str]]:
    """A name in the lake for each header, with what is to be said of it: they differ, and no engine reserves them."""
    named: list[tuple[str, str]] = []
    taken: set[str] = set()
    for place, header in enumerate(headers, start=1):
        plain = " ".join(header.split())
        has_letters_left = sum(c.isascii() for c in plain) * 2 >= len(plain)
        name, said = TERMS.get(plain, ""), "the usual term for this header"
        if not name and has_letters_left:
            name, said = snake_case(plain), ""
        if name[:1].isdigit():
            name = f"n_{name}"
        if name in _RESERVED.split():
            name = f"{name}_value"
        if not name:
            name, said = f"column_{place}", "rename it: no English name can be made from the header"
        unique, number = name, 2
        while unique in taken:
            unique, number = f"{name}_{number}", number + 1
        taken.add(unique)
        named.append((unique, said))
    return named


def table_name(names: Sequence[str]) -> str:
    """A table's name from its sample files': what they share, without days."""
    stems = [_DAY.sub("", basename(name).split(".")[0]) for name in names]
    shared = snake_case(_shared_beginning(stems)) or snake_case(stems[0])
    return re.sub(r"_\d*$", "", shared) or "records"


def files_pattern(names: Sequence[str]) -> tuple[str, dict[str, str] | None]:
    """The `files` pattern that covers the samples, and `exported_at` when each name has a day."""
    bases = [basename(name) for name in names]
    days = [_DAY.search(base) for base in bases]
    if all(days):
        patterns = {
            f"{_escaped(base[: day.start()])}*{_escaped(base[day.end() :])}" for base, day in zip(bases, days, strict=True)
        }
        if len(patterns) == 1:
            text = days[0][1]
            separator = text[4] if not text[4].isdigit() else ""
            digits = rf"(\d{{4}}{separator}\d{{2}}{separator}\d{{2}})"
            return patterns.pop(), {"name": digits, "format": _DAY_FORMATS[separator]}
    if len(set(bases)) == 1:
        return _escaped(bases[0]), None
    prefix = _shared_beginning(bases)
    suffix = _shared_beginning([base[::-1] for base in bases])[::-1]
    return f"{_escaped(prefix)}*{_escaped(suffix)}", None


def _shared_beginning(texts: Sequence[str]) -> str:
    first, last = min(texts), max(texts)
    return first[: next((place for place, letter in enumerate(first) if letter != last[place]), len(first))]


def _escaped(text: str) -> str:
    return re.sub(r"([*?\[])", r"[\1]", text)
