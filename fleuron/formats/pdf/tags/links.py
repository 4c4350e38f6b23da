"""Links to be drawn. A laid-out document in, its links and anchors set right; nothing else changed.

WeasyPrint makes a link of each box within a link, and none of a note's call. Here each link is one
area for each line it runs over, and call and note lead to each other: `#fn-3` is the note's place,
`#ref-3` that of its call. Done on `Page.links` and `Page.anchors`, before the file is drawn.
"""

from __future__ import annotations

from typing import Any

from fleuron.formats.pdf.tags.survey import Piece, Survey

_REACH = 3.0  # pixels around a call, which is too small to hit


def prepare(document: Any, survey: Survey) -> None:
    """Sets the links of each page to those that the survey has found."""
    wanted = {id(piece.box) for piece in survey.pieces if piece.link}
    for page in document.pages:
        page.links[:] = [link for link in page.links if id(link[3]) in wanted and link[3].link]
    for piece in survey.pieces:
        if piece.link and piece.pseudo.startswith("footnote-"):
            _note(document.pages[piece.page], piece, survey.calls.get(piece.element))


def _note(page: Any, piece: Piece, number: int | None) -> None:
    if number is None:  # a note that nothing calls
        return
    x, y, width, height = piece.box.hit_area()
    area = (x - _REACH, y - _REACH, x + width + _REACH, y + height + _REACH)
    call, note = f"ref-{number}", piece.element.get("id") or f"fn-{number}"
    here, there = (call, note) if piece.pseudo == "footnote-call" else (note, call)
    page.anchors[here] = (x, y, x + width, y + height)
    page.links.append(("internal", there, area, piece.box))


def contents(piece: Piece, note: str) -> str:
    """What a link says of itself (ISO 14289-1, 7.18.5): its title, its words, or its note's."""
    element = piece.element
    if piece.pseudo == "footnote-call":
        return element.get("data-call") or note
    if piece.pseudo == "footnote-marker":
        return element.get("data-back") or note
    words = element.get("title") or element.get("aria-label") or "".join(element.itertext())
    if not words.strip():  # a picture is the link
        inner = (e.get("alt") or e.get("aria-label") or "" for e in element.iter())
        words = next(filter(None, inner), "")
    return " ".join(words.split()) or element.get("href") or ""
