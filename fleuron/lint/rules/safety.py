"""Safety: nothing runs, nothing is loaded, nothing of the maker's machine is told."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Iterator
from typing import Any

import pikepdf
from lxml import etree

from fleuron.lint.finished import Fault, Finished
from fleuron.lint.screen import Document, local

_LOADING = ("src", "srcset", "data", "poster", "action", "formaction", "background", "cite-src")
_ACTIVE = (
    "iframe",
    "object",
    "embed",
    "applet",
    "form",
    "input",
    "video",
    "audio",
    "base",
    "frame",
)


def runs(edition: Finished) -> Iterator[Fault]:
    """No script, no handler of events, no frame or form, in any edition."""
    for document in edition.documents:
        for element in document.root.iter(etree.Element):
            told = _running(element)
            if told:
                yield Fault(document.file, told, document.line(element))
    for item in edition.book.package.iter("{*}item") if edition.book else ():
        active = {"scripted", "remote-resources"} & set((item.get("properties") or "").split())
        if active or "script" in (item.get("media-type") or ""):
            yield Fault(edition.file("epub"), f"{item.get('href')} is a script or calls for one")
    if edition.pdf:
        yield from (Fault(edition.pdf.name, told) for told in _running_in_pdf(edition.pdf.file))


def _running(element: Any) -> str:
    name = local(element)
    if name == "script" and element.get("type") != "application/ld+json":
        return "a script"
    if name in _ACTIVE:
        return f"“{name}” is no part of a publication"
    if name == "meta" and (element.get("http-equiv") or "").lower() == "refresh":
        return "the page goes elsewhere by itself"
    for key, value in element.attrib.items():
        if str(key).lower().startswith("on"):
            return f"a handler of events, {key}"
        if re.match(r"\s*(javascript|vbscript|file):", str(value), re.IGNORECASE):
            return f"{key}=“{str(value)[:30]}”"
    return ""


def _running_in_pdf(file: pikepdf.Pdf) -> Iterator[str]:
    if "/OpenAction" in file.Root and isinstance(file.Root.OpenAction, pikepdf.Dictionary):
        yield "something is done when it is opened"
    if "/AcroForm" in file.Root:
        yield "it holds a form"
    objects: Any = file.objects
    for item in objects:
        if not isinstance(item, (pikepdf.Dictionary, pikepdf.Stream)):
            continue
        if str(item.get("/S", "")) in ("/JavaScript", "/Launch", "/SubmitForm", "/ImportData"):
            yield f"an action, {item.S}"
        if "/AA" in item and str(item.get("/Type", "")) in ("/Page", "/Catalog"):
            yield "something is done when it is read"
        if str(item.get("/Subtype", "")) in ("/RichMedia", "/Movie", "/Sound", "/Screen", "/3D"):
            yield f"{item.Subtype} is no part of a publication"


def loads(edition: Finished) -> Iterator[Fault]:
    """All that an edition shows stands in its own file."""
    for document in edition.documents:
        for element in document.root.iter(etree.Element):
            for url in _loaded(element):
                if not _inside(edition, document, url):
                    yield Fault(
                        document.file, f"“{url[:60]}” is not in the file", document.line(element)
                    )
    for file, text in _styled(edition):
        for url in re.findall(r"url\(\s*[\"']?([^\"')]*)", text) + re.findall(
            r"@import\s+[\"']([^\"']*)", text
        ):
            if re.match(r"(https?:)?//|file:", url):
                yield Fault(file, f"“{url[:60]}” is loaded from outside")
        if "@import" in text:
            yield Fault(file, "a style sheet calls for another")


def _loaded(element: Any) -> Iterator[str]:
    for key in _LOADING:
        if element.get(key):
            yield element.get(key)
    if local(element) in ("image", "use", "feImage"):
        yield from (v for k, v in element.attrib.items() if str(k).endswith("href"))
    if local(element) == "link" and set((element.get("rel") or "").lower().split()) & {
        *(
            "stylesheet",
            "icon",
            "preload",
            "prefetch",
            "preconnect",
            "dns-prefetch",
            "modulepreload",
        )
    }:
        yield element.get("href") or ""


def _inside(edition: Finished, document: Document, url: str) -> bool:
    if url.startswith(("data:", "#")):
        return True
    folder = document.href.rpartition("/")[0]
    book = edition.book
    return bool(
        document.href and book and f"{book.home}{folder and folder + '/'}{url}" in book.files
    )


def _styled(edition: Finished) -> Iterator[tuple[str, str]]:
    if edition.book:
        yield from ((f"{edition.book.file}/{n}", text) for n, text in edition.book.styles())
    for document in edition.documents:
        for style in document.all("style"):
            yield document.file, style.text or ""


def unguarded(edition: Finished) -> Iterator[Fault]:
    """A page forbids what it does not need, and knows its style sheet by its digest (CSP 3)."""
    page = edition.page
    if page is None:
        return
    policies = [
        m.get("content") or ""
        for m in page.all("meta")
        if (m.get("http-equiv") or "").lower() == "content-security-policy"
    ]
    if not policies:
        yield Fault(page.file, "no security policy")
        return
    rules = dict(part.strip().partition(" ")[::2] for part in policies[0].split(";"))
    for key in ("default-src", "base-uri", "form-action"):
        if rules.get(key) != "'none'":
            yield Fault(page.file, f"the policy lets in {key} {rules.get(key, '')}".strip())
    if "unsafe" in policies[0] or "script-src" in rules:
        yield Fault(page.file, "the policy lets in what it should not")
    for style in page.all("style"):
        digest = base64.b64encode(hashlib.sha256((style.text or "").encode()).digest()).decode()
        if f"'sha256-{digest}'" not in rules.get("style-src", ""):
            yield Fault(page.file, "the policy does not know the style sheet")
    for element in page.root.iter(etree.Element):
        if element.get("style") and "unsafe" not in rules.get("style-src", ""):
            yield Fault(page.file, "the policy refuses a style", page.line(element))


# Folders of a machine, and addresses that only a machine itself can reach.
_TRACES = re.compile(
    r"file:/{1,3}\w|(?<![\w.:/])/(?:home|Users|root|tmp|work|var/folders|private)/[\w.-]+"
    r"|\b[A-Z]:\\\\?[\w.-]+\\|https?://(?:localhost|127\.0\.0\.1|0\.0\.0\.0|10\.\d+\.\d+\.\d+)"
)


def traces(edition: Finished) -> Iterator[Fault]:
    """Nothing tells of the machine that an edition was made on."""
    for document in edition.documents:
        bare = re.sub(r"(data:[\w/+;-]*,)[^\"')]*", r"\1", document.source)
        if found := _TRACES.search(bare):
            yield Fault(document.file, f"“{found[0]}”")
    if edition.book:
        for name in edition.book.files:
            if name.endswith((".opf", ".ncx", ".css")):
                if found := _TRACES.search(edition.book.files[name].decode("utf-8", "replace")):
                    yield Fault(f"{edition.book.file}/{name}", f"“{found[0]}”")
    if edition.pdf:
        info: Any = edition.pdf.file.docinfo
        told = [str(value) for value in info.values()]
        if "/Metadata" in edition.pdf.file.Root:
            told.append(edition.pdf.file.Root.Metadata.read_bytes().decode("utf-8", "replace"))
        if found := _TRACES.search("\n".join(told)):
            yield Fault(edition.pdf.name, f"“{found[0]}”")


def prefixed(edition: Finished) -> Iterator[Fault]:
    """Elements of XHTML bear no prefix: many readers know `p` and not `html:p`."""
    for document in edition.documents:
        for element in document.root.iter(etree.Element):
            named = element.prefix if document.href else ":" in local(element)
            if named:
                told = f"{element.prefix or ''}:{local(element)}"
                yield Fault(document.file, f"an element called {told}", document.line(element))
                break
        if found := re.search(r"\s(ns\d+):\w+=", document.source):
            yield Fault(document.file, f"an attribute of the prefix {found[1]}")


RULES: dict[str, Callable[[Finished], Iterator[Fault]]] = {
    "E180": runs,
    "E181": loads,
    "E182": unguarded,
    "E183": traces,
    "E184": prefixed,
}
