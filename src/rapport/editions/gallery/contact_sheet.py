"""The contact sheet: all pictures side by side with their names, to see a report at one glance."""

from collections.abc import Sequence
from pathlib import Path

from rapport.editions.fonts import font_folder
from rapport.settings import Settings

_WIDE, _TALL = 300, 430  # of a picture; a longer one shows its top
_GAP, _CAPTION, _ACROSS = 18, 22, 8
_GROUND, _INK = "#8A93A0", "#0D1117"


def write_contact_sheet(settings: Settings, pictures: Sequence[Path], file: Path) -> None:
    """Put pictures side by side, in their order, each with its name."""
    from PIL import Image, ImageDraw, ImageFont

    rows = -(-len(pictures) // _ACROSS)
    across, down = _WIDE + _GAP, _TALL + _GAP + _CAPTION
    sheet = Image.new("RGB", (_ACROSS * across + _GAP, rows * down + _GAP), _GROUND)
    pen = ImageDraw.Draw(sheet)
    font = ImageFont.truetype(str(font_folder(settings) / "Inter_600SemiBold.ttf"), 14)
    for place, name in enumerate(pictures):
        x, y = _GAP + place % _ACROSS * across, _GAP + place // _ACROSS * down
        with Image.open(name) as opened:
            wide, tall = opened.size
            shown = opened.convert("RGB").crop((0, 0, wide, min(tall, round(wide * _TALL / _WIDE))))
            sheet.paste(shown.resize((_WIDE, round(shown.height * _WIDE / wide)), Image.Resampling.LANCZOS), (x, y + _CAPTION))
        pen.text((x, y), name.stem, font=font, fill=_INK)
    sheet.save(file, optimize=True)
