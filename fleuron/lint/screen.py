"""EPUB and HTML read as a reader's program reads them. Bytes in; documents and a `Reading` out.

The page is read by a browser's parser (HTML, 13.2), the book by its spine. Both come out as lxml
trees in the namespace of XHTML, so that a rule asks the same question of either.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import tinyhtml5
from lxml import etree

from fleuron.lint.reading import Reading, Text, number, words

XHTML = "{http://www.w3.org/1999/xhtml}"
SVG = "{http://www.w3.org/2000/svg}"
XML = "{http://www.w3.org/XML/1998/namespace}"
OPS = "{http://www.idpf.org/2007/ops}"
FURNITURE = ("cover.xhtml", "title.xhtml", "nav.xhtml")

Element = Any  # lxml's own type says nothing of its text being there

_BLOCKS = frozenset(
    "section h1 h2 h3 h4 h5 h6 p ul ol li dl dt dd blockquote pre figure figcaption div aside table"
    " caption thead tbody tfoot tr th td hr br footer header nav main body".split()
)


@dataclass(frozen=True)
class Document:
    """A page of HTML, or a document of a book: the file it stands in and its tree."""

    file: str
    root: Element
    source: str
    href: str = ""  # within the book
    linear: bool = True

    def all(self, *names: str) -> Iterator[Element]:
        """The HTML elements of these names, in the order of the document."""
        yield from self.root.iter(*(XHTML + name for name in names))

    @cached_property
    def ids(self) -> list[str]:
        return [e.get("id") for e in self.root.iter(etree.Element) if e.get("id")]

    @cached_property
    def by_id(self) -> dict[str, Element]:
        return {e.get("id"): e for e in self.root.iter(etree.Element) if e.get("id")}

    def line(self, element: Element) -> int:
        """The line of an element, or of the nearest around it that bears an id."""
        if element is not None and element.sourceline:
            return int(element.sourceline)
        while element is not None and not element.get("id"):
            element = element.getparent()
        at = self.source.find(f'id="{element.get("id")}"') if element is not None else -1
        return self.source.count("\n", 0, at) + 1 if at >= 0 else 1


@dataclass(frozen=True)
class Book:
    """An EPUB: its files by name, its package document, its documents in the spine's order."""

    file: str
    files: Mapping[str, bytes]
    package: Element
    home: str  # the folder of the package document, with its stroke
    documents: tuple[Document, ...]
    nav: Document | None
    faults: tuple[str, ...] = field(default=())  # what could not be read

    @cached_property
    def by_href(self) -> dict[str, Document]:
        return {document.href: document for document in self.documents}

    def metas(self, prop: str) -> list[str]:
        """The values of a property of the whole publication."""
        found = self.package.iter("{*}meta")
        return [e.text or "" for e in found if e.get("property") == prop and not e.get("refines")]

    def dublin(self, name: str) -> list[str]:
        return [
            e.text or "" for e in self.package.iter(f"{{http://purl.org/dc/elements/1.1/}}{name}")
        ]

    def styles(self) -> Iterator[tuple[str, str]]:
        for name, data in self.files.items():
            if name.endswith(".css"):
                yield name, data.decode("utf-8", "replace")


# ------------------------------------------------------------------ opened


def page(file: str, data: bytes) -> Document:
    source = data.decode("utf-8", "replace")
    return Document(file, _grown(tinyhtml5.parse(source)), source)


def book(file: str, data: bytes) -> Book:
    """An EPUB opened; ValueError where it is none."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
        container = etree.fromstring(files["META-INF/container.xml"])
        path = next(container.iter("{*}rootfile")).get("full-path") or ""
        package = etree.fromstring(files[path])
    except (zipfile.BadZipFile, KeyError, StopIteration, etree.XMLSyntaxError) as error:
        raise ValueError(f"it is no EPUB: {error}") from error
    home = path.rpartition("/")[0] + "/" if "/" in path else ""
    faults: list[str] = []
    documents = tuple(_documents(file, files, package, home, faults))
    nav_href = next(
        (i.get("href") for i in package.iter("{*}item") if "nav" in _tokens(i, "properties")), ""
    )
    nav = next((d for d in documents if d.href == nav_href), None)
    return Book(file, files, package, home, documents, nav, tuple(faults))


def spine(package: Element) -> list[str]:
    """The content documents in reading order."""
    hrefs = {i.get("id"): i.get("href") for i in package.iter("{*}item")}
    return [hrefs[i.get("idref")] for i in package.iter("{*}itemref") if i.get("idref") in hrefs]


def _documents(
    file: str, files: Mapping[str, bytes], package: Element, home: str, faults: list[str]
) -> Iterator[Document]:
    in_spine = spine(package)
    listed = [
        i.get("href")
        for i in package.iter("{*}item")
        if i.get("media-type") == "application/xhtml+xml"
    ]
    for href in dict.fromkeys([*in_spine, *listed]):
        data = files.get(home + (href or ""))
        if data is None:
            faults.append(f"{href} is listed and missing")
            continue
        try:
            root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, huge_tree=True))
        except etree.XMLSyntaxError as error:
            faults.append(f"{href}: {error}")
            continue
        text = data.decode("utf-8", "replace")
        yield Document(f"{file}/{href}", root, text, href, href in in_spine)


def _grown(element: Any) -> Element:
    """A tree of the standard library as one of lxml, which knows an element's parent."""
    grown = etree.Element(element.tag)
    for key, value in element.attrib.items():
        try:
            grown.set(key, value)
        except ValueError:
            grown.set("bad-attribute", key)
    grown.text = element.text
    for child in element:
        below = _grown(child) if isinstance(child.tag, str) else etree.Comment("")
        below.tail = child.tail
        grown.append(below)
    return grown


