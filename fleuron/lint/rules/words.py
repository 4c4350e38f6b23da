"""Words: the same in every format, readable, and nothing left of their source."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator

from fleuron.lint.finished import Fault, Finished
from fleuron.lint.reading import LOOSE, Reading, departure, differences
from fleuron.lint.screen import Document, Element, classes, local, roles, text_of
from fleuron.lint.structure import Element as Tagged


def on_screen(edition: Finished) -> Iterator[Fault]:
    """The book has the words of the page."""
    found = edition.readings
    if "html" in found and "epub" in found:
        if told := departure(found["html"].words, found["epub"].words):
            yield Fault(edition.file("epub"), f"other words than the page: {told}")


def on_paper(edition: Finished) -> Iterator[Fault]:
    """The PDF's structure has the words of the page, in their order."""
    found = edition.readings
    other = found.get("html") or found.get("epub")
    if other is None or "pdf" not in found:
        return
    if told := differences(other.words, found["pdf"].text):
        yield Fault(edition.file("pdf"), f"other words than on screen: {told}")


def in_notes(edition: Finished) -> Iterator[Fault]:
    """Each note has the same words in every format."""
    found = edition.readings
    html, epub, pdf = found.get("html"), found.get("epub"), found.get("pdf")
    if html and epub:
        for n in html.notes.keys() & epub.notes.keys():
            if told := departure(html.notes[n], epub.notes[n]):
                yield Fault(edition.file("epub"), f"note {n}, other words than the page: {told}")
    wanted = (html or epub or Reading()).notes
    for n in wanted.keys() & pdf.bodies.keys() if pdf else ():
        if told := differences(wanted[n], pdf.bodies[n] if pdf else ""):
            yield Fault(edition.file("pdf"), f"note {n}, other words than on screen: {told}")


_WRECKED = re.compile("[\u00c3\u00c2\u00d0\u00d1][\u0080-\u00bf]|\u00e2\u0080[\u0080-\u00bf]")


def unreadable(edition: Finished) -> Iterator[Fault]:
    """Every character can be read: none is lost, private, a control, or of another coding."""
    for document in edition.documents:
        text = "".join(document.root.itertext())
        yield from (Fault(document.file, told) for told in _unreadable(text))
    if edition.pdf:
        text = edition.readings["pdf"].text.replace(LOOSE, "")
        text += "".join(e.text for e in edition.pdf.tree.kids if not isinstance(e, str))
        yield from (Fault(edition.pdf.name, told) for told in _unreadable(text))


def _unreadable(text: str) -> Iterator[str]:
    for char in sorted(set(text)):
        bad = unicodedata.category(char) in ("Co", "Cn", "Cs") or char == "\ufffd"
        if bad or (unicodedata.category(char) == "Cc" and char not in "\t\n\r"):
            yield f"U+{ord(char):04X} cannot be read"
    if found := _WRECKED.search(text):
        yield f"“{found[0]}” was read in another coding than it was written in"


_LEFT = re.compile(
    r"\[-?@[\w:.-]+|(?<![\w/.])@[a-z]\w+\d{4}|\{\{|\}\}|\{%|^:::|\]\(https?:|\{[.#][\w-]+\}"
    r"|\*\*\w|\bundefined\b|\[object |&(amp|lt|gt|nbsp|#\d+);|\blorem ipsum\b|\bTODO\b",
    re.IGNORECASE | re.MULTILINE,
)


def left_over(edition: Finished) -> Iterator[Fault]:
    """Nothing of the source's marks or of a template stands in the text."""
    for document in edition.documents:
        for element in document.all("p", "li", "h1", "h2", "h3", "h4", "td", "th", "figcaption"):
            found = _LEFT.search(_prose(element))
            if found:
                yield Fault(document.file, f"“{found[0]}”", document.line(element))


def _prose(element: Element) -> str:
    """Text outside of code and of other blocks."""
    if local(element) in ("code", "pre", "script", "style", "svg"):
        return " "
    return (element.text or "") + "".join(_prose(c) + (c.tail or "") for c in element)


