"""Nests sections under their headings; numbers figures and tables; knows every id.

Sections in; divisions and the table of what a cross-reference may point at out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from fleuron.diagnostics import diagnostic
from fleuron.model import Diagnostic, Galley, Place, Section
from fleuron.nodes import (
    NAMED,
    Attr,
    Block,
    Div,
    Division,
    Figure,
    Header,
    Image,
    Node,
    Table,
    each,
    remade,
    rewrite,
)
from fleuron.passes.places import everywhere, seeker
from fleuron.passes.references import Target, words_only


def run(
    sections: Iterable[Section], galley: Galley, found: list[Diagnostic]
) -> tuple[tuple[Division, ...], dict[str, Target]]:
    """The divisions of an edition in reading order, figures and tables numbered, and its targets
    by the name a cross-reference uses (`fig:map`, `sec:outlook`, or a bare id)."""
    divisions: list[Division] = []
    for section in sections:
        divisions += _divisions(section, galley, found)
    numbered, targets = _numbered(tuple(divisions))
    _unique_ids(numbered, galley, found)
    return numbered, targets | _sections(numbered)


def _divisions(section: Section, galley: Galley, found: list[Diagnostic]) -> list[Division]:
    blocks = list(section.blocks)
    if not blocks or not isinstance(blocks[0], Header):
        hint = "begin the file with “# Heading {#id}”"
        message = "a section starts with its heading"
        place = seeker(galley)(section.path, r"\S[^\n]*")
        found.append(diagnostic("S107", place, message, hint))
        blocks.insert(0, Header(1, Attr(), ()))
    top = min(b.level for b in blocks if isinstance(b, Header))
    return [d for d in _nest(tuple(blocks), top, 1) if isinstance(d, Division)]


def _nest(blocks: tuple[Block, ...], level: int, depth: int) -> tuple[Block, ...]:
    """`blocks` with each heading of `level` made a division that holds all up to the next. Its own
    level is how deep it stands: an author who skips a level leaves no gap in the contents."""
    starts = [i for i, b in enumerate(blocks) if isinstance(b, Header) and b.level == level]
    if not starts:
        deeper = [b.level for b in blocks if isinstance(b, Header)]
        return _nest(blocks, min(deeper), depth) if deeper else blocks
    out: list[Block] = list(_nest(blocks[: starts[0]], level + 1, depth))
    for start, end in zip(starts, [*starts[1:], len(blocks)], strict=True):
        head = blocks[start]
        assert isinstance(head, Header)
        inner = _nest(blocks[start + 1 : end], level + 1, depth + 1)
        out.append(Division(depth, head.attr, head.children, inner))
    return tuple(out)


def _numbered(
    divisions: tuple[Division, ...],
) -> tuple[tuple[Division, ...], dict[str, Target]]:
    counts = {"figure-n": 0, "table-n": 0}
    targets: dict[str, Target] = {}

    def change(node: Node) -> Node:
        if isinstance(node, Figure):
            attr = _whole(node)
            return remade(node, attr=_count("figure-n", attr, counts, targets))
        if isinstance(node, Table) and node.caption:
            return remade(node, attr=_count("table-n", node.attr, counts, targets))
        return node

    # Children come before parents in `rewrite`, and a figure never holds a table: reading order.
    return rewrite(divisions, change, Figure, Table), targets


def _count(term: str, attr: Attr, counts: dict[str, int], targets: dict[str, Target]) -> Attr:
    counts[term] += 1
    number = counts[term]
    name = attr.id or f"{'fig' if term == 'figure-n' else 'tbl'}:{number}"
    ident = name.replace(":", "-")
    targets[name] = Target(term, ident, number)
    return Attr(ident, attr.classes, (*attr.pairs, ("number", str(number))))


def _whole(figure: Figure) -> Attr:
    """pandoc leaves the classes and keys of an implicit figure on its image: all on the figure."""
    image = next(each(figure.blocks, Image), None)
    inner = image.attr if image else Attr()
    pairs = tuple(dict((*inner.pairs, *figure.attr.pairs)).items())
    classes = tuple(dict.fromkeys((*figure.attr.classes, *inner.classes)))
    return Attr(figure.attr.id or inner.id, classes, pairs)


def _sections(divisions: Iterable[Node]) -> dict[str, Target]:
    out = {}
    for node in each(divisions, Division, Div):
        if isinstance(node, Division) and node.attr.id:
            target = Target("", node.attr.id, 0, words_only(node.title))
            out[f"sec:{node.attr.id}"] = out[node.attr.id] = target
        elif isinstance(node, Div) and node.attr.id:
            out[node.attr.id] = Target("", node.attr.id, 0)
    return out


# Ids that the editions give themselves: those of the templates, and of notes, calls and pages.
_OURS = re.compile(
    r"text|toc|notes|colophon|(?:contents|notes|colophon|toc|landmarks|pages)-title"
    r"|(?:fn|ref|note|page)-\d+"
)


def _unique_ids(nodes: Iterable[Node], galley: Galley, found: list[Diagnostic]) -> None:
    seen: set[str] = set()
    for node in each(nodes, *NAMED):
        ident = node.attr.id
        if not ident:
            continue
        if _OURS.fullmatch(ident):
            place = next(iter(_defined(galley, ident)), Place(galley.sections[0].path))
            message = f"the id “{ident}” is one that every edition gives itself"
            hint, length = "give it another: {#id}", len(ident) + 1
            found.append(diagnostic("S108", place, message, hint, length=length))
        elif ident in seen:
            found.append(_twice(galley, ident))
        seen.add(ident)


def _twice(galley: Galley, ident: str) -> Diagnostic:
    places = _defined(galley, ident) or (Place(galley.sections[0].path),)
    message, hint = f"the id “{ident}” stands twice", "give one of them another id"
    related = [(place, "first defined here") for place in places[:-1][:1]]
    return diagnostic("S108", places[-1], message, hint, length=len(ident) + 1, related=related)


def _defined(galley: Galley, ident: str) -> tuple[Place, ...]:
    """Where an id is given; `fig:map` is `fig-map` in the editions."""
    pattern = re.escape(ident).replace(r"\-", "[-:]", 1)
    return everywhere(galley, r"\{[^{}\n]*?(#" + pattern + r")(?![\w:-])")
