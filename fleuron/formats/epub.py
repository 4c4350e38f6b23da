"""The EPUB edition (EPUB 3.3). A proof, a theme and the PDF's page breaks in; a package out.

A document for each section, all notes in one, numbered as in the PDF and linked both ways, and a
navigation document with contents, landmarks and the list of the PDF's pages. The package is written
with nothing but the standard library, so the same proof always gives the same bytes.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Any

from lxml import etree

from fleuron import fonts, formulas, marking, pictures, titling
from fleuron.marking import XHTML, XML, Element, name
from fleuron.model import Artefact, Html, Locale, NavEntry, PageBreak, Proof
from fleuron.nodes import Division, Math
from fleuron.theme import Theme
from fleuron.writer import Setting, plain, reminders, write, write_inlines

OPS = "http://www.idpf.org/2007/ops"
_EPUB_TYPE = f"{{{OPS}}}type"
_ROLES = {"summary": ("abstract", "doc-abstract"), "imprint": ("colophon", "doc-colophon")}


@dataclass(frozen=True, slots=True)
class Item:
    """A file of the package: its manifest entry (EPUB 3.3, 5.6.1) and its bytes."""

    id: str
    href: str
    media_type: str
    data: bytes
    properties: str = ""
    linear: bool = False  # whether it stands in the spine


def render(
    proof: Proof, theme: Theme, locale: Locale, breaks: Sequence[PageBreak], cover: bytes
) -> Artefact:
    """`proof` as an EPUB; `cover` is a PNG."""
    setting = _setting(proof, theme, locale)
    chapters = _chapters(proof, setting)
    colophon = marking.tree(titling.colophon(proof, theme, locale, 1))
    paged = {**chapters, "colophon.xhtml": colophon}
    marks = _mark_pages(paged, breaks, locale)
    notes = _notes(proof, setting, chapters, theme, locale)
    where = _where(chapters)
    for href, chapter in chapters.items():
        _linked(chapter, href, where)
    _linked(colophon, "colophon.xhtml", {})
    page = _page(proof, theme, locale)
    documents = [
        page("cover-page", "cover.xhtml", locale.term("cover"), _cover(proof, theme, locale)),
        page("title-page", "title.xhtml", proof.edition.title, _title(proof, theme, locale)),
        *_documents(proof, chapters, page),
    ]
    if notes is not None:
        _linked(notes, "notes.xhtml", where)
        documents.append(
            page("notes", "notes.xhtml", locale.term("notes"), _prefixed(marking.serialise(notes)))
        )
    documents.append(
        page(
            "colophon",
            "colophon.xhtml",
            locale.term("colophon"),
            _prefixed(marking.serialise(colophon)),
        )
    )
    pages = [(label, where_of(mark, paged)) for label, mark in marks.items()]
    nav = _navigation(proof, theme, locale, setting, chapters, pages, page)
    items = [
        *documents,
        nav,
        _ncx(proof, theme, locale, setting, chapters, pages),
        *_media(proof, chapters),
        *_fonts(theme, fonts.characters(proof, locale)),
        _style(theme, proof, locale),
    ]
    if cover:
        items.append(Item("cover-image", "media/cover.png", "image/png", cover, "cover-image"))
    package = _package(proof, theme, locale, items, pages)
    return Artefact(f"{proof.edition.slug}.epub", "application/epub+zip", _zipped(package, items))


# ------------------------------------------------------------------ the text


def _setting(proof: Proof, theme: Theme, locale: Locale) -> Setting:
    def call(number: int) -> str:
        # Nothing but text within the link, and the link within the `sup`: readers that open notes
        # in a pop-up ask for this shape.
        label = locale.term("show-note", n=number)
        shown = escape(locale.note_call.format(n=number))
        return (
            f'<sup class="note-call"><a id="ref-{number}" href="#fn-{number}" '
            f'role="doc-noteref" title="{escape(label)}">{shown}</a></sup>'
        )

    picture = pictures.placer(
        proof.assets, proof.strings, theme.tokens["faces"], lambda url, _: _media_name(url)
    )

    def math(formula: Math) -> str:
        return formulas.markup(formula, locale)

    return Setting(theme, locale, call, picture, math, heading=1, holding=True)


def _chapters(proof: Proof, setting: Setting) -> dict[str, Element]:
    """Each section by the name of its file, in the order of the spine."""
    out: dict[str, Element] = {}
    first = 1
    for index, division in enumerate(proof.divisions, 1):
        root = marking.tree(write((division,), setting, first))
        numbers = [int(n) for e in root.iter() if (n := e.get("data-b"))]
        first = max(numbers, default=first - 1) + 1
        _typed(root[0], division)
        out[f"{index:02d}-{_file_name(division)}.xhtml"] = root
    return out


def _file_name(division: Division) -> str:
    ident = division.attr.id or "section"
    kept = "".join(c if c.isascii() and (c.isalnum() or c == "-") else "-" for c in ident.lower())
    return kept.strip("-") or "section"


def _typed(section: Element, division: Division) -> None:
    """A section's semantics (EPUB Structural Semantics; DPUB-ARIA 1.1)."""
    kind = next((c for c in division.attr.classes if c in _ROLES), "")
    epub_type, role = _ROLES.get(kind, ("chapter", "doc-chapter"))
    section.set(_EPUB_TYPE, epub_type)
    section.set("role", role)


