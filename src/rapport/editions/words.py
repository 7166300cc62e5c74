"""Words: one catalogue of texts per language, and the sentences that rules write into it from figures."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path

from rapport.editions.report import read_yaml
from rapport.errors import UsageError
from rapport.settings import Settings

_PLACE = re.compile(r"\{([a-z_][a-z0-9_.]*)(?:\|([a-z]+))?\}")


@dataclass(frozen=True)
class Place:
    """A gap in a text: what stands there (`revenue.on_plan`) and in which form (`compact`, `size` …)."""

    name: str
    form: str | None


class Catalogue:
    """The texts of one language: `reports/locales/<language>.yml`, keys joined by dots.

    A text is one string, or plural forms (`one`, `other`, as CLDR names them) with `by`, the figure that decides.
    """

    def __init__(self, language: str, content: dict, file: Path) -> None:
        self.language, self._content, self._file = language, content, file

    def text(self, key: str, plural_of: Callable[[str], Decimal | None] | None = None) -> str:
        """The text of a key, in the plural form that the figure named by `by` asks for."""
        found = self.raw(key)
        if isinstance(found, dict) and "by" in found and plural_of:
            value = plural_of(found["by"])
            found = found.get(self._locale.plural_form(value)) or found.get("other")
        if not isinstance(found, str):
            raise UsageError(f"There is no text {key!r} in this language.", where=str(self._file), fix="Add it.")
        return found

    def has(self, key: str) -> bool:
        """Whether there is a text, or a group of texts, under a key."""
        return self.raw(key) is not None

    def raw(self, key: str) -> object:
        """What the file has under a key: a text, its plural forms, a group; None when there is nothing."""
        found: object = self._content
        for part in key.split("."):
            found = found.get(part) if isinstance(found, dict) else None
        return found

    def keys(self) -> set[str]:
        """Every key, so that a test can hold languages to the same set."""
        return set(_keys(self._content))

    @cached_property
    def _locale(self):
        from babel import Locale

        return Locale.parse(self.language)


def _keys(content: dict, prefix: str = "") -> Iterable[str]:
    for name, value in content.items():
        if isinstance(value, dict) and "by" not in value:
            yield from _keys(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}"


def languages(settings: Settings) -> list[str]:
    """The company's languages that have a catalogue, in the company's order."""
    return [language for language in settings.company.languages if _file(settings, language).exists()]


def read_catalogue(settings: Settings, language: str) -> Catalogue:
    """Read a language's catalogue."""
    file = _file(settings, language)
    return Catalogue(language, read_yaml(file), file)


def _file(settings: Settings, language: str) -> Path:
    return settings.reports / "locales" / f"{language}.yml"


def pieces(text: str) -> list[str | Place]:
    """Split a text into plain parts and places."""
    parts: list[str | Place] = []
    end = 0
    for match in _PLACE.finditer(text):
        parts += [text[end : match.start()], Place(match[1], match[2])]
        end = match.end()
    return [part for part in [*parts, text[end:]] if part != ""]
