"""Tagged PDF. A laid-out document in; the same pages with a structure that can be read, out.

    prepared = tags.prepare(document)                  links and anchors set right
    document.write_pdf(…, finisher=…)                  in it: tags.finish(pdf, document, prepared)

One structure element for each HTML element, never split by lines, columns or pages; notes beside
their calls; running heads, leaders and repeated heads are artifacts. What a reading program gets is
what the source says, in its order. WeasyPrint's own tree is not made (`hooks`); the rest is done on
values that live as long as one render.

    survey   what stands on the pages, in reading order
    words    spaces, hyphens and right-to-left text as they were written
    roles    which part an element plays
    tree     the structure: nodes for elements, in the order of the source
    growth   from pieces to the tree
    tables   which heads a cell has
    links    areas that can be clicked, calls and notes both ways
    streams  the marks in the drawn pages
    glyphs   the text that glyphs stand for
    writing  the tree as PDF objects
    destinations  bookmarks and link targets in the structure
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fleuron.formats.pdf.tags import destinations, glyphs, hooks, links, roles, streams
from fleuron.formats.pdf.tags.growth import grow
from fleuron.formats.pdf.tags.roles import UA1, UA2, Vocabulary
from fleuron.formats.pdf.tags.survey import ALONE, Before, Piece, Survey, survey
from fleuron.formats.pdf.tags.tree import Tree
from fleuron.formats.pdf.tags.words import words
from fleuron.formats.pdf.tags.writing import Writer

__all__ = [
    "UA1",
    "UA2",
    "Before",
    "Lacking",
    "Survey",
    "Vocabulary",
    "Written",
    "finish",
    "prepare",
    "write",
]


def prepare(document: Any, before: Before = ALONE) -> Survey:
    """Surveys `document` and sets its links, before it is drawn."""
    hooks.apply()
    found = survey(document, before)
    links.prepare(document, found)
    return found


@dataclass(frozen=True, slots=True)
class Lacking:
    """What keeps a file from conforming, whatever is done with it: its edition has to be mended.

    `characters` are those that no face has, `pictures` the sources of those without words.
    """

    characters: str
    pictures: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.characters or self.pictures)


@dataclass(frozen=True, slots=True)
class Written:
    """A structure as it stands in a file: its tree, the objects of its nodes, what names them."""

    tree: Tree
    elements: Mapping[Any, Any]
    ids: Mapping[str, bytes]
    lacking: Lacking


def finish(pdf: Any, document: Any, found: Survey, vocabulary: Vocabulary = UA1) -> Lacking:
    """Writes the structure of a drawn `document` into `pdf`, in the terms of a standard, and ties
    its bookmarks to it."""
    written = write(pdf, document, found, vocabulary)
    destinations.point(pdf, found, written.tree, written.elements, vocabulary.newer)
    return written.lacking


def write(pdf: Any, document: Any, found: Survey, vocabulary: Vocabulary = UA1) -> Written:
    """Writes the structure of a drawn `document` into `pdf`, in the terms of a standard."""
    glyphs.plain(pdf)
    said = words(found)
    found.pieces[:] = [p for p in found.pieces if p.link or not _is_blank(p, said)]
    known = {piece.box for piece in found.pieces}
    drawn = streams.rewrite(pdf, document.fonts, found.artifacts, said, known)
    found.pieces += [Piece(page, box, box.element) for page, box in drawn.strays]
    tree = grow(found, vocabulary)
    writer = Writer(pdf, found, drawn, vocabulary)
    writer.write(tree)
    missing = {point for font in document.fonts.values() for point in font.missing}
    mute = (e.get("src") or e.tag for e in found.pictures if not roles.alternative(e))
    lacking = Lacking("".join(map(chr, sorted(missing))), tuple(mute))
    return Written(tree, writer.elements, writer.ids, lacking)


def _is_blank(piece: Piece, said: Any) -> bool:
    what = said.get(piece.box)
    return what is not None and what.blank
