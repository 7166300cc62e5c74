"""Sentences: what the rules chose, in the words of one language, each naming its rule and the action that it asks for."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from markupsafe import Markup

from rapport.editions.content import Content
from rapport.editions.due import nth_business_day
from rapport.editions.printer import Printer
from rapport.editions.rules import ROW, Action, Sentence

if TYPE_CHECKING:
    from rapport.metrics.figures import Figure

_ROOM = 4  # actions on the first page and in the mail


@dataclass(frozen=True)
class Point:
    """A sentence as templates see it: its words, the row that it is about, and who does what by when."""

    text: str
    row: Mapping[str, object]
    owner: str = ""
    due: str = ""
    in_play: "Figure | None" = None


class Sentences:
    """Says the sentences of one edition in one language; as HTML, figures are elements and foreign texts are marked."""

    def __init__(self, content: Content, printer: Printer, texts: Mapping[str, str], *, html: bool) -> None:
        self._content, self._printer, self._texts, self._html = content, printer, texts, html

    def say(self, key: str, row: Mapping[str, object] | None = None, **more: object) -> str:
        """The text of a key, with the cells of a row in its places `row.<column>`."""
        texts = {**self._texts, **dict(self._cells(row or {})), **more}
        return self._printer.sentence(key, **texts) if self._html else self._printer.plain(key, **texts)

    def slot(self, *names: str) -> str:
        """The sentences of slots, one after the other; nothing where no rule spoke."""
        return self._printer.joined([point.text for name in names for point in self.points(name)])

    def points(self, name: str) -> list[Point]:
        """The sentences of a slot."""
        return [self._point(sentence) for sentence in self._content.said.get(name, [])]

    def first_points(self, *names: str) -> list[Point]:
        """The sentences of slots as far as a page has room for them, each slot's in turn."""
        return [point for name in names for point in self.points(name)][:_ROOM]

    def _point(self, sentence: Sentence) -> Point:
        text = self.say(sentence.key, sentence.row)
        if self._html:
            text = Markup('<span data-rule="{}">{}</span>').format(sentence.rule, text)
        row = sentence.row or {}
        if sentence.action is None:
            return Point(text, row)
        return Point(
            text, row, self._owner(sentence.action, row), self._due(sentence.action), self._in_play(sentence.action, row)
        )

    def _owner(self, action: Action, row: Mapping[str, object]) -> str:
        if not action.owner.startswith(ROW):
            return self._printer.word(action.owner)
        return str(row.get(action.owner.removeprefix(ROW)) or self._printer.word("roles.sales"))

    def _due(self, action: Action) -> str:
        return self._printer.day(nth_business_day(self._content.as_of.date() + timedelta(days=1), action.due_business_days))

    def _in_play(self, action: Action, row: Mapping[str, object]) -> "Figure | None":
        if action.in_play is None:
            return None
        if action.in_play.startswith(ROW):
            return row.get(action.in_play.removeprefix(ROW))
        return self._content.figures.find(action.in_play)

    def _cells(self, row: Mapping[str, object]) -> Iterator[tuple[str, object]]:
        for column, cell in row.items():
            if isinstance(cell, dict):
                yield from ((f"{ROW}{column}.{key}", one) for key, one in cell.items())
            elif hasattr(cell, "unit"):
                yield f"{ROW}{column}", cell
            elif not isinstance(cell, list):
                text = self._printer.member(column, cell)
                yield f"{ROW}{column}", Markup("<span data-text>{}</span>").format(text) if self._html else text
