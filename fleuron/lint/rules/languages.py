"""Languages: stated once and alike, and stated again where a phrase is in another."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from lxml import etree

from fleuron.lint.finished import Fault, Finished
from fleuron.lint.screen import XML, Document, language, local, roles
from fleuron.lint.structure import Element as Tagged

_TAG = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|\d{3}))?(-[a-z\d]{5,8})*(-x-[\w-]+)?")
# Languages of other scripts than Latin that editions are written in or cite (CLDR's likely script).
_SCRIPTS = {
    **dict.fromkeys("ar fa ur ps ckb".split(), "ARABIC"),
    **dict.fromkeys("he yi".split(), "HEBREW"),
    **dict.fromkeys("ru uk be bg mk kk ky mn sr".split(), "CYRILLIC"),
    **dict.fromkeys("el grc".split(), "GREEK"),
    **dict.fromkeys("zh ja".split(), "CJK"),
    **dict.fromkeys(["hy"], "ARMENIAN"),
    **dict.fromkeys(["ka"], "GEORGIAN"),
    **dict.fromkeys(["ko"], "HANGUL"),
}
_CODES = {"Latn": "LATIN", "Cyrl": "CYRILLIC", "Arab": "ARABIC", "Hebr": "HEBREW", "Grek": "GREEK"}
_RIGHT_TO_LEFT = ("ARABIC", "HEBREW")
_FOREIGN = re.compile(r"[^\W\d_](?:[^\W\d_]|[\u0300-\u036f\u064b-\u0652]){2,}")


def script_of(tag: str) -> str:
    named = next((p for p in tag.split("-")[1:] if len(p) == 4 and p.isalpha()), "")
    return _CODES.get(named) or _SCRIPTS.get(tag.split("-")[0], "LATIN")


def unlike(edition: Finished) -> Iterator[Fault]:
    """Every file, and every place in it that says so, names the same language for the edition."""
    said = list(_said(edition))
    if not said:
        return
    wanted = Counter(tag for *_, tag in said).most_common(1)[0][0]
    for file, place, tag in said:
        if tag != wanted:
            yield Fault(file, f"{place} says “{tag}”, the rest “{wanted}”")


def _said(edition: Finished) -> Iterator[tuple[str, str, str]]:
    for document in edition.documents:
        yield document.file, "lang", document.root.get("lang") or ""
        if document.href:
            yield document.file, "xml:lang", document.root.get(f"{XML}lang") or ""
    if edition.page:
        for script in edition.page.all("script"):
            yield edition.page.file, "inLanguage", _from_json(script.text or "")
    if edition.book:
        file = edition.book.file
        yield file, "xml:lang of the package", edition.book.package.get(f"{XML}lang") or ""
        yield file, "dc:language", (edition.book.dublin("language") or [""])[0]
    if edition.pdf:
        yield edition.pdf.name, "Lang", str(edition.pdf.file.Root.get("/Lang", ""))
        with edition.pdf.file.open_metadata(
            set_pikepdf_as_editor=False, update_docinfo=False
        ) as xmp:
            yield edition.pdf.name, "dc:language", "".join(xmp.get("dc:language", []))


def _from_json(text: str) -> str:
    try:
        return str(json.loads(text).get("inLanguage", ""))
    except (ValueError, AttributeError):
        return ""


def two_tongues(edition: Finished) -> Iterator[Fault]:
    """`lang` and `xml:lang` of a book's element agree, since readers ask either."""
    for document in (d for d in edition.documents if d.href):
        for element in document.root.iter(etree.Element):
            one, other = element.get("lang"), element.get(f"{XML}lang")
            if one != other and local(element) != "html":
                told = f"lang “{one}”, xml:lang “{other}”"
                yield Fault(document.file, told, document.line(element))


def no_tag(edition: Finished) -> Iterator[Fault]:
    """A language is named by a tag that exists (BCP 47)."""
    for document in edition.documents:
        for element in document.root.iter(etree.Element):
            for key in ("lang", f"{XML}lang", "hreflang"):
                tag = element.get(key)
                if tag not in (None, "x-default") and not _TAG.fullmatch(tag):
                    yield Fault(document.file, f"no language: “{tag}”", document.line(element))
    for element in edition.pdf.tree.walk() if edition.pdf else ():
        if element.lang and not _TAG.fullmatch(element.lang):
            yield Fault(edition.file("pdf"), f"no language: “{element.lang}”")


def untagged(edition: Finished) -> Iterator[Fault]:
    """Words in another script than their language's stand under a language of their own."""
    for document in edition.documents:
        for element in document.root.iter(etree.Element):
            if local(element) in ("script", "style", "code", "pre", "text", "tspan", "title"):
                continue
            own = [(element, element.text), *((element, c.tail) for c in element)]
            for around, text in own:
                wrong = _strange(text or "", language(around))
                if wrong:
                    told = f"“{wrong}” in {language(around) or 'no language'}"
                    yield Fault(document.file, told, document.line(around))
    if edition.pdf:
        yield from (Fault(edition.file("pdf"), t) for t in _untagged(edition.pdf.tree, ""))


