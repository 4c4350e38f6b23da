"""Faces cut down to the characters an edition uses. Bytes in, bytes out; opens nothing."""

from __future__ import annotations

import io
from collections.abc import Iterable
from functools import lru_cache

import uharfbuzz
from fontTools.ttLib import TTFont

from fleuron.theme import Face

# Beside a font's usual features: the figures and small capitals that the style sheets ask for.
_FEATURES = ("onum", "lnum", "pnum", "tnum", "smcp", "c2sc", "sups")


def subset(face: Face, text: Iterable[str], flavour: str = "") -> bytes:
    """`face` with the glyphs for the characters of `text` and no others, its weights from 400 to
    700; as TTF, or as "woff" or "woff2"."""
    wanted = frozenset(ord(c) for c in set(text) if c.isprintable())
    return _subset(face, wanted, flavour)


@lru_cache(maxsize=32)
def _subset(face: Face, wanted: frozenset[int], flavour: str) -> bytes:
    font = uharfbuzz.Face(face.data)
    plan = uharfbuzz.SubsetInput()
    plan.unicode_set.update(wanted)
    plan.layout_feature_tag_set.update(int.from_bytes(f.encode(), "big") for f in _FEATURES)
    low, high = face.weights
    if low < high:
        plan.set_axis_range(font, "wght", max(low, 400), min(high, 700), max(low, 400))
    small = uharfbuzz.subset(font, plan).blob.data
    assert small is not None
    return _wrapped(bytes(small), flavour) if flavour else bytes(small)


def _wrapped(data: bytes, flavour: str) -> bytes:
    # `recalcTimestamp` would write the time of the build into the font.
    font = TTFont(io.BytesIO(data), recalcTimestamp=False, recalcBBoxes=False)
    font.flavor = flavour
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()
