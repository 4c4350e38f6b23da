"""A style and its locales, parsed. CSL as text in; a `Frame` of citeproc-py's elements out.

`parse` does what citeproc-py's CitationStylesXML does, with a class table handed in instead of the
one that citeproc-py gathers from all subclasses in the process: so our elements serve our styles
only, and nobody else's parser changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from citeproc import model
from lxml import etree

CS = "{http://purl.org/net/xbiblio/csl}"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_FALLBACK = {"verb-short": "verb", "symbol": "short", "verb": "long", "short": "long"}

ClassTable = Mapping[str, type[Any]]


def parse(xml: str, table: ClassTable) -> Any:
    """The root of a style or locale as elements of `table`, each prepared for rendering."""
    lookup = etree.ElementNamespaceClassLookup()
    namespace = lookup.get_namespace(CS[1:-1])
    namespace[None] = model.CitationStylesElement
    namespace.update(dict(table))
    parser = etree.XMLParser(
        remove_comments=True, remove_pis=True, no_network=True, resolve_entities=False
    )
    parser.set_element_class_lookup(lookup)
    return etree.fromstring(xml.encode(), parser)


@dataclass(frozen=True, slots=True)
class Term:
    single: str
    multiple: str
    gender: str = ""
    match: str = ""


class Terms:
    """The words of a language: by name, form and the gender of what they qualify."""

    def __init__(self) -> None:
        self._table: dict[tuple[str, str, str], Term] = {}
        self.dates: dict[str, Any] = {}
        self.options: dict[str, str] = {}

    def add(self, locale: Any, apart: bool = False) -> None:
        """Lay the words of `locale` over those known already; where it is `apart`, in a language
        of its own, its words replace theirs in every form."""
        words = list(locale.iterfind(f"{CS}terms/{CS}term"))
        if apart:
            names = {w.get("name") for w in words}
            self._table = {k: t for k, t in self._table.items() if k[0] not in names}
        if any(w.get("name", "").startswith("ordinal") for w in words):
            # CSL 1.0.2, "Ordinal suffixes": a locale that defines one replaces them all.
            for key in [k for k in self._table if k[0].startswith("ordinal")]:
                del self._table[key]
        for word in words:
            single, multiple = word.find(f"{CS}single"), word.find(f"{CS}multiple")
            text = word.text or ""
            key = (word.get("name"), word.get("form", "long"), word.get("gender-form", ""))
            self._table[key] = Term(
                (single.text or "") if single is not None else text if multiple is None else "",
                (multiple.text or "") if multiple is not None else text if single is None else "",
                word.get("gender", ""),
                word.get("match", ""),
            )
        for date in locale.iterfind(f"{CS}date"):
            self.dates[date.get("form")] = date
        options = locale.find(f"{CS}style-options")
        if options is not None:
            self.options.update(options.attrib)

    def term(self, name: str, form: str = "long", gender: str = "") -> Term | None:
        """The term in `form`, or in the form CSL falls back on."""
        step: str | None = form
        while step:
            for sex in (gender, "") if gender else ("",):
                found = self._table.get((name, step, sex))
                if found is not None:
                    return found
            step = _FALLBACK.get(step)
        return None

    def get(self, name: str, form: str = "long", plural: bool = False, gender: str = "") -> str:
        found = self.term(name, form, gender)
        if found is None:
            return ""
        return found.multiple if plural else found.single

    def exact(self, name: str, form: str = "long", gender: str = "") -> Term | None:
        return self._table.get((name, form, gender))


class Frame:
    """A style ready to render: its elements, macros and words."""

    def __init__(self, xml: str, locales: Mapping[str, str], lang: str, table: ClassTable) -> None:
        self.root = parse(xml, table)
        self.lang = lang
        self.terms = Terms()
        self._kept = [self.root]  # lxml forgets what we set on elements nobody holds
        below = "en"
        for tag in reversed(list(locales)):
            locale = parse(locales[tag], table)
            self._kept.append(locale)
            self.terms.add(locale, apart=tag.split("-")[0] != below)
            below = tag.split("-")[0]
        for locale in _own_locales(self.root, lang):
            self.terms.add(locale)
        get = self.terms.get
        outer = (get("open-quote"), get("close-quote"))
        self.quotes = (outer, (get("open-inner-quote"), get("close-inner-quote")))
        self.macros = {m.get("name"): m for m in self.root.iterfind(f"{CS}macro")}
        self._elements = [e for root in self._kept for e in root.iter(f"{CS}*")]
        for element in self._elements:
            if hasattr(type(element), "prepare"):
                element.prepare(self)
        self.citation = self.root.find(f"{CS}citation")
        self.bibliography = self.root.find(f"{CS}bibliography")
        self.note = self.root.get("class") == "note"
        self.chooses = any(e.get("disambiguate") for e in self.root.iter(f"{CS}if", f"{CS}else-if"))
        self.places_suffix = any(
            e.get("variable") == "year-suffix" for e in self.root.iter(f"{CS}text")
        )

    def area(self, name: str) -> Any:
        return self.bibliography if name == "bibliography" else self.citation


def _own_locales(root: Any, lang: str) -> list[Any]:
    """The style's own locales that hold for `lang`, the least specific first."""
    language = lang.split("-")[0].lower()

    def rank(locale: Any) -> int:
        tag = (locale.get(XML_LANG) or "").lower()
        return 0 if not tag else 1 if tag == language else 2 if tag == lang.lower() else -1

    found = [e for e in root.iterfind(f"{CS}locale") if rank(e) >= 0]
    return sorted(found, key=rank)
