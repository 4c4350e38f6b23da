"""Every note call has its body, once, on its page. A laid-out document in; what is amiss out.

WeasyPrint has lost notes without a word (see `mends`), so every layout is asked: each footnote call
must have exactly one body. Walks the private box tree of the pinned version; changes nothing,
prints nothing, reads no file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Self

from weasyprint.formatting_structure import boxes

TALL = 1 / 3  # of the page area: a note above it pushes the text off its page


@dataclass(frozen=True, slots=True)
class Fault:
    """A note that is not where its reader looks for it; pages are counted from 1."""

    number: int
    call: int
    bodies: tuple[int, ...]
    text: str

    code = "B101"

    def moved(self, pages: int, notes: int) -> Self:
        """The same where so many pages, with so many notes, come before."""
        bodies = tuple(body + pages for body in self.bodies)
        return replace(self, number=self.number + notes, call=self.call + pages, bodies=bodies)


@dataclass(frozen=True, slots=True)
class Lost(Fault):
    """A call whose body stands on no page."""

    def __str__(self) -> str:
        return f"note {self.number}, called on page {self.call}, is on no page: “{self.text}”"


@dataclass(frozen=True, slots=True)
class Doubled(Fault):
    """A note whose body stands on more than one page."""

    def __str__(self) -> str:
        pages = " and ".join(map(str, self.bodies))
        return f"note {self.number} is on pages {pages}: “{self.text}”"


@dataclass(frozen=True, slots=True)
class Late(Fault):
    """A note whose body begins on a later page than its call."""

    code = "B102"

    def __str__(self) -> str:
        where = f"called on page {self.call}, stands on page {self.bodies[0]}"
        return f"note {self.number}, {where}: “{self.text}”"


@dataclass(frozen=True, slots=True)
class Tall(Fault):
    """A note that takes more than a third of its page: not lost, but hard to set well."""

    code = "N104"
    share: float = 0.0

    def __str__(self) -> str:
        return f"note {self.number} takes {self.share:.0%} of page {self.bodies[0]}: “{self.text}”"


def check(document: Any) -> list[Fault]:
    """The faults of all notes of `document`, in the order of their calls."""
    calls: dict[Any, int] = {}
    bodies: dict[Any, list[tuple[int, float]]] = {}
    for page, laid in enumerate(document.pages, 1):
        for element in _calls(laid._page_box):
            calls.setdefault(element, page)
        for element, share in _bodies(laid._page_box):
            bodies.setdefault(element, []).append((page, share))
    found: list[Fault] = []
    for number, (element, page) in enumerate(calls.items(), 1):
        found += _faults(number, page, bodies.get(element, []), _text(element))
    return found


def _faults(number: int, call: int, bodies: list[tuple[int, float]], text: str) -> Iterator[Fault]:
    pages = tuple(page for page, _ in bodies)
    if not pages:
        yield Lost(number, call, pages, text)
        return
    if len(pages) > 1:
        yield Doubled(number, call, pages, text)
    elif pages[0] != call:
        yield Late(number, call, pages, text)
    share = max(share for _, share in bodies)
    if share > TALL:
        yield Tall(number, call, pages, text, share)


def _calls(page: Any) -> Iterator[Any]:
    """The elements whose call stands on `page`, in reading order."""
    for box in page.descendants(placeholders=True):
        if box.footnote is not None:
            yield box.element


def _bodies(page: Any) -> Iterator[tuple[Any, float]]:
    """The elements whose body begins on `page`, with the share of the page's height it takes.

    A body begins where its marker stands: a note that continues on the next page is one note.
    """
    for area in page.children:
        if isinstance(area, boxes.FootnoteAreaBox):
            for note in area.children:
                begun = dict.fromkeys(box.element for box in note.descendants() if _is_marker(box))
                yield from ((element, note.margin_height() / page.height) for element in begun)


def _is_marker(box: Any) -> bool:
    return (box.element_tag or "").endswith("::footnote-marker")


def _text(element: Any) -> str:
    words = " ".join("".join(element.itertext()).split())
    return words if len(words) <= 60 else words[:59] + "…"
