"""Marks what runs against the page: Latin words in an Arabic edition, Arabic in an English one.

Blocks in, blocks out, with `dir` on what needs it. A browser orders a paragraph by the Unicode
Bidirectional Algorithm (UAX 9); a stretch of several words, marks and digits in the other direction
(a citation, an address, code) has to be held together, or its marks stand at the wrong end.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from fleuron import cldr
from fleuron.model import Locale
from fleuron.nodes import (
    Attr,
    Block,
    Code,
    CodeBlock,
    Inline,
    Link,
    Math,
    Node,
    NoteCall,
    SoftBreak,
    Space,
    Span,
    Str,
    node_fields,
    remade,
    text,
)

_RIGHT_TO_LEFT_SCRIPTS = ("Arab", "Hebr", "Syrc", "Thaa", "Nkoo", "Adlm")


def setter(locale: Locale) -> Callable[[Iterable[Block]], tuple[Any, ...]]:
    """A function that marks what runs against the direction of `locale`."""

    def set_blocks(blocks: Iterable[Block]) -> tuple[Any, ...]:
        return _marked(blocks, locale.direction)

    return set_blocks


@lru_cache(maxsize=256)
def of_language(tag: str) -> str:
    """The direction a language is written in: its script's, where the tag names one."""
    script = next((part for part in tag.split("-")[1:] if len(part) == 4), "")
    if script:
        return "rtl" if script in _RIGHT_TO_LEFT_SCRIPTS else "ltr"
    return str(cldr.of(tag).text_direction)


@lru_cache(maxsize=1 << 14)
def of_text(words: str) -> str:
    """The direction of all letters, “mixed” where they differ, nothing where there are none."""
    found = {_STRONG[k] for k in map(unicodedata.bidirectional, words) if k in _STRONG}
    return "mixed" if len(found) > 1 else found.pop() if found else ""


# RLO turns what follows it: so a mirrored pseudo-language runs.
_STRONG = {"L": "ltr", "R": "rtl", "AL": "rtl", "RLO": "rtl"}


# What may run from right to left, and more than that: a range is asked for sooner than a letter.
_TURNED = re.compile(
    "[\u0590-\u08ff\u200f\u202e\ufb1d-\ufdff\ufe70-\ufeff"
    "\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
# Most nodes: what has neither attributes nor nodes in it.
_PLAIN = frozenset({Str, Space, SoftBreak, NoteCall})


def _marked(nodes: Iterable[Node], base: str) -> tuple[Any, ...]:
    """`nodes`, with stretches of inlines that run against `base` in spans of their own."""
    out: list[Any] = [n if type(n) in _PLAIN else _node(n, base) for n in nodes]
    if out and isinstance(out[0], Inline) and (base == "rtl" or _TURNED.search(text(out))):
        return _held_together(out, base)
    return tuple(out)


def _node(node: Node, base: str) -> Any:
    names = node_fields(type(node))
    attr = getattr(node, "attr", None)
    if not names and attr is None:
        return node
    inner = base
    new: dict[str, Any] = {}
    if isinstance(attr, Attr) and not attr.get("dir"):
        own = _own(node, attr, base)
        if own and own != base:
            new["attr"] = remade(attr, pairs=(*attr.pairs, ("dir", own)))
            inner = own
    elif isinstance(attr, Attr):
        inner = attr.get("dir") if attr.get("dir") in ("ltr", "rtl") else base
    for name in names:
        old = getattr(node, name)
        if (now := _marked(old, inner)) != old:
            new[name] = now
    return remade(node, **new) if new else node


def _own(node: Node, attr: Attr, base: str) -> str:
    """The direction that a node's kind or language gives it."""
    if isinstance(node, (Code, CodeBlock)):
        return "ltr"
    if isinstance(node, Link) and (attr.has("uri") or text(node.children) == node.url):
        return "ltr"
    return of_language(attr.get("lang")) if attr.get("lang") else ""


def _held_together(nodes: Sequence[Any], base: str) -> tuple[Any, ...]:
    """A stretch from the first to the last node against `base`, with no word of `base` in it, and
    with the mark that ends the paragraph where nothing else stands in it."""
    words = tuple(_words(nodes))
    kinds = [_kind(node, base) for node in words]
    if "against" not in kinds:
        return tuple(nodes)
    nodes = words
    out: list[Any] = []
    at = 0
    while at < len(nodes):
        end = _stretch(kinds, at)
        end = _with_brackets(nodes, kinds, end) if end > at else at
        if end - at > 1:
            other = "ltr" if base == "rtl" else "rtl"
            out.append(Span(Attr(pairs=(("dir", other),)), tuple(nodes[at:end])))
        else:
            end = at + 1
            out.append(nodes[at])
        at = end
    return tuple(out)


def _words(nodes: Iterable[Any]) -> Iterator[Any]:
    """`nodes` with each word a node of its own, and with it what a space that holds keeps to it,
    unless that runs the other way."""
    for node in nodes:
        if not isinstance(node, Str):
            yield node
            continue
        for word in re.split("( )", node.text):
            mixed = of_text(word) == "mixed"
            yield from map(Str, filter(None, _HOLDING.split(word) if mixed else [word]))


_HOLDING = re.compile("([\u00a0\u2009\u202f])")


def _stretch(kinds: Sequence[str], start: int) -> int:
    """Where a stretch that starts at `start` ends; `start` where none does."""
    if kinds[start] != "against":
        return start
    last = start
    for index in range(start, len(kinds)):
        if kinds[index] == "with":
            break
        if kinds[index] == "against":
            last = index
    whole = all(kind != "with" for kind in kinds)
    return len(kinds) if whole else last + 1


def _with_brackets(nodes: Sequence[Any], kinds: Sequence[str], end: int) -> int:
    """A bracket or mark of quotation that closes a stretch belongs to it."""
    while end < len(nodes) and not kinds[end] and _closes(nodes[end]):
        end += 1
    return end


def _closes(node: Any) -> bool:
    return isinstance(node, Str) and all(unicodedata.category(c) in ("Pe", "Pf") for c in node.text)


def _kind(node: Any, base: str) -> str:
    """Whether a node runs with the page or against it; nothing for what has no direction."""
    match node:
        case Str(words):
            found = of_text(words)
        case Space() | SoftBreak():
            return ""
        case NoteCall():
            return "with"
        case Code() | Math():
            return "against" if base == "rtl" else "with"
        case _:
            found = of_text(text((node,)))
    if not found:
        return ""
    return "against" if found not in (base, "mixed") else "with"
