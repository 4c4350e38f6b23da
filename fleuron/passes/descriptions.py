"""Long descriptions of figures, gathered at the end so that they do not break the argument.

Divisions in, divisions out: a `::: long-description` that follows its figure moves into a section
of its own before the imprint, the figure links to it, and it links back.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fleuron.model import Locale
from fleuron.nodes import (
    LEAVES,
    Attr,
    Block,
    Div,
    Division,
    Figure,
    Header,
    Link,
    Node,
    Str,
    mapped,
    remade,
)

NAME = "long-description"


def run(divisions: Iterable[Division], locale: Locale) -> tuple[Division, ...]:
    """`divisions`, with a last section that holds the descriptions where there are any."""
    moved: list[Block] = []
    kept = _moved(divisions, moved, locale)
    if not moved:
        return kept
    words = Str(locale.term("descriptions"))
    section = Division(1, Attr("descriptions", ("descriptions",)), (words,), tuple(moved))
    at = next((i for i, d in enumerate(kept) if d.attr.has("imprint")), len(kept))
    return (*kept[:at], section, *kept[at:])


def _moved(nodes: Iterable[Node], moved: list[Block], locale: Locale) -> tuple[Any, ...]:
    def within(inner: Iterable[Node]) -> tuple[Any, ...]:
        return _moved(inner, moved, locale)

    out: list[Node] = []
    for node in nodes:
        if type(node) in LEAVES:
            out.append(node)
            continue
        last = out[-1] if out else None
        if isinstance(node, Div) and node.attr.has(NAME) and isinstance(last, Figure):
            ident = node.attr.id or f"{last.attr.id}-description"
            moved.append(_described(node, ident, last, locale))
            pairs = tuple(p for p in last.attr.pairs if p[0] != "desc")
            attr = remade(last.attr, pairs=(*pairs, ("description", ident)))
            out[-1] = remade(last, attr=attr)
        else:
            out.append(mapped(node, within))
    return tuple(out)


def _described(node: Div, ident: str, figure: Figure, locale: Locale) -> Div:
    """A description under a heading that names its figure and leads back to it."""
    label = locale.term("figure-n", n=figure.attr.get("number")).replace(" ", "\u00a0")
    back = Link(Attr(classes=("cross-reference",)), (Str(label),), f"#{figure.attr.id}")
    heading = Header(2, Attr(), (back,))
    return Div(Attr(ident, node.attr.classes, node.attr.pairs), (heading, *node.blocks))
