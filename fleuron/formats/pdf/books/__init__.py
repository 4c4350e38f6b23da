"""A long brief as a book: its sections laid out one by one, side by side, and bound as one file.

A section of a book begins a page, so that it can be set without the rest: all it has to be told is
how many notes come before it and, where it prints page numbers of others, these. What comes out is
a gathering (`gathering`): drawn pages and their structure, with no number of a page in them. The
binder draws the margins, numbers the pages, embeds each face once and joins what belongs together,
so that text, notes, pages, structure and links are those of a single run.

    cutting    the markup of each section as a page of its own
    composing  a section laid out and drawn: a gathering
    gathering  the values, and references in them that are not settled yet
    folios     the pages of the book with nothing but what stands in their margins
    faces      faces of all gatherings, embedded once
    binding    gatherings joined to one file
    press      which gatherings there are to make, and what each has to know of the others

What cannot be set apart (see `cutting.bound`) is set as a whole, as a brief is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import Any

from fleuron.formats.pdf import tags
from fleuron.formats.pdf.astray import Astray
from fleuron.formats.pdf.books import binding, cutting, faces, folios
from fleuron.formats.pdf.books.gathering import Bound
from fleuron.formats.pdf.books.press import Press
from fleuron.formats.pdf.layout import Assets
from fleuron.formats.pdf.mends.parts import Fonts
from fleuron.formats.pdf.standards import STANDARDS
from fleuron.model import Hands, PageBreak, Shelf

__all__ = ["Bound", "Laid", "Sheets", "print_sections"]


@dataclass(frozen=True, slots=True)
class Sheets:
    """A document to be laid out: what stands before and after its sections, each of these with the
    number of its blocks, and the sections that begin a page, counted from 1 (one more: what stands
    after them)."""

    before: str
    sections: tuple[tuple[str, int], ...]
    after: str
    style: str
    begins: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Laid:
    """A document laid out, what its structure is written by, and what is said of its pages."""

    document: Any
    structure: Callable[[Any, Any], tags.Lacking]
    breaks: tuple[PageBreak, ...]
    astray: tuple[Astray, ...]
    fonts: Fonts = lambda _: None


def print_sections(
    sheets: Sheets, assets: Assets, standard: str, hands: Hands, shelf: Shelf | None
) -> Laid:
    """`sheets` set section by section. Raises Bound where they can only be set as a whole."""
    if why := cutting.bound(sheets.style):
        raise Bound(why)
    book = cutting.cut(sheets.before, sheets.sections, sheets.after)
    if book is None:
        raise Bound("sections stand in something that is not the body's")
    press = Press(book, assets, standard, hands, shelf)
    firsts, gatherings = zip(*press.run(sheets.begins), strict=True)
    vocabulary = STANDARDS[standard].vocabulary
    blocks = [sum(count for _, count in sheets.sections[: max(first - 1, 0)]) for first in firsts]
    leaves = chain.from_iterable(gathering.leaves for gathering in gatherings)
    document = folios.lay_out(f"{book.head}</body></html>", leaves, assets)
    survey = tags.prepare(document)
    binding.outline(document, gatherings)

    def structure(pdf: Any, document: Any) -> tags.Lacking:
        return binding.bind(pdf, tags.write(pdf, document, survey, vocabulary), gatherings)

    used = list(chain.from_iterable(gathering.faces for gathering in gatherings))
    return Laid(
        document,
        structure,
        tuple(binding.breaks(gatherings, blocks)),
        tuple(binding.faults(gatherings)),
        partial(faces.fill, faces=used, assets=assets),
    )
