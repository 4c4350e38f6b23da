"""A note laid out once for its page. Footnote areas in; the same areas, sooner, out.

WeasyPrint lays out all notes of a page with each note that joins or leaves it: forty times for a
page of eight notes in two columns. Here a page's area remembers each of its notes, ready to be laid
out, and what came of it at a place; a note is laid out anew only where it stands elsewhere.
"""

from __future__ import annotations

from math import inf
from typing import Any

from weasyprint.formatting_structure import boxes
from weasyprint.layout import LayoutContext, block, page

from fleuron.formats.pdf.mends import tall
from fleuron.formats.pdf.mends.patching import replace

_stock_layout = block.block_level_layout


def ready(area: Any) -> Any:
    """As `tall.ready`, but each note is copied and given its anonymous boxes once for the page."""
    known = area.__dict__.setdefault("remembered", {})
    children = []
    for note in area.children:
        if note not in known:
            known[note] = tall.child(area, note)
        children += known[note]
    if all(isinstance(c, boxes.BlockLevelBox) and c.is_in_normal_flow() for c in children):
        return area.copy_with_children(children)
    return tall.ready(area)  # notes in one line, or floating: together they stand otherwise


def block_level_layout(
    context: Any,
    box: Any,
    bottom_space: float,
    skip_stack: Any,
    containing_block: Any,
    page_is_empty: bool = True,
    absolute_boxes: Any = None,
    fixed_boxes: Any = None,
    adjoining_margins: Any = None,
    *rest: Any,
) -> Any:
    """As WeasyPrint's; a note that stands where it stood comes out as it came out."""

    def lay_out() -> Any:
        return _stock_layout(
            context, box, bottom_space, skip_stack, containing_block, page_is_empty,
            absolute_boxes, fixed_boxes, adjoining_margins, *rest,
        )  # fmt: skip

    if not isinstance(containing_block, boxes.FootnoteAreaBox) or bottom_space != -inf:
        return lay_out()
    key = (
        *(box.position_x, box.position_y, containing_block.width, containing_block.height),
        *(page_is_empty, *adjoining_margins),
    )
    known = box.__dict__.get("laid_out")
    if known is not None and known[0] == key:
        return _copied(known[1])
    before = _state(context, absolute_boxes, fixed_boxes)
    result = lay_out()
    if (
        skip_stack is None
        and _stands_by_itself(context, box, result[0])
        and _state(context, absolute_boxes, fixed_boxes) == before
    ):
        box.laid_out = key, _copied(result)
    return result


def _copied(result: Any) -> Any:
    """A result whose parts nobody else changes."""
    laid, resume_at, next_page, margins, *rest = result
    return laid, resume_at, dict(next_page), list(margins), *rest


def _stands_by_itself(context: Any, box: Any, laid: Any) -> bool:
    """Whether nothing but its place decides how a note comes out, and it changes nothing else."""
    return (
        laid is not None
        and box.style["position"] == "static"
        and all(_bottom(shape) <= box.position_y for shape in context.excluded_shapes)
        and all(child.footnote is None for child in laid.descendants(placeholders=True))
    )


def _bottom(shape: Any) -> float:
    return float(shape.position_y + shape.margin_height())


def _state(context: Any, absolute_boxes: Any, fixed_boxes: Any) -> tuple[int, ...]:
    lists = absolute_boxes, fixed_boxes, context.excluded_shapes, context.broken_out_of_flow
    return tuple(len(found or ()) for found in lists)


def lay_out_each_note_once() -> None:
    LayoutContext._update_footnote_area.__globals__["_ready"] = ready
    page.make_page.__globals__["_ready"] = ready
    replace(_stock_layout, block_level_layout)


SAVINGS = (lay_out_each_note_once,)
