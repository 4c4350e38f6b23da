"""Sets quotation marks as the locale does. Blocks in, blocks out.

A quotation inside a quotation takes the other pair of marks; which mark the author typed does not
matter. Code, addresses and formulas hold no `Quoted` nodes, so they stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from fleuron.model import Locale
from fleuron.nodes import Block, Node, Quoted, Str, node_fields

Setter = Callable[[Iterable[Block]], tuple[Any, ...]]


def setter(locale: Locale) -> Setter:
    """A function that sets blocks by the habits of `locale`."""

    def set_blocks(blocks: Iterable[Block]) -> tuple[Any, ...]:
        return _set(blocks, 0, locale)

    return set_blocks


def _set(nodes: Iterable[Node], depth: int, locale: Locale) -> tuple[Any, ...]:
    out: list[Node] = []
    for node in nodes:
        if isinstance(node, Quoted):
            opening, closing = locale.quotes[:2] if depth % 2 == 0 else locale.quotes[2:]
            out += [Str(opening), *_set(node.children, depth + 1, locale), Str(closing)]
        else:
            new = {name: _set(getattr(node, name), depth, locale) for name in node_fields(type(node))}
            out.append(replace(node, **new) if new else node)
    return tuple(out)
