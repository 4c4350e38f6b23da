"""Faces cut down to the characters an edition uses. Bytes in, bytes out; opens nothing."""

from __future__ import annotations

import string
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

import uharfbuzz

from fleuron import titling, woff
from fleuron.model import Locale, Proof
from fleuron.nodes import Code, CodeBlock, Math, Node, each, text
from fleuron.theme import Face, Theme

# Beside a font's usual features: the figures and small capitals that the style sheets ask for.
_FEATURES = ("onum", "lnum", "pnum", "tnum", "smcp", "c2sc", "sups")
_PACKED: dict[str, Callable[[bytes], bytes]] = {
    "": lambda font: font,
    "woff": woff.woff,
    "woff2": woff.woff2,
}


def characters(proof: Proof, locale: Locale) -> frozenset[str]:
    """Every character that an edition of `proof` may show: its text, its notes, the words of its
    drawings and of the locale, and ASCII."""
    edition, brief = proof.edition, proof.edition.brief
    drawn = [
        data.decode("utf-8", "ignore")
        for path, data in proof.assets.items()
        if path.lower().endswith(".svg")
    ]
    words = [
        string.printable,
        *map(text, proof.divisions),
        *(text(note.blocks) for note in proof.notes),
        *proof.strings.values(),
        *drawn,
        *locale.terms.values(),
        repr((edition, brief)),
        *(titling.language(sibling.lang, sibling.name) for sibling in edition.siblings),
        "↩\ufe0e‘’“”«»„‹›–—…·•",
    ]
    return frozenset("".join(words))


def _is_code(node: Node) -> bool:
    """Whether a node is set in the face of code, as a formula is that could not be read."""
    return isinstance(node, (Code, CodeBlock)) or (isinstance(node, Math) and not node.mathml)


def needed(theme: Theme, proof: Proof) -> Theme:
    """`theme` without the face of code where an edition has none."""
    nodes = each([*proof.divisions, *(block for note in proof.notes for block in note.blocks)])
    if any(map(_is_code, nodes)):
        return theme
    mono = theme.tokens["faces"]["mono"]
    others = {
        name for role, names in theme.tokens["faces"].items() if role != "mono" for name in names
    }
    return replace(
        theme, faces=tuple(f for f in theme.faces if f.family in others or f.family not in mono)
    )


@lru_cache(maxsize=64)
def covers(face: Face) -> frozenset[str]:
    """The characters that a face has."""
    return frozenset(map(chr, uharfbuzz.Face(face.data).unicodes))


def warm(theme: Theme, wanted: frozenset[str], flavour: str) -> None:
    """Subsets every face ahead of its use. Compression runs outside the interpreter's lock, so a
    thread does it while pages are laid out."""
    for face in theme.faces:
        subset(face, wanted, flavour)


@lru_cache(maxsize=32)
def subset(face: Face, wanted: frozenset[str], flavour: str = "") -> bytes:
    """`face` with the glyphs for the characters `wanted` and no others, its weights from 400 to
    700; as TTF, or as "woff" or "woff2"."""
    font = uharfbuzz.Face(face.data)
    plan = uharfbuzz.SubsetInput()
    plan.unicode_set.update(ord(c) for c in wanted if c.isprintable())
    plan.layout_feature_tag_set.update(int.from_bytes(f.encode(), "big") for f in _FEATURES)
    low, high = face.weights
    if low < high:
        plan.set_axis_range(font, "wght", max(low, 400), min(high, 700), max(low, 400))
    small = uharfbuzz.subset(font, plan).blob.data
    assert small is not None
    return _PACKED[flavour](bytes(small))
