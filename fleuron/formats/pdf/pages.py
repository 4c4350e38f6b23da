"""Where each page begins. A laid-out document in; page breaks out. Changes nothing.

Walks WeasyPrint's private box tree (pinned, see `mends`) and counts the characters of every block
that carries `data-b`, so that EPUB and HTML can mark the same place in the same word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder

from fleuron.model import PageBreak

# White space and hyphens that layout adds or drops do not count.
_NOT_COUNTED = re.compile(r"[\s\u00ad\u200b\u2010]")


def breaks(document: Any) -> tuple[PageBreak, ...]:
    """The page breaks of `document`, one for each page that has a numbered block on it."""
    counted: dict[int, int] = {}
    out = []
    for index, page in enumerate(document.pages, 1):
        first: PageBreak | None = None
        for box in _flow(page._page_box):
            block = _block(box.element)
            size = len(_NOT_COUNTED.sub("", box.text))
            if block is None or not size:
                continue
            if first is None:
                first = PageBreak(str(index), block, counted.get(block, 0))
            counted[block] = counted.get(block, 0) + size
        if first is not None:
            out.append(first)
    return tuple(out)


def _flow(box: Any) -> Iterator[Any]:
    """The text boxes of the main flow in reading order: no margin boxes, notes or repeated heads."""
    if isinstance(box, AbsolutePlaceholder):
        box = box._box
    if isinstance(box, (boxes.MarginBox, boxes.FootnoteAreaBox)):
        return
    if isinstance(box, boxes.TextBox):
        if "::" not in (box.element_tag or ""):
            yield box
        return
    for child in getattr(box, "children", ()) or ():
        yield from _flow(child)


def _block(element: Any) -> int | None:
    while element is not None:
        number = element.get("data-b")
        if number:
            return int(number)
        element = _parent(element)
    return None


def _parent(element: Any) -> Any:
    getparent = getattr(element, "getparent", None)
    return getparent() if getparent else None
