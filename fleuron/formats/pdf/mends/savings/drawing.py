"""What a glyph is drawn by, worked out once. A line's glyphs in, its text operators out.

For each glyph WeasyPrint asks Pango's structs for four numbers, one by one, and writes a number and
a correction of its width. Both are the same wherever the glyph stands in that width.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

from weasyprint.draw.text import draw_first_line
from weasyprint.text.ffi import ffi

from fleuron.formats.pdf.mends.patching import rewrite

# PangoGlyphInfo: the glyph, its width and its offsets, then flags.
_GLYPH = struct.Struct("=Iiii4x")


def write_each_glyph_once() -> None:
    assert ffi.sizeof("PangoGlyphInfo") == _GLYPH.size
    rewrite(
        draw_first_line,
        "1bb8eae6d88e71b1",
        (
            "        for i, glyph_info in enumerate(glyphs_info[0:num_glyphs]):\n"
            "            glyph_id = glyph_info.glyph\n"
            "            width = glyph_info.geometry.width\n",
            "        pieces = _pieces(font, font_size)\n"
            "        for i, (glyph_id, width, x_offset, y_offset) in enumerate(\n"
            "                _glyphs(glyphs_info, num_glyphs)):\n"
            "            plain = not (x_offset or y_offset)\n"
            "            if plain and (piece := pieces.get((glyph_id, width))):\n"
            "                string += piece[0]\n"
            "                x_advance += piece[1]\n"
            "                continue\n"
            "            start = len(string)\n",
        ),
        (
            "            offset = glyph_info.geometry.x_offset / font_size\n"
            "            rise = glyph_info.geometry.y_offset / 1000\n",
            "            offset = x_offset / font_size\n            rise = y_offset / 1000\n",
        ),
        (
            "            x_advance += (logical_width + offset - kerning) / 1000\n",
            "            advance = (logical_width + offset - kerning) / 1000\n"
            "            x_advance += advance\n"
            "            if plain and not (font.svg or font.png or font.colr):\n"
            "                pieces[glyph_id, width] = string[start:], advance\n",
        ),
        _pieces=_pieces,
        _glyphs=_glyphs,
    )


def _pieces(font: Any, size: float) -> dict[tuple[int, int], tuple[str, float]]:
    """By glyph and width, what draws it in that size and how far it leads."""
    sizes: dict[float, Any] = font.__dict__.setdefault("pieces", {})
    found: dict[tuple[int, int], tuple[str, float]] = sizes.setdefault(size, {})
    return found


def _glyphs(info: Any, count: int) -> Iterator[tuple[int, ...]]:
    return struct.iter_unpack(_GLYPH.format, ffi.buffer(info, count * _GLYPH.size))


SAVINGS = (write_each_glyph_once,)
