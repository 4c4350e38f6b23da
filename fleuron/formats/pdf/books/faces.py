"""The faces of a book. Those of its gatherings in; one font for each, with all that was used, out.

A face is embedded once, cut down to the glyphs of all gatherings; it needs the file of the face,
which is the house's, and what WeasyPrint's `Font` knew of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import uharfbuzz
from weasyprint.pdf.fonts import Font

from fleuron.formats.pdf.books.gathering import Bound, Face
from fleuron.formats.pdf.known import digest
from fleuron.formats.pdf.layout import Assets

# Tables that a file has no use for, as WeasyPrint drops them.
_DROPPED = ("BASE", "DSIG", "EBDT", "EBLC", "EBSC", "GPOS", "GSUB", "JSTF", "LTSH", "PCLT", "SVG ")
_USED = ("widths", "to_unicode", "missing")


def fill(fonts: dict[Any, Any], faces: Iterable[Face], assets: Assets) -> None:
    """Adds `faces` to the `fonts` of a document; what was used first counts, as in a single run."""
    files = {digest(data): data for _, data in assets.values()}
    margins = list(fonts.values())
    fonts.clear()
    known: dict[Any, Any] = {}
    for face in faces:
        font = known.setdefault(face.known["hash"], None)
        if font is None:
            font = known[face.known["hash"]] = _font(face, face.data or files[face.file])
        _use(font, face.known)
    for margin in margins:
        font = known.setdefault(margin.hash, margin)
        _use(font, {name: getattr(margin, name) for name in _USED})
    fonts.update(known)


def _use(font: Any, used: Any) -> None:
    for name in _USED:
        own = getattr(font, name)
        for key, value in used[name].items():
            own.setdefault(key, value)
    if any(font.missing[key] != glyph for key, glyph in used["missing"].items()) or (
        len(set(font.missing.values())) < len(font.missing)
    ):
        raise Bound("several parts have characters that no face has")


def _font(face: Face, data: bytes) -> Any:
    """WeasyPrint's font, as if Pango had just found it."""
    font = _Found.__new__(_Found)
    for name, value in face.known.items():
        setattr(font, name, dict(value) if isinstance(value, dict) else value)
    for name in _USED:
        setattr(font, name, {})
    font.file_content = data
    return font


class _Found(Font):  # type: ignore[misc]
    """A font that Pango has found in another process: there is no face of HarfBuzz's to ask."""

    file_content: bytes

    def subset(self, to_unicode: Any, hinting: bool) -> None:
        """Cuts the file down to the glyphs that were used, under the numbers they have."""
        if not to_unicode:
            return
        collection = self.file_content[:4] == b"ttcf"
        face = uharfbuzz.Face(self.file_content, self.index if collection else 0)
        plan = uharfbuzz.SubsetInput()
        plan.glyph_set.update(to_unicode)
        plan.drop_table_tag_set.update(int.from_bytes(n.encode(), "big") for n in _DROPPED)
        flags = uharfbuzz.SubsetFlags
        plan.flags = flags.RETAIN_GIDS | flags.PASSTHROUGH_UNRECOGNIZED | flags.DESUBROUTINIZE
        if not hinting:
            plan.flags |= flags.NO_HINTING
        if self.missing:
            plan.flags |= flags.NOTDEF_OUTLINE
        small = uharfbuzz.subset(face, plan).blob.data
        assert small, f"{self.family} cannot be cut down"
        self.file_content = bytes(small)
