"""The Arabic edition on paper: lines keep to their column, at both ends."""

from __future__ import annotations

import base64
import io
import re
import subprocess

import yaml
from fontTools.ttLib import TTFont
from support import ROOT, Shelf

POINTS = 72 / 25.4  # in a millimetre


def boxes(shelf: Shelf, need) -> str:
    """Where each word of the Arabic specimen stands."""
    need("poppler")
    done = subprocess.run(
        ["pdftotext", "-bbox", shelf.file("specimen-ar", "pdf"), "-"],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_no_line_of_text_or_note_leaves_its_column(shelf: Shelf, need) -> None:
    """WeasyPrint takes indents off the wrong end of such lines: notes ran out of the page's margin,
    and the first lines of paragraphs were short where they end."""
    page = yaml.safe_load((ROOT / "templates" / "tokens.yaml").read_text("utf-8"))["page"]
    left, right = (float(page[side].removesuffix("mm")) * POINTS for side in ("end", "edge"))
    told = boxes(shelf, need)
    width = float(re.findall(r'<page width="([\d.]+)"', told)[0])
    words = re.findall(r'<word xMin="([\d.]+)" yMin="[\d.]+" xMax="([\d.]+)"', told)
    assert len(words) > 300
    assert min(float(start) for start, _ in words) > left - 1.5
    assert max(float(end) for _, end in words) < width - right + 1.5


def test_the_labels_of_the_colophon_stand_before_their_values(shelf: Shelf, need) -> None:
    """WeasyPrint counts the columns of a grid from the left, whatever the direction."""
    last = boxes(shelf, need).rpartition("<page ")[2]
    words = re.findall(r'xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)"[^>]*>([^<]+)<', last)
    start, top, _, _ = next(word for word in words if word[3].startswith("CC"))
    beside = [float(x) for x, y, _, _ in words if abs(float(y) - float(top)) < 6]
    assert max(beside) > float(start) + 20, "no label to the right of the licence"


def test_a_face_behind_another_in_the_page_has_what_that_one_lacks(shelf: Shelf) -> None:
    page = shelf.file("specimen-ar", "html").read_text("utf-8")
    known: dict[str, set[str]] = {}
    for family, data in re.findall(r'font-family: "(.+?)";.*?base64,([^)]+)\)', page, re.DOTALL):
        font = TTFont(io.BytesIO(base64.b64decode(data)))
        known.setdefault(family, set()).update(map(chr, font.getBestCmap()))
    assert set("كتاب fleuron") <= known["Amiri"]
    assert set("Повторение") <= known["Source Serif 4"]
    assert not set("fleuron") & known["Source Serif 4"]