# ------------------------------------------------------------------ asked


def local(element: Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _tokens(element: Element, attribute: str) -> list[str]:
    return (element.get(attribute) or "").split()


def kinds(element: Element) -> list[str]:
    """The tokens of `epub:type`."""
    return _tokens(element, f"{OPS}type")


def roles(element: Element) -> list[str]:
    return _tokens(element, "role")


def classes(element: Element) -> list[str]:
    return _tokens(element, "class")


def text_of(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def language(element: Element) -> str:
    """The language that an element's text is in, as it is stated nearest."""
    while element is not None:
        found = element.get("lang") or element.get(f"{XML}lang")
        if found is not None:
            return str(found)
        element = element.getparent()
    return ""


def resolved(document: Document, target: str) -> tuple[str, str]:
    """The file within the edition that a link leads to, and the id there."""
    href, _, ident = target.partition("#")
    folder = document.href.rpartition("/")[0]
    whole = f"{folder}/{href}" if folder and href else href
    return whole or document.href, ident


# ------------------------------------------------------------------ read


def read_page(document: Document) -> Reading:
    text = Text()
    for element in document.all("main", "footer"):
        _gather(element, text, frozenset({"doc-endnotes"}))
    notes = [li for li in document.all("li") if _is_note(li)]
    return Reading(
        words=words(text.whole),
        calls=text.calls,
        notes=_notes(notes),
        pages=text.pages(),
        ids=document.ids,
        links=list(_links(document.root)),
    )


def read_book(book: Book) -> Reading:
    text, notes, ids, links = Text(), {}, [], []
    for document in (d for d in book.documents if d.linear):
        ids += [f"{document.href}#{ident}" for ident in document.ids]
        links += [
            (at, f"{document.href}{to}" if to.startswith("#") else to)
            for at, to in _links(document.root, document.href)
        ]
        if document.href == "notes.xhtml":
            notes = _notes(li for li in document.all("li") if _is_note(li))
        elif document.href not in FURNITURE:
            for body in document.all("body"):
                _gather(body, text, frozenset())
    return Reading(
        words=words(text.whole),
        calls=text.calls,
        notes=notes,
        pages=text.pages(),
        ids=ids,
        links=links,
    )


def _is_note(item: Element) -> bool:
    return bool(re.fullmatch(r"fn-\d+", item.get("id") or ""))


def _gather(element: Element, into: Text, skip: frozenset[str]) -> None:
    name, role = local(element), element.get("role") or ""
    if name in ("svg", "math", "style", "script", "") or role in skip:
        return
    # Where a note says "ibid.", a screen shows the work again; paper has it on the page before.
    if element.get("class") == "work":
        return
    if role == "doc-noteref":
        into.calls.append(number("".join(element.itertext())))
        return
    if "doc-pagebreak" in role.split():
        label = (element.get("id") or "").removeprefix("page-")
        into.marks.append((label, len(into.parts)))
        return
    block = name in _BLOCKS
    into.parts += [" "] if block else []
    into.parts.append(element.text or "")
    for child in element:
        _gather(child, into, skip)
        into.parts.append(child.tail or "")
    into.parts += [" "] if block else []


def _notes(items: Iterable[Element]) -> dict[int, list[str]]:
    out = {}
    for item in items:
        text = Text()
        _gather(item, text, frozenset({"doc-backlink"}))
        out[int(item.get("id").removeprefix("fn-"))] = words(text.whole)
    return out


def _links(root: Element, file: str = "") -> Iterator[tuple[str, str]]:
    for element in root.iter(f"{XHTML}a"):
        if element.get("href"):
            yield f"{file}#{element.get('id') or ''}", element.get("href")
