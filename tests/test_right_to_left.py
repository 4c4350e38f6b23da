"""The Arabic edition on paper: lines keep to their column, at both ends."""

from __future__ import annotations

import re
import subprocess

import yaml
from support import ROOT, Shelf

POINTS = 72 / 25.4  # in a millimetre


def test_no_line_of_text_or_note_leaves_its_column(shelf: Shelf) -> None:
    """WeasyPrint takes indents off the wrong end of such lines: notes ran out of the page's margin,
    and the first lines of paragraphs were short where they end."""
    page = yaml.safe_load((ROOT / "templates" / "tokens.yaml").read_text("utf-8"))["page"]
    left, right = (float(page[side].removesuffix("mm")) * POINTS for side in ("end", "edge"))
    path = shelf.file("specimen-ar", "pdf")
    done = subprocess.run(
        ["pdftotext", "-bbox", path, "-"], capture_output=True, text=True, check=True
    )
    width = float(re.findall(r'<page width="([\d.]+)"', done.stdout)[0])
    words = re.findall(r'<word xMin="([\d.]+)" yMin="[\d.]+" xMax="([\d.]+)"', done.stdout)
    assert len(words) > 300
    assert min(float(start) for start, _ in words) > left - 1.5
    assert max(float(end) for _, end in words) < width - right + 1.5
