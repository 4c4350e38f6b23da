"""Formulas. MathML in; MathML that is safe and labelled, a drawing, and the words to say it, out.

pandoc makes MathML of the TeX that an author writes (`sections.lua`). The web page and the EPUB
carry it as it is (MathML Core); WeasyPrint has none, so the PDF shows a drawing by ziamath. All
three have the formula in words, for those who hear the page: in the language of the edition, from
the terms of its locale that begin with "math-".
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from html import escape
from typing import Any

from lxml import etree

from fleuron.model import Locale
from fleuron.nodes import Math

MATHML = "http://www.w3.org/1998/Math/MathML"

# MathML Core (W3C, 2024) without links, actions and foreign content, with what readers of EPUB 3
# know of it. An element that is not here gives way to its children.
_ELEMENTS = frozenset(
    "math mrow mi mn mo mtext mspace ms mfrac msqrt mroot mstyle msub msup msubsup munder mover"
    " munderover mmultiscripts mprescripts none mtable mtr mtd mpadded mphantom menclose".split()
)
_ATTRIBUTES = frozenset(
    "display displaystyle mathvariant stretchy form fence separator lspace rspace minsize maxsize"
    " symmetric accent accentunder linethickness width height depth columnalign rowspacing"
    " columnspacing rowspan columnspan notation movablelimits largeop scriptlevel".split()
)
_EM = 100.0  # the size that drawings are made in; their measures are given in parts of it


@lru_cache(maxsize=1024)
def clean(mathml: str) -> str:
    """`mathml` with nothing in it that could do more than show a formula; empty where it is none.

    The TeX that pandoc keeps in an annotation goes too: a reader without MathML would print it.
    """
    root = _parsed(mathml)
    if root is None:
        return ""
    for element in list(root.iter()):
        if not isinstance(element.tag, str) or _name(element).startswith("annotation"):
            _drop(element)
    for element in list(root.iter()):
        if element is not root and _name(element) not in _ELEMENTS:
            _open(element)
            continue
        for name in element.attrib:
            if name not in _ATTRIBUTES:
                del element.attrib[name]
    etree.cleanup_namespaces(root)
    return etree.tostring(root, encoding="unicode")


def markup(formula: Math, locale: Locale) -> str:
    """A formula for the web page and the EPUB; its TeX as code where it could not be read."""
    mathml = clean(formula.mathml)
    if not mathml:
        return f'<code class="math">{escape(formula.tex, quote=False)}</code>'
    words = escape(spoken(mathml, locale))
    labelled = mathml.replace("<math ", f'<math alttext="{words}" ', 1)
    # What is wider than the page scrolls, and is reached by keyboard (WCAG 2.1.1).
    return f'<span class="formula" tabindex="0">{labelled}</span>' if formula.display else labelled


def picture(formula: Math, locale: Locale, ink: str) -> str:
    """A formula for the PDF: a drawing in the size of the text around it, on its base line, in the
    colour `ink`, since WeasyPrint draws "currentColor" black."""
    mathml = clean(formula.mathml)
    if not mathml:
        return f'<code class="math">{escape(formula.tex, quote=False)}</code>'
    words = escape(spoken(mathml, locale))
    drawing, width, height, depth = drawn(mathml)
    place = f"width:{width}em;height:{height}em;vertical-align:{-depth}em"
    shown = drawing.replace("currentColor", ink).replace(
        "<svg ", f'<svg role="math" aria-label="{words}" class="formula" style="{place}" ', 1
    )
    return f'<span class="formula-display">{shown}</span>' if formula.display else shown


@lru_cache(maxsize=1024)
def drawn(mathml: str) -> tuple[str, float, float, float]:
    """A formula as an SVG of paths, its width, its height, and how far it reaches beneath the base
    line, in em."""
    ziamath: Any = importlib.import_module("ziamath")
    ziamath.config.svg2 = False  # paths, not symbols: their ids would clash on a page
    ziamath.config.precision = 2
    formula = ziamath.Math(mathml, size=_EM, margin=0)
    svg = formula.svg()
    _, top, width, height = _view(svg)
    svg = re.sub(r'(<svg [^>]*?)\s(width|height)="[^"]*"', r"\1", svg)
    svg = re.sub(r'(<svg [^>]*?)\s(width|height)="[^"]*"', r"\1", svg)
    svg = re.sub(r'\bfill="black"', 'fill="currentColor"', svg)
    svg = svg.replace('stroke="black"', 'stroke="currentColor"')
    return svg, round(width / _EM, 3), round(height / _EM, 3), round((top + height) / _EM, 3)


def _view(svg: str) -> tuple[float, ...]:
    match = re.search(r'viewBox="([^"]*)"', svg)
    assert match is not None
    return tuple(float(n) for n in match[1].split())


def letters(mathml: str) -> str:
    """The characters that a formula is shown with: those in it, and the slanted form that a browser
    makes of a letter that stands alone (MathML Core, 4.2, `text-transform: math-auto`)."""
    root = _parsed(mathml) if mathml else None
    words = "" if root is None else "".join(map(str, root.itertext()))
    return words + words.translate(_SLANTED) + _MADE


# Signs that MathML makes of elements: the root of `msqrt`, and accents.
_MADE = "√̅̂̃̇̈⃗¯^~′"
# Letters and their forms in Mathematical Italic (Unicode, 22.2).
_ALPHABETS = (("A", "Z", 0x1D434), ("a", "z", 0x1D44E), ("Α", "Ω", 0x1D6E2), ("α", "ω", 0x1D6FC))
_SLANTED = {
    code: start + code - ord(first)
    for first, last, start in _ALPHABETS
    for code in range(ord(first), ord(last) + 1)
} | dict(zip(map(ord, "hıȷϵϑϰϕϱϖ"), map(ord, "ℎ𝚤𝚥𝜖𝜗𝜘𝜙𝜚𝜛"), strict=True))


def _parsed(mathml: str) -> etree._Element | None:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True)
    try:
        root = etree.fromstring(mathml.encode(), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    return root if root.tag == f"{{{MATHML}}}math" else None


def _name(element: etree._Element) -> str:
    """The local name of a MathML element; "" for one of another language."""
    tag = element.tag if isinstance(element.tag, str) else ""
    return tag.removeprefix(f"{{{MATHML}}}") if tag.startswith(f"{{{MATHML}}}") else ""


def _drop(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _open(element: etree._Element) -> None:
    """Puts the children of an element in its place."""
    parent = element.getparent()
    if parent is not None:
        at = parent.index(element)
        for child in reversed(list(element)):
            parent.insert(at + 1, child)
        parent.remove(element)


# ------------------------------------------------------------------ in words


def spoken(mathml: str, locale: Locale) -> str:
    """A formula as one would say it in the language of `locale`."""
    root = _parsed(mathml)
    words = "" if root is None else " ".join(_said(root, locale).split())
    words = re.sub(r"(?<=\d) ([.,]) (?=\d)", r"\1", words)  # 1{,}26 is one number
    return re.sub(r" ([.,;])$", r"\1", words)  # the mark of the sentence is no part of the formula


# Signs and the terms that say them; what has no term is said as it is written.
SIGNS = {
    "+": "plus",
    "−": "minus",
    "-": "minus",
    "±": "plus-minus",
    "×": "times",
    "·": "times",
    "⋅": "times",
    "∗": "times",
    "÷": "divided",
    "/": "divided",
    "=": "equals",
    "≠": "unequal",
    "≈": "about",
    "∼": "about",
    "<": "less",
    ">": "greater",
    "≤": "at-most",
    "≥": "at-least",
    "∑": "sum",
    "∏": "product",
    "∫": "integral",
    "∞": "infinity",
    "∂": "partial",
    "→": "to",
    "∈": "in",
    "∉": "not-in",
    "⊂": "subset",
    "⊆": "subset",
    "∪": "union",
    "∩": "intersection",
    "∀": "all",
    "∃": "exists",
    "∝": "proportional",
    "%": "percent",
    "!": "factorial",
    "′": "prime",
    "(": "open",
    ")": "close",
    "[": "open",
    "]": "close",
    "{": "open",
    "}": "close",
    "|": "bar",
    "‾": "bar",
    "¯": "bar",
}
_SILENT = frozenset("\u2061\u2062\u2063\u2064")  # function application, invisible times and commas


def _said(element: etree._Element, locale: Locale) -> str:
    speak = _SPEECH.get(_name(element))
    if speak is not None:
        return speak(element, locale)
    if len(element):
        return _row(element, locale)
    words = (element.text or "").strip()
    if not words or words in _SILENT:
        return ""
    term = SIGNS.get(words) if _name(element) in ("mo", "mi") else None
    return f" {locale.term(f'math-{term}')} " if term else words


def _row(element: etree._Element, locale: Locale) -> str:
    children = list(element)
    if len(children) == 3 and _name(children[1]) == "mtable":
        children = [children[1]]  # a matrix is said to be one: its brackets need no words
    return " ".join(part for child in children if (part := _said(child, locale).strip()))


def _parts(element: etree._Element, locale: Locale) -> Iterator[str]:
    for child in element:
        yield _said(child, locale).strip()


def _fraction(element: etree._Element, locale: Locale) -> str:
    over, under = _parts(element, locale)
    if all(len(part.split()) == 1 for part in (over, under)):
        return locale.term("math-over", a=over, b=under)
    return locale.term("math-fraction", a=over, b=under)


def _power(element: etree._Element, locale: Locale) -> str:
    base, power = _parts(element, locale)
    if element[1].text in ("′", "*", "T", "⊤"):
        return f"{base} {power}"
    return _raised(base, power, locale)


def _raised(base: str, power: str, locale: Locale) -> str:
    if power == "2":
        return locale.term("math-squared", a=base)
    if power == "3":
        return locale.term("math-cubed", a=base)
    return locale.term("math-power", a=base, b=power)


def _index(element: etree._Element, locale: Locale) -> str:
    base, index = _parts(element, locale)
    if base in _LIMITS:
        return locale.term("math-where", a=base, b=index)
    return locale.term("math-index", a=base, b=index)


def _both(element: etree._Element, locale: Locale) -> str:
    base, index, power = _parts(element, locale)
    if _is_large(element[0]):
        return locale.term("math-from-to", a=base, b=index, c=power)
    return _raised(locale.term("math-index", a=base, b=index), power, locale)


def _under(element: etree._Element, locale: Locale) -> str:
    base, under = _parts(element, locale)
    return locale.term("math-where", a=base, b=under)


def _over(element: etree._Element, locale: Locale) -> str:
    base, over = _parts(element, locale)
    return locale.term("math-with", a=base, b=over)


_LIMITS = frozenset("lim max min sup inf limsup liminf argmax argmin".split())


def _is_large(element: etree._Element) -> bool:
    return (element.text or "").strip() in ("∑", "∏", "∫", "⋃", "⋂")


def _root(element: etree._Element, locale: Locale) -> str:
    if _name(element) == "msqrt":
        return locale.term("math-root", a=_row(element, locale))
    of, degree = _parts(element, locale)
    return locale.term("math-root-n", a=of, n=degree)


def _matrix(element: etree._Element, locale: Locale) -> str:
    rows = [", ".join(_said(cell, locale).strip() for cell in row) for row in element]
    columns = max((len(row) for row in element), default=0)
    return locale.term("math-matrix", rows=len(rows), columns=columns, cells="; ".join(rows))


_SPEECH: dict[str, Callable[[etree._Element, Locale], str]] = {
    "mfrac": _fraction,
    "msup": _power,
    "msub": _index,
    "msubsup": _both,
    "munderover": _both,
    "munder": _under,
    "mover": _over,
    "msqrt": _root,
    "mroot": _root,
    "mtable": _matrix,
    "mphantom": lambda element, locale: "",
    "mspace": lambda element, locale: "",
}
