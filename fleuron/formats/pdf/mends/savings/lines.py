"""A line of text broken once for each measure it is tried in. Text and style in, a line out.

A page is laid out several times, with other notes below it or columns of another height, and most
of its lines come out as they did before.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from weasyprint.layout import inline, preferred
from weasyprint.text import line_break

from fleuron.formats.pdf.mends.patching import replace

_stock_split = line_break.split_first_line


class Lines:
    """The lines broken for the page that is made now and for the one before it."""

    def __init__(self) -> None:
        self.page: int | None = None
        self.now: dict[Any, Any] = {}
        self.before: dict[Any, Any] = {}

    def turn(self, page: int | None) -> None:
        self.page, self.before, self.now = page, self.now, {}


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
        found = (
            style,
            _stock_split(
                text, style, context, max_width, justification_spacing, is_line_start, minimum
            ),
        )
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
