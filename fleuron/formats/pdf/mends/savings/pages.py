"""Pages that take no longer the more have come before them. A page is made as it was, sooner.

For each page WeasyPrint writes down anew every anchor of all pages before it, in a list that it
searches for each box of the page: a quarter of an hour's work for a book that has notes. And of
the sixteen boxes in a page's margins most are empty on every page of its kind.
"""

from __future__ import annotations

from typing import Any

from weasyprint.layout import page

from fleuron.formats.pdf.mends.patching import rewrite

_stock_margins = page.make_margin_boxes  # which `mends.parts` puts its own around


def look_anchors_up_at_once() -> None:
    rewrite(
        page.make_page,
        "656f183328e8b1b5",
        (
            "    cached_anchors = []\n    cached_lookups = []\n",
            "    cached_anchors = _Seen()\n    cached_lookups = _Seen()\n",
        ),
        _Seen=Seen,
    )


class Seen(set[Any]):
    """What was seen, under the names that a list has for it."""

    append = set.add
    extend = set.update


# ------------------------------------------------------------------ margins


def leave_empty_margins_alone() -> None:
    rewrite(
        _stock_margins,
        "4a2d2e301eb3bc47",
        (
            "        style = context.style_for(page.page_type, at_keyword)\n",
            "        if empty := _empty(page, at_keyword):\n"
            "            return empty\n"
            "        style = context.style_for(page.page_type, at_keyword)\n",
        ),
        (
            "                box._reset_spacing(side)\n",
            "                box._reset_spacing(side)\n"
            "            _kept_empty(page, at_keyword, box)\n",
        ),
        _empty=empty,
        _kept_empty=keep_empty,
    )


def keep_empty(page: Any, keyword: str, box: Any) -> None:
    """A box that is empty on pages of this style is theirs."""
    page.style.__dict__.setdefault("margins", {})[keyword] = box


def empty(page: Any, keyword: str) -> Any:
    """The empty box that stands there, if one does; it has no measures."""
    return page.style.__dict__.get("margins", {}).get(keyword)


SAVINGS = (look_anchors_up_at_once, leave_empty_margins_alone)
