"""pandoc's citeproc as a second engine. Citations and references in, inlines out.

It is asked in one call, through the callable that `reader` provides: the document has a paragraph
for each citation, the references and the style travel in its metadata. The paragraphs that come
back are taken apart again, since pandoc puts parentheses round a citation inside a note.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from fleuron.citations.frame import Terms
from fleuron.citations.numbers import is_plural
from fleuron.model import Citation, CitationItem
from fleuron.nodes import (
    Attr,
    Block,
    Cite,
    Div,
    Inline,
    Link,
    Note,
    Para,
    Plain,
    Space,
    Span,
    Str,
    Strong,
    decode,
    text,
)

Pandoc = Callable[[str, str, str, Sequence[str]], str]
Inlines = tuple[Inline, ...]
_MODES = {"suppress-author": "SuppressAuthor", "author-in-text": "AuthorInText"}


def render(
    citations: Sequence[Citation],
    references: Mapping[str, Mapping[str, Any]],
    style: str,
    lang: str,
    terms: Terms,
    note: bool,
    pandoc: Pandoc,
) -> tuple[tuple[Inlines, ...], tuple[tuple[str, Inlines], ...]]:
    """What pandoc prints for each citation, and the entries of its reference list."""
    meta = {
        "lang": {"t": "MetaString", "c": lang},
        "references": _meta(list(references.values())),
        "csl": {"t": "MetaString", "c": _address(style)},
        "link-citations": {"t": "MetaBool", "c": False},
    }
    blocks = [{"t": "Para", "c": [_cite(c, n, terms)]} for n, c in enumerate(citations, 1)]
    document = {"pandoc-api-version": [1, 23], "meta": meta, "blocks": blocks}
    answer = json.loads(pandoc(json.dumps(document), "json", "json", ["--citeproc"]))
    out = decode(answer["blocks"])
    paragraphs = [b for b in out if isinstance(b, (Para, Plain))]
    printed = [_printed(p.children, c, note) for p, c in zip(paragraphs, citations, strict=True)]
    return tuple(printed), tuple(_entries(out))


def _address(style: str) -> str:
    """The style as a data address, since pandoc takes a style by address only."""
    return "data:application/xml;base64," + base64.b64encode(style.encode()).decode()


def _meta(value: Any) -> dict[str, Any]:
    if isinstance(value, Mapping):
        return {"t": "MetaMap", "c": {str(k): _meta(v) for k, v in value.items()}}
    if isinstance(value, (list, tuple)):
        return {"t": "MetaList", "c": [_meta(v) for v in value]}
    if isinstance(value, bool):
        return {"t": "MetaBool", "c": value}
    return {"t": "MetaString", "c": str(value)}


def _cite(citation: Citation, number: int, terms: Terms) -> dict[str, Any]:
    items = [
        {
            "citationId": item.key,
            "citationPrefix": _words(text(item.prefix)),
            "citationSuffix": _words(_suffix(item, terms)),
            "citationMode": {"t": _MODES.get(item.mode, "NormalCitation")},
            "citationNoteNum": citation.note or number,
            "citationHash": 0,
        }
        for item in citation.items
    ]
    return {"t": "Cite", "c": [items, [{"t": "Str", "c": "@"}]]}


def _suffix(item: CitationItem, terms: Terms) -> str:
    """The locator in braces, so that pandoc reads it whatever the language."""
    rest = text(item.suffix)
    if not item.locator:
        return rest
    label = terms.get(item.label, "short", is_plural(item.locator))
    return f", {{{label} {item.locator}}}{rest}" if label else f", {{{item.locator}}}{rest}"


def _words(content: str) -> list[dict[str, Any]]:
    out: list[dict[str, Any]] = []
    for i, word in enumerate(content.split(" ")):
        if i:
            out.append({"t": "Space"})
        if word:
            out.append({"t": "Str", "c": word})
    return out


# ---------------------------------------------------------------- what comes back


def _printed(inlines: Inlines, citation: Citation, note: bool) -> Inlines:
    found: Inlines = inlines
    if len(inlines) == 1 and isinstance(inlines[0], Cite):
        found = inlines[0].source
    notes = [n for n in found if isinstance(n, Note)]
    if note and notes:
        found = _of(notes[0].blocks)
    found = _marked(found, citation)
    return _without_stop(found) if citation.discursive and note else found


def _of(blocks: Sequence[Block]) -> Inlines:
    return tuple(i for b in blocks if isinstance(b, (Para, Plain)) for i in b.children)


def _marked(inlines: Inlines, citation: Citation) -> Inlines:
    """Keys that pandoc did not know, marked as our engine marks them."""
    out: list[Inline] = []
    for node in inlines:
        key = text(node).rstrip("?") if isinstance(node, Strong) else ""
        if key and any(i.key == key for i in citation.items):
            attr = Attr("", ("missing-reference",), (("key", key),))
            out.append(Span(attr, (Strong((Str(f"{key}?"),)),)))
        else:
            out.append(node)
    return tuple(out)


def _without_stop(inlines: Inlines) -> Inlines:
    if inlines and isinstance(inlines[-1], Str) and inlines[-1].text.endswith("."):
        last = inlines[-1].text[:-1]
        return (*inlines[:-1], Str(last)) if last else inlines[:-1]
    return inlines


def _entries(blocks: Sequence[Block]) -> list[tuple[str, Inlines]]:
    found: list[tuple[str, Inlines]] = []
    for block in blocks:
        if not isinstance(block, Div):
            continue
        if block.attr.id.startswith("ref-"):
            found.append((block.attr.id[4:], _flat(_of(block.blocks))))
        else:
            found.extend(_entries(block.blocks))
    return found


def _flat(inlines: Inlines) -> Inlines:
    """An entry in one line: the spans pandoc sets for columns opened, with a space between."""
    out: list[Inline] = []
    for node in inlines:
        if isinstance(node, Span) and any(c.startswith("csl-") for c in node.attr.classes):
            if out:
                out.append(Space())
            out.extend(node.children)
        else:
            out.append(node)
    return tuple(out)


def with_back_references(
    printed: Sequence[Inlines], citations: Sequence[Citation], known: Mapping[str, Any]
) -> tuple[Inlines, ...]:
    """Citations of one work that repeat an earlier note, linked to that note."""
    first: dict[str, int] = {}
    out: list[Inlines] = []
    for inlines, citation in zip(printed, citations, strict=True):
        keys = [i.key for i in citation.items]
        if len(keys) == 1 and keys[0] in first and citation.note and inlines:
            out.append(_back(inlines, keys[0], first[keys[0]]))
        else:
            out.append(inlines)
        for key in keys:
            if key in known and citation.note:
                first.setdefault(key, citation.note)
    return tuple(out)


def _back(inlines: Inlines, key: str, note: int) -> Inlines:
    attr = Attr("", ("back-reference",), (("note", str(note)), ("key", key)))
    bare = tuple(c for n in inlines for c in (n.children if isinstance(n, Link) else (n,)))
    return (Link(attr, bare, f"#fn-{note}"),)
