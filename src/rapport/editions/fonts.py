"""The bundled fonts: the same bytes and the right Chinese shapes on every machine."""

import base64
import os
import re
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape

from rapport.editions.charts.lettering import CJK
from rapport.files import write_atomically
from rapport.settings import Settings


def font_folder(settings: Settings) -> Path:
    """Where the TTFs and their licences lie."""
    return settings.reports / "layout" / "fonts"


def use_bundled_fonts(settings: Settings) -> None:
    """Let this process see the bundled fonts and no others.

    Fontconfig reads its configuration once, so this comes before WeasyPrint is imported.
    """
    cache_folder = settings.home / "cache" / "fontconfig"
    configuration = settings.home / "cache" / "fonts.conf"
    content = f"""<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{escape(str(font_folder(settings)))}</dir>
  <cachedir>{escape(str(cache_folder))}</cachedir>
</fontconfig>
""".encode()
    if not configuration.exists() or configuration.read_bytes() != content:
        write_atomically(configuration, content, point="edition.fonts.configured")
    os.environ["FONTCONFIG_FILE"] = str(configuration)


def font_faces(settings: Settings, text: str) -> str:
    """CSS that carries the bundled fonts, cut down to the characters of `text`, so that a page needs no other file.

    Returns:
        One @font-face per font that has any of the characters.
    """
    latin = frozenset(ord(character) for character in text if ord(character) < CJK)
    chinese = frozenset(ord(character) for character in text if ord(character) >= CJK)
    faces = (
        _face(file, chinese if file.name.startswith("NotoSansSC") else latin)
        for file in sorted(font_folder(settings).glob("*.ttf"))
    )
    return "\n".join(face for face in faces if face)


@cache
def _face(file: Path, characters: frozenset[int]) -> str:
    from rapport.editions.subset import cut_down

    if not characters:
        return ""
    content = cut_down(file, characters, ("kern", "tnum", "calt", "ccmp", "locl"))
    family = "Noto Sans SC" if file.name.startswith("NotoSansSC") else "Inter"
    weight = re.search(r"_(\d+)", file.stem)[1]
    encoded = base64.b64encode(content).decode()
    return (
        f'@font-face{{font-family:"{family}";font-weight:{weight};font-display:swap;'
        f'src:url("data:font/woff;base64,{encoded}") format("woff")}}'
    )
