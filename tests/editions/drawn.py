"""Reads a chart back from its SVG: which bars, marks and texts stand where."""

import re
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from rapport.editions.charts.lettering import Lettering

FONTS = Path(__file__).parents[2] / "reports/layout/fonts"
SVG = "{http://www.w3.org/2000/svg}"
TOKENS = "ink muted rule surface paper accent actual prior plan good bad watch alarm highlight"
PAINT = {name: f"#{number:06X}" for number, name in enumerate(TOKENS.split(), start=0x101010)}


@dataclass(frozen=True)
class Placed:
    """Something on a chart: its colour by name, its words, and the box that it fills."""

    colour: str
    words: str
    left: float
    top: float
    right: float
    bottom: float

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2

    def touches(self, other: "Placed") -> bool:
        return self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom


class Drawn:
    """A chart as an eye sees it."""

    def __init__(self, svg: str) -> None:
        self.root = ElementTree.fromstring(svg)
        _, _, self.width, self.height = (float(part) for part in self.root.get("viewBox").split())
        self.title = self.root.findtext("{*}title")
        self.bars = [self._bar(element) for element in self.root.iter(SVG + "rect") if element.get("fill") != "none"]
        self.texts = [self._text(element) for element in self.root.iter(SVG + "text")]
        self.shapes = {
            kind: [element.get("fill") for element in self.root.iter(SVG + tag)]
            for kind, tag in (("circle", "circle"), ("diamond", "polygon"))
        }

    def bars_of(self, colour: str) -> list[Placed]:
        return [bar for bar in self.bars if bar.colour == colour]

    def text(self, words: str) -> Placed:
        (found,) = [text for text in self.texts if text.words == words]
        return found

    def overlaps(self) -> list[tuple[str, str]]:
        pairs = [(a, b) for place, a in enumerate(self.texts) for b in self.texts[place + 1 :]]
        return [(a.words, b.words) for a, b in pairs if a.touches(b)]

    def outside(self) -> list[str]:
        inside = (-0.01, -0.01, self.width + 0.01, self.height + 0.01)
        return [
            one.words
            for one in (*self.texts, *self.bars)
            if one.left < inside[0] or one.top < inside[1] or one.right > inside[2] or one.bottom > inside[3]
        ]

    def _bar(self, element: ElementTree.Element) -> Placed:
        x, y, width, height = (float(element.get(name)) for name in ("x", "y", "width", "height"))
        return Placed(_name(element.get("fill")), "", x, y, x + width, y + height)

    def _text(self, element: ElementTree.Element) -> Placed:
        words = "".join(element.itertext())
        x, y, size = (float(element.get(name)) for name in ("x", "y", "font-size"))
        width = Lettering(FONTS).width(words, size, int(element.get("font-weight")))
        left = x - {"start": 0, "middle": width / 2, "end": width}[element.get("text-anchor", "start")]
        # from the height of a digit to the base line: what counts as touching
        return Placed(_name(element.get("fill")), words, left, y - 0.73 * size, left + width, y)


def _name(colour: str) -> str:
    return next((name for name, value in PAINT.items() if value == colour), colour)


def visible_text(svg: str) -> str:
    return re.sub(r"<title>.*?</title>|<[^>]+>", " ", svg, flags=re.DOTALL)
