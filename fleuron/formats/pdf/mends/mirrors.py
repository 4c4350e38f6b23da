"""A mend to the text layer: a bracket that right-to-left text turns round is not told as its other.

Within right-to-left text an opening bracket is drawn with the closing one's glyph. WeasyPrint 70.0
tells a glyph's text once, by its first use: where that was a turned one, every closing bracket of
the face could be copied, searched and read aloud as an opening one. A glyph stands for what it
shows; what turned text says stands beside it (`tags.words`).
"""

from __future__ import annotations

import contextlib
import re
import unicodedata
from collections.abc import Callable
from functools import cache

from weasyprint.draw.text import draw_first_line

from fleuron.formats.pdf.mends.patching import rewrite

_OTHER = {"LEFT": "RIGHT", "RIGHT": "LEFT", "LESS": "GREATER", "GREATER": "LESS"}
_SIDE = re.compile(rf"\b({'|'.join(_OTHER)})\b")


def shown(text: str, level: int) -> str:
    """The text whose glyph is drawn for `text` at a level of embedding (UAX #9, rule L4)."""
    return mirror(text) if level % 2 and len(text) == 1 else text


@cache
def mirror(char: str) -> str:
    """The character that looks as `char` does in a mirror, or itself: those that are turned round
    are named after their sides."""
    name = unicodedata.name(char, "") if unicodedata.mirrored(char) else ""
    other = _SIDE.sub(lambda found: _OTHER[found[1]], name)
    with contextlib.suppress(KeyError):
        return unicodedata.lookup(other) if other else char
    return char


def glyphs_are_told_as_they_are_seen() -> None:
    rewrite(
        draw_first_line,
        "1bb8eae6d88e71b1",
        (
            "= utf8_text[offset+t1:offset+t2].decode()\n",
            "= shown(\n"
            "                    utf8_text[offset+t1:offset+t2].decode(),\n"
            "                    glyph_item.item.analysis.level)\n",
        ),
        shown=shown,
    )


MENDS: tuple[Callable[[], None], ...] = (glyphs_are_told_as_they_are_seen,)
