"""Faces without a date. Changes one name in WeasyPrint's `pdf.fonts`; lays nothing out.

WeasyPrint makes a static face of a variable one with fontTools, which writes the time of the build
into its `head` table (`TTFont.recalcTimestamp`): two builds of the same text differ in their bytes.
"""

from __future__ import annotations

import functools

from fontTools.ttLib import TTFont
from weasyprint.pdf import fonts


def undated() -> None:
    """Faces keep the date that their makers gave them."""
    fonts.TTFont = functools.partial(TTFont, recalcTimestamp=False)
