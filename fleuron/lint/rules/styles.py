"""Styles: a reader's own colours, sizes and settings win; every face is in the file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from lxml import etree

from fleuron.lint.finished import Fault, Finished
from fleuron.lint.screen import SVG

_COLOUR = re.compile(
    r"(?<![\w-])(?:background(?:-color)?|(?:border|outline|text-decoration|caret)(?:-[\w-]+)?|color|fill|stroke)"
    r"\s*:\s*[^;}]*?(#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|hwb|lab|lch|oklab|oklch)a?\(|"
    r"(?<![\w-])(?:black|white|red|green|blue|gr[ae]y|navy|maroon|silver|yellow|orange|purple|"
    r"teal|olive|lime|aqua|fuchsia|beige|ivory|brown)(?![\w-]))",
    re.IGNORECASE,
)
_SIZE = re.compile(r"(?<![\w-])(?:font(?:-size)?|line-height)\s*:[^;}]*?\d(px|pt|cm|mm|in|pc)\b")
_FACE = re.compile(r"@font-face\s*\{([^}]*)\}")
_URL = re.compile(r"url\(\s*[\"']?([^\"')]*)")


def _sheets(edition: Finished) -> Iterator[tuple[str, str, bool]]:
    """Each style sheet: its file, its text without comments, and whether it is a book's."""
    if edition.book:
        for name, text in edition.book.styles():
            yield f"{edition.book.file}/{name}", _plain(text), True
        for document in edition.book.documents:
            for style in document.all("style"):
                yield document.file, _plain(style.text or ""), True
    if edition.page:
        for style in edition.page.all("style"):
            yield edition.page.file, _plain(style.text or ""), False


def _plain(text: str) -> str:
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    return re.sub(r"url\(\"?data:[^)]*\)", "url(data:)", text)


def fixed_colours(edition: Finished) -> Iterator[Fault]:
    """A book has no colours but its reader's; a page names each of its own once, as a token."""
    for file, text, book in _sheets(edition):
        for selector, rules in _rules(text):
            # On paper a page may be black; a drawing has colours of its own, as its picture has.
            own = not book and (
                selector.startswith(("@media print", ":root")) or " svg" in selector
            )
            found = None if own or ".figure" in selector else _COLOUR.search(rules)
            if found:
                yield Fault(file, f"a fixed colour: {selector} {{ {found[0]} }}")
    for document in edition.documents:
        for element in document.root.iter(etree.Element):
            if _drawn(element):
                continue
            style = element.get("style") or ""
            if element.get("bgcolor") or element.get("color") or _COLOUR.search(style):
                yield Fault(document.file, "a fixed colour on an element", document.line(element))


def _drawn(element: etree._Element) -> bool:
    return str(element.tag).startswith(SVG)


def _rules(text: str) -> Iterator[tuple[str, str]]:
    """Selector and declarations; a rule within another has both selectors."""
    for found in re.finditer(r"([^{}]+)\{([^{}]*)\}", text):
        around = _around(text, found.start())
        yield " ".join(f"{around} {found[1]}".split()), found[2]


def _around(text: str, at: int) -> str:
    """The at-rule that is open at a place."""
    depth, index = 0, at - 1
    while index >= 0:
        if text[index] == "}":
            depth += 1
        elif text[index] == "{":
            if depth == 0:
                begun = max(text.rfind("}", 0, index), text.rfind(";", 0, index)) + 1
                return text[begun:index].strip()
            depth -= 1
        index -= 1
    return ""


def fixed_sizes(edition: Finished) -> Iterator[Fault]:
    """Type grows with the reader's setting: no size in pixels or points on a screen."""
    for file, text, _ in _sheets(edition):
        for selector, rules in _rules(text):
            found = None if selector.startswith("@media print") else _SIZE.search(rules)
            if found:
                yield Fault(file, f"a fixed size: {selector} {{ {found[0]} }}")
    for document in edition.documents:
        for element in document.root.iter(etree.Element):
            if not _drawn(element) and _SIZE.search(element.get("style") or ""):
                yield Fault(document.file, "a fixed size on an element", document.line(element))


def undefined(edition: Finished) -> Iterator[Fault]:
    """A custom property that is used is set somewhere in the sheet."""
    for file, text, _ in _sheets(edition):
        known = set(re.findall(r"(--[\w-]+)\s*:", text))
        for name in sorted(set(re.findall(r"var\(\s*(--[\w-]+)\s*\)", text)) - known):
            yield Fault(file, f"{name} is never set")


