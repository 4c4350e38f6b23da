"""The units of an edition: what is translated as one. A galley in, units with their places out.

A unit is a heading, a paragraph, a list item, a table cell, a caption, a note, the words that
stand for a picture, or a line of the edition's metadata and drawings.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from fleuron import model
from fleuron.model import Galley, Place
from fleuron.nodes import (
    Attr,
    Block,
    Cite,
    CiteItem,
    Definition,
    Div,
    Emph,
    Figure,
    Header,
    Image,
    Line,
    Link,
    Math,
    Node,
    Note,
    Para,
    Plain,
    Span,
    Strong,
    Table,
    children,
    text,
)
from fleuron.translation import finding

# Digits with what may group or divide them: a point, a comma, an apostrophe, a space that holds.
NUMBER = re.compile(
    r"(?<![\d.,])[1-9]\d{0,2}(?: \d{3})+(?:[.,]\d+)?(?!\d)|\d+(?:[.,'’\u00a0\u202f\u2009]\d+)*"
)


@dataclass(frozen=True, slots=True)
class Unit:
    """What is translated as one: its file's name, the heading it stands under, its kind and its
    words, what must be the same in every language, and where it begins."""

    file: str
    heading: str
    kind: str
    words: str
    cites: tuple[tuple[str, str], ...] = ()
    numbers: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    notes: int = 0
    marks: tuple[int, int] = (0, 0)  # how often it is emphasised, and strongly
    id: str = ""
    place: Place = field(default=Place(""), compare=False)

    @property
    def hash(self) -> str:
        return hashlib.sha256(f"{self.kind}\n{self.words}".encode()).hexdigest()[:16]


def units(galley: Galley) -> tuple[Unit, ...]:
    """Every unit of an edition in reading order; a note stands after the unit that calls it."""
    out = [_line(line) for line in galley.manuscript.lines if line.key not in _OF_THEIR_OWN]
    typed = {s.path: frozenset(_ID.findall(s.text)) for s in galley.manuscript.sources}
    for section in galley.sections:
        walk = _Walk(PurePosixPath(section.path).name, typed.get(section.path, frozenset()))
        for block in section.blocks:
            walk.block(block, "p")
        out += walk.out
    marks = [(unit.file, unit.kind, unit.words) for unit in out]
    places = finding.places(marks, galley.manuscript)
    return tuple(replace(unit, place=place) for unit, place in zip(out, places, strict=True))


# An id as it is typed; pandoc makes one of the words of a heading that has none.
_ID = re.compile(r"\{[^{}\n]*?#([^\s}]+)")
# What an edition need not have: without it, its title stands there.
_OF_THEIR_OWN = ("running-head",)


def _line(line: model.Line) -> Unit:
    return Unit(line.file, "", line.key, line.words, numbers=_numbers(line.words))


class _Walk:
    """One walk through a file. Its state is the heading above and the units so far."""

    def __init__(self, file: str, ids: frozenset[str]) -> None:
        self.file = file
        self.ids = ids
        self.heading = ""
        self.out: list[Unit] = []

    def block(self, block: Node, kind: str) -> None:
        match block:
            case Header(level, attr, inlines):
                self.heading = text(inlines)
                self.unit(inlines, f"heading {level}", attr.id)
            case Para(inlines) | Plain(inlines) | Line(inlines):
                self.unit(inlines, kind)
            case Definition(term, bodies):
                self.unit(term, f"term {kind}")
                self.blocks(bodies, f"definition {kind}")
            case Div(attr, blocks):
                first = len(self.out)
                self.blocks(blocks, f"{attr.classes[0] if attr.classes else 'div'} {kind}")
                self.called(first, attr.id)
            case Figure(attr) | Table(attr):
                self.plate(block, attr)
            case _:
                name = type(block).__name__.lower() if isinstance(block, Block) else ""
                inside = name.endswith(("list", "quote"))
                self.blocks(children(block), f"{name} {kind}" if inside else kind)

    def blocks(self, blocks: Iterable[Node], kind: str) -> None:
        for block in blocks:
            self.block(block, kind)

    def plate(self, block: Node, attr: Attr) -> None:
        first = len(self.out)
        self.blocks(children(block), type(block).__name__.lower())
        self.called(first, attr.id)
        self.spoken(attr)

    def called(self, first: int, ident: str) -> None:
        """The id of a whole is compared at its first unit."""
        if ident in self.ids and len(self.out) > first and not self.out[first].id:
            self.out[first] = replace(self.out[first], id=ident)

    def unit(self, inlines: Sequence[Node], kind: str, ident: str = "") -> None:
        # Not `split()`: a no-break space within a number is a part of it.
        words = re.sub(r"[ \t\n]+", " ", _prose(inlines)).strip()
        here = list(_shallow(inlines))
        items = [item for node in here if isinstance(node, Cite) for item in node.items]
        notes = [node for node in here if isinstance(node, Note)]
        self.out.append(
            Unit(
                self.file,
                self.heading,
                kind,
                words,
                cites=tuple((item.key, _locator(item)) for item in items),
                numbers=_numbers(words),
                targets=tuple(node.url for node in here if isinstance(node, (Link, Image))),
                notes=len(notes),
                marks=(_marked(inlines, Emph), _marked(inlines, Strong)),
                id=ident if ident in self.ids else "",
            )
        )
        for node in here:
            if isinstance(node, Image):
                self.spoken(node.attr)
        for note in notes:
            self.blocks(note.blocks, "note")

    def spoken(self, attr: Attr) -> None:
        """The words of a figure or table that are typed as attributes."""
        for key in ("alt", "credit", "source"):
            if words := attr.get(key):
                numbers = _numbers(words)
                self.out.append(Unit(self.file, self.heading, key, words, numbers=numbers))


def _marked(nodes: Iterable[Node], kind: type[Node]) -> int:
    """How often something is emphasised; how words of another language are set is each language's
    own affair."""
    ours = [n for n in nodes if not isinstance(n, Note) and not _foreign(n)]
    return sum(isinstance(n, kind) + _marked(children(n), kind) for n in ours)


def _foreign(node: Node) -> bool:
    return isinstance(node, Span) and bool(node.attr.get("lang"))


def _locator(item: CiteItem) -> str:
    return "–".join(re.findall(r"\d+", text(item.suffix)))


def _numbers(words: str) -> tuple[str, ...]:
    return tuple(digits(n) for n in NUMBER.findall(words))


def _shallow(nodes: Iterable[Node]) -> Iterator[Node]:
    """Nodes and what is beneath them, but not what stands in notes."""
    for node in nodes:
        yield node
        if not isinstance(node, Note):
            yield from _shallow(children(node))


def _prose(nodes: Iterable[Node]) -> str:
    """The words of a unit; a citation is a mark, since its key is compared by itself."""
    parts = []
    for node in nodes:
        if isinstance(node, Cite):
            parts.append("@")
        elif isinstance(node, Math):
            parts.append(f"${node.tex}$")
        elif isinstance(node, Note):
            pass
        elif any(True for _ in children(node)):
            parts.append(_prose(children(node)))
        else:
            parts.append(text((node,)) or " ")
    return "".join(parts)


def digits(words: str) -> str:
    return re.sub(r"\D", "", words)
