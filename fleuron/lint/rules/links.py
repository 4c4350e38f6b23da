"""Links: lead somewhere, say where, and are the same in every format."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator

from lxml import etree

from fleuron.lint import paper
from fleuron.lint.finished import Fault, Finished
from fleuron.lint.screen import Document, Element, classes, resolved, text_of

_NAMING = ("aria-labelledby", "aria-describedby", "aria-controls", "interestfor", "for", "headers")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z\d+.-]*:")


def to_nowhere(edition: Finished) -> Iterator[Fault]:
    """A link within an edition, and a name that refers to an id, has something to lead to."""
    for document in edition.documents:
        for link in document.all("a"):
            target = link.get("href")
            if target is not None and not _SCHEME.match(target):
                if not _is_there(edition, document, target):
                    yield Fault(document.file, f"“{target}” leads nowhere", document.line(link))
        for element in document.root.iter(etree.Element):
            for key in _NAMING:
                for ident in (element.get(key) or "").split():
                    if ident not in document.by_id:
                        yield Fault(document.file, f"{key}: no “{ident}”", document.line(element))
    yield from _to_nowhere_on_paper(edition)


def _is_there(edition: Finished, document: Document, target: str) -> bool:
    href, ident = resolved(document, target)
    if not document.href:
        return not target.startswith("#") or ident in document.by_id
    book = edition.book
    if book is None or book.home + href not in book.files:
        return False
    home = book.by_href.get(href)
    return not ident or (home is not None and ident in home.by_id)


def _to_nowhere_on_paper(edition: Finished) -> Iterator[Fault]:
    if edition.pdf is None:
        return
    try:
        places = edition.pdf.destinations
    except (AttributeError, KeyError):
        yield Fault(edition.file("pdf"), "it names no places that links could lead to")
        return
    for page, link in edition.pdf.links:
        target = paper.target(link)
        left, bottom, right, top = map(float, link.Rect)
        if not target or (target.startswith("#") and target[1:] not in places):
            yield Fault(edition.file("pdf"), f"page {page}: a link to “{target}” leads nowhere")
        if abs(right - left) < 1 or abs(top - bottom) < 1:
            yield Fault(edition.file("pdf"), f"page {page}: a link of no size to “{target}”")


def named_twice(edition: Finished) -> Iterator[Fault]:
    """An id names one thing."""
    for document in edition.documents:
        for ident, times in Counter(document.ids).items():
            if times > 1:
                line = document.line(document.by_id[ident])
                yield Fault(document.file, f"the id “{ident}” stands {times} times", line)
    if edition.pdf:
        ids = Counter(e.id for e in edition.pdf.tree.walk() if e.id)
        for ident in (i for i, times in ids.items() if times > 1):
            yield Fault(edition.file("pdf"), f"the id “{ident}” stands twice in the structure")


def malformed(edition: Finished) -> Iterator[Fault]:
    """A link to the outside is an address that a program can follow."""
    for document in edition.documents:
        for link in document.all("a"):
            target = link.get("href") or ""
            if _SCHEME.match(target) and not _followable(target):
                yield Fault(document.file, f"no address: “{target}”", document.line(link))
            elif link.get("href") == "":
                yield Fault(document.file, "a link to nothing", document.line(link))
    for page, link in edition.pdf.links if edition.pdf else ():
        target = paper.target(link)
        if target and not target.startswith("#") and not _followable(target):
            yield Fault(edition.file("pdf"), f"page {page}: no address: “{target}”")


_WEB = re.compile(
    r"https?://(?:[^\s/@]*@)?[^\s./?#:@]+(?:\.[^\s./?#:@]+)+(?::\d+)?(?:[/?#]\S*)?", re.I
)
_OTHER = re.compile(r"(?:mailto:[^\s@]+@\S+|(?:tel|doi|urn|data):\S+)", re.I)


def _followable(target: str) -> bool:
    return bool(_WEB.fullmatch(target) or _OTHER.fullmatch(target))


def says_another(edition: Finished) -> Iterator[Fault]:
    """An address that is printed is the address that is followed."""
    for document in edition.documents:
        for link in (a for a in document.all("a") if "address" in classes(a)):
            shown, target = _bare("".join(link.itertext())), _bare(link.get("href") or "")
            if shown and shown not in target:
                yield Fault(document.file, f"“{shown}” leads to “{target}”", document.line(link))


def _bare(address: str) -> str:
    return re.sub(r"^https?://|[\s\u200b\u2060\u00ad]|/$", "", _decoded(address.strip()))


def _decoded(address: str) -> str:
    """Letters in place of their bytes in per cent (RFC 3986, 2.1)."""

    def letters(found: re.Match[str]) -> str:
        return bytes.fromhex(found[0].replace("%", "")).decode("utf-8", "replace")

    return re.sub(r"(?:%[0-9A-Fa-f]{2})+", letters, address)


def says_nothing(edition: Finished) -> Iterator[Fault]:
    """A link has words, on the page or for those who hear it."""
    for document in edition.documents:
        for link in (a for a in document.all("a") if a.get("href") is not None):
            words = link.get("aria-label") or link.get("title") or _spoken(link)
            if not re.search(r"\w", words):
                yield Fault(document.file, "a link without words", document.line(link))
    for page, link in edition.pdf.links if edition.pdf else ():
        if not str(link.get("/Contents", "")).strip():
            yield Fault(edition.file("pdf"), f"page {page}: a link without words")
        if "/StructParent" not in link:
            yield Fault(edition.file("pdf"), f"page {page}: a link outside the structure")


def _spoken(link: Element) -> str:
    pictures = [e.get("alt") or e.get("aria-label") or "" for e in link.iter(etree.Element)]
    return text_of(link) + "".join(pictures)


def differing(edition: Finished) -> Iterator[Fault]:
    """The same addresses are linked in every format."""
    found: dict[str, set[str]] = {}
    if edition.page:
        found["html"] = set(_outer(edition.page))
    if edition.book:
        found["epub"] = {to for d in edition.book.documents for to in _outer(d)}
    if edition.pdf:
        leads = (paper.target(link) for _, link in edition.pdf.links)
        found["pdf"] = {_folded(target) for target in leads if _SCHEME.match(target)}
    for form, targets in found.items():
        for missing in sorted(set().union(*found.values()) - targets):
            yield Fault(edition.file(form), f"“{missing}” is linked in another format only")


def _outer(document: Document) -> Iterator[str]:
    for link in document.all("a"):
        if _SCHEME.match(link.get("href") or ""):
            yield _folded(link.get("href"))


def _folded(address: str) -> str:
    """Scheme and host in small letters, which mean the same (RFC 3986, 6.2.2.1)."""
    return re.sub(r"^[^/]+(//[^/]*)?", lambda found: found[0].lower(), address)


RULES: dict[str, Callable[[Finished], Iterator[Fault]]] = {
    "E110": to_nowhere,
    "E111": named_twice,
    "E112": malformed,
    "E113": says_another,
    "E114": says_nothing,
    "E115": differing,
}
