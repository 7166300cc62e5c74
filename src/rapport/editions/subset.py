"""Subset: a font cut down to some characters, by HarfBuzz as in the PDF, in milliseconds (fontTools takes seconds)."""

import ctypes
from collections.abc import Iterable
from ctypes import c_char_p, c_int, c_uint, c_void_p
from functools import cache
from io import BytesIO
from pathlib import Path

from rapport.errors import RapportError

_LIBRARY = "libharfbuzz-subset.so.0"
_NO_HINTING, _NOTDEF_OUTLINE = 0x1, 0x40  # hb_subset_flags_t
_LAYOUT_FEATURES = 6  # hb_subset_sets_t: HB_SUBSET_SETS_LAYOUT_FEATURE_TAG


def cut_down(file: Path, characters: Iterable[int], features: Iterable[str]) -> bytes:
    """A TrueType font with some characters and layout features only, as WOFF.

    Args:
        characters: code points; those that the font lacks are passed over.
        features: OpenType tags such as `kern`.

    Raises:
        RapportError: HarfBuzz is missing, or cannot cut this font.
    """
    library = _library()
    blob = library.hb_blob_create_from_file(str(file).encode())
    face = library.hb_face_create(blob, 0)
    wanted = library.hb_subset_input_create_or_fail()
    unicodes = library.hb_subset_input_unicode_set(wanted)
    for character in sorted(set(characters)):
        library.hb_set_add(unicodes, character)
    tags = library.hb_subset_input_set(wanted, _LAYOUT_FEATURES)
    library.hb_set_clear(tags)
    for feature in features:
        library.hb_set_add(tags, int.from_bytes(feature.encode(), "big"))
    library.hb_subset_input_set_flags(wanted, _NO_HINTING | _NOTDEF_OUTLINE)
    less = library.hb_subset_or_fail(face, wanted)
    try:
        if not less or not library.hb_face_get_glyph_count(face):
            raise RapportError("A font cannot be cut down to a page's characters.", where=str(file), fix="Restore the file.")
        return _as_woff(_bytes_of(library, less))
    finally:
        for destroy, thing in (("face", less), ("subset_input", wanted), ("face", face), ("blob", blob)):
            if thing:
                getattr(library, f"hb_{destroy}_destroy")(thing)


def _bytes_of(library: ctypes.CDLL, face: int) -> bytes:
    blob = library.hb_face_reference_blob(face)
    length = c_uint()
    try:
        return ctypes.string_at(library.hb_blob_get_data(blob, ctypes.byref(length)), length.value)
    finally:
        library.hb_blob_destroy(blob)


def _as_woff(content: bytes) -> bytes:
    from fontTools.ttLib import TTFont

    font = TTFont(BytesIO(content), lazy=True, recalcTimestamp=False)  # tables are only packed, none is read
    font.flavor = "woff"
    packed = BytesIO()
    font.save(packed, reorderTables=None)
    return packed.getvalue()


@cache
def _library() -> ctypes.CDLL:
    try:
        library = ctypes.CDLL(_LIBRARY)
    except OSError as error:
        raise RapportError(
            "Fonts cannot be cut down for pages: a system library is missing.",
            where=str(error),
            fix="apt-get install libharfbuzz-subset0",
        ) from None
    types = {
        "hb_blob_create_from_file": (c_void_p, [c_char_p]),
        "hb_face_create": (c_void_p, [c_void_p, c_uint]),
        "hb_face_get_glyph_count": (c_uint, [c_void_p]),
        "hb_subset_input_create_or_fail": (c_void_p, []),
        "hb_subset_input_unicode_set": (c_void_p, [c_void_p]),
        "hb_subset_input_set": (c_void_p, [c_void_p, c_int]),
        "hb_subset_input_set_flags": (None, [c_void_p, c_uint]),
        "hb_set_add": (None, [c_void_p, c_uint]),
        "hb_set_clear": (None, [c_void_p]),
        "hb_subset_or_fail": (c_void_p, [c_void_p, c_void_p]),
        "hb_face_reference_blob": (c_void_p, [c_void_p]),
        "hb_blob_get_data": (c_void_p, [c_void_p, c_void_p]),
        "hb_blob_destroy": (None, [c_void_p]),
        "hb_face_destroy": (None, [c_void_p]),
        "hb_subset_input_destroy": (None, [c_void_p]),
    }
    for name, (result, arguments) in types.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library
