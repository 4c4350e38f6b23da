"""The structure of the PDF: furniture stays out of it, and nothing in it is empty."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator

from fleuron.lint import structure
from fleuron.lint.finished import Fault, Finished
from fleuron.lint.structure import Element

_DOTS = re.compile(r"\.{4,}|(?:[.·]\s){3,}|…{2,}|(?:\.\u2009?){4,}")
_MAY_BE_EMPTY = {"TD", "TH", "Figure", "Formula", "Annot"}


def furniture(edition: Finished) -> Iterator[Fault]:
    """Leader dots, running heads and folios are no part of what is read out."""
    if edition.pdf is None:
        return
    elements = list(edition.pdf.tree.walk())
    leaves = [e for e in elements if e.kids and all(isinstance(k, str) for k in e.kids)]
    for element in leaves:
        if element.role != "Code" and _DOTS.search(element.text):
            yield Fault(edition.pdf.name, f"dots are read out: “{element.text[-20:]}”")
    paragraphs = [e for e in leaves if e.role in ("P", "Sect", "Div", "Document", "NonStruct")]
    for text in _loose_heads(edition):
        yield Fault(edition.pdf.name, f"a running head or folio is read out: “{text[:40]}”")
    counted = Counter((e.text.strip()) for e in paragraphs if len(e.text.strip()) > 3)
    for text, times in counted.items():
        if times >= 3 and times >= len(edition.pdf.pages) - 2:
            yield Fault(edition.pdf.name, f"a line of every page is read out: “{text[:40]}”")


def _loose_heads(edition: Finished) -> Iterator[str]:
    """Runs of text in the structure that are all a page's furniture, which stands there no more."""
    assert edition.pdf is not None
    folios = [str(n) for n in range(1, len(edition.pdf.pages) + 1)]
    loose = structure.artifacts(edition.pdf.data)
    for element in edition.pdf.tree.walk():
        for kid in element.kids:
            text = kid.strip() if isinstance(kid, str) else ""
            alone = element.role in ("P", "Sect", "Div", "Part", "Document", "H2", "H3")
            if alone and text in folios and len(element.kids) == 1:
                yield text
    if len(loose) > 2 and not any(text.strip() for text in loose[1:-1]):
        yield "no page has furniture of its own"


def hollow(edition: Finished) -> Iterator[Fault]:
    """An element of the structure holds something."""
    for element in edition.pdf.tree.walk() if edition.pdf else ():
        if element.role not in _MAY_BE_EMPTY and not _holds(element):
            yield Fault(edition.file("pdf"), f"an empty {element.role}")


def _holds(element: Element) -> bool:
    pictured = any(e.role in ("Figure", "Formula") for e in element.walk())
    return bool(element.text.strip() or pictured or element.targets)


def nested(edition: Finished) -> Iterator[Fault]:
    """Parts stand where they belong: items in lists, cells in rows, notes with their labels."""
    if edition.pdf is None:
        return
    for element, role in _pairs(edition.pdf.tree):
        wanted = _PARENTS.get(element.role)
        if wanted and role not in wanted:
            yield Fault(edition.pdf.name, f"{element.role} in {role}: “{element.text[:30]}”")


_PARENTS = {
    "LI": {"L"},
    "LBody": {"LI"},
    "TR": {"Table", "THead", "TBody", "TFoot"},
    "TH": {"TR"},
    "TD": {"TR"},
    "TOCI": {"TOC"},
}


def _pairs(element: Element) -> Iterator[tuple[Element, str]]:
    for kid in element.kids:
        if isinstance(kid, Element):
            yield kid, element.role
            yield from _pairs(kid)


def listless(edition: Finished) -> Iterator[Fault]:
    """The contents are contents: a TOC whose every item is a link."""
    if edition.pdf is None:
        return
    tocs = [e for e in edition.pdf.tree.walk() if e.role == "TOC"]
    if not tocs and len(edition.pdf.pages) > 2:
        yield Fault(edition.pdf.name, "its contents are no TOC")
    for item in (e for toc in tocs for e in toc.walk() if e.role == "TOCI"):
        if not any(e.targets for e in item.walk()):
            yield Fault(edition.pdf.name, f"an entry that leads nowhere: “{item.text[:30]}”")


RULES: dict[str, Callable[[Finished], Iterator[Fault]]] = {
    "E190": furniture,
    "E191": hollow,
    "E192": nested,
    "E193": listless,
}
