"""Which part an HTML element plays in a PDF's structure. An element in; the name of a role out.

Two standards, one table: PDF/UA-1 (ISO 14289-1) builds on the structure types of ISO 32000-1,
14.8.4; PDF/UA-2 (ISO 14289-2) on those of ISO 32000-2, with the older namespace for what the newer
has dropped. Names that UA-1 does not know are mapped to one that it does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fleuron.formats.pdf.tags.survey import SVG


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What a standard calls things, and how it wants a few of them said."""

    name: str
    note: str
    list_numbering: dict[str, str]
    newer: bool = False  # PDF 2.0: namespaces, Ref, structure destinations


_NUMBERED = {
    "decimal": "Decimal",
    "decimal-leading-zero": "Decimal",
    "lower-roman": "LowerRoman",
    "upper-roman": "UpperRoman",
    "lower-alpha": "LowerAlpha",
    "lower-latin": "LowerAlpha",
    "upper-alpha": "UpperAlpha",
    "upper-latin": "UpperAlpha",
    "none": "None",
}
# ISO 32000-1, table 347.
UA1 = Vocabulary(
    "ua-1",
    "Note",
    _NUMBERED
    | {
        "disc": "Disc",
        "circle": "Circle",
        "square": "Square",
        "dl": "None",
        "ul": "Disc",
        "ol": "Decimal",
    },
)
# ISO 32000-2, table 382.
UA2 = Vocabulary(
    "ua-2",
    "FENote",
    _NUMBERED
    | {
        "disc": "Disc",
        "circle": "Circle",
        "square": "Square",
        "dl": "Description",
        "ul": "Unordered",
        "ol": "Ordered",
    },
    newer=True,
)

# Structure types that only the namespace of PDF 1.7 has (ISO 32000-2, 14.8.6).
OLDER = frozenset("Art BlockQuote TOC TOCI Index NonStruct Quote Note Reference Code".split())
# What PDF 2.0 does not let stand in what, unless a Sect is between them (ISO/TS 32005, table 5).
APART = {
    "Aside": frozenset({"Aside", "BlockQuote", "TD", "TH"}),
    "BlockQuote": frozenset({"TD", "TH"}),
}
# What PDF 1.7 does not know, and what it takes it for.
ROLE_MAP = {"Aside": "Sect", "Em": "Span", "Strong": "Span"}

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_BLOCKS = {
    "address": "P",
    "article": "Art",
    "aside": "Aside",
    "blockquote": "BlockQuote",
    "caption": "Caption",
    "div": "Div",
    "dl": "L",
    "figcaption": "Caption",
    # Not Figure: that is what its picture is, and words that stand for a Figure hide its caption.
    "figure": "Sect",
    "footer": "Sect",
    "header": "Sect",
    "main": "Part",
    "nav": "Sect",
    "ol": "L",
    "p": "P",
    "pre": "P",
    "section": "Sect",
    "table": "Table",
    "tbody": "TBody",
    "td": "TD",
    "tfoot": "TFoot",
    "th": "TH",
    "thead": "THead",
    "tr": "TR",
    "ul": "L",
}
_INLINES = {
    "a": "Link",
    "b": "Strong",
    "code": "Code",
    "em": "Em",
    "i": "Em",
    "img": "Figure",
    "q": "Quote",
    "strong": "Strong",
    "sub": "Span",
    "sup": "Span",
    SVG: "Figure",
}
INLINE_ROLES = frozenset(
    "Link Strong Em Code Figure Quote Span Note FENote Reference Formula Lbl".split()
)
# Roles that hold other elements; a run of text in them stands in a paragraph of its own.
GROUPS = frozenset(
    "Document Part Sect Art Div Aside BlockQuote TOC TOCI L Table Note FENote".split()
)


def role(element: Any, is_paragraph: bool) -> str | None:
    """The role of `element`, None where it is transparent: its content is that of its parent."""
    tag = element.tag if isinstance(element.tag, str) else ""
    if element.get("role") == "math":
        return "Formula"
    if tag in HEADINGS:
        return "H"
    if tag in _BLOCKS:
        return _BLOCKS[tag]
    if tag == "a" and not element.get("href"):
        return None
    if tag in _INLINES:
        return _INLINES[tag]
    if tag == "abbr" and element.get("title"):
        return "Span"
    return "P" if tag == "span" and is_paragraph else None


def alternative(element: Any) -> str:
    """The words that stand for a picture or a formula."""
    label = element.get("aria-label") or element.get("alt") or ""
    if not label and element.tag == SVG:
        label = element.findtext("{http://www.w3.org/2000/svg}title") or ""
    return " ".join(label.split())


def numbering(element: Any, style: Any, words: Vocabulary) -> str:
    """A list's ListNumbering: as it is set, or as its kind is commonly set."""
    if element.tag == "dl" or not isinstance(style, str):
        return words.list_numbering[element.tag]
    return words.list_numbering.get(style, words.list_numbering[element.tag])
