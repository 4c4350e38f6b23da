"""Where each page begins. A laid-out document in; page breaks out. Changes nothing.

Walks WeasyPrint's private box tree (pinned, see `mends`) and counts the characters of every block
that carries `data-b`, so that EPUB and HTML can mark the same place in the same word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder

from fleuron.model import PageBreak

COLOPHON = 1_000_000  # the number of its block, whatever stands before it (formats/colophon.html)
# White space and hyphens that layout adds or drops do not count.
_NOT_COUNTED = re.compile(r"[\s\u00ad\u200b\u2010]")


def breaks(document: Any) -> tuple[PageBreak, ...]:
    """The page breaks of `document`, one for each page up to the last that has a numbered block on
    it. A page without one, of contents alone, begins where the next does."""
    counted: dict[int, int] = {}
    out: list[PageBreak] = []
    latest = 0  # the furthest block that earlier pages have reached
    for index, page in enumerate(document.pages, 1):
        starts = []
        for text, block in _flow(page._page_box):
            if size := len(_NOT_COUNTED.sub("", text)):
                starts.append((block, counted.get(block, 0)))
                counted[block] = counted.get(block, 0) + size
        # A plate that waited for this page stands before text that did not: it begins no page.
        if starts:
            first = min([start for start in starts if start[0] >= latest] or starts)
            out.append(PageBreak(str(index), *first))
            latest = max(latest, *(block for block, _ in starts))
    return tuple(every(out))


def every(found: Iterable[PageBreak]) -> Iterator[PageBreak]:
    """The breaks that were found, and one for each page before or between them."""
    due = 1
    for page in found:
        for label in range(due, int(page.label)):
            yield replace(page, label=str(label))
        yield page
        due = int(page.label) + 1


def _flow(box: Any, block: int = 0) -> Iterator[tuple[str, int]]:
    """The texts of the main flow, each with the number of its block: no margin boxes, notes or
    repeated heads. Numbers are handed down from box to box, since the elements of WeasyPrint's tree
    do not know their parents."""
    if isinstance(box, AbsolutePlaceholder):
        box = box._box
    if isinstance(box, (boxes.MarginBox, boxes.FootnoteAreaBox)):
        return
    number = box.element.get("data-b") if box.element is not None else None
    block = int(number) if number else block
    if isinstance(box, boxes.TextBox):
        if block and "::" not in (box.element_tag or ""):
            yield box.text, block
        return
    for child in getattr(box, "children", ()) or ():
        yield from _flow(child, block)
