"""The bundled fonts: the same bytes and the right Chinese shapes on every machine."""

import base64
import os
import re
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape

from rapport.files import write_atomically
from rapport.settings import Settings

_CJK = 0x2E80  # from this code point on the Chinese font has the characters, below it Inter


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
    latin = frozenset(ord(character) for character in text if ord(character) < _CJK)
    chinese = frozenset(ord(character) for character in text if ord(character) >= _CJK)
    faces = (
        _face(file, chinese if file.name.startswith("NotoSansSC") else latin)
        for file in sorted(font_folder(settings).glob("*.ttf"))
    )
    return "\n".join(face for face in faces if face)


@cache
def _face(file: Path, characters: frozenset[int]) -> str:
    import logging
    from io import BytesIO

    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    logging.getLogger("fontTools").setLevel(logging.ERROR)
    if not characters:
        return ""
    font = TTFont(file, lazy=True, recalcTimestamp=False)  # the same bytes each time
    wanted = characters & set(font.getBestCmap())
    options = Options(layout_features=["kern", "tnum", "calt", "ccmp", "locl"], hinting=False, notdef_outline=True)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=wanted)
    subsetter.subset(font)
    font.flavor = "woff2"
    content = BytesIO()
    font.save(content)
    family = "Noto Sans SC" if file.name.startswith("NotoSansSC") else "Inter"
    weight = re.search(r"_(\d+)", file.stem)[1]
    encoded = base64.b64encode(content.getvalue()).decode()
    return (
        f'@font-face{{font-family:"{family}";font-weight:{weight};font-display:swap;'
        f'src:url("data:font/woff2;base64,{encoded}") format("woff2")}}'
    )
