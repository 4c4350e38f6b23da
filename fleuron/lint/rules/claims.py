"""What a file says of itself: true, complete, and the same in every format."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from lxml import etree

from fleuron.lint.finished import Fault, Finished
from fleuron.lint.rules.pictures import pictures
from fleuron.lint.screen import Book, kinds, text_of

CONFORMANCE = (
    "EPUB Accessibility 1.1 - WCAG 2.2 Level AA"  # the one way to write it (A11Y 1.1, 2.2)
)

# The version of PDF that each part of PDF/UA is of, and the PDF/A of that version.
_WITH = {"1": ("1.7", "3A"), "2": ("2.0", "4")}
_PDF_UA = re.compile(r"PDF/UA-(\d)\b")
_BY = "a11y:certifiedBy"
_STATEMENT = "-accessibility.html"  # how the name of a statement ends


def unproven(edition: Finished) -> Iterator[Fault]:
    """A claim of conformance is worded as the standard has it, and says who certifies it."""
    if edition.book:
        claims = edition.book.metas("dcterms:conformsTo")
        certified = [
            m.text or "" for m in edition.book.package.iter("{*}meta") if m.get("property") == _BY
        ]
        if claims and claims != [CONFORMANCE]:
            yield Fault(edition.book.file, f"it claims “{claims[0]}”, not “{CONFORMANCE}”")
        if bool(claims) != bool([name for name in certified if name.strip()]):
            told = "nobody certifies it" if claims else "what is certified is not said"
            yield Fault(edition.book.file, f"a claim without its other half: {told}")
    if edition.page:
        yield from _claimed_by_page(edition)
    if edition.pdf:
        yield from _said_by_pdf(edition)


def _said_by_pdf(edition: Finished) -> Iterator[Fault]:
    """A PDF says the part of PDF/UA and the PDF/A that go with its version; a page no other."""
    pdf, page = edition.pdf, edition.page
    assert pdf is not None
    with pdf.file.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as xmp:
        part = xmp.get("pdfuaid:part", "")
        archive = xmp.get("pdfaid:part", "") + xmp.get("pdfaid:conformance", "")
    if part not in _WITH:
        yield Fault(pdf.name, f"it says PDF/UA-{part or '?'}")
        return
    if (pdf.file.pdf_version, archive) != _WITH[part]:
        said = f"PDF/A-{archive or '?'}, and is PDF {pdf.file.pdf_version}"
        yield Fault(
            pdf.name, f"it says PDF/UA-{part}, which goes with {_told(part)}; it says {said}"
        )
    claimed = (
        {m for e in page.all("footer") for m in _PDF_UA.findall(text_of(e))} if page else set()
    )
    for other in sorted(claimed - {part}):
        yield Fault(pdf.name, f"it says PDF/UA-{part}, and the page claims PDF/UA-{other} for it")


def _told(part: str) -> str:
    version, archive = _WITH[part]
    return f"PDF/A-{archive} and PDF {version}"


def _claimed_by_page(edition: Finished) -> Iterator[Fault]:
    """What a page claims is certified by whom the book names, and leads to what shows it."""
    page, book = edition.page, edition.book
    assert page is not None
    data = _json(next((s.text for s in page.all("script")), "") or "")
    claims, certifier = bool(data.get("dcterms:conformsTo")), str(data.get("a11y:certifiedBy", ""))
    if claims != bool(certifier.strip()):
        yield Fault(page.file, "a claim without its other half")
    if claims and not any((a.get("href") or "").endswith(_STATEMENT) for a in page.all("a")):
        yield Fault(page.file, "it claims, and leads to no accessibility statement")
    if book:
        named = [m.text or "" for m in book.package.iter("{*}meta") if m.get("property") == _BY]
        if named != ([certifier] if certifier else []):
            told = f"“{', '.join(named)}”" if named else "nobody"
            yield Fault(page.file, f"“{certifier}” certifies it, and {told} the book")


# ------------------------------------------------------------------ accessibility metadata


def untrue(edition: Finished) -> Iterator[Fault]:
    """The accessibility metadata of a book say what the book holds, no more and no less."""
    book = edition.book
    if book is None:
        return
    for prop, (wanted, allowed) in _wanted(book).items():
        values = {v for text in book.metas(f"schema:{prop}") for v in [text.strip()]}
        for missing in sorted(wanted - values):
            yield Fault(book.file, f"{prop} does not say “{missing}”")
        for extra in sorted(values - wanted - allowed):
            yield Fault(book.file, f"{prop} says “{extra}”, and the book has nothing of it")
    if not "".join(book.metas("schema:accessibilitySummary")).strip():
        yield Fault(book.file, "no accessibilitySummary")


def _wanted(book: Book) -> dict[str, tuple[set[str], set[str]]]:
    """Each property with what it must say and what it may."""
    inside = [d for d in book.documents if d.linear and d.href != "cover.xhtml"]
    shown = [words for d in inside for _, words in pictures(d)]
    pages = any("page-list" in kinds(n) for n in (book.nav.all("nav") if book.nav else ()))
    formulas = any(True for d in inside for _ in d.root.iter("{*}math"))
    features = {
        *("displayTransformability", "readingOrder", "structuralNavigation", "tableOfContents"),
        *(("alternativeText",) if shown else ()),
        *(("pageNavigation", "pageBreakMarkers") if pages else ()),
        *(("MathML",) if formulas else ()),
    }
    extra = {
        *("ARIA", "index", "printPageNumbers", "longDescription", "describedMath", "latex"),
        *("longDescriptions", "ttsMarkup", "unlocked", "fullRubyAnnotations"),
    }
    return {
        "accessMode": ({"textual", *(["visual"] if shown else [])}, set()),
        "accessModeSufficient": (
            {"textual", *(["textual,visual"] if shown else [])},
            {"textual,visual"},
        ),
        "accessibilityFeature": (features, extra),
        "accessibilityHazard": ({"none"}, set()),
    }


# ------------------------------------------------------------------ facts


def differing(edition: Finished) -> Iterator[Fault]:
    """Title, date, publisher, rights and authors are the same wherever they are told."""
    told = list(_facts(edition))
    for kind in dict.fromkeys(kind for kind, *_ in told):
        rows = [(file, place, value) for k, file, place, value in told if k == kind]
        wanted = next((value for *_, value in rows if value), "")
        for file, place, value in rows:
            if not value:
                yield Fault(file, f"{place}: no {kind}")
            elif _letters(value) != _letters(wanted):
                yield Fault(file, f"{place}: the {kind} is “{value}”, elsewhere “{wanted}”")


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()


def _facts(edition: Finished) -> Iterator[tuple[str, str, str, str]]:
    """Kind, file, place and value of each fact that a file tells of itself."""
    if edition.page:
        yield from _facts_of_page(edition)
    if edition.book:
        yield from _facts_of_book(edition.book)
    if edition.pdf:
        yield from _facts_of_pdf(edition)


def _facts_of_page(edition: Finished) -> Iterator[tuple[str, str, str, str]]:
    page = edition.page
    assert page is not None
    metas = {m.get("name") or m.get("property"): m.get("content") for m in page.all("meta")}
    heading = next((text_of(h) for h in page.all("h1")), "")
    title = next((text_of(t) for t in page.all("title")), "")
    yield "title", page.file, "h1", heading
    yield "title", page.file, "title", title
    for key in ("citation_title", "og:title"):
        yield "title", page.file, key, metas.get(key) or ""
    yield "date", page.file, "date", metas.get("citation_publication_date") or ""
    yield "publisher", page.file, "publisher", metas.get("citation_publisher") or ""
    if "description" in metas:
        yield "abstract", page.file, "description", metas["description"] or ""
    data = _json(next((s.text for s in page.all("script")), "") or "")
    yield "title", page.file, "JSON-LD", str(data.get("name", ""))
    yield "date", page.file, "JSON-LD", str(data.get("datePublished", ""))
    yield "publisher", page.file, "JSON-LD", str((data.get("publisher") or {}).get("name", ""))


def _json(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _facts_of_book(book: Book) -> Iterator[tuple[str, str, str, str]]:
    def first(name: str) -> str:
        return (book.dublin(name) or [""])[0]

    yield "title", book.file, "dc:title", first("title")
    yield "date", book.file, "dc:date", first("date")
    yield "publisher", book.file, "dc:publisher", first("publisher")
    yield "rights", book.file, "dc:rights", first("rights")
    yield "authors", book.file, "dc:creator", " ".join(book.dublin("creator"))
    if book.dublin("description"):
        yield "abstract", book.file, "dc:description", first("description")
    modified = (book.metas("dcterms:modified") or [""])[0]
    yield "date", book.file, "modified", modified.partition("T")[0]
    for name, data in book.files.items():
        if name.endswith(".ncx"):
            titles = etree.fromstring(data).iter("{*}docTitle")
            yield "title", book.file, name, "".join(text_of(title) for title in titles)


def _facts_of_pdf(edition: Finished) -> Iterator[tuple[str, str, str, str]]:
    pdf = edition.pdf
    assert pdf is not None
    if pdf.file.pdf_version < "2":  # which has done with it (ISO 32000-2, 14.3.3)
        info = pdf.file.docinfo
        yield "title", pdf.name, "Title", str(info.get("/Title", ""))
        yield "authors", pdf.name, "Author", re.sub(r"[,;]", "", str(info.get("/Author", "")))
        created = re.match(r"D:(\d{8})", str(info.get("/CreationDate", "")))
        yield "date", pdf.name, "CreationDate", created[1] if created else ""
    with pdf.file.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as xmp:
        yield "title", pdf.name, "dc:title", str(xmp.get("dc:title", ""))
        yield "rights", pdf.name, "dc:rights", str(xmp.get("dc:rights", ""))
        yield "publisher", pdf.name, "dc:publisher", " ".join(xmp.get("dc:publisher", []))
        yield "authors", pdf.name, "dc:creator", " ".join(xmp.get("dc:creator", []))
        if "dc:description" in xmp:
            yield "abstract", pdf.name, "dc:description", str(xmp.get("dc:description", ""))


def no_date(edition: Finished) -> Iterator[Fault]:
    """A date is one of the calendar."""
    for kind, file, place, value in _facts(edition):
        digits = re.sub(r"\D", "", value)
        if kind == "date" and value:
            try:
                date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
            except ValueError:
                yield Fault(file, f"{place}: no date: “{value}”")


def sourceless_pages(edition: Finished) -> Iterator[Fault]:
    """A book with a list of pages names the edition whose pages they are."""
    book = edition.book
    if book is None:
        return
    ids = {
        (m.get("refines") or "")[1:]
        for m in book.package.iter("{*}meta")
        if m.get("property") == "source-of" and m.text == "pagination"
    }
    named = [
        e.text
        for e in book.package.iter("{http://purl.org/dc/elements/1.1/}source")
        if e.get("id") in ids and (e.text or "").strip()
    ]
    pages = any("page-list" in kinds(n) for n in (book.nav.all("nav") if book.nav else ()))
    if pages and not named:
        yield Fault(book.file, "a list of pages, and nothing says of which edition")


def unpacked(edition: Finished) -> Iterator[Fault]:
    """A book lists what it holds, has a cover, an identifier and reflowing pages."""
    book = edition.book
    if book is None:
        return
    items = list(book.package.iter("{*}item"))
    listed = {book.home + (i.get("href") or "") for i in items}
    outside = {"mimetype", "META-INF/container.xml"}
    for name in sorted(set(book.files) - listed - outside):
        if not name.endswith((".opf", "/")):
            yield Fault(book.file, f"{name} is not listed")
    if next(iter(book.files), "") != "mimetype":
        yield Fault(book.file, "mimetype does not come first")
    if not any("cover-image" in (i.get("properties") or "").split() for i in items):
        yield Fault(book.file, "no picture is the cover")
    if not re.match(r"urn:(isbn|uuid):|https?:", (book.dublin("identifier") or [""])[0]):
        yield Fault(book.file, "no identifier that is one everywhere")
    if book.metas("rendition:layout") not in ([], ["reflowable"]):
        yield Fault(book.file, "its pages do not reflow")
    in_nav = [a.get("href", "").partition("#")[0] for a in _contents(book)]
    order = [d.href for d in book.documents if d.linear]
    places = [order.index(href) for href in in_nav if href in order]
    if places != sorted(places):
        yield Fault(book.file, "the contents are in another order than the book")
    for href in sorted(set(in_nav) - set(order)):
        yield Fault(book.file, f"{href} is in the contents and not in the book's order")


def _contents(book: Book) -> Iterator[Any]:
    for nav in book.nav.all("nav") if book.nav else ():
        if "toc" in kinds(nav):
            yield from nav.iter("{*}a")


def unset(edition: Finished) -> Iterator[Fault]:
    """A PDF shows its title, says that it is tagged, and tabs through a page by its structure."""
    if edition.pdf is None:
        return
    root: Any = edition.pdf.file.Root
    name = edition.pdf.name
    if not root.get("/ViewerPreferences", {}).get("/DisplayDocTitle", False):
        yield Fault(name, "a window shows the name of the file and not the title")
    if not root.get("/MarkInfo", {}).get("/Marked", False):
        yield Fault(name, "it does not say that it is tagged")
    for index, page in enumerate(edition.pdf.file.pages, 1):
        if "/Annots" in page and str(page.get("/Tabs", "")) != "/S":
            yield Fault(name, f"page {index}: the tab key goes its own way")


RULES: dict[str, Callable[[Finished], Iterator[Fault]]] = {
    "E170": unproven,
    "E171": untrue,
    "E172": differing,
    "E173": no_date,
    "E174": sourceless_pages,
    "E175": unpacked,
    "E176": unset,
}
