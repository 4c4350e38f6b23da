"""The margins of a book. Leaves in; a document of as many pages, with nothing on them but what
stands in their margins, out.

Running heads and folios are what pages say of the whole: they are laid out when all pages are
known. Style sheets, strings and page counters are those of a single run.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator
from typing import Any

from weasyprint import DEFAULT_OPTIONS
from weasyprint.css.counters import CounterStyle
from weasyprint.document import Document, Page
from weasyprint.formatting_structure import boxes, build
from weasyprint.html import get_html_metadata
from weasyprint.layout import page as sheets
from weasyprint.layout.background import layout_box_backgrounds
from weasyprint.layout.percent import resolve_percentages
from weasyprint.pdf.metadata import DocumentMetadata

from fleuron.formats.pdf.books.gathering import Leaf
from fleuron.formats.pdf.known import faces
from fleuron.formats.pdf.layout import Assets, opened
from fleuron.formats.pdf.mends.savings.lines import AllLines


def lay_out(markup: str, leaves: Iterable[Leaf], assets: Assets) -> Any:
    """The margins of `leaves`, as the style sheet of `markup` wants them."""
    html = opened(markup, assets)
    fonts = faces(markup, assets)
    profiles: dict[str, Any] = {}
    context = Document._build_layout_context(
        html, fonts, CounterStyle(), profiles, dict(DEFAULT_OPTIONS)
    )
    context.lines = AllLines()
    leaves = list(leaves)
    for number, leaf in enumerate(leaves, 1):
        for name, values in leaf.strings.items():
            context.string_set[name][number] = list(values)
    pages = [Page(sheet) for sheet in _sheets(html, context, leaves)]
    metadata = DocumentMetadata(**get_html_metadata(html))
    document = Document(pages, metadata, html.url_fetcher, fonts, profiles, None)
    document._html = html
    return document


def _sheets(html: Any, context: Any, leaves: list[Leaf]) -> Iterator[Any]:
    state: Any = ([0], {"pages": [len(leaves)]}, [{"pages"}], [])
    for number, leaf in enumerate(leaves, 1):
        # Of a page's place in the book a style sheet sees only whether it is the first.
        kind = sheets.PageType(leaf.side, leaf.blank, leaf.name, min(number - 1, 1), leaf.groups)
        if context.style_for(kind) is None:
            sheets.set_page_type_computed_styles(kind, html, context.style_for)
        yield _sheet(context, kind, number, state)


def _sheet(context: Any, kind: Any, number: int, state: Any) -> Any:
    """A page box as `weasyprint.layout.page.make_page` begins it, with its margins alone."""
    style = context.style_for(kind)
    style["overflow"] = "visible"
    page = boxes.PageBox(kind, style)
    resolve_percentages(page, style["size"])
    page.position_x = page.position_y = 0
    width, height = style["size"]
    sheets.page_width(page, context, width)
    sheets.page_height(page, context, height)
    sheets._standardize_page_based_counters(style, None)
    build.update_counters(state, style)
    context.current_page = number
    context.page_bottom = page.content_box_y() + page.height
    page.fixed_boxes = []
    page.children = tuple(sheets.make_margin_boxes(context, page, copy.deepcopy(state)))
    for box in page.children:
        layout_box_backgrounds(page, box, context.get_image_from_uri)
    page.background = page.canvas_background = None
    return page
