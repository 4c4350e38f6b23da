"""Pages that take no longer the more have come before them. A page is made as it was, sooner.

For each page WeasyPrint writes down anew every anchor of all pages before it, in a list that it
searches for each box of the page: a quarter of an hour's work for a book that has notes.
"""

from __future__ import annotations

from typing import Any

from weasyprint.layout import page

from fleuron.formats.pdf.mends.patching import rewrite


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


SAVINGS = (look_anchors_up_at_once,)
