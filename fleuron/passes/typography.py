"""Sets quotation marks and spaces as the locale does. Blocks in, blocks out.

A quotation inside a quotation takes the other pair of marks; which mark the author typed does not
matter. Spaces are set over a whole paragraph at once, whatever nodes its words stand in ("mot" and
";" are two of pandoc's). Code, addresses, formulas and words of another language stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from fleuron.model import Locale
from fleuron.nodes import (
    LEAVES,
    Attr,
    Block,
    Code,
    Image,
    Inline,
    LineBreak,
    Link,
    Math,
    Node,
    NoteCall,
    Quoted,
    RawInline,
    SoftBreak,
    Space,
    Span,
    Str,
    mapped,
    node_fields,
    remade,
    text,
)
from fleuron.passes import spacing
from fleuron.passes.spacing import SEALED, Edit

Setter = Callable[[Iterable[Block]], tuple[Any, ...]]

# By place in a paragraph, in their order: what comes there, and whether the character that stood
# there stays.
Changes = dict[int, tuple[str, bool]]


def setter(locale: Locale) -> Setter:
    """A function that sets blocks by the habits of `locale`."""

    def set_blocks(blocks: Iterable[Block]) -> tuple[Any, ...]:
        return _spaced(_quoted(blocks, 0, locale), locale)

    return set_blocks


def house(locale: Locale) -> Locale:
    """`locale` with its own words set by its own habits."""
    return replace(locale, terms={key: words(term, locale) for key, term in locale.terms.items()})


def words(typed: str, locale: Locale) -> str:
    """A line typed outside the paragraphs, which no Markdown reader has seen."""
    return spacing.words(re.sub(r"(?<=\w)'(?=\w)", "’", typed), locale)


# ------------------------------------------------------------------ quotation marks


def _quoted(nodes: Iterable[Node], depth: int, locale: Locale) -> tuple[Any, ...]:
    out: list[Node] = []
    for node in nodes:
        if isinstance(node, Str):
            depth = _behind(depth, node.text, locale)
            out.append(node)
        elif type(node) in LEAVES:
            out.append(node)
        elif isinstance(node, Quoted):
            opening, closing = locale.quotes[:2] if depth % 2 == 0 else locale.quotes[2:]
            out += [Str(opening), *_quoted(node.children, depth + 1, locale), Str(closing)]
        else:
            out.append(mapped(node, partial(_quoted, depth=depth, locale=locale)))
    return tuple(out)


def _behind(depth: int, words: str, locale: Locale) -> int:
    """The level behind words whose author typed marks as they are printed. A mark that could be an
    apostrophe, or is the same on both sides, says nothing."""
    opening, closing = locale.quotes[:2]
    if closing in (opening, "’") or not (opening in words or closing in words):
        return depth
    for word in words.split(" "):
        depth = max(depth + word.count(opening) - word.count(closing), 0)
    return depth


# ------------------------------------------------------------------ spaces


def _spaced(nodes: Iterable[Node], locale: Locale) -> tuple[Any, ...]:
    """`nodes` with the spaces of every paragraph, heading, cell and term in them set."""
    out: list[Any] = []
    for node in nodes:
        new: dict[str, Any] = {}
        for name in node_fields(type(node)):
            inner = getattr(node, name)
            if inner and isinstance(inner[0], Inline):
                now = _line(inner, locale)
            else:
                now = _spaced(inner, locale)
            if now != inner:
                new[name] = now
        if isinstance(attr := getattr(node, "attr", None), Attr) and attr.pairs:
            new["attr"] = _printed(attr, locale)
        out.append(remade(node, **new) if new else node)
    return tuple(out)


def _printed(attr: Attr, locale: Locale) -> Attr:
    """A credit and a source are words that stand in print, though they are typed as attributes."""
    pairs = tuple(
        (key, words(value, locale) if key in ("credit", "source") else value)
        for key, value in attr.pairs
    )
    return remade(attr, pairs=pairs)


def _line(inlines: tuple[Inline, ...], locale: Locale) -> tuple[Inline, ...]:
    edits = spacing.edits("".join(_characters(inlines, locale)), locale)
    return _edited(inlines, _by_place(edits), locale, 0)[0] if edits else inlines


def _by_place(edits: Iterable[Edit]) -> Changes:
    """Edits as changes of single characters, since a range may reach over several nodes."""
    changes: Changes = {}
    for start, end, new in edits:
        changes[start] = (new, start == end)
        changes.update((place, ("", False)) for place in range(start + 1, end))
    return changes


def _characters(nodes: Iterable[Node], locale: Locale) -> Iterator[str]:
    """The characters of `nodes` in a row, sealed where no rule may look."""
    for node in nodes:
        match node:
            case Str(content):
                yield _with_addresses_sealed(content)
            case Space() | SoftBreak():
                yield " "
            case LineBreak():
                yield "\n"
            case _ if _sealed(node, locale):
                yield SEALED
            case _:
                for name in node_fields(type(node)):
                    yield from _characters(getattr(node, name), locale)


# What looks like an address, a DOI or a key stays as it was typed.
_ADDRESS = re.compile(r"://|^www\.|^10\.\d{4,}/|\w@\w|^@\w|^doi:", re.IGNORECASE)
_SOME_ADDRESS = re.compile(r"[:/@]|www\.", re.IGNORECASE)


def _with_addresses_sealed(words: str) -> str:
    if not _SOME_ADDRESS.search(words):
        return words
    return " ".join(SEALED * len(w) if _ADDRESS.search(w) else w for w in words.split(" "))


def _sealed(node: Node, locale: Locale) -> bool:
    match node:
        case Code() | Math() | Image() | RawInline() | NoteCall():
            return True
        case Link(attr, inlines, url):
            return attr.has("uri") or attr.has("email") or text(inlines) == url
        case Span(attr):
            lang = attr.get("lang")
            return bool(lang) and lang.split("-")[0] != locale.tag.split("-")[0]
    return False


def _edited(
    nodes: Iterable[Inline], changes: Changes, locale: Locale, at: int
) -> tuple[tuple[Inline, ...], int]:
    """`nodes` with the changes made from place `at` on, and the place behind them."""
    out: list[Any] = []
    for node in nodes:
        if isinstance(node, Str):
            words = _changed(node.text, changes, at)
            out.append(node if words == node.text else Str(words))
            at += len(node.text)
        elif isinstance(node, (Space, SoftBreak, LineBreak)) or _sealed(node, locale):
            new, kept = changes.get(at, ("", True))
            out += [Str(new)] if new else []
            out += [node] if kept else []
            at += 1
        else:
            inner = {}
            for name in node_fields(type(node)):
                inner[name], at = _edited(getattr(node, name), changes, locale, at)
            out.append(remade(node, **inner) if inner else node)
    return tuple(out), at


def _changed(words: str, changes: Changes, at: int) -> str:
    """`words`, which stand from place `at` on, with the changes made."""
    out, done = [], 0
    for place, (new, kept) in changes.items():
        if at <= place < at + len(words):
            out += [words[done : place - at], new]
            done = place - at + (not kept)
    return "".join([*out, words[done:]])
