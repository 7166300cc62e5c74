"""Drawing: a sheet on which charts put shapes and texts, and what becomes of it in print, on a page and in a mail."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from html import escape
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from rapport.editions.charts.lettering import CJK, FAMILY, Lettering, clean, runs

if TYPE_CHECKING:
    from rapport.logo import Mark

Anchor = Literal["start", "middle", "end"]
Shape = Literal["square", "diamond", "circle"]

LABEL = 10.0  # size of texts, of 660 units across 180 mm: 7.7 points in print


@dataclass(frozen=True)
class Canvas:
    """What a chart is drawn with.

    Args:
        paint: colours by the names of the theme; on a page they are CSS variables, so that a dark screen turns them.
        fonts: where the bundled fonts lie.
        tells: whether marks carry what a pointer on them shows; print has no pointers.
        splits: whether Chinese is set apart from Latin, as the rasteriser needs it: it sets a whole text in one font.
    """

    paint: Mapping[str, str]
    fonts: Path
    tells: bool = False
    splits: bool = False

    @property
    def lettering(self) -> Lettering:
        """The measures of the fonts."""
        return Lettering(self.fonts)

    def sheet(self, width: float, height: float) -> "Sheet":
        """An empty sheet."""
        return Sheet(self, width, height)


class Sheet:
    """A drawing in the making; y grows downwards.

    Attributes:
        stretches: whether it fills the place that it is given, as bars without texts may.
    """

    def __init__(self, canvas: Canvas, width: float, height: float) -> None:
        self.width, self.height = width, height
        self.stretches = False
        self._canvas = canvas
        self._marks: list[str] = []

    def bar(
        self, x: float, y: float, width: float, height: float, fill: str, outline: str | None = None, opacity: float = 1
    ) -> None:
        """A rectangle."""
        self._add("rect", x=x, y=y, width=width, height=height, fill=self._paint(fill), **self._edge(outline, opacity))

    def line(self, x: float, y: float, to_x: float, to_y: float, colour: str, width: float = 1) -> None:
        """A straight line."""
        self._add("line", x1=x, y1=y, x2=to_x, y2=to_y, stroke=self._paint(colour), stroke_width=width)

    def shape(self, shape: Shape, x: float, y: float, size: float, fill: str) -> None:
        """A mark around a point; `size` is its height. A rim keeps it apart from marks that it covers in part."""
        half = size / 2
        look = {"fill": self._paint(fill), "stroke": self._paint("paper"), "stroke_width": 0.6}
        if shape == "circle":
            self._add("circle", cx=x, cy=y, r=half, **look)
        elif shape == "square":
            self._add("rect", x=x - half, y=y - half, width=size, height=size, **look)
        else:
            points = " ".join(
                f"{_number(a)},{_number(b)}" for a, b in ((x, y - half), (x + half, y), (x, y + half), (x - half, y))
            )
            self._add("polygon", points=points, **look)

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        size: float = LABEL,
        weight: int = 400,
        anchor: Anchor = "start",
        colour: str = "ink",
    ) -> None:
        """A line of text; y is its base line. It is moved where it would leave the sheet."""
        words = clean(words)
        width = self._canvas.lettering.width(words, size, weight)
        before = {"start": 0.0, "middle": 0.5, "end": 1.0}[anchor] * width
        x = max(min(x, self.width - width + before), before)
        style = {"font_size": size, "font_weight": weight, "fill": self._paint(colour)}
        if not self._canvas.splits:
            self._marks.append(f"<text{_attributes({'x': x, 'y': y, 'text_anchor': anchor, **style})}>{escape(words)}</text>")
            return
        start = x - before
        for piece in runs(words):
            family = {"font_family": "Noto Sans SC"} if ord(piece[0]) >= CJK else {}  # else any font that has the characters
            attributes = _attributes({"x": start, "y": y, **style, **family})
            self._marks.append(f'<text{attributes} xml:space="preserve">{escape(piece)}</text>')
            start += self._canvas.lettering.width(piece, size, weight)

    @contextmanager
    def told(self, lines: Sequence[str], x: float, y: float, width: float, height: float) -> Iterator[None]:
        """What is drawn inside shows `lines` when a pointer is in the given rectangle, the first as heading."""
        if not self._canvas.tells:
            yield
            return
        told = escape("\n".join(clean(line) for line in lines))
        area = _attributes({"x": x, "y": y, "width": width, "height": height, "fill": "none", "pointer_events": "all"})
        self._marks.append(f'<g class="told"><title>{told}</title><rect{area}/>')
        yield
        self._marks.append("</g>")

    def svg(self, title: str, kind: str = "chart") -> str:
        """The SVG element; its claim is the first child, which PDF/UA takes as its alternative text.

        Args:
            kind: its class.
        """
        title = clean(title)
        size = f"0 0 {_number(self.width)} {_number(self.height)}"
        head = f'class="{kind}" role="img" xmlns="http://www.w3.org/2000/svg" viewBox="{size}" '
        head += 'preserveAspectRatio="none"' if self.stretches else f'font-family="{FAMILY}"'
        if self._canvas.tells:  # a <title> of the whole would hide those of its parts from pointers
            return f'<svg {head} aria-label="{escape(title)}">{"".join(self._marks)}</svg>'
        return f"<svg {head}><title>{escape(title)}</title>{''.join(self._marks)}</svg>"

    def png(self, background: str, scale: float = 2) -> bytes:
        """The sheet as a picture on a ground of the named colour, `scale` pixels a unit."""
        import vl_convert

        _register_fonts(self._canvas.fonts)
        size = f'width="{_number(self.width)}" height="{_number(self.height)}"'
        ground = f'<rect {size} fill="{self._paint(background)}"/>'
        head = f'xmlns="http://www.w3.org/2000/svg" {size} font-family="{FAMILY}"'
        return _small(vl_convert.svg_to_png(f"<svg {head}>{ground}{''.join(self._marks)}</svg>", scale=scale))

    def _add(self, element: str, **attributes: object) -> None:
        self._marks.append(f"<{element}{_attributes(attributes)}/>")

    def _paint(self, name: str) -> str:
        return self._canvas.paint[name]

    def _edge(self, outline: str | None, opacity: float) -> dict[str, object]:
        edge = {"stroke": self._paint(outline), "stroke_width": 1} if outline else {}
        return edge if opacity == 1 else {**edge, "fill_opacity": opacity}


def _small(picture: bytes) -> bytes:
    """A drawing with a palette: few colours, a fifteenth of the bytes."""
    from PIL import Image

    with Image.open(BytesIO(picture)) as opened:
        few = opened.convert("RGB").quantize(64, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    content = BytesIO()
    few.save(content, "PNG", optimize=True)
    return content.getvalue()


def as_png(mark: "Mark", fonts: Path, height: int = 56) -> bytes:
    """A logo as a picture for mails: readers of mail show no SVG."""
    if mark.kind == "image/png":
        return mark.content
    import vl_convert

    _register_fonts(fonts)
    svg = mark.content.decode("utf-8")
    drawn = vl_convert.svg_to_png(svg)
    return vl_convert.svg_to_png(
        svg, scale=max(height / int.from_bytes(drawn[20:24], "big"), 0.01)
    )  # the header has the height


def _attributes(attributes: Mapping[str, object]) -> str:
    return "".join(
        f' {name.replace("_", "-")}="{_number(value) if isinstance(value, int | float) else escape(str(value))}"'
        for name, value in attributes.items()
    )


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


@cache
def _register_fonts(folder: Path) -> None:
    import vl_convert

    vl_convert.register_font_directory(str(folder))
