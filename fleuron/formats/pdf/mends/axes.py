"""Faces with the axes they have. Changes one name in WeasyPrint's `pdf.fonts`; lays nothing out.

`font-variation-settings` are inherited, so that an optical size asked of a serif heading also
reaches a sans in it that has no such axis. fontTools refuses to make a static face then, WeasyPrint
puts the variable one into the file with a warning, and viewers show its lightest weight.
"""

from __future__ import annotations

from typing import Any

from fontTools.varLib.instancer import instantiateVariableFont
from weasyprint.pdf import fonts


def own() -> None:
    """A static face is made by those settings that are axes of its own."""
    fonts.instantiateVariableFont = _instantiated


def _instantiated(face: Any, settings: dict[str, float], **options: Any) -> Any:
    axes = {axis.axisTag for axis in face["fvar"].axes}
    known = {name: value for name, value in settings.items() if name in axes}
    return instantiateVariableFont(face, known, **options)