def _mark_pages(
    chapters: Mapping[str, Element], breaks: Sequence[PageBreak], locale: Locale
) -> dict[str, Element]:
    def marker(label: str) -> Element:
        mark = etree.Element(f"{{{XHTML}}}span")
        mark.set(_EPUB_TYPE, "pagebreak")
        mark.set("role", "doc-pagebreak")
        mark.set("id", f"page-{label}")
        mark.set("aria-label", locale.term("page-n", n=label))
        return mark

    return marking.mark(chapters.values(), breaks, marker)


def _notes(
    proof: Proof, setting: Setting, chapters: Mapping[str, Element], theme: Theme, locale: Locale
) -> Element | None:
    if not proof.notes:
        return None
    quiet = replace(setting, note_call=lambda _: "", numbered=False)
    notes = [
        {
            "n": note.number,
            "body": write(note.blocks, quiet),
            "works": [(n, write_inlines(work, quiet)) for n, work in reminders(note, proof)],
        }
        for note in proof.notes
    ]
    markup = theme.render("formats/epub/notes.xhtml", l=locale, notes=notes)
    root = marking.tree(markup.replace("epub:type", "data-epub-type"))
    for element in root.iter():
        if kind := element.get("data-epub-type"):
            del element.attrib["data-epub-type"]
            element.set(_EPUB_TYPE, kind)
    return root


def _where(chapters: Mapping[str, Element]) -> dict[str, str]:
    """The file in which each id stands."""
    places = {
        element.get("id"): href
        for href, root in chapters.items()
        for element in root.iter()
        if element.get("id")
    }
    return {str(k): v for k, v in places.items()}


def _linked(root: Element, own: str, where: Mapping[str, str]) -> None:
    """Links within the edition, from file to file; languages for readers of XML too."""
    for element in root.iter():
        if name(element) == "a":
            target = (element.get("href") or "").removeprefix("#")
            if (element.get("href") or "").startswith("#"):
                noted = re.fullmatch(r"fn-\d+", target)
                home = "notes.xhtml" if noted else where.get(target, own)
                element.set("href", ("" if home == own else home) + f"#{target}")
            if element.get("role") == "doc-noteref":
                element.set(_EPUB_TYPE, "noteref")
        if lang := element.get("lang"):
            element.set(f"{{{XML}}}lang", lang)


def where_of(element: Element, chapters: Mapping[str, Element]) -> str:
    root = element.getroottree().getroot()
    href = next(href for href, chapter in chapters.items() if chapter is root)
    return f"{href}#{element.get('id')}"


# ------------------------------------------------------------------ the documents


