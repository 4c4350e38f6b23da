"""What stands on the pages. A laid-out document in; pieces in reading order out. Changes nothing.

A piece is a run of text, a picture or a link's area, with the HTML element it comes from. The box
tree keeps the order of the source, also where a box is drawn elsewhere (floats, columns, pull
quotes in the margin); notes come last on their page and find their place by their element.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder

SVG = "{http://www.w3.org/2000/svg}svg"


@dataclass(frozen=True, slots=True)
class Artifact:
    """What is on the page but not in the text (ISO 32000-1, 14.8.2.2)."""

    kind: str  # Pagination, Layout
    subtype: str = ""  # Header, Footer


LAYOUT = Artifact("Layout")
REPEATED = Artifact("Pagination")


@dataclass(frozen=True, slots=True)
class Line:
    """Where a run of text ends: the number of its line, and the element of the block it is in."""

    number: int
    block: Any


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """A run of text, a picture, or what may be a link (`link`), on a page counted from 0.

    `pseudo` is the name of the pseudo-element it stands in ("marker", "footnote-call", "after"), or
    "" for none.
    """

    page: int
    box: Any
    element: Any
    pseudo: str = ""
    line: Line | None = None
    link: bool = False

    @property
    def text(self) -> str:
        return self.box.text if isinstance(self.box, boxes.TextBox) else ""


@dataclass(frozen=True, slots=True)
class Before:
    """What a document that is part of a book follows: so many notes, a heading of that level.
    `table` names a table by its number in the part."""

    notes: int = 0
    level: int = 0
    table: Callable[[int], str] = str


ALONE = Before()


@dataclass(slots=True)
class Survey:
    """A document's pieces, and what only its boxes tell of its elements."""

    root: Any
    parents: dict[Any, Any]
    before: Before = ALONE
    pieces: list[Piece] = field(default_factory=list)
    artifacts: list[tuple[int, Any, Artifact]] = field(default_factory=list)
    blocks: set[Any] = field(default_factory=set)  # elements that are set as blocks
    list_styles: dict[Any, str] = field(default_factory=dict)
    pictures: dict[Any, tuple[int, Any]] = field(default_factory=dict)  # page and box
    calls: dict[Any, int] = field(default_factory=dict)  # notes, in the order of their calls
    bookmarks: list[Any] = field(default_factory=list)  # elements, in the order of the outline

    def above(self, element: Any) -> Iterator[Any]:
        """The ancestors of `element`, the nearest first."""
        parent = self.parents.get(element)
        while parent is not None:
            yield parent
            parent = self.parents.get(parent)


def survey(document: Any, before: Before = ALONE) -> Survey:
    """The pieces of all pages of `document`."""
    root = document._html.etree_element
    parents = {child: parent for parent in root.iter() for child in parent}
    found = Survey(root, parents, before)
    walk = _Walk(found)
    for number, page in enumerate(document.pages):
        walk.page = number
        for child in page._page_box.children:
            walk.box(child, _margin(child), None)
        _note_bookmarks(page._page_box, found.bookmarks)
    return found


def _margin(box: Any) -> Artifact | None:
    """A running head or a folio: all that stands in a margin box (14.8.2.2.2)."""
    if not isinstance(box, boxes.MarginBox):
        return None
    name = box.at_keyword
    return Artifact(
        "Pagination", "Header" if "top" in name else "Footer" if "bottom" in name else ""
    )


def _note_bookmarks(box: Any, into: list[Any]) -> None:
    """The elements of a page's bookmarks, in WeasyPrint's own order (anchors.gather_anchors)."""
    if box.bookmark_label and box.style["bookmark_level"] not in ("none", None):
        into.append(box.element)
    for child in box.all_children():
        _note_bookmarks(child, into)


class _Walk:
    """One walk over all pages. Its state: the page, the line, and the table heads seen so far."""

    def __init__(self, found: Survey) -> None:
        self.found = found
        self.page = 0
        self.line = 0
        self.groups: dict[Any, int] = {}

    def box(self, box: Any, artifact: Artifact | None, line: Line | None) -> None:
        if isinstance(box, AbsolutePlaceholder):
            box = box._box
        artifact = artifact or self.artifact(box)
        if isinstance(box, (boxes.TextBox, boxes.ReplacedBox)):
            self.leaf(box, artifact, line)
            return
        if artifact is None:
            self.remember(box)
        if isinstance(box, boxes.LineBox):
            self.line += 1
            line = Line(self.line, box.element)
        for child in box.children:
            self.box(child, artifact, line)

    def leaf(self, box: Any, artifact: Artifact | None, line: Line | None) -> None:
        if artifact is None and box.style["visibility"] != "visible":
            artifact = LAYOUT
        if artifact is not None:
            self.found.artifacts.append((self.page, box, artifact))
            return
        if isinstance(box, boxes.ReplacedBox):
            self.found.pictures.setdefault(box.element, (self.page, box))
            if isinstance(box, boxes.BlockLevelBox):
                self.found.blocks.add(box.element)
            self.linked(box)
        self.found.pieces.append(Piece(self.page, box, box.element, _pseudo(box), line))

    def artifact(self, box: Any) -> Artifact | None:
        """Leaders, pictures that say nothing, and the head of a table on its further pages."""
        if box.is_leader or is_decorative(box.element):
            return LAYOUT
        if isinstance(box, boxes.TableRowGroupBox) and (box.is_header or box.is_footer):
            first = self.groups.setdefault(box.element, self.page)
            return REPEATED if first != self.page else None
        return None

    def remember(self, box: Any) -> None:
        element = box.element
        if element is None:
            return
        self.linked(box)
        if box.footnote is not None:
            calls = self.found.calls
            calls.setdefault(element, self.found.before.notes + len(calls) + 1)
        if isinstance(box, boxes.BlockLevelBox) and not _pseudo(box):
            self.found.blocks.add(element)
        if element.tag in ("ul", "ol"):
            self.found.list_styles.setdefault(element, box.style["list_style_type"])

    def linked(self, box: Any) -> None:
        pseudo = _pseudo(box)
        if box.link is not None or box.footnote is not None or pseudo == "footnote-marker":
            self.found.pieces.append(Piece(self.page, box, box.element, pseudo, link=True))


def is_decorative(element: Any) -> bool:
    """Whether an element is there for the eye alone, by its own word."""
    if element is None:
        return False
    if element.get("role") in ("presentation", "none") or element.get("aria-hidden") == "true":
        return True
    return bool(element.tag == "img" and element.get("alt") == "")


def _pseudo(box: Any) -> str:
    return (box.element_tag or "").partition("::")[2]
