"""Faces cut down to the characters an edition uses. Bytes in, bytes out; opens nothing."""

from __future__ import annotations

import base64
import string
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Any

import uharfbuzz

from fleuron import formulas, titling, woff
from fleuron.model import Locale, Proof
from fleuron.nodes import Code, CodeBlock, Math, N, each
from fleuron.theme import FORMULAS, Face, Theme, of_formulas

# Beside a font's usual features: the figures and small capitals that the style sheets ask for.
_FEATURES: tuple[str, ...] = ("onum", "lnum", "pnum", "tnum", "smcp", "c2sc", "sups")
# Signs of a script's size, letters without their dots under an accent, accents on capitals (MathML
# Core, 5.1). HarfBuzz keeps the MATH table, with the larger forms of the signs that are kept.
_OF_FORMULAS = ("ssty", "dtls", "flac")
_PACKED: dict[str, Callable[[bytes], bytes]] = {
    "": lambda font: font,
    "woff": woff.woff,
    "woff2": woff.woff2,
}


def characters(proof: Proof, locale: Locale) -> frozenset[str]:
    """Every character that an edition of `proof` may show, in its text and in its formulas."""
    maths = _nodes(proof, Math)
    return prose(proof, locale) | _of_formulas(maths)


def prose(proof: Proof, locale: Locale) -> frozenset[str]:
    """Every character that the text of `proof` may show: its words, its notes, those of its
    drawings and of the locale, and ASCII."""
    edition, brief = proof.edition, proof.edition.brief
    drawn = [
        data.decode("utf-8", "ignore")
        for path, data in proof.assets.items()
        if path.lower().endswith(".svg")
    ]
    words = [
        string.printable,
        *proof.letters,
        *proof.strings.values(),
        *drawn,
        *locale.terms.values(),
        repr((edition, brief)),
        *(titling.language(sibling.lang, sibling.name) for sibling in edition.siblings),
        "↩\ufe0e‘’“”«»„‹›–—…·•",
    ]
    return frozenset("".join(words))


def needed(theme: Theme, proof: Proof) -> Theme:
    """`theme` without the face of code where an edition has none, and with that of formulas where
    it has such."""
    special = list(_nodes(proof, Code, CodeBlock, Math))
    legible = [node for node in special if isinstance(node, Math) and node.mathml]
    faces = theme.faces
    # A formula that could not be read is set as code.
    if len(special) == len(legible):
        mono = theme.tokens["faces"]["mono"]
        roles = theme.tokens["faces"].items()
        others = {name for role, names in roles if role != "mono" for name in names}
        faces = tuple(f for f in faces if f.family in others or f.family not in mono)
    if legible:
        # Cut for them alone: it has thousands of signs, and letters that the text does not want.
        own = subset(of_formulas(), _of_formulas(legible))
        faces = (*faces, replace(of_formulas(), data=own))
    return replace(theme, faces=faces)


def _of_formulas(nodes: Iterable[Math]) -> frozenset[str]:
    return frozenset().union(*(formulas.letters(node.mathml) for node in nodes))


def of_text(theme: Theme) -> Theme:
    """`theme` without the face of formulas, for where these are drawings."""
    return replace(theme, faces=tuple(face for face in theme.faces if face.family != FORMULAS))


def _nodes(proof: Proof, *kinds: type[N]) -> Iterator[N]:
    notes = (block for note in proof.notes for block in note.blocks)
    return each([*proof.divisions, *notes], *kinds)


@lru_cache(maxsize=64)
def covers(face: Face) -> frozenset[str]:
    """The characters that a face has."""
    return frozenset(map(chr, uharfbuzz.Face(face.data).unicodes))


def warm(theme: Theme, wanted: frozenset[str], flavour: str) -> None:
    """Subsets every face ahead of its use. Compression runs outside the interpreter's lock, so a
    thread does it while pages are laid out."""
    for face, own in shared(theme, wanted):
        subset(face, own, flavour)


def shared(theme: Theme, wanted: frozenset[str]) -> Iterator[tuple[Face, frozenset[str]]]:
    """Each face with what it sets of `wanted`: one that stands behind another in every role, what
    that one lacks; the face of formulas, all that it was cut down to."""
    sets: dict[str, frozenset[str]] = {}
    for families in theme.tokens["faces"].values():
        lacking = wanted
        for family in families:
            sets[family] = sets.get(family, frozenset()) | _whole(lacking, wanted)
            known = [covers(face) for face in theme.faces if face.family == family]
            lacking = lacking.difference(frozenset.intersection(*known) if known else ())
    for face in theme.faces:
        yield face, sets.get(face.family, covers(face))


def _whole(lacking: frozenset[str], wanted: frozenset[str]) -> frozenset[str]:
    """A letter and its marks are set in one face: marks stand in each, and where those before it
    lack a mark, all letters do."""
    marks = frozenset(filter(unicodedata.combining, wanted))
    return wanted if marks & lacking and lacking < wanted else lacking | marks


def declared(cut: Iterable[tuple[Face, frozenset[str]]]) -> list[dict[str, Any]]:
    """What the style sheet of a web page says of each face, with the characters that it sets."""
    return [
        {
            "family": face.family,
            "style": face.style,
            "weights": (max(face.weights[0], 400), min(face.weights[1], 700)),
            "data": base64.b64encode(subset(face, wanted, "woff2")).decode(),
        }
        for face, wanted in cut
    ]


@lru_cache(maxsize=32)
def subset(face: Face, wanted: frozenset[str], flavour: str = "") -> bytes:
    """`face` with the glyphs for the characters `wanted` and no others, its weights from 400 to
    700; as TTF, or as "woff" or "woff2"."""
    font = uharfbuzz.Face(face.data)
    plan = uharfbuzz.SubsetInput()
    features = _FEATURES
    if face.family == FORMULAS:
        features = _OF_FORMULAS
        plan.flags = uharfbuzz.SubsetFlags.NO_HINTING  # a quarter of it
    plan.unicode_set.update(ord(c) for c in wanted if c.isprintable())
    plan.layout_feature_tag_set.update(int.from_bytes(f.encode(), "big") for f in features)
    low, high = face.weights
    # Nothing of a face that has no such axis.
    plan.set_axis_range(font, "wght", max(low, 400), min(high, 700), max(low, 400))
    small = uharfbuzz.subset(font, plan).blob.data
    assert small is not None
    return _PACKED[flavour](bytes(small))
