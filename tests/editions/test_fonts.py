"""Fonts: a page carries those characters that it shows, and no others."""

import base64
import re
import subprocess
import sys
from io import BytesIO

import pytest
from fontTools.ttLib import TTFont

from rapport.editions.fonts import font_faces
from rapport.editions.subset import cut_down
from rapport.errors import RapportError
from tests.editions.drawn import FONTS

SOME = "Revenue €12.8M −3.2% Søren"


def fonts_in(css: str) -> dict[tuple[str, str], TTFont]:
    found = re.findall(r'font-family:"([^"]*)";font-weight:(\d+);[^}]*base64,([^"]*)"', css)
    return {(family, weight): TTFont(BytesIO(base64.b64decode(content))) for family, weight, content in found}


def test_a_page_carries_the_characters_that_it_shows_and_no_others(settings):
    fonts = fonts_in(font_faces(settings, f"{SOME} 营收 {SOME}"))

    weights = {"Inter": ("400", "600", "700"), "Noto Sans SC": ("400", "700")}
    assert sorted(fonts) == [(family, weight) for family, those in weights.items() for weight in those]
    for (family, _), font in fonts.items():
        assert set(map(chr, font.getBestCmap())) == (set("营收") if family == "Noto Sans SC" else set(SOME))


def test_a_page_without_chinese_carries_no_chinese_font(settings):
    assert {family for family, _ in fonts_in(font_faces(settings, SOME))} == {"Inter"}


def test_digits_can_still_stand_in_columns(settings):
    font = fonts_in(font_faces(settings, "0123456789"))["Inter", "400"]

    assert "tnum" in {record.FeatureTag for record in font["GSUB"].table.FeatureList.FeatureRecord}


def test_a_glyph_keeps_its_shape():
    file = FONTS / "NotoSansSC_400Regular.ttf"
    whole, less = TTFont(file, lazy=True), TTFont(BytesIO(cut_down(file, [ord("骨")], ())))

    def outline(font: TTFont) -> list:
        return list(font["glyf"][font.getBestCmap()[ord("骨")]].getCoordinates(font["glyf"])[0])

    assert outline(less) == outline(whole)


def test_what_is_no_font_is_refused(tmp_path):
    (tmp_path / "font.ttf").write_bytes(b"no font")

    with pytest.raises(RapportError):
        cut_down(tmp_path / "font.ttf", [65], ())


def test_a_font_has_the_same_bytes_in_every_process():
    code = (
        "import hashlib; from rapport.editions.subset import cut_down; from tests.editions.drawn import FONTS;"
        "print(hashlib.sha256(cut_down(FONTS / 'Inter_700Bold.ttf', map(ord, 'Net revenue'), ['kern'])).hexdigest())"
    )
    runs = {subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout for _ in range(2)}

    assert len(runs) == 1
