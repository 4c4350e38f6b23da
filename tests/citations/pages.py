"""A case as a page of text: a style, a library and notes in; the notes as they come out.

The page has sections headed `=== name`. Above the first stands what the case shows, and a line
`features:` with names from `fleuron.citations.features`. `style` is a style's name, or the inside
of a cs:style; `library` is CSL-JSON, or the path of a file; `notes` has a line for each note, in
the author's words, `~` before a discursive one; `expected` (and `list`) is what comes out.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path

from fleuron.bibliography import Library, Style, style
from fleuron.citations import Rendered, render
from fleuron.citations.locators import parse
from fleuron.model import Citation, CitationItem
from fleuron.nodes import (
    Emph,
    Inline,
    Link,
    SmallCaps,
    Space,
    Span,
    Str,
    Strong,
    Subscript,
    Superscript,
    Underline,
)
from tests.citations.suite import locale_files

ROOT = Path(__file__).parents[2]
SHELF = ROOT / "bibliography"
_ITEM = re.compile(r"^(?P<prefix>.*?)(?P<mode>[-+]?)@(?P<key>[\w:.#$%&+?<>~/-]*\w)(?P<suffix>.*)$")


@dataclass(slots=True)
class Page:
    title: str
    features: tuple[str, ...]
    sections: dict[str, str] = field(default_factory=dict)


def read(path: Path) -> Page:
    head, *rest = re.split(r"(?m)^=== ", path.read_text(encoding="utf-8"))
    found = re.search(r"(?m)^features: (.*)$", head)
    named = tuple(found[1].split()) if found else ()
    sections = {}
    for part in rest:
        name, _, body = part.partition("\n")
        sections[name.strip()] = body.strip("\n")
    return Page(head.strip(), named, sections)


def run(page: Page) -> Rendered:
    chosen = a_style(page.sections.get("style", "house"))
    lang = page.sections.get("lang", chosen.lang)
    citations = [
        citation(line, number, chosen)
        for number, line in numbered(page.sections["notes"], chosen.note)
    ]
    return render(citations, library(page.sections["library"]), chosen, lang)


def actual(page: Page) -> str:
    return "\n".join(shown(c) for c in run(page).citations)


def entries(page: Page) -> str:
    return "\n".join(shown(e.inlines) for e in run(page).entries)


# ---------------------------------------------------------------- what goes in


def a_style(text: str) -> Style:
    if "<" not in text:
        found, slips = style(text.strip(), SHELF, "")
        assert found is not None, slips
        lang = found.lang or "en-US"
        return Style(
            found.name, found.xml, lang, found.note, locale_files(lang), found.translations
        )
    attributes = re.match(r"\s*<!--(.*?)-->", text)
    given = attributes[1] if attributes else ""
    kind = "in-text" if "in-text" in given else "note"
    lang_found = re.search(r"lang=(\S+)", given)
    lang = lang_found[1] if lang_found else "en-GB"
    options = " ".join(re.findall(r'[\w-]+="[^"]*"', given))
    xml = (
        f'<style xmlns="http://purl.org/net/xbiblio/csl" version="1.0" class="{kind}" {options} '
        f'default-locale="{lang}"><info><title>case</title><id>case</id></info>{text}</style>'
    )
    return Style("case", xml, lang, kind == "note", locale_files(lang))


def library(text: str) -> Library:
    if text.strip().endswith(".json"):
        text = (ROOT / text.strip()).read_text(encoding="utf-8")
    return Library({str(r["id"]): r for r in json.loads(text)})


def numbered(notes: str, footnotes: bool) -> list[tuple[int, str]]:
    """Lines with their note numbers: counted, or stated as in "7: @key"."""
    out: list[tuple[int, str]] = []
    number = 0
    for line in notes.splitlines():
        if not line.strip():
            continue
        stated = re.match(r"(\d+): (.*)$", line)
        number = int(stated[1]) if stated else number + 1
        out.append((number if footnotes else 0, stated[2] if stated else line))
    return out


def citation(line: str, note: int, chosen: Style) -> Citation:
    discursive = line.startswith("~")
    items = [an_item(text, chosen) for text in line.removeprefix("~").split(";")]
    return Citation(tuple(items), note, discursive)


def an_item(text: str, chosen: Style) -> CitationItem:
    found = _ITEM.match(text.strip())
    assert found is not None, text
    mode = {"-": "suppress-author", "+": "author-in-text"}.get(found["mode"], "")
    locator, label, rest = parse(words(found["suffix"]), chosen.lang, chosen.locales)
    return CitationItem(found["key"], words(found["prefix"].strip()), rest, locator, label, mode)


def words(text: str) -> tuple[Inline, ...]:
    out: list[Inline] = []
    for i, word in enumerate(text.split(" ")):
        if i:
            out.append(Space())
        if word:
            out.append(Str(word))
    return tuple(out)


# ---------------------------------------------------------------- what comes out

_SIGNS: dict[type[Inline], tuple[str, str]] = {
    Emph: ("*", "*"), Strong: ("**", "**"), SmallCaps: ("^^", "^^"), Underline: ("__", "__"),
    Superscript: ("^{", "}"), Subscript: ("_{", "}"),
}  # fmt: skip


def shown(inlines: tuple[Inline, ...]) -> str:
    """Inlines as text with signs for marks: *italic*, [repeated](#fn-9), {foreign|ru-Latn}."""
    return "".join(_shown(i) for i in inlines)


def _shown(node: Inline) -> str:
    match node:
        case Str(content):
            return content
        case Space():
            return " "
        case Link(attr, children, url) if attr.has("back-reference"):
            return f"[{shown(children)}]({url} {attr.get('key')})"
        case Link(_, children, url):
            inside = shown(children)
            return inside if inside == url else f"[{inside}]({url})"
        case Span(attr, children):
            label = attr.get("lang") or ",".join(attr.classes)
            return f"{{{shown(children)}|{label}}}"
        case Emph() | Strong() | SmallCaps() | Underline() | Superscript() | Subscript():
            before, after = _SIGNS[type(node)]
            return before + shown(node.children) + after
    raise AssertionError(f"no sign for {node}")