# ------------------------------------------------------------------ parts

_PARTS = {
    "table": "Table",
    "tr": "TR",
    "th": "TH",
    "td": "TD",
    "blockquote": "BlockQuote",
}


def differing_parts(edition: Finished) -> Iterator[Fault]:
    """Tables and their cells, lists and their items, figures and quotations are as many in every
    format."""
    found: dict[str, Counter[str]] = {}
    if edition.page:
        mains = list(edition.page.all("main"))
        found["html"] = Counter(name for m in mains for name in _parts(m))
    if edition.book:
        inside = [d for d in edition.book.documents if _is_text(d)]
        found["epub"] = Counter(
            name for d in inside for body in d.all("body") for name in _parts(body)
        )
    for name in sorted(set().union(*found.values())) if len(found) == 2 else ():
        if found["html"][name] != found["epub"][name]:
            told = f"{found['epub'][name]} of {name}, the page has {found['html'][name]}"
            yield Fault(edition.file("epub"), told)
    wanted = found.get("html") or found.get("epub")
    if edition.pdf and wanted is not None:
        tagged = Counter(_roles(edition.pdf.tree))
        for name, role in _PARTS.items():
            if wanted[name] != tagged[role]:
                yield Fault(edition.pdf.name, f"{tagged[role]} of {role}, on screen {wanted[name]}")


def _roles(element: Tagged) -> Iterator[str]:
    """The roles of the text; a note on paper is a paragraph, whatever it holds."""
    if element.role not in ("Note", "FENote"):
        yield element.role
        for kid in element.kids:
            yield from () if isinstance(kid, str) else _roles(kid)


def _is_text(document: Document) -> bool:
    return document.linear and document.href not in (
        *("cover.xhtml", "title.xhtml", "nav.xhtml", "colophon.xhtml"),
    )


_COUNTED = frozenset(
    "table caption tr th td figure figcaption blockquote ul ol li dl dt dd pre em strong code"
    " h2 h3 aside".split()
)


def _parts(root: Element) -> Iterator[str]:
    for element in root.iter("{*}*"):
        name = local(element)
        if name in ("h1", "h2", "h3", "h4", "h5", "h6"):
            name = "heading"
        inside = {local(e) for e in element.iterancestors()}
        if (name in _COUNTED or name == "heading") and "svg" not in inside:
            around = list(element.iterancestors())
            noted = any("work" in classes(e) or "doc-endnotes" in roles(e) for e in around)
            if not noted and "doc-endnotes" not in roles(element):
                yield name


def no_scope(edition: Finished) -> Iterator[Fault]:
    """A table has heads, and says what they are the heads of."""
    for document in edition.documents:
        for table in document.all("table"):
            heads = list(table.iter("{*}th"))
            for head in heads:
                if head.get("scope") not in ("col", "row", "colgroup", "rowgroup"):
                    yield Fault(document.file, "a table head without scope", document.line(head))
            if not heads:
                yield Fault(document.file, "a table without heads", document.line(table))
    for element in edition.pdf.tree.walk() if edition.pdf else ():
        if element.role == "TH" and not element.scope:
            yield Fault(edition.file("pdf"), f"a table head without scope: “{element.text[:30]}”")


def nameless(edition: Finished) -> Iterator[Fault]:
    """A table has a name, by which readers choose it from a list of tables."""
    for document in edition.documents:
        for table in document.all("table"):
            captions = [text_of(c) for c in table if local(c) == "caption"]
            named = table.get("aria-label") or table.get("aria-labelledby")
            if not any(captions) and not named:
                yield Fault(document.file, "a table without a name", document.line(table))


RULES: dict[str, Callable[[Finished], Iterator[Fault]]] = {
    "E150": on_screen,
    "E151": on_paper,
    "E152": in_notes,
    "E153": unreadable,
    "E154": differing_parts,
    "E155": no_scope,
    "E202": left_over,
    "E204": nameless,
}