def _page(proof: Proof, theme: Theme, locale: Locale) -> Any:
    def page(ident: str, href: str, title: str, body: str, properties: str = "") -> Item:
        if "<svg" in body:
            properties = f"{properties} svg".strip()
        if "<math" in body:
            properties = f"{properties} mathml".strip()
        text = theme.render(
            "formats/epub/document.xhtml", e=proof.edition, l=locale, title=title, body=Html(body)
        )
        data = text.replace(f' xmlns:epub="{OPS}"', "").replace(
            f'<html xmlns="{XHTML}"', f'<html xmlns="{XHTML}" xmlns:epub="{OPS}"', 1
        )
        return Item(ident, href, "application/xhtml+xml", data.encode(), properties, True)

    return page


def _documents(proof: Proof, chapters: Mapping[str, Element], page: Any) -> Iterator[Item]:
    for index, (href, root) in enumerate(chapters.items()):
        title = plain(proof.divisions[index].title) or proof.edition.title
        yield page(f"s{index + 1:02d}", href, title, _prefixed(marking.serialise(root)))


def _prefixed(markup: str) -> str:
    """lxml names the namespace of `epub:type` as it likes (ns0); the document calls it epub."""
    return markup.replace("ns0:type", "epub:type").replace(f' xmlns:ns0="{OPS}"', "")


def _cover(proof: Proof, theme: Theme, locale: Locale) -> Html:
    alt = locale.term("cover-of", title=proof.edition.title)
    return theme.render("formats/epub/cover.xhtml", l=locale, alt=alt)


def _title(proof: Proof, theme: Theme, locale: Locale) -> Html:
    lines = titling.titling(proof, theme, locale)
    return theme.render(
        "formats/epub/title.xhtml",
        e=proof.edition,
        l=locale,
        date=lines.date,
        authors=lines.authors,
    )


def _navigation(
    proof: Proof,
    theme: Theme,
    locale: Locale,
    setting: Setting,
    chapters: Mapping[str, Element],
    pages: Sequence[tuple[str, str]],
    page: Any,
) -> Item:
    body = theme.render(
        "formats/epub/nav.xhtml",
        l=locale,
        pages=pages,
        notes=bool(proof.notes),
        entries=_entries(proof, setting, chapters, locale),
        start=next(iter(chapters), "title.xhtml"),
    )
    return Item(
        **{
            **_fields(page("nav", "nav.xhtml", locale.term("contents"), body, "nav")),
            "linear": False,
        }
    )


def _fields(item: Item) -> dict[str, Any]:
    return {field: getattr(item, field) for field in Item.__dataclass_fields__}


def _entries(
    proof: Proof, setting: Setting, chapters: Mapping[str, Element], locale: Locale
) -> list[dict[str, Any]]:
    """The contents: sections with what is under them, then notes and colophon."""

    def entry(nav: NavEntry, href: str, top: bool) -> dict[str, Any]:
        return {
            "href": href if top or not nav.id else f"{href}#{nav.id}",
            "title": write_inlines(nav.title, setting),
            "plain": plain(nav.title),
            "entries": [entry(child, href, False) for child in nav.entries if child.id],
        }

    def matter(term: str) -> dict[str, Any]:
        title = locale.term(term)
        return {"href": f"{term}.xhtml", "title": title, "plain": title, "entries": []}

    sections = [entry(nav, href, True) for nav, href in zip(proof.nav, chapters, strict=True)]
    return [*sections, *map(matter, ["notes"] if proof.notes else []), matter("colophon")]


def _ncx(
    proof: Proof,
    theme: Theme,
    locale: Locale,
    setting: Setting,
    chapters: Mapping[str, Element],
    pages: Sequence[tuple[str, str]],
) -> Item:
    """Contents for readers of EPUB 2, which many devices still ask for."""
    text = theme.render(
        "formats/epub/toc.ncx.xml",
        e=proof.edition,
        l=locale,
        uid=_identifier(proof),
        entries=_entries(proof, setting, chapters, locale),
        pages=pages,
    )
    return Item("ncx", "toc.ncx", "application/x-dtbncx+xml", text.encode())


