"""Finding one's way: landmarks, outline, headings, titles, pages; the same in every format."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

from fleuron.lint.finished import Fault, Finished
from fleuron.lint.screen import (
    Book,
    Document,
    Element,
    classes,
    kinds,
    local,
    resolved,
    roles,
    text_of,
)

Line = tuple[int, str]  # the depth of an entry, from 1, and its words

_LANDMARKS = {"cover", "toc", "bodymatter"}


def no_landmarks(edition: Finished) -> Iterator[Fault]:
    """The parts that readers jump to are marked."""
    if edition.book:
        nav = _nav(edition.book, "landmarks")
        marks = {kind for a in _links(nav) for kind in kinds(a)}
        wanted = _LANDMARKS | ({"endnotes"} if edition.readings["epub"].notes else set())
        for missing in sorted(wanted - marks):
            yield Fault(edition.book.file, f"no landmark “{missing}”")
    if edition.page:
        for name in ("header", "nav", "main", "footer"):
            count = len([e for e in edition.page.all(name) if not _within_sectioning(e)])
            if count == 0 or (name == "main" and count > 1):
                yield Fault(edition.page.file, f"{count} of the landmark “{name}”")
        for nav in edition.page.all("nav"):
            if not (nav.get("aria-labelledby") or nav.get("aria-label")):
                yield Fault(edition.page.file, "a nav without a name", edition.page.line(nav))
        first = next(edition.page.all("a"), None)
        main = next(edition.page.all("main"), None)
        if first is None or main is None or first.get("href") != f"#{main.get('id')}":
            yield Fault(edition.page.file, "the first link does not skip to the text")


def _within_sectioning(element: Element) -> bool:
    around = {local(e) for e in element.iterancestors()}
    return local(element) in ("header", "footer") and bool(around & {"section", "article", "main"})


def _nav(book: Book, kind: str) -> Element | None:
    return next((n for n in book.nav.all("nav") if kind in kinds(n)), None) if book.nav else None


def _links(nav: Element | None) -> list[Element]:
    return list(nav.iter("{*}a")) if nav is not None else []


# ------------------------------------------------------------------ outlines


def outlines(edition: Finished) -> dict[str, list[Line]]:
    """The text's outline as each place in each format has it."""
    found: dict[str, list[Line]] = {}
    if edition.page:
        found["html:headings"] = list(_headings(edition.page, 2))
        contents = [n for n in edition.page.all("nav") if "contents" in classes(n)]
        found["html:contents"] = [line for nav in contents for line in _listed(nav)]
    if edition.book:
        found["epub:nav"] = _listed(_nav(edition.book, "toc"))
        found["epub:ncx"] = list(_ncx(edition.book))
        inside = [d for d in edition.book.documents if d.linear and d.href not in _FURNITURE]
        found["epub:headings"] = [line for d in inside for line in _headings(d, 1)]
    if edition.pdf:
        found["pdf:bookmarks"] = list(_bookmarks(edition.pdf.file))
        found["pdf:headings"] = [
            (int(e.role[1]) - 1, _squeezed(e.text))
            for e in edition.pdf.tree.walk()
            if re.fullmatch(r"H[2-6]", e.role)
        ]
    return found


_FURNITURE = ("cover.xhtml", "title.xhtml", "nav.xhtml", "colophon.xhtml")


def _headings(document: Document, first: int) -> Iterator[Line]:
    """Headings of sections: those that a section is named by."""
    named = {
        section.get("aria-labelledby")
        for section in document.all("section")
        if section.get("aria-labelledby") and "doc-endnotes" not in roles(section)
    }
    for heading in document.all("h1", "h2", "h3", "h4", "h5", "h6"):
        if heading.get("id") in named:
            yield int(local(heading)[1]) - first + 1, _squeezed(text_of(heading))


def _listed(nav: Element | None) -> list[Line]:
    return [
        (sum(1 for e in a.iterancestors() if local(e) == "ol"), _squeezed(text_of(a)))
        for a in _links(nav)
    ]


def _ncx(book: Book) -> Iterator[Line]:
    from lxml import etree

    for name, data in book.files.items():
        if name.endswith(".ncx"):
            for point in etree.fromstring(data).iter("{*}navPoint"):
                label = next(point.iter("{*}text"))
                depth = sum(1 for e in point.iterancestors() if local(e) == "navPoint")
                yield depth + 1, _squeezed(text_of(label))


