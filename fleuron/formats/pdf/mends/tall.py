"""A note taller than the room for notes goes on at the foot of the next page.

A note and a height in; the part that fits and the part that is left out. The parts are box trees
of their own, cut where a line ends, so that layout, tags and text see the note's own elements.
"""

from __future__ import annotations

from typing import Any

from weasyprint.css.properties import ZERO_PIXELS
from weasyprint.formatting_structure import boxes, build
from weasyprint.layout.block import block_level_layout

Parts = tuple[Any, Any]


def whole(note: Any) -> Any:
    """The note that `note` is a part of, or the note itself."""
    return getattr(note, "whole", note)


def ready(area: Any) -> Any:
    """A footnote area to lay out: its notes copied, with anonymous boxes, parts as they are cut."""
    if not any(hasattr(note, "whole") for note in area.children):
        return build.create_anonymous_boxes(area.deepcopy())
    parts = [child for note in area.children for child in child(area, note)]
    return area.copy_with_children(parts)


def child(area: Any, note: Any) -> list[Any]:
    if hasattr(note, "whole"):
        return [note.deepcopy()]
    alone = build.create_anonymous_boxes(area.copy_with_children([note.deepcopy()]))
    return list(alone.children)


def cut(context: Any, note: Any, room: float) -> Parts | None:
    """`note` in two parts, the first no higher than `room`; None where it cannot be cut there."""
    area = context.current_footnote_area.copy()
    area.height = "auto"
    area.max_height = float("inf")
    area = ready(area.copy_with_children([note]))
    whole_note = area.children[0].deepcopy()
    laid, resume_at = _laid_out(context, area, room)
    if laid is None or resume_at is None or list(resume_at) != [0] or resume_at[0] is None:
        return None
    hyphen = _hyphen(laid)
    first, rest = _cut(whole_note, resume_at[0], hyphen)
    first.whole = rest.whole = whole(note)
    _close(first)
    _open(rest)
    return first, rest


def _laid_out(context: Any, area: Any, room: float) -> tuple[Any, Any]:
    """The area laid out on a page that ends `room` below its head."""
    state = context.page_bottom, context.in_column
    context.page_bottom, context.in_column = area.position_y + room, False
    below = area.padding_bottom + area.border_bottom_width + area.margin_bottom
    laid, resume_at, *_ = block_level_layout(context, area, below, None, area.page)
    context.page_bottom, context.in_column = state
    return laid, resume_at


def _hyphen(laid: Any) -> str:
    """The hyphen that layout has put at the end of the last line, if it did."""
    texts = [box for box in laid.descendants() if isinstance(box, boxes.TextBox)]
    if not texts:
        return ""
    hyphen: str = texts[-1].style["hyphenate_character"]
    return hyphen if texts[-1].text.endswith(hyphen) else ""


def _cut(box: Any, at: dict[int, Any], hyphen: str) -> Parts:
    """`box` before and after the place `at`, which counts children, and bytes in a text."""
    ((index, deeper),) = at.items()
    if isinstance(box, boxes.TextBox):
        text = box.text.encode()
        before, after = text[:index].decode(), text[index:].decode()
        if not before.endswith(hyphen):
            before += hyphen
        return box.copy_with_text(before), box.copy_with_text(after)
    before, after = list(box.children[:index]), list(box.children[index:])
    if deeper is not None:
        first, rest = _cut(box.children[index], deeper, hyphen)
        before, after = [*before, first], [rest, *after[1:]]
    return box.copy_with_children(before), box.copy_with_children(after)


def _close(first: Any) -> None:
    """The last line of the first part is no last line of a paragraph: it is justified."""
    lines = [box for box in first.descendants() if isinstance(box, boxes.LineBox)]
    if lines and lines[-1].style["text_align_all"] == "justify":
        lines[-1].style = lines[-1].style.copy()
        lines[-1].style["text_align_last"] = "justify"


def _open(rest: Any) -> None:
    """The first line of the second part is no first line of a paragraph: it is not indented."""
    line = next((box for box in rest.descendants() if isinstance(box, boxes.LineBox)), None)
    if line is not None:
        line.style = line.style.copy()
        line.style["text_indent"] = ZERO_PIXELS
