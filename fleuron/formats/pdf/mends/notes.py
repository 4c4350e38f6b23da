"""Mends to footnotes, so that every call has its body. See `mends` for how they are put in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from weasyprint.formatting_structure import build
from weasyprint.layout import LayoutContext, block, column, inline, page

from fleuron.formats.pdf.mends.ledger import balance_each_page, continue_tall_notes
from fleuron.formats.pdf.mends.patching import replace, rewrite

# Sums of millimetres taken in another order differ in the last places of a float: below a hundredth
# of a pixel there is no difference that a page could show.
TOLERANCE = 0.01
TRIES = 12


def compare_with_tolerance() -> None:
    rewrite(
        LayoutContext._update_footnote_area,
        "0fcc68f3897d5ef0",
        (
            "overflow = last_child_bottom > footnote_area_bottom",
            f"overflow = last_child_bottom > footnote_area_bottom + {TOLERANCE}",
        ),
    )
    rewrite(
        column._report_footnotes,
        "0e9226e4e92830f0",
        (
            "while context.current_footnote_area.margin_height() > footnotes_height:",
            "while context.current_page_footnotes and (\n"
            "        context.current_footnote_area.margin_height() >"
            f" footnotes_height + {TOLERANCE}):",
        ),
    )


def report_the_line_s_own_notes() -> None:
    rewrite(
        block._linebox_layout,
        "e07bbe000974787e",
        (
            "                extra = context.reported_footnotes[-1:-reported_footnotes-1:-1]\n"
            "                context.reported_footnotes[-reported_footnotes:] = extra\n",
            "                extra = context.reported_footnotes[-1:-reported_footnotes-1:-1]\n"
            "                context.reported_footnotes[-reported_footnotes:] = extra\n"
            "            if stop and new_children and new_children[-1] is line:\n"
            "                for descendant in line.descendants():\n"
            "                    if descendant.footnote in context.footnotes:\n"
            "                        context.layout_footnote(descendant.footnote)\n"
            "                        context.report_footnote(descendant.footnote)\n"
            "                        new_footnotes.append(descendant.footnote)\n",
        ),
    )


def keep_notes_with_their_calls() -> None:
    rewrite(
        block._linebox_layout,
        "e07bbe000974787e",
        (
            "report = not context.in_column and can_break_now and not could_break_before",
            "report = (\n"
            "                not context.in_column and can_break_now and not could_break_before\n"
            "                and page_is_empty)",
        ),
    )


def collapse_white_space() -> None:
    stock = build.build_formatting_structure

    def build_formatting_structure(*args: Any) -> Any:
        root = stock(*args)
        for note in args[-1]:
            note.process_whitespace()
            note.process_text_transform()
        return root

    replace(stock, build_formatting_structure)


def no_break_between_notes() -> None:
    rewrite(
        block.block_container_layout,
        "65842ca53a8391eb",
        (
            "        if child.is_in_normal_flow() or child.is_floated():\n",
            "        if not isinstance(box, boxes.FootnoteAreaBox) and (\n"
            "                child.is_in_normal_flow() or child.is_floated()):\n",
        ),
    )


def no_room_for_no_notes() -> None:
    rewrite(
        LayoutContext._update_footnote_area,
        "0fcc68f3897d5ef0",
        (
            "        self.current_footnote_area.height = 0\n"
            "        if not self.in_column:\n"
            "            self.page_bottom -= self.current_footnote_area.margin_height()\n",
            "        self.current_footnote_area.height = 'auto'\n",
        ),
    )
    rewrite(
        column.columns_layout,
        "7a05cce3272fc581",
        (
            "    if context.current_footnote_area.height != 'auto':\n"
            "        context.page_bottom += footnote_area_heights[0]\n",
            "    context.page_bottom += footnote_area_heights[0]\n"
            "    if context.current_footnote_area.height != 'auto':\n",
        ),
    )
    rewrite(
        column._report_footnotes,
        "0e9226e4e92830f0",
        (
            "    while context.current_page_footnotes and (\n",
            "    while context.current_page_footnotes and (\n"
            "        context.current_footnote_area.height != 'auto') and (\n",
        ),
    )


def columns_that_leave_room_for_their_notes() -> None:
    rewrite(
        column.columns_layout,
        "7a05cce3272fc581",
        (
            "        column_skip_stack = skip_stack\n        lost_space = inf\n",
            "        column_skip_stack = skip_stack\n        lost_space = inf\n"
            "        footnotes_tried = {}\n"
            "        footnote_area_heights.append(_height(context))\n",
        ),
        (
            "                if last_footnotes_height not in footnote_area_heights:\n"
            "                    # Footnotes have been rendered, try to re-render with the\n"
            "                    # new footnote area height\n"
            "                    height -= last_footnotes_height - footnote_area_heights[-1]\n"
            "                    footnote_area_heights.append(last_footnotes_height)\n"
            "                    continue\n",
            "                reserved = footnote_area_heights[-1]\n"
            "                footnotes_tried[reserved] = last_footnotes_height\n"
            "                reserve = _reserve(footnotes_tried, reserved, style['font_size'])\n"
            "                if reserve != reserved:\n"
            "                    height -= reserve - reserved\n"
            "                    footnote_area_heights.append(reserve)\n"
            "                    continue\n",
        ),
        _reserve=reserve,
        _height=height,
    )


def height(context: Any) -> float:
    """How high the notes of the page are now, with the space and the rule above them."""
    area = context.current_footnote_area
    return 0.0 if area.height == "auto" else float(area.margin_height())


def reserve(tried: dict[float, float], now: float, line: float) -> float:
    """How much room for notes to try next, or `now` where there is nothing better to try.

    `tried` says for each room how high the notes of the columns above it became.
    """
    enough = [room for room, needed in tried.items() if needed <= room + TOLERANCE]
    short = [room for room, needed in tried.items() if needed > room + TOLERANCE]
    if not enough or not short or len(tried) > TRIES:
        needed = tried[now]
        return min(enough, default=now) if needed in tried else needed
    best = min(enough)
    low = max((room for room in short if room < best), default=best)
    if best - low <= line or abs(tried[best] - best) <= TOLERANCE:
        return best
    return tried[best] if tried[best] > low + TOLERANCE else (low + best) / 2


def block_policy_at_the_head_of_a_page() -> None:
    rewrite(
        block._linebox_layout,
        "e07bbe000974787e",
        (
            "if footnote.style['footnote_policy'] == 'line':",
            "if footnote.style['footnote_policy'] == 'line' or (\n"
            "        page_is_empty and footnote.style['footnote_policy'] == 'block'):",
        ),
    )


def text_beside_a_broken_float() -> None:
    rewrite(
        page.make_page,
        "656f183328e8b1b5",
        (
            "while skip_stack and len(skip_stack) == 1:",
            "while skip_stack and len(skip_stack) == 1 and not isinstance(box, boxes.LineBox):",
        ),
    )


def call_stays_with_its_word() -> None:
    rewrite(
        inline.split_inline_box,
        "3a0cb7ca7e34c7ef",
        (
            "    if box.is_leader:\n",
            "    if box.footnote is not None:\n"
            "        first_letter = False\n"
            "    if box.is_leader:\n",
        ),
    )


def first_letter_once() -> None:
    rewrite(
        inline.first_letter_to_box,
        "9f3d58c31344c13b",
        (
            "        elif isinstance(child, boxes.ParentBox):\n",
            "        elif isinstance(child, boxes.ParentBox) and not (\n"
            "                child.element_tag.endswith('::first-letter')):\n",
        ),
    )


MENDS: tuple[Callable[[], None], ...] = (
    compare_with_tolerance,
    report_the_line_s_own_notes,
    keep_notes_with_their_calls,
    collapse_white_space,
    no_break_between_notes,
    block_policy_at_the_head_of_a_page,
    no_room_for_no_notes,
    columns_that_leave_room_for_their_notes,
    text_beside_a_broken_float,
    balance_each_page,
    continue_tall_notes,
    call_stays_with_its_word,
    first_letter_once,
)
