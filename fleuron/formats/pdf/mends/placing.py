"""Mends to placing: a plate that does not fit floats to the head of the next page.

A plate is a float with nothing at its start and an unbreakable whole after it (see the printed
page's style sheet). Where the whole does not fit, WeasyPrint carries it over to the next page, yet
keeps the rest of this one empty for it. With the mend the text goes on there, so that the plate
heads the next page as page floats do elsewhere (CSS Page Floats Level 3, 4).

A plate may also span columns. WeasyPrint lays out what follows the first columns of a box as if the
notes of those columns took no room at the foot of the page, and prints one over the other. With the
second mend they count.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from weasyprint.layout import column
from weasyprint.layout import float as floating

from fleuron.formats.pdf.mends.patching import rewrite


def carried_over(box: Any, resume_at: Any, skip_stack: Any) -> bool:
    """Whether `box` is the empty start of a float that goes to the next page as a whole."""
    return bool(
        resume_at and skip_stack is None and all(child.height == 0 for child in box.children)
    )


def let_text_go_on_where_a_plate_was_carried_over() -> None:
    rewrite(
        floating.float_layout,
        "d6c66bc084325f93",
        (
            "    context.excluded_shapes.append(box)\n",
            "    if carried_over(box, resume_at, skip_stack):\n"
            "        box.height = box.margin_top = box.margin_bottom = 0\n"
            "    else:\n"
            "        context.excluded_shapes.append(box)\n",
        ),
        carried_over=carried_over,
    )


def notes_height(context: Any, before: float) -> float:
    """How much the notes at the foot of the page have grown since they were `before` high."""
    area = context.current_footnote_area
    return 0 if area.height == "auto" else float(max(0, area.margin_height() - before))


def let_notes_of_columns_count() -> None:
    grown = "notes_height(context, footnote_area_heights[0])"
    rewrite(
        column.columns_layout,
        "7a05cce3272fc581",
        (
            "context, block, original_bottom_space, skip_stack, containing_block,",
            f"context, block, original_bottom_space + {grown},\n"
            "                    skip_stack, containing_block,",
        ),
        (
            "context.page_bottom - current_position_y - original_bottom_space)\n",
            f"context.page_bottom - current_position_y - original_bottom_space - {grown})\n",
        ),
        notes_height=notes_height,
    )


MENDS: tuple[Callable[[], None], ...] = (
    let_text_go_on_where_a_plate_was_carried_over,
    let_notes_of_columns_count,
)
