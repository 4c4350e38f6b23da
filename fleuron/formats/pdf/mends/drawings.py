"""Mends of WeasyPrint's SVG: words in a drawing are set as words.

WeasyPrint 70.0 lays out each letter of an SVG text by itself, so that pairs are not kerned and
Arabic letters are not joined. Where no letter has a place of its own, the line is laid out whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from weasyprint.svg.text import text

from fleuron.formats.pdf.mends.patching import rewrite

_PLACED = ("x", "y", "dx", "dy", "rotate")


def whole_words() -> None:
    """Lay out a line of SVG text at once, unless its letters are placed one by one."""
    rewrite(
        text,
        "67a30c3e181b4a80",
        ("        for char in node.text]\n", "        for char in _at_once(node)]\n"),
        _at_once=at_once,
    )


def at_once(node: Any) -> Sequence[str]:
    """The parts of `node` that are laid out together."""
    placed = any(len(node.attrib.get(name, "").replace(",", " ").split()) > 1 for name in _PLACED)
    apart = placed or any(node.get(name) for name in ("letter-spacing", "textLength"))
    return node.text if apart or not node.text else (node.text,)


MENDS = (whole_words,)
