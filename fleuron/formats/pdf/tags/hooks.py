"""The one place where the tagger reaches into WeasyPrint, for the version that `mends` is for.

WeasyPrint marks what it draws when it is asked for tags, and then makes a tree of its own. The
marks are kept; its tree is not made, as ours is written once the file is otherwise complete (see
`tags.finish`). Nothing of a document is held here.
"""

from __future__ import annotations

from typing import Any

import weasyprint.pdf
from weasyprint.pdf import tags as stock

from fleuron.formats.pdf.mends.patching import replace


def no_tree(pdf: Any, document: Any, pdf_version: Any, page_streams: Any) -> None:
    """Stands in for `weasyprint.pdf.tags.add_tags`."""


def apply() -> None:
    """Puts `no_tree` in its place; a second call does nothing."""
    if weasyprint.pdf.add_tags is not no_tree:
        replace(stock.add_tags, no_tree)
