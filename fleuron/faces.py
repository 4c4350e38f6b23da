"""The faces that a brief brings of its own (`faces/*.ttf`, `faces/*.otf`), for a script that the
house's lack. A theme and files in; the theme with those faces behind its own, and what is wrong
with the others, out. Opens nothing.

A face comes from whoever sent the brief, so it is looked at before anything sets type with it; what
stands in an EPUB or a web page is only ever cut anew from it (`fonts`).
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from fleuron import fonts
from fleuron.diagnostics import diagnostic
from fleuron.model import Diagnostic, Manuscript, Place
from fleuron.theme import Face, Families, Theme

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont

SUFFIXES = (".ttf", ".otf")

_MAGIC = (b"\x00\x01\x00\x00", b"true", b"OTTO")
_TABLES = ("cmap", "head", "hhea", "hmtx", "maxp", "name", "OS/2")
# OS/2, fsType: no embedding at all, no cutting down, bitmaps only.
_RESTRICTED, _WHOLE, _BITMAPS = 0x0002, 0x0100, 0x0200
_ITALIC = 0x0001  # OS/2, fsSelection
_SANS = re.compile(r"\b(sans|gothic|hei|heiti|gulim|dotum)", re.I)


class Unusable(ValueError):
    """Why a file is no face to set type with, as a sentence."""


def lent(
    look: Theme, manuscript: Manuscript, prose: frozenset[str]
) -> tuple[Theme, list[Diagnostic]]:
    """`look` with those of the manuscript's faces that have what its own lack of the letters in
    `prose`; and what is wrong with the files, and which letters no face has."""
    house = _covered(look.faces)
    lacking = frozenset(c for c in prose - house if unicodedata.category(c)[0] == "L")
    found: list[Diagnostic] = []
    mine = dict(_read(manuscript, look, found))
    used = {p: cut(face, prose) for p, face in mine.items() if fonts.covers(face) & lacking}
    if mine and not any(PurePosixPath(p).suffix not in SUFFIXES for p in manuscript.faces):
        found += [_unlicensed(manuscript, path) for path in mine]
    left = lacking - _covered(used.values())
    found += [_missing(manuscript, left)] if left else []
    return (_with(look, tuple(used.values()), manuscript.faces) if used else look), found


def _covered(faces: Iterable[Face]) -> frozenset[str]:
    return frozenset().union(*map(fonts.covers, faces))


def _read(
    manuscript: Manuscript, look: Theme, found: list[Diagnostic]
) -> Iterator[tuple[str, Face]]:
    known = {face.family for face in look.faces}
    for path, data in manuscript.faces.items():
        if PurePosixPath(path).suffix in SUFFIXES:
            try:
                face = read(data)
                if face.family in known:
                    raise Unusable(f"“{face.family}” is a face of the house")
                yield path, face
            except Unusable as why:
                hint = "put another file in its place: a TrueType or OpenType font, one face in it"
                found.append(diagnostic("S121", _place(manuscript, path), str(why), hint))


def read(data: bytes) -> Face:
    """A font file as a face. Raises Unusable."""
    from fontTools.ttLib import TTFont  # here: few briefs bring a face, and it takes a while

    if data[:4] not in _MAGIC:
        raise Unusable("this is no TrueType or OpenType font")
    try:
        font = TTFont(io.BytesIO(data), lazy=True)
        lacking = [table for table in _TABLES if table not in font]
        if "CFF2" in font:
            raise Unusable("a PDF cannot hold the outlines of this font (CFF2)")
        if lacking or not ({"glyf", "CFF "} & set(font.keys())):
            raise Unusable(f"the font lacks {', '.join(lacking) or 'outlines'}")
        face = _face(font, data)
        cut(face, frozenset([*fonts.covers(face)][:1]))  # what cannot be cut, cannot be carried
    except Unusable:
        raise
    except Exception as error:  # a parser of foreign bytes may raise anything
        raise Unusable(f"the font cannot be read: {type(error).__name__}") from error
    return face


def _face(font: TTFont, data: bytes) -> Face:
    may = font["OS/2"].fsType
    if may & _RESTRICTED or may & _BITMAPS:
        raise Unusable("the maker of the font does not allow that it is embedded")
    if may & _WHOLE:
        raise Unusable("the maker of the font does not allow that it is cut down")
    said = font["name"].getBestFamilyName() or ""
    family = " ".join(re.sub(r"[^\w .-]+", " ", said).split())
    if not family:
        raise Unusable("the font does not say its name")
    axes = {axis.axisTag: axis for axis in font["fvar"].axes} if "fvar" in font else {}
    weight = font["OS/2"].usWeightClass
    axis = axes.get("wght")
    weights = (int(axis.minValue), int(axis.maxValue)) if axis else (weight, weight)
    style = "italic" if font["OS/2"].fsSelection & _ITALIC else "normal"
    return Face(family, style, weights, data, f"{font['head'].fontRevision:.3f}")


def cut(face: Face, prose: frozenset[str]) -> Face:
    """`face` with the glyphs for `prose` and no others, numbered as a PDF finds them."""
    low, high = face.weights
    weights = (max(low, 400), min(high, 700)) if low < high else face.weights
    data = fonts.subset(face, prose)
    return replace(face, weights=weights, data=_numbered(data) if data[:4] == b"OTTO" else data)


def _numbered(data: bytes) -> bytes:
    """A CFF font keyed by characters (CID), with each glyph under its own number: a PDF that is
    told "glyph 205" looks for character 205 (ISO 32000-1, 9.7.4.2), and cutting leaves gaps."""
    from fontTools.ttLib import TTFont

    font = TTFont(io.BytesIO(data), recalcTimestamp=False, recalcBBoxes=False)
    top = font["CFF "].cff.topDictIndex[0]
    if not hasattr(top, "ROS"):
        return data
    order = [f"cid{number:05d}" if number else ".notdef" for number in range(len(top.charset))]
    glyphs = top.CharStrings.charStrings
    top.CharStrings.charStrings = {order[font.getGlyphID(n)]: g for n, g in glyphs.items()}
    top.charset = order
    font.setGlyphOrder(order)
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()


def _with(look: Theme, faces: tuple[Face, ...], files: Mapping[str, bytes]) -> Theme:
    """Behind the theme's own, so that Latin words and figures stay the house's. A face without
    serifs comes first where sans serifs are asked for, and last in the text."""
    families = list(dict.fromkeys(face.family for face in faces))

    def stack(role: str, names: Families) -> Families:
        plain = sorted(families, key=lambda f: bool(_SANS.search(f)) == (role == "serif"))
        return Families((*names, *plain))

    stacks = {role: stack(role, names) for role, names in look.tokens["faces"].items()}
    licences = tuple(
        (PurePosixPath(path).name, data)
        for path, data in files.items()
        if PurePosixPath(path).suffix not in SUFFIXES
    )
    tokens = {**look.tokens, "faces": stacks}
    return replace(look, tokens=tokens, faces=(*look.faces, *faces), licences=licences)


def _unlicensed(manuscript: Manuscript, path: str) -> Diagnostic:
    hint = "put the licence that came with the font beside it, as a .txt: it travels in the EPUB"
    message = "a face without its licence beside it"
    return diagnostic("S221", _place(manuscript, path), message, hint)


def _missing(manuscript: Manuscript, left: frozenset[str]) -> Diagnostic:
    shown = "".join(sorted(left)[:12]) + ("…" if len(left) > 12 else "")
    hint = "put a font that has them into faces/ beside brief.yaml, with its licence"
    return diagnostic("S222", _first(manuscript, left), f"no face here has “{shown}”", hint)


def _first(manuscript: Manuscript, letters: frozenset[str]) -> Place:
    for source in manuscript.sources:
        for number, line in enumerate(source.text.split("\n"), 1):
            for column, letter in enumerate(line, 1):
                if letter in letters:
                    return Place(source.path, number, column)
    return Place(str(manuscript.folder))


def _place(manuscript: Manuscript, path: str) -> Place:
    return Place(f"{manuscript.folder.parent}/{path}")
