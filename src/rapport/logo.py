"""Logos: a company's mark as a file that is safe to put into a page."""

import base64
import re
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

_SVG = "{http://www.w3.org/2000/svg}"
_LARGEST = 300_000  # bytes; it is in every page and mail
_SHAPES = {
    *("svg", "g", "defs", "title", "desc", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan"),
    *("use", "symbol", "clipPath", "mask", "linearGradient", "radialGradient", "stop", "style"),
}


@dataclass(frozen=True)
class Mark:
    """A picture: its kind (`image/png`, `image/svg+xml`) and its bytes."""

    kind: str
    content: bytes

    @property
    def uri(self) -> str:
        """The picture as `data:` address, for a page that asks nothing of any network."""
        return f"data:{self.kind};base64,{base64.b64encode(self.content).decode()}"


def read_mark(file: Path) -> Mark:
    """Read a logo.

    Raises:
        ValueError: the file is missing, too large, neither PNG nor SVG, or an SVG that does more than draw.
    """
    try:
        content = file.read_bytes()
    except OSError:
        raise ValueError(f"there is no file {file}; paths start beside company.yml") from None
    if len(content) > _LARGEST:
        raise ValueError(
            f"{file.name} has {len(content) // 1000} kB; {_LARGEST // 1000} kB at most, as every page and mail holds it"
        )
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return Mark("image/png", content)
    if file.suffix.lower() == ".svg":
        _require_harmless(content, file.name)
        return Mark("image/svg+xml", content)
    raise ValueError(f"{file.name} is neither a PNG nor an SVG")


def _require_harmless(content: bytes, name: str) -> None:
    """Refuse an SVG with anything but shapes, texts and colours."""
    if re.search(rb"<!(DOCTYPE|ENTITY)", content, flags=re.IGNORECASE):  # before parsing: entities can grow without end
        raise ValueError(f"{name} declares a document type or entities; export it as plain SVG")
    try:
        root = ElementTree.fromstring(content)
    except ElementTree.ParseError as error:
        raise ValueError(f"{name} is not XML: {error}") from None
    if root.tag != f"{_SVG}svg":
        raise ValueError(f"{name} is not an SVG")
    for element in root.iter():
        tag = str(element.tag).removeprefix(_SVG)
        if tag not in _SHAPES:
            raise ValueError(f"{name} holds <{tag.rpartition('}')[2]}>, which a logo may not; export it as plain SVG")
        for key, value in (*element.attrib.items(), ("style", element.text or "" if tag == "style" else "")):
            attribute = key.rpartition("}")[2].lower()
            if attribute.startswith("on"):
                raise ValueError(f"{name} holds a script ({attribute})")
            refers = attribute == "href" and not value.strip().startswith("#")
            if refers or re.search(r"url\(\s*['\"]?\s*[^#'\"\s]|@import|javascript:", value, flags=re.IGNORECASE):
                raise ValueError(f"{name} refers to something outside itself ({attribute}: {value[:60]})")