def _untagged(element: Tagged, tag: str) -> Iterator[str]:
    tag = element.lang or tag
    for kid in element.kids:
        if not isinstance(kid, str):
            yield from _untagged(kid, tag) if kid.role != "Code" else ()
        elif wrong := _strange(kid, tag):
            yield f"“{wrong}” in {tag or 'no language'}"


def _strange(text: str, tag: str) -> str:
    """The first word of a script that the language is not written in.

    Latin words stand in every script: names, units, addresses.
    """
    if text.isascii():
        return ""
    wanted = script_of(tag)
    for word in _FOREIGN.findall(text):
        script = unicodedata.name(word[0], "").split(" ")[0]
        if script not in (wanted, "LATIN") and script in {*_SCRIPTS.values()}:
            return str(word)
    return ""


def differing(edition: Finished) -> Iterator[Fault]:
    """The same phrases are marked as foreign in every format."""
    found: dict[str, Counter[tuple[str, str]]] = {}
    if edition.page:
        found["html"] = Counter(_marked(edition.page))
    if edition.book:
        texts = [d for d in edition.book.documents if d.linear and d.href != "nav.xhtml"]
        found["epub"] = Counter(pair for d in texts for pair in _marked(d))
    if edition.pdf and script_of(str(edition.pdf.file.Root.get("/Lang", ""))) == "LATIN":
        found["pdf"] = Counter(_marked_on_paper(edition.pdf.tree))
    for form, pairs in found.items():
        for tag, words in sorted(set().union(*found.values())):
            if not pairs[tag, words]:
                yield Fault(edition.file(form), f"“{words[:40]}” is {tag} in another format only")


def _marked(document: Document) -> Iterator[tuple[str, str]]:
    for element in document.root.iter(etree.Element):
        tag = element.get("lang")
        furniture = any(local(e) in ("nav", "head", "header") for e in element.iterancestors())
        if tag and element is not document.root and not furniture:
            if script_of(tag) not in _RIGHT_TO_LEFT:
                yield tag, _squeezed(_without_calls(element))


def _marked_on_paper(root: Tagged) -> Iterator[tuple[str, str]]:
    for element in root.walk():
        if element.lang and element is not root and script_of(element.lang) not in _RIGHT_TO_LEFT:
            yield element.lang, _squeezed(_without_notes(element))


def _without_calls(element: Any) -> str:
    if "doc-noteref" in roles(element) or local(element) in ("", "svg"):
        return ""
    return (element.text or "") + "".join(_without_calls(c) + (c.tail or "") for c in element)


def _without_notes(element: Tagged) -> str:
    if element.role in ("Note", "FENote", "Reference"):
        return ""
    return "".join(k if isinstance(k, str) else _without_notes(k) for k in element.kids)


def _squeezed(text: str) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFC", text))


def turned(edition: Finished) -> Iterator[Fault]:
    """A page runs the way its script runs."""
    for document in edition.documents:
        wanted = _direction(document.root.get("lang") or "")
        if document.root.get("dir", "ltr") != wanted:
            yield Fault(document.file, f"the page runs {document.root.get('dir')}")
        for element in document.root.iter(etree.Element):
            tag = element.get("lang")
            if tag and element.get("dir") not in (None, "auto", _direction(tag)):
                yield Fault(
                    document.file, f"{tag} runs {element.get('dir')}", document.line(element)
                )
    if edition.book:
        spine = next(edition.book.package.iter("{*}spine"), None)
        tag = (edition.book.dublin("language") or [""])[0]
        turned = spine.get("page-progression-direction", "ltr") if spine is not None else "ltr"
        if turned != _direction(tag):
            yield Fault(edition.book.file, f"pages are turned {turned}")
    if edition.pdf:
        shown: Any = edition.pdf.file.Root.get("/ViewerPreferences", {})
        rtl = str(shown.get("/Direction", "/L2R")) == "/R2L"
        if rtl != (_direction(str(edition.pdf.file.Root.get("/Lang", ""))) == "rtl"):
            yield Fault(edition.pdf.name, "pages are turned the other way")


def _direction(tag: str) -> str:
    return "rtl" if script_of(tag) in _RIGHT_TO_LEFT else "ltr"


RULES: dict[str, Callable[[Finished], Iterator[Fault]]] = {
    "E130": unlike,
    "E131": two_tongues,
    "E132": no_tag,
    "E133": untagged,
    "E134": differing,
    "E135": turned,
}
