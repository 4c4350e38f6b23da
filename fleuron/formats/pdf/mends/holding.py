"""A mend to lines: a text that ends in a no-break space, as "«" does before a marked-up title.

Pango lets such a space hang over the end of a line; WeasyPrint 70.0 counts it, finds the text too
wide by that space, and takes the text for a single word that must be cut: the line ends after its
first word, however much room is left. With the mend the text fits wherever its letters do.
"""

from __future__ import annotations

from typing import Any

from weasyprint.text import line_break

from fleuron.formats.pdf.mends.patching import rewrite

_HOLDING = "\u00a0\u202f"


def fits_but_for_its_space(
    text: str, style: Any, context: Any, max_width: float, justification_spacing: float
) -> bool:
    """Whether only a no-break space at the end of `text` stands out over `max_width`."""
    letters = text.rstrip(_HOLDING)
    if letters == text:
        return False
    layout = line_break.create_layout(letters, style, context, None, justification_spacing)
    width: float = line_break.line_size(layout.get_first_line()[0], style)[0]
    return width <= max_width


def let_a_holding_space_hang() -> None:
    rewrite(
        line_break.split_first_line,
        "39ad1016863ca34d",
        (
            "    if resume_index is None and first_line_width <= max_width:\n",
            "    if resume_index is None and (\n"
            "            first_line_width <= max_width or fits_but_for_its_space(\n"
            "                text, style, context, max_width, justification_spacing)):\n",
        ),
        fits_but_for_its_space=fits_but_for_its_space,
    )


MENDS = (let_a_holding_space_hang,)
