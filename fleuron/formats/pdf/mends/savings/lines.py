"""A line of text broken once for each measure it is tried in. Text and style in, a line out.

A page is laid out several times, with other notes below it or columns of another height, and most
of its lines come out as they did before. So do those of a document that is laid out again with a
word changed: `keeping` hands the lines of one document on to the next.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Any

from weasyprint.layout import inline, preferred
from weasyprint.text import line_break

from fleuron.formats.pdf.mends.patching import replace
from fleuron.formats.pdf.mends.savings.shaping import OF_A_FONT as _OF_A_FONT

_stock_split = line_break.split_first_line


class Lines:
    """The lines broken for the page that is made now and for the one before it."""

    def __init__(self) -> None:
        self.page: int | None = None
        self.now: dict[Any, Any] = {}
        self.before: dict[Any, Any] = {}

    def turn(self, page: int | None) -> None:
        self.page, self.before, self.now = page, self.now, {}


class AllLines(Lines):
    """The lines of all pages, where most stand on each page alike."""

    def turn(self, page: int | None) -> None:
        self.page = page


class Kept:
    """The lines of the last document, for one that has the same faces and the same style sheet; in
    the end they are those of that one."""

    def __init__(self) -> None:
        self.look: Any = None
        self.now: dict[Any, Any] = {}
        self.before: dict[Any, Any] = {}

    def turn(self, look: Any) -> None:
        """A document of that look begins."""
        self.before, self.now = (self.now if look == self.look else {}), {}
        self.look = look

    def line(self, key: Any, broken: Any) -> Any:
        """The line of that key, or as `broken` breaks it."""
        found = self.now.get(key) or self.before.get(key) or broken()
        self.now[key] = found
        return found


_kept: ContextVar[Kept | None] = ContextVar("lines", default=None)


@contextmanager
def keeping(kept: Kept | None, look: Any) -> Iterator[None]:
    """A document of that look is laid out with the lines of the one before."""
    if kept is not None:
        kept.turn(look)
    token = _kept.set(kept)
    try:
        yield
    finally:
        _kept.reset(token)


# All that breaking a line asks of a style: what chooses its font, and this.
_OF_A_LINE = (
    *_OF_A_FONT,
    *("letter_spacing", "word_spacing", "white_space", "tab_size", "overflow_wrap", "word_break"),
    *("hyphens", "hyphenate_limit_chars", "hyphenate_limit_zone", "hyphenate_character"),
)


def _alike(style: Any) -> str:
    """The same for two styles that break lines alike, of whatever document."""
    known = style.__dict__.get("alike")
    if known is None:
        known = style.alike = str([style[name] for name in _OF_A_LINE])
    return str(known)


def split_first_line(
    text: str,
    style: Any,
    context: Any,
    max_width: Any,
    justification_spacing: float,
    is_line_start: bool = True,
    minimum: bool = False,
) -> Any:
    """As WeasyPrint's, for a style of the document that `context` lays out."""
    lines = context.__dict__.get("lines")
    if lines is None:
        lines = context.lines = Lines()
    if lines.page != context.current_page:
        lines.turn(context.current_page)
    # A style is known by where it stands in memory: the entry keeps it there.
    key = text, id(style), max_width, justification_spacing, is_line_start, minimum
    found = lines.now.get(key) or lines.before.get(key)
    if found is None:
        how = max_width, justification_spacing, is_line_start, minimum

        def broken() -> Any:
            return _stock_split(text, style, context, *how)

        kept = _kept.get()
        line = broken() if kept is None else kept.line((text, _alike(style), *how), broken)
        found = style, line
    lines.now[key] = found
    layout, *rest = found[1]
    return (twin(layout), *rest)


def twin(layout: Any) -> Any:
    """A line's layout for another box, which may justify it otherwise."""
    fresh = line_break.Layout.__new__(line_break.Layout)
    fresh.__dict__.update(layout.__dict__)
    return fresh


def break_each_line_once() -> None:
    # Not in drawings: their texts have no layout context.
    inline.split_first_line = preferred.split_first_line = split_first_line


def ask_once_whether_two_letters_part() -> None:
    stock = line_break.can_break_text
    pair = lru_cache(maxsize=65536)(stock)

    def can_break_text(text: str, lang: str | None) -> bool:
        return bool((pair if len(text) == 2 else stock)(text, lang))

    replace(stock, can_break_text)


SAVINGS = (break_each_line_once, ask_once_whether_two_letters_part)