def _bookmarks(file: Any) -> Iterator[Line]:
    def below(items: Any, depth: int) -> Iterator[Line]:
        for item in items:
            yield depth, _squeezed(item.title)
            yield from below(item.children, depth + 1)

    with file.open_outline() as outline:
        yield from below(outline.root, 1)


def _squeezed(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)


def differing_outlines(edition: Finished) -> Iterator[Fault]:
    """Headings, contents, nav, NCX and bookmarks say the same, in the same order and depth.

    Each place may stop at a depth of its own, and the parts at the end differ by format.
    """
    found = outlines(edition)
    if not found:
        return
    sets = {place: lines for place, lines in found.items() if lines}
    for place in found.keys() - sets.keys():
        yield Fault(edition.file(place.partition(":")[0]), f"{place} is empty")
    matter = _matter(sets)
    place, wanted = next(iter(sets.items()), ("", []))
    for other, got in sets.items():
        depth = min(max((min(d, 5) for d, _ in lines), default=1) for lines in (wanted, got))
        one, two = (list(_cut(lines, depth, matter)) for lines in (wanted, got))
        if one != two:
            at = next((i for i, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), -1)
            told = f"“{one[at][1]}”, “{two[at][1]}”" if at >= 0 else f"{len(one)}, {len(two)} lines"
            yield Fault(
                edition.file(other.partition(":")[0]), f"{place} and {other} differ: {told}"
            )


def _cut(lines: list[Line], depth: int, matter: set[str]) -> Iterator[Line]:
    """An outline down to a depth. HTML has six levels of heading, the first for the title."""
    return ((min(d, 5), words) for d, words in lines if min(d, 5) <= depth and words not in matter)


def _matter(sets: dict[str, list[Line]]) -> set[str]:
    """What stands around the text, which not every format lists: notes, contents, colophon."""
    counted = Counter(words for lines in sets.values() for words in {w for _, w in lines})
    top = {w for place in ("epub:nav", "html:contents") for d, w in sets.get(place, ()) if d == 1}
    text = {w for _, w in sets.get("html:headings", ())}
    return {w for w in top - text if counted[w] < len(sets)} | {
        w for place in ("pdf:headings",) for _, w in sets.get(place, ()) if w not in text
    }


def misleading(edition: Finished) -> Iterator[Fault]:
    """An entry of the contents leads to the heading whose words it has."""
    for document in edition.documents:
        for nav in document.all("nav"):
            if "toc" not in kinds(nav) and "contents" not in classes(nav):
                continue
            for link in _links(nav):
                heading = _heading_at(edition, document, link.get("href") or "")
                if heading is not None and _squeezed(heading) != _squeezed(text_of(link)):
                    told = f"“{text_of(link)}” leads to “{heading}”"
                    yield Fault(document.file, told, document.line(link))


def _heading_at(edition: Finished, document: Document, target: str) -> str | None:
    href, ident = resolved(document, target)
    home = edition.book.by_href.get(href) if edition.book and document.href else document
    if home is None:
        return None
    place = home.by_id.get(ident) if ident else next(home.all("body"), None)
    if place is None:
        return None
    found = next(place.iter(*(f"{{*}}h{n}" for n in range(1, 7))), None)
    return text_of(found) if found is not None else None


def skipping(edition: Finished) -> Iterator[Fault]:
    """Headings begin at the first level, which a page has once, and go down step by step."""
    for document in edition.documents:
        levels = [int(local(h)[1]) for h in document.all("h1", "h2", "h3", "h4", "h5", "h6")]
        for told in _steps(levels):
            yield Fault(document.file, told)
        for heading in document.all("h1", "h2", "h3", "h4", "h5", "h6"):
            if not text_of(heading):
                yield Fault(document.file, "an empty heading", document.line(heading))
    if edition.pdf:
        marks = [e for e in edition.pdf.tree.walk() if re.fullmatch(r"H[1-6]", e.role)]
        for told in _steps([int(e.role[1]) for e in marks]):
            yield Fault(edition.pdf.name, told)


def _steps(levels: list[int]) -> Iterator[str]:
    if levels.count(1) > 1:
        yield f"{levels.count(1)} headings of the first level"
    if levels and levels[0] != 1:
        yield f"the first heading is of level {levels[0]}"
    for one, other in pairwise(levels):
        if other > one + 1:
            yield f"a heading of level {other} after one of level {one}"


