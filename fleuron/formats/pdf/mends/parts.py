"""Mends for pages that are only a part of a book. Nothing changes where no part is being set.

`setting` opens a part: while it is open, the pages know that others come before them, page numbers
that are asked for come from outside, and nothing is laid out in the margins; what would have stood
there is written down, since a part does not know the numbers of its own pages (see `books`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import pydyf
from weasyprint.css.targets import TargetCollector, TargetLookupItem
from weasyprint.layout import page
from weasyprint.pdf import fonts

from fleuron.formats.pdf.mends.patching import replace, rewrite

Fonts = Callable[[dict[Any, Any]], None]


@dataclass(slots=True)
class Part:
    """What a part is told of the rest of its book, and what is written down of it."""

    continued: bool  # other pages come before it
    numbers: Mapping[str, int]  # the pages that anchors stand on, as far as they are known
    wanted: set[str] = field(default_factory=set)  # anchors whose pages were asked for
    leaves: list[tuple[Any, dict[str, list[str]]]] = field(default_factory=list)
    left_over: bool = False  # something waits for a page that does not come
    bound: str = ""  # why it cannot be set without the rest


class Wanting(Exception):
    """A part asks for page numbers that nobody has told it."""

    def __init__(self, anchors: frozenset[str]) -> None:
        super().__init__(anchors)
        self.anchors = anchors


_part: ContextVar[Part | None] = ContextVar("part", default=None)
_fonts: ContextVar[Fonts | None] = ContextVar("fonts", default=None)
_look: ContextVar[Callable[[], None] | None] = ContextVar("look", default=None)


@contextmanager
def setting(part: Part) -> Iterator[Part]:
    """`part` is being set."""
    token = _part.set(part)
    try:
        yield part
    finally:
        _part.reset(token)


@contextmanager
def embedding(fill: Fonts) -> Iterator[None]:
    """`fill` adds to the fonts of a document before they are put into its file."""
    token = _fonts.set(fill)
    try:
        yield
    finally:
        _fonts.reset(token)


@contextmanager
def between_pages(look: Callable[[], None]) -> Iterator[None]:
    """`look` is called before each page is laid out, and may raise: the layout ends there."""
    token = _look.set(look)
    try:
        yield
    finally:
        _look.reset(token)


# ------------------------------------------------------------------ in WeasyPrint's place

_margin_boxes = page.make_margin_boxes
_dictionary = fonts.build_fonts_dictionary


def turned(index: int) -> int:
    """The index of a page among those of its book, as far as `:first` goes."""
    if (look := _look.get()) is not None:
        look()
    part = _part.get()
    if part is None:
        return index
    if part.wanted - set(part.numbers):
        raise Wanting(frozenset(part.wanted))
    return index + part.continued


def ended(context: Any) -> None:
    part = _part.get()
    if part is not None and context.broken_out_of_flow:
        part.left_over = True


def asked(anchor: Any) -> Any:
    """What is known of an anchor whose page is asked for; None where no part is being set."""
    part = _part.get()
    if part is None or not isinstance(anchor, str):
        return None
    part.wanted.add(anchor)
    item = TargetLookupItem("up-to-date")
    item.target_box = _Counted({"page": [part.numbers.get(anchor, 0)]})
    return item


@dataclass(slots=True)
class _Counted:
    cached_counter_values: dict[str, list[int]]


def margin_boxes(context: Any, sheet: Any, state: Any) -> Iterator[Any]:
    part = _part.get()
    if part is None:
        yield from _margin_boxes(context, sheet, state)
        return
    if any(i.missing_counters for i in context.target_collector.counter_lookup_items.values()):
        part.bound = "a page number stands in the text"
    if any(context.running_elements.values()):
        part.bound = "an element runs along in the margin"
    number = context.current_page
    strings = {name: list(s[number]) for name, s in context.string_set.items() if number in s}
    part.leaves.append((sheet.page_type, strings))


def fonts_dictionary(pdf: Any, found: Any, *arguments: Any) -> Any:
    if _part.get() is not None:
        return pydyf.Dictionary()  # fonts are embedded once, when the book is bound
    fill = _fonts.get()
    if fill is not None:
        fill(found)
    return _dictionary(pdf, found, *arguments)


# ------------------------------------------------------------------ mends


def count_from_the_book() -> None:
    rewrite(
        page.remake_page,
        "1ff09b2dffa17839",
        (
            "PageType(side, blank, name, index, groups)",
            "PageType(side, blank, name, _turned(index), groups)",
        ),
        _turned=turned,
    )


def say_what_is_left_over() -> None:
    rewrite(
        page.make_all_pages,
        "b5e4034894841caa",
        (
            "            context.broken_out_of_flow.clear()\n",
            "            _ended(context)\n            context.broken_out_of_flow.clear()\n",
        ),
        _ended=ended,
    )


def ask_the_book_for_page_numbers() -> None:
    rewrite(
        TargetCollector.lookup_target,
        "e69da1049424c728",
        (
            "    item = self.target_lookup_items.get(",
            "    item = _asked(anchor_name) or self.target_lookup_items.get(",
        ),
        _asked=asked,
    )


def leave_the_margins() -> None:
    replace(_margin_boxes, margin_boxes)


def leave_the_fonts() -> None:
    replace(_dictionary, fonts_dictionary)


MENDS: tuple[Callable[[], None], ...] = (
    count_from_the_book,
    say_what_is_left_over,
    ask_the_book_for_page_numbers,
    leave_the_margins,
    leave_the_fonts,
)
