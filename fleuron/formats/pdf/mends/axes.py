"""Static faces of variable ones, with the axes they have. A font's subset in, the same made static.

WeasyPrint has fontTools make them: half a second for a brief, after a third of one for loading it.
HarfBuzz, which has cut the subset, does it in milliseconds, with the same outlines to the unit.

`font-variation-settings` are inherited, so that an optical size asked of a serif heading also
reaches a sans in it that has no such axis. fontTools refuses to make a static face then, WeasyPrint
puts the variable one into the file with a warning, and viewers show its lightest weight: here a
face takes those settings that are axes of its own.
"""

from __future__ import annotations

from typing import Any

import uharfbuzz
from weasyprint.pdf.fonts import Font

from fleuron.formats.pdf.mends.patching import rewrite

_STOCK = """\
        full_font = io.BytesIO(self.file_content)
        ttfont = TTFont(full_font, fontNumber=self.index)
        axes = {axis.axisTag: axis for axis in ttfont['fvar'].axes}
        if 'wght' in axes and 'wght' not in self.variations:
            self.variations['wght'] = self.weight
        if 'opsz' in axes and 'opsz' not in self.variations:
            self.variations['opsz'] = self.font_size
        if 'slnt' in axes and 'slnt' not in self.variations:
            slnt = 0
            if self.style == 1:
                if axes['slnt'].maxValue == 0:
                    slnt = axes['slnt'].minValue
                else:
                    slnt = axes['slnt'].maxValue
            self.variations['slnt'] = slnt
        if 'ital' in axes and 'ital' not in self.variations:
            self.variations['ital'] = int(self.style == 2)
        partial_font = io.BytesIO()
        try:
            ttfont = instantiateVariableFont(ttfont, self.variations, static=True)
            ttfont.save(partial_font)
        except Exception as exception:
            LOGGER.warning('Unable to instantiate "%s" variable font', self.family)
            LOGGER.debug('Original exception:', exc_info=exception)
        else:
            self.file_content = partial_font.getvalue()
"""
_ITALIC = 2  # Pango's PANGO_STYLE_ITALIC; 1 is oblique


def own() -> None:
    """A static face is made by those settings that are axes of its own."""
    if "_make_static" not in Font.clean.__globals__:
        change = _STOCK, "        _make_static(self)\n"
        rewrite(Font.clean, "cf6c698470f6a849", change, _make_static=make_static)


def make_static(font: Any) -> None:
    """The content of `font`, set to the weight, size and slant that the text is set in."""
    collection = font.file_content[:4] == b"ttcf"
    face = uharfbuzz.Face(font.file_content, font.index if collection else 0)
    plan = uharfbuzz.SubsetInput()
    plan.keep_everything()
    flags = uharfbuzz.SubsetFlags
    # Variable outlines overlap; a viewer that is told so does not show the seams.
    plan.flags = flags.RETAIN_GIDS | flags.NO_HINTING | flags.SET_OVERLAPS_FLAG
    axes = {axis.tag: axis for axis in face.axis_infos}
    for tag, value in _settings(font, axes).items():
        axis = axes[tag]
        plan.pin_axis_location(face, tag, min(max(value, axis.min_value), axis.max_value))
    small = uharfbuzz.subset(face, plan).blob.data
    assert small, f"{font.family} cannot be made static"
    font.file_content = bytes(small)


def _settings(font: Any, axes: dict[str, Any]) -> dict[str, float]:
    """A place on each axis: what the style sheet says, or what the text's font is."""
    slant = axes.get("slnt")
    usual = {
        "wght": font.weight,
        "opsz": font.font_size,
        "ital": int(font.style == _ITALIC),
        "slnt": (slant.max_value or slant.min_value) if slant and font.style == 1 else 0,
    }
    return {
        tag: font.variations.get(tag, usual.get(tag, axis.default_value))
        for tag, axis in axes.items()
    }
