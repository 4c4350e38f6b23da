"""What WeasyPrint works out again and again, worked out once. The bytes of a file stay the same.

Each saving is put in as a mend is (see `patching`), and `mends.apply(without=…)` leaves out any of
them, which is how the tests see that a file has the same bytes with it and without it. What is kept
lives as long as the thing it belongs to: a style, a page, a document; the rules of style sheets
live as long as the process.

    areas     a note laid out once for its page, not with each note that joins it
    drawing   what draws a glyph written once for each of its widths
    lines     a line of text broken once for each measure it is tried in
    measures  margins, paddings and sizes worked out once for each style
    pages     anchors of earlier pages looked up, not written down anew; empty margins left alone
    reading   markup and hyphenation patterns read sooner
    shaping   fonts asked for once for each style
    sheets    a style sheet read once for all pages that are set in it
    styles    styles worked out where somebody asks for them
    writing   what an object is in the file made once
"""

from __future__ import annotations

from collections.abc import Callable

from fleuron.formats.pdf.mends.savings import (
    areas,
    drawing,
    lines,
    measures,
    pages,
    reading,
    shaping,
    sheets,
    styles,
    writing,
)

SAVINGS: tuple[Callable[[], None], ...] = (
    *areas.SAVINGS,
    *drawing.SAVINGS,
    *lines.SAVINGS,
    *measures.SAVINGS,
    *pages.SAVINGS,
    *reading.SAVINGS,
    *shaping.SAVINGS,
    *sheets.SAVINGS,
    *styles.SAVINGS,
    *writing.SAVINGS,
)
