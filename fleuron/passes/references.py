"""Cross-references: `@fig:map`, `@tbl:exercises`, `@sec:outlook`, `@fn:method`.

A table of targets in, a setter of blocks out: what pandoc read as a citation of such a key becomes
a link whose words follow when its target moves.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeGuard

from fleuron.diagnostics import diagnostic
from fleuron.model import Diagnostic, Galley, Locale, Place
from fleuron.nodes import (
    Attr,
    Block,
    Cite,
    CiteItem,
    Inline,
    Link,
    Node,
    Note,
    NoteCall,
    Para,
    Plain,
    SoftBreak,
    Space,
    Str,
    Strong,
    remade,
    rewrite,
    text,
)
from fleuron.passes.places import everywhere

KINDS = ("fig", "tbl", "sec", "fn")

# A caption has a word of its own, and a sentence another: "Рисунок 1" and "на рис. 1".
_REFERRED = {"figure-n": "figure-ref", "table-n": "table-ref"}

_ENDS = (".", "!", "?", "…")


@dataclass(frozen=True, slots=True)
class Target:
    """What a reference points at: the locale's term for it ("figure-n"), its id in the editions,
    its number, or the title by which it is called."""

    term: str
    id: str
    number: int
    title: tuple[Inline, ...] = ()


def is_reference(item: CiteItem) -> bool:
    return item.key.partition(":")[0] in KINDS and ":" in item.key


def setter(
    targets: Mapping[str, Target], locale: Locale, galley: Galley, found: list[Diagnostic]
) -> Callable[[Iterable[Block]], tuple[Any, ...]]:
    """A function that turns cross-references into links, and checks links within the brief."""
    ids = {target.id for target in targets.values()}

    def change(node: Cite | Para | Plain | Link) -> Node | tuple[Node, ...]:
        if isinstance(node, Cite):
            if all(map(is_reference, node.items)):
                return _links(node, targets, locale, galley, found)
        elif isinstance(node, Link):
            if _within(node) and node.url[1:] not in ids:
                pattern = rf"\]\(\s*<?({re.escape(node.url)})(?=[\s>)])"
                found.extend(_dangling(node.url[1:], pattern, sorted(ids), galley))
        elif Link in {*map(type, node.children)} and any(map(_is_own, node.children)):
            return remade(node, children=tuple(_begun(node.children)))
        return node

    def set_blocks(blocks: Iterable[Block]) -> tuple[Any, ...]:
        return rewrite(blocks, change, Cite, Para, Plain, Link)

    return set_blocks


def _within(node: Link) -> bool:
    """Whether it is an author's own link to a place in the brief."""
    return node.url.startswith("#") and not node.attr.has("back-reference")


def _links(
    node: Cite,
    targets: Mapping[str, Target],
    locale: Locale,
    galley: Galley,
    found: list[Diagnostic],
) -> tuple[Inline, ...]:
    out: list[Inline] = []
    for index, item in enumerate(node.items):
        if index:
            out += [Str(","), Space()]
        out += [*item.prefix, Space()] if item.prefix else []
        target = targets.get(item.key)
        if target is None:
            known = [key for key in targets if ":" in key]
            pattern = rf"@\{{?{re.escape(item.key)}(?![\w:-])"
            found.extend(_dangling(item.key, pattern, known, galley))
            out.append(Strong((Str(f"@{item.key}?"),)))
        else:
            out.append(_link(target, locale))
        out += item.suffix
    return tuple(out)


def _begun(inlines: Sequence[Inline]) -> Iterator[Inline]:
    """A reference that begins a sentence begins with a capital: "Рис. 1", but "див. рис. 1". A
    sentence begins with its paragraph, or in a line of its own, as prose is written here."""
    for at, node in enumerate(inlines):
        if not _is_own(node):
            yield node
            continue
        ended = text(inlines[max(at - 2, 0) : at - 1]) if at > 1 else ""
        begins = at == 0 or (
            isinstance(inlines[at - 1], SoftBreak) and ended.rstrip("»”“\"'’)").endswith(_ENDS)
        )
        word = node.children[0] if begins else None
        if isinstance(word, Str):
            capital = Str(word.text[:1].upper() + word.text[1:])
            node = remade(node, children=(capital, *node.children[1:]))
        yield node


def _is_own(node: Inline) -> TypeGuard[Link]:
    return isinstance(node, Link) and node.attr.has("cross-reference")


def _link(target: Target, locale: Locale) -> Link:
    # A number keeps to its word: no line ends between "Figure" and "1".
    term = _REFERRED.get(target.term, target.term)
    words = locale.term(term, n=target.number) if term else ""
    label = target.title or (Str(words.replace(" ", "\u00a0")),)
    return Link(Attr(classes=("cross-reference",)), label, f"#{target.id}")


def _dangling(
    name: str, pattern: str, known: Iterable[str], galley: Galley
) -> Iterator[Diagnostic]:
    near = difflib.get_close_matches(name, list(known), 1)
    hint = f"did you mean “{near[0]}”?" if near else "define it: {#" + name + "}"
    somewhere = (Place(galley.sections[0].path if galley.sections else ""),)
    for place in everywhere(galley, pattern) or somewhere:
        message = f"nothing here is called “{name}”"
        yield diagnostic("X101", place, message, hint, length=len(name) + 1)


def words_only(inlines: Iterable[Inline]) -> tuple[Inline, ...]:
    """Inlines without their notes, for a place where a title stands again."""

    return rewrite(inlines, lambda _: (), Note, NoteCall)


def plain(inlines: Iterable[Inline]) -> str:
    # Not `split()`: a title keeps the spaces that hold.
    return re.sub(r"[ \t\r\n]+", " ", text(tuple(inlines))).strip()
