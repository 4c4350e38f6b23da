"""Pictures: each with words of its own, a label of its own and a credit."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator

from fleuron.lint.finished import Fault, Finished
from fleuron.lint.screen import SVG, Document, Element, classes, local, roles, text_of

_FILE = re.compile(r"\S+\.(svg|png|jpe?g|gif|webp|tiff?|pdf)\b", re.IGNORECASE)


def pictures(document: Document) -> Iterator[tuple[Element, str | None]]:
    """Each picture that is not ornament, with its words: None where there are none."""
    for element in document.root.iter("{*}img", f"{SVG}svg"):
        hidden = element.get("aria-hidden") == "true" or {"presentation", "none"} & set(
            roles(element)
        )
        if hidden or element.getparent() is not None and _within_svg(element):
            continue
        words = element.get("alt") if local(element) == "img" else element.get("aria-label")
        if words is None and local(element) == "svg":
            words = next((text_of(t) for t in element if local(t) == "title"), None)
        if words == "" and local(element) == "img" and _figure(element) is None:
            continue  # ornament (HTML, 4.8.4.4.7)
        yield element, words


def _within_svg(element: Element) -> bool:
    return any(local(e) == "svg" for e in element.iterancestors())


def _figure(element: Element) -> Element | None:
    return next((e for e in element.iterancestors() if local(e) == "figure"), None)


def wordless(edition: Finished) -> Iterator[Fault]:
    """A picture has words for those who do not see it."""
    for document in edition.documents:
        for element, words in pictures(document):
            if not (words or "").strip():
                yield Fault(document.file, "a picture without words", document.line(element))
            if local(element) == "svg" and "img" not in roles(element):
                yield Fault(document.file, "a drawing that is no image", document.line(element))
        for formula in document.root.iter("{*}math"):
            if not (formula.get("alttext") or formula.get("aria-label") or "").strip():
                yield Fault(document.file, "a formula without words", document.line(formula))
    for element in edition.pdf.tree.walk() if edition.pdf else ():
        if element.role in ("Figure", "Formula") and not element.alt.strip():
            yield Fault(edition.file("pdf"), f"a {element.role.lower()} without words")


def _told(edition: Finished) -> Iterator[tuple[str, int, str, str]]:
    """File, line, words and caption of every picture."""
    for document in edition.documents:
        for element, words in pictures(document):
            figure = _figure(element)
            captions = (
                [text_of(c) for c in figure if local(c) == "figcaption"]
                if figure is not None
                else []
            )
            yield document.file, document.line(element), words or "", " ".join(captions)
    for element in edition.pdf.tree.walk() if edition.pdf else ():
        if element.role == "Figure":
            yield edition.file("pdf"), 1, element.alt, ""


def named_after_files(edition: Finished) -> Iterator[Fault]:
    """A picture's words say what it shows, not what its file is called."""
    for file, line, words, _ in _told(edition):
        bare = words.strip().rstrip(".")
        if bare and (_FILE.search(bare) or re.fullmatch(r"\w+[-_/]?\w*|\w+ \d+", bare)):
            yield Fault(file, f"“{bare}” says nothing of a picture", line)


def said_twice(edition: Finished) -> Iterator[Fault]:
    """A picture's words are not those of its caption."""
    captions = {c for *_, c in _told(edition) if c}
    for file, line, words, caption in _told(edition):
        for other in [caption] if caption else captions:
            if words and _letters(words) in _letters(other) and len(words) > 3:
                yield Fault(file, f"“{words[:40]}” repeats the caption", line)
                break


def _letters(text: str) -> str:
    return re.sub(r"[\W\d_]+", "", text).casefold()


def no_credit(edition: Finished) -> Iterator[Fault]:
    """A figure says whose it is."""
    for document in edition.documents:
        for figure in (f for f in document.all("figure") if "figure" in classes(f)):
            credits = [e for e in figure.iter() if {"credit", "source"} & set(classes(e))]
            if not any(text_of(e) for e in credits):
                yield Fault(document.file, "a figure without credit", document.line(figure))


def differing(edition: Finished) -> Iterator[Fault]:
    """The same pictures stand in every format, with the same words."""
    found: dict[str, Counter[str]] = {}
    if edition.page:
        found["html"] = Counter(_spoken(edition.page))
    if edition.book:
        inside = [d for d in edition.book.documents if d.href not in ("cover.xhtml", "nav.xhtml")]
        found["epub"] = Counter(words for d in inside for words in _spoken(d))
    if edition.pdf:
        found["pdf"] = Counter(e.alt for e in edition.pdf.tree.walk() if e.role == "Figure")
    every = {words for counts in found.values() for words in counts}
    for form, counts in found.items():
        for words in sorted(every):
            if counts[words] != max(c[words] for c in found.values()):
                yield Fault(edition.file(form), f"the picture “{words[:50]}” is in another only")


def _spoken(document: Document) -> Iterator[str]:
    return (words or "" for _, words in pictures(document))


def labelled_twice(edition: Finished) -> Iterator[Fault]:
    """“Figure 1” stands above one figure."""
    groups = [[edition.page]] if edition.page else []
    groups += [list(edition.book.documents)] if edition.book else []
    for group in groups:
        labels = [
            (text_of(label), document, label)
            for document in group
            for label in document.all("span")
            if "label" in classes(label) and text_of(label)
        ]
        counted = Counter(text for text, *_ in labels)
        for text, document, label in labels:
            if counted[text] > 1:
                yield Fault(document.file, f"“{text}” stands twice", document.line(label))


RULES: dict[str, Callable[[Finished], Iterator[Fault]]] = {
    "E120": wordless,
    "E121": named_after_files,
    "E122": said_twice,
    "E123": no_credit,
    "E124": differing,
    "E125": labelled_twice,
}