def same_title(edition: Finished) -> Iterator[Fault]:
    """A document has a title, and in a book no other has the same."""
    titles = [
        (d, " ".join(text_of(t) for t in d.all("title") if local(t.getparent()) == "head"))
        for d in edition.documents
    ]
    counted = Counter(title for d, title in titles if d.href)
    for document, title in titles:
        if not title:
            yield Fault(document.file, "no title")
        elif document.href and counted[title] > 1:
            yield Fault(document.file, f"“{title}” is the title of {counted[title]} documents")


# ------------------------------------------------------------------ pages


def differing_pages(edition: Finished) -> Iterator[Fault]:
    """Page labels, page marks and page lists are those of the PDF."""
    found: dict[str, list[str]] = {}
    if edition.page:
        found["html:marks"] = list(edition.readings["html"].pages)
    if edition.book:
        found["epub:marks"] = list(edition.readings["epub"].pages)
        found["epub:page-list"] = [text_of(a) for a in _links(_nav(edition.book, "page-list"))]
        found["epub:ncx"] = list(_ncx_pages(edition.book))
        for link in _links(_nav(edition.book, "page-list")):
            if not (link.get("href") or "").endswith(f"#page-{text_of(link)}"):
                yield Fault(edition.book.file, f"page {text_of(link)} leads elsewhere")
    place, wanted = next(iter(found.items()), ("", []))
    if edition.pdf:
        labels = list(_labels(edition.pdf.file))
        # A page that holds nothing but the colophon has no text to mark on a screen.
        found["pdf:pages"] = labels[:-1] if len(labels) == len(wanted) + 1 else labels
    for other, got in found.items():
        if got != wanted:
            told = f"{place} has {len(wanted)} pages, {other} {len(got)}"
            yield Fault(edition.file(other.partition(":")[0]), told)


def _labels(file: Any) -> Iterator[str]:
    """Labels of pages in Arabic numerals, counted from what the file says."""
    numbers = file.Root.get("/PageLabels", {}).get("/Nums", [])
    rows = {int(numbers[i]): numbers[i + 1] for i in range(0, len(numbers), 2)}
    style, first, begun = "", 1, 0
    for index in range(len(file.pages)):
        if index in rows:
            style, first = str(rows[index].get("/S", "")), int(rows[index].get("/St", 1))
            begun = index
        yield f"{first + index - begun}" if style == "/D" else f"{style}{first + index - begun}"


def _ncx_pages(book: Book) -> Iterator[str]:
    from lxml import etree

    for name, data in book.files.items():
        if name.endswith(".ncx"):
            for target in etree.fromstring(data).iter("{*}pageTarget"):
                yield text_of(next(target.iter("{*}text")))


def shifted_pages(edition: Finished) -> Iterator[Fault]:
    """A page begins with the same word everywhere."""
    begun = {form: reading.pages for form, reading in edition.readings.items()}
    form, wanted = next(iter(begun.items()), ("", {}))
    for other, got in begun.items():
        for label in wanted.keys() & got.keys():
            if wanted[label] != got[label]:
                told = f"page {label} begins “{got[label]}”, in {form} “{wanted[label]}”"
                yield Fault(edition.file(other), told)


def no_role(edition: Finished) -> Iterator[Fault]:
    """Parts have their roles and names: sections, page marks, the navigation of a book."""
    for document in edition.documents:
        for mark in document.root.iter("{*}span"):
            marked = re.fullmatch(r"page-\d+", mark.get("id") or "")
            told = "doc-pagebreak" in roles(mark) and re.search(r"\w", mark.get("aria-label") or "")
            if marked and not (told and (not document.href or "pagebreak" in kinds(mark))):
                yield Fault(document.file, "a page mark without its role", document.line(mark))
        for section in document.all("section"):
            if not (section.get("aria-labelledby") or section.get("aria-label")):
                yield Fault(document.file, "a section without a name", document.line(section))
        if document.href and document.linear and document.href not in _FURNITURE:
            parts = [s for s in document.all("section") if local(s.getparent()) == "body"]
            if not parts or not all(roles(s) and kinds(s) for s in parts):
                yield Fault(document.file, "a part of the book without its role")
    if edition.book:
        for kind, role in (("toc", "doc-toc"), ("page-list", "doc-pagelist")):
            nav = _nav(edition.book, kind)
            if nav is None or role not in roles(nav):
                yield Fault(edition.book.file, f"the navigation lacks “{role}”")


RULES: dict[str, Callable[[Finished], Iterator[Fault]]] = {
    "E140": no_landmarks,
    "E141": differing_outlines,
    "E142": misleading,
    "E143": skipping,
    "E144": same_title,
    "E145": differing_pages,
    "E146": shifted_pages,
    "E147": no_role,
}
