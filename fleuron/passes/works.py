"""The reference list: every work cited, with links back to each note that cites it.

Rendered entries and citations in; a division for the end of the brief out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from fleuron.model import Citation, Locale
from fleuron.nodes import Attr, Div, Division, Inline, Link, Para, Space, Span, Str


def division(
    entries: Iterable[tuple[str, tuple[Inline, ...]]],
    citations: Sequence[Citation],
    locale: Locale,
) -> Division | None:
    """The reference list as a section; None where nothing is cited."""
    notes = _notes(citations)
    paragraphs = tuple(_entry(key, inlines, notes.get(key, ()), locale) for key, inlines in entries)
    if not paragraphs:
        return None
    title = (Str(locale.term("references")),)
    return Division(1, Attr("references", ("references",)), title, paragraphs)


def _notes(citations: Sequence[Citation]) -> Mapping[str, tuple[int, ...]]:
    """The numbers of the notes that cite each work, in their order."""
    found: dict[str, dict[int, None]] = {}
    for citation in citations:
        for item in citation.items:
            if citation.note:
                found.setdefault(item.key, {})[citation.note] = None
    return {key: tuple(numbers) for key, numbers in found.items()}


def _entry(key: str, inlines: tuple[Inline, ...], notes: Sequence[int], locale: Locale) -> Div:
    links = tuple(_links(notes, locale))
    back = (Space(), Span(Attr(classes=("cited-in",)), links)) if links else ()
    return Div(Attr(_slug(key), ("reference",)), (Para((*inlines, *back)),))


def _links(notes: Sequence[int], locale: Locale) -> Iterator[Inline]:
    """The numbers of notes, each said as a note's to who hears no list of them."""
    for index, number in enumerate(notes):
        if index:
            yield Space()
        said = (("label", locale.term("note-n", n=number)),)
        yield Link(Attr("", ("back-reference",), said), (Str(str(number)),), f"#ref-{number}")


def _slug(key: str) -> str:
    """A key as an id: letters, digits, hyphens; never a number alone, which is a call's."""
    return "work-" + "".join(c if c.isalnum() and c.isascii() else "-" for c in key)