def _media_name(url: str) -> str:
    return "media/" + url.removeprefix("figures/").replace("/", "-")


def _media(proof: Proof, chapters: Mapping[str, Element]) -> Iterator[Item]:
    used = {e.get("src") for root in chapters.values() for e in root.iter() if name(e) == "img"}
    for index, (url, data) in enumerate(sorted(proof.assets.items()), 1):
        if _media_name(url) in used:
            photo = pictures.photo(data)
            yield Item(f"m{index:02d}", _media_name(url), photo.media_type, data)


def _fonts(theme: Theme, wanted: frozenset[str]) -> Iterator[Item]:
    for face in theme.faces:
        # WOFF 1: readers of several makers do not know WOFF 2.
        data = fonts.subset(face, wanted, "woff")
        yield Item(f"font-{face.name}", f"fonts/{face.name}.woff", "font/woff", data)
    for index, (_, data) in enumerate(theme.licences, 1):
        yield Item(f"licence-{index}", f"fonts/licence-{index}.txt", "text/plain", data)


def _style(theme: Theme, proof: Proof, locale: Locale) -> Item:
    text = theme.stylesheet("epub", faces=theme.faces, hyphenate=bool(locale.hyphenation), l=locale)
    return Item("css", "style.css", "text/css", text.encode())


# ------------------------------------------------------------------ the package


def _identifier(proof: Proof) -> str:
    edition = proof.edition
    return titling.urn(edition.brief, edition.name or edition.lang, edition.identifiers, "epub")


def _package(
    proof: Proof, theme: Theme, locale: Locale, items: Sequence[Item], pages: Sequence[Any]
) -> bytes:
    pictured = any(
        b"<svg" in i.data or b"<img" in i.data
        for i in items
        if i.href.endswith(".xhtml") and i.id != "cover-page"
    )
    mathematical = any("mathml" in item.properties for item in items)
    originals, translations = titling.related(proof.edition, "epub")
    text = theme.render(
        "formats/epub/package.opf.xml",
        e=proof.edition,
        l=locale,
        uid=_identifier(proof),
        items=items,
        pages=bool(pages),
        modified=f"{proof.edition.brief.issued.isoformat()}T00:00:00Z",
        pictured=pictured,
        formulas=mathematical,
        originals=originals,
        translations=translations,
        claim=titling.STANDARDS["epub"] if proof.certifier else "",
        certifier=proof.certifier,
        pdf=proof.edition.identifiers.get("isbn-pdf") or f"{proof.edition.slug}.pdf",
    )
    return text.encode()


_CONTAINER = (
    '<?xml version="1.0" encoding="utf-8"?>\n'
    '<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">\n'
    '<rootfiles><rootfile full-path="EPUB/package.opf" '
    'media-type="application/oebps-package+xml"/></rootfiles>\n</container>\n'
)


def _zipped(package: bytes, items: Iterable[Item]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        # mimetype comes first and stored, so a reader finds it at byte 38 (EPUB 3.3, OCF ZIP
        # container).
        _put(archive, "mimetype", b"application/epub+zip", zipfile.ZIP_STORED)
        _put(archive, "META-INF/container.xml", _CONTAINER.encode())
        _put(archive, "EPUB/package.opf", package)
        for item in sorted(items, key=lambda item: item.href):
            _put(archive, f"EPUB/{item.href}", item.data)
    return out.getvalue()


def _put(
    archive: zipfile.ZipFile, path: str, data: bytes, method: int = zipfile.ZIP_DEFLATED
) -> None:
    # The earliest date a ZIP can hold: the clock is not looked at.
    entry = zipfile.ZipInfo(path, (1980, 1, 1, 0, 0, 0))
    entry.compress_type = method
    entry.external_attr = 0o644 << 16
    entry.create_system = 3
    archive.writestr(entry, data, compresslevel=9 if method else None)
