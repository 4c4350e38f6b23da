"""Words made whole. Pieces in; what each must say that its glyphs do not, out. Changes nothing.

Layout drops the space at the end of a line and adds hyphens of its own, and draws right-to-left
text from the left. A reader of the file wants the words as they were written: spaces as spaces, an
added hyphen as a soft one, letters in their order (ISO 32000-1, 14.8.2.2.3, 14.8.2.3.3, 14.8.2.5).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from fleuron.formats.pdf.tags.survey import Piece, Survey

_SPACE = re.compile(r"[ \t\n\r\f]+")
_SOFT = str.maketrans("", "", "\u00ad\u200b")
_REACH = 24  # characters on each side of a line's end that are looked for in the source
# Elements that hold blocks, which need no space between them.
_HOLDERS = frozenset(
    "html body main section article aside nav header footer div ul ol dl table thead tbody tfoot tr"
    " figure blockquote".split()
)
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})


@dataclass(slots=True)
class Said:
    """What is said of a piece: the text it stands for ("" for its own), and a space after it."""

    text: str = ""
    space: bool = False
    blank: bool = False


def words(survey: Survey) -> dict[Any, Said]:
    """What is said of the text boxes of a document that need a word."""
    said: dict[Any, Said] = {}
    ends: dict[Any, tuple[Piece, str]] = {}  # of the last line of each block
    latest: Any = None  # the block before
    sources = _Sources(survey)
    runs = [piece for piece in survey.pieces if piece.line is not None and not piece.link]
    for line, pieces in groupby(runs, key=lambda piece: piece.line):
        assert line is not None
        run = list(pieces)
        _within(run, said)
        text = _own_text(run)
        goes_on = line.block in ends
        if goes_on:
            _between(*ends[line.block], text, sources.of(line.block), said)
        # A block ends where the next begins, or where the one goes on that it stands in.
        if latest is not line.block and latest in ends and (not goes_on or latest in survey.blocks):
            if sources.share(latest, line.block):
                said.setdefault(ends[latest][0].box, Said()).space = True
        written = [piece for piece in run if piece.text.strip()]
        if written:
            ends[line.block] = written[-1], text
            latest = line.block
    for box, what in said.items():
        what.space = what.space and not getattr(box, "text", "").endswith(" ")
    return {box: what for box, what in said.items() if what.text or what.space or what.blank}


def _within(run: list[Piece], said: dict[Any, Said]) -> None:
    """A space that stands alone draws nothing: the piece before it says it."""
    before: Piece | None = None
    for piece in run:
        what = said.setdefault(piece.box, Said())
        if piece.text.strip():
            if before is not None and _apart(before, piece):
                said[before.box].space = True
            before = piece
            if _is_turned(piece):
                what.text = piece.text.replace("\ufeff", "")  # which only holds a call to its word
        elif piece.text or not _is_picture(piece):
            what.blank = True
            if before is not None and piece.text:
                said[before.box].space = True


def _is_turned(piece: Piece) -> bool:
    """Whether glyphs may be drawn in another order than they are read, be it only a bracket."""
    turned = any(unicodedata.bidirectional(char) in _RIGHT_TO_LEFT for char in piece.text)
    return turned or piece.box.style["direction"] == "rtl"


def _apart(one: Piece, other: Piece) -> bool:
    """Whether room was left between two pieces, as before a page number or after a label."""
    gap = other.box.position_x - (one.box.position_x + one.box.width)
    return bool(gap > 0.2 * other.box.style["font_size"]) and not other.text.startswith(" ")


def _between(last: Piece, before: str, after: str, source: str, said: dict[Any, Said]) -> None:
    """What stood between two lines in the source: a space, nothing, or no hyphen."""
    hyphen = last.box.style["hyphenate_character"]
    # A hyphen at the end of the next line is the layout's, too.
    head, tail = after.lstrip().removesuffix(hyphen)[:_REACH], before.rstrip()[-_REACH:]
    what = said.setdefault(last.box, Said())
    if not head:  # what follows is not from the source: a page number in the contents
        what.space = True
        return
    if hyphen and tail.endswith(hyphen):
        if tail + head not in source:
            what.text = last.text.rstrip().removesuffix(hyphen) + "\u00ad"
        return
    what.space = tail + head not in source


def _own_text(run: list[Piece]) -> str:
    """A line's text as far as the source has it."""
    return "".join(p.text for p in run if not p.pseudo or p.pseudo == "first-letter").translate(
        _SOFT
    )


def _is_picture(piece: Piece) -> bool:
    return not hasattr(piece.box, "text")


class _Sources:
    """The text of blocks as the source has it, without the notes within; asked for once each."""

    def __init__(self, survey: Survey) -> None:
        self.notes = survey.calls
        self.parents = survey.parents
        self.known: dict[Any, str] = {}

    def share(self, one: Any, other: Any) -> bool:
        """Whether two blocks stand in one element that holds text, and in the same note or none."""
        above = set(self.above(one))
        shared = next((element for element in self.above(other) if element in above), None)
        # Terms of one meaning stand in one label (`growth.definition`).
        terms = one.tag == other.tag == "dt" and self.parents[one] is self.parents[other]
        return terms or shared is not None and shared.tag not in _HOLDERS

    def above(self, element: Any) -> Iterator[Any]:
        while element is not None:
            yield element
            if element in self.notes:
                return
            element = self.parents.get(element)

    def of(self, element: Any) -> str:
        if element not in self.known:
            text = "".join(self.parts(element, element)).translate(_SOFT)
            self.known[element] = _SPACE.sub(" ", text)
        return self.known[element]

    def parts(self, element: Any, top: Any) -> list[str]:
        if not isinstance(element.tag, str) or (element in self.notes and element is not top):
            return []
        out = [element.text or ""]
        for child in element:
            out += self.parts(child, top)
            out.append(child.tail or "")
        return out