_SETTINGS = (
    (re.compile(r"user-select\s*:\s*none"), "text cannot be selected"),
    (re.compile(r"(?<![\w-])text-size-adjust\s*:\s*none"), "text cannot be enlarged"),
    (re.compile(r"pointer-events\s*:\s*none"), "links cannot be followed"),
    (re.compile(r"\bspeak\s*:\s*(none|never)|speak-as\s*:\s*spell-out"), "text is not spoken"),
)


def overruled(edition: Finished) -> Iterator[Fault]:
    """Nothing takes from readers what they can set: zoom, focus, selection, rest, darkness."""
    for file, text, book in _sheets(edition):
        for pattern, told in _SETTINGS:
            if pattern.search(text):
                yield Fault(file, told)
        for selector, rules in _rules(text):
            hides = re.search(r"outline(-style|-width)?\s*:\s*(0|none)\b", rules)
            if hides and not re.search(r"main:focus$|:focus:not\(:focus-visible\)", selector):
                yield Fault(file, f"focus is not seen: {selector}")
            moving = re.search(r"(?<![\w-])(animation|transition|scroll-behavior)\s*:", rules)
            if moving and "prefers-reduced-motion" not in selector:
                yield Fault(file, f"it moves for those who asked for rest: {selector}")
        if not book and "prefers-color-scheme: dark" not in text:
            yield Fault(file, "it has no colours for the dark")
        if not book and ":focus-visible" not in text:
            yield Fault(file, "focus is not seen")
    for document in edition.documents:
        for meta in (m for m in document.all("meta") if m.get("name") == "viewport"):
            if re.search(r"user-scalable\s*=\s*(no|0)|maximum-scale", meta.get("content") or ""):
                yield Fault(document.file, "the page cannot be enlarged", document.line(meta))
        hidden = [e for e in document.all("p", "li", "section", "main") if e.get("aria-hidden")]
        for element in hidden:
            yield Fault(document.file, "text is hidden from some readers", document.line(element))
        for element in document.all("p", "li", "section", "h1", "h2", "h3", "figure", "table"):
            if element.get("hidden") is not None:
                yield Fault(document.file, "text that nobody sees", document.line(element))
    if edition.page and not any(m.get("name") == "viewport" for m in edition.page.all("meta")):
        yield Fault(edition.page.file, "no viewport: a telephone shows the page of a desk")


def absent_faces(edition: Finished) -> Iterator[Fault]:
    """Every face stands in the file: in a book as a file that is listed, in a PDF embedded, with
    its glyphs' text."""
    for file, text, book in _sheets(edition):
        for face in _FACE.findall(text):
            urls = _URL.findall(face)
            if not urls:
                yield Fault(file, "a face without a file")
            for url in urls:
                here = url.startswith("data:") or (book and _holds(edition, url))
                if not here:
                    yield Fault(file, f"the face “{url}” is not in the file")
    if edition.pdf:
        for name, font in _fonts(edition.pdf.file):
            inner = font.DescendantFonts[0] if "/DescendantFonts" in font else font
            described = inner.get("/FontDescriptor", {})
            if not any(key in described for key in ("/FontFile", "/FontFile2", "/FontFile3")):
                yield Fault(edition.pdf.name, f"the face {name} is not in the file")
            if "/ToUnicode" not in font:
                yield Fault(edition.pdf.name, f"the face {name} does not say its text")


def _holds(edition: Finished, url: str) -> bool:
    book = edition.book
    return book is not None and book.home + url in book.files


def _fonts(file: Any) -> Iterator[tuple[str, Any]]:
    seen: set[tuple[int, int]] = set()
    for page in file.pages:
        for font in page.obj.get("/Resources", {}).get("/Font", {}).values():
            if font.objgen not in seen:
                seen.add(font.objgen)
                yield str(font.get("/BaseFont", "")).lstrip("/"), font


def young_fonts(edition: Finished) -> Iterator[Fault]:
    """A book's faces are of a kind that readers' devices know: WOFF 2 is younger than some."""
    for name in edition.book.files if edition.book else ():
        if name.endswith(".woff2"):
            yield Fault(edition.file("epub"), f"{name}: readers of several makers cannot open it")


RULES: dict[str, Callable[[Finished], Iterator[Fault]]] = {
    "E160": fixed_colours,
    "E161": fixed_sizes,
    "E162": undefined,
    "E163": overruled,
    "E164": absent_faces,
    "E203": young_fonts,
}
