"""The pandoc AST as values. JSON in, nodes out; nodes in, nodes out. Reads no file, runs nothing.

Every node is a frozen dataclass whose fields are scalars, an `Attr`, or tuples of nodes, so that
`each` and `rewrite` need no table of shapes. Beside pandoc's own nodes (pandoc-types 1.23) stand
the few that our passes put in their place: `NoteCall`, `Division`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar


@dataclass(frozen=True, slots=True)
class Node:
    """The base of all nodes."""


@dataclass(frozen=True, slots=True)
class Attr:
    """pandoc's attributes: an identifier, classes, and key–value pairs in their order."""

    id: str = ""
    classes: tuple[str, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()

    def get(self, key: str, default: str = "") -> str:
        return next((value for name, value in self.pairs if name == key), default)

    def has(self, name: str) -> bool:
        return name in self.classes


N = TypeVar("N", bound=Node)
NO_ATTR = Attr()


class Inline(Node):
    __slots__ = ()


class Block(Node):
    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Str(Inline):
    text: str


@dataclass(frozen=True, slots=True)
class Emph(Inline):
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Underline(Inline):
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Strong(Inline):
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Strikeout(Inline):
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Superscript(Inline):
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Subscript(Inline):
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class SmallCaps(Inline):
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Quoted(Inline):
    """Quoted text; `single` says which of the two marks the author typed, not its level."""

    single: bool
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class CiteItem(Node):
    """One item of a citation as pandoc read it: the locator still stands in the suffix."""

    key: str
    prefix: tuple[Inline, ...]
    suffix: tuple[Inline, ...]
    mode: str  # "NormalCitation", "SuppressAuthor" or "AuthorInText"


@dataclass(frozen=True, slots=True)
class Cite(Inline):
    """A citation: a cluster of items, and the source text it was read from."""

    items: tuple[CiteItem, ...]
    source: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Code(Inline):
    attr: Attr
    text: str


@dataclass(frozen=True, slots=True)
class Space(Inline):
    pass


@dataclass(frozen=True, slots=True)
class SoftBreak(Inline):
    pass


@dataclass(frozen=True, slots=True)
class LineBreak(Inline):
    pass


@dataclass(frozen=True, slots=True)
class Math(Inline):
    """A formula in TeX, as the author wrote it, and the MathML that pandoc could make of it."""

    display: bool
    tex: str
    mathml: str = ""


@dataclass(frozen=True, slots=True)
class RawInline(Inline):
    format: str
    text: str


@dataclass(frozen=True, slots=True)
class Link(Inline):
    attr: Attr
    children: tuple[Inline, ...]
    url: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Image(Inline):
    attr: Attr
    children: tuple[Inline, ...]
    url: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Note(Inline):
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Span(Inline):
    attr: Attr
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class NoteCall(Inline):
    """Ours: where note `number` is called. Its body stands among the proof's notes."""

    number: int


@dataclass(frozen=True, slots=True)
class Plain(Block):
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Para(Block):
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Line(Node):
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class LineBlock(Block):
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class CodeBlock(Block):
    attr: Attr
    text: str


@dataclass(frozen=True, slots=True)
class RawBlock(Block):
    format: str
    text: str


@dataclass(frozen=True, slots=True)
class BlockQuote(Block):
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class ListItem(Node):
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class OrderedList(Block):
    start: int
    style: str  # "Decimal", "LowerRoman", … as pandoc names them
    delimiter: str
    items: tuple[ListItem, ...]


@dataclass(frozen=True, slots=True)
class BulletList(Block):
    items: tuple[ListItem, ...]


@dataclass(frozen=True, slots=True)
class Definition(Node):
    term: tuple[Inline, ...]
    bodies: tuple[ListItem, ...]


@dataclass(frozen=True, slots=True)
class DefinitionList(Block):
    items: tuple[Definition, ...]


@dataclass(frozen=True, slots=True)
class Header(Block):
    level: int
    attr: Attr
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class HorizontalRule(Block):
    pass


@dataclass(frozen=True, slots=True)
class Column(Node):
    align: str  # "left", "right", "center" or ""
    width: float  # share of the table's width, 0 where the source gives none


@dataclass(frozen=True, slots=True)
class Cell(Node):
    attr: Attr
    align: str
    rowspan: int
    colspan: int
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Row(Node):
    attr: Attr
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class TableBody(Node):
    attr: Attr
    head_columns: int
    head: tuple[Row, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Table(Block):
    attr: Attr
    caption: tuple[Block, ...]
    columns: tuple[Column, ...]
    head: tuple[Row, ...]
    bodies: tuple[TableBody, ...]
    foot: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Figure(Block):
    attr: Attr
    caption: tuple[Block, ...]
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Div(Block):
    attr: Attr
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Division(Block):
    """Ours: a heading with all that stands under it, the `section` of HTML."""

    level: int
    attr: Attr
    title: tuple[Inline, ...]
    blocks: tuple[Block, ...]


# ------------------------------------------------------------------ walking


class _Fields(dict[type[Any], tuple[str, ...]]):
    """The fields of each kind of node that hold nodes, looked up once. Every walk asks for each
    node, most of which are words and spaces and hold none."""

    def __missing__(self, kind: type[Any]) -> tuple[str, ...]:
        names = tuple(f.name for f in fields(kind) if str(f.type).startswith("tuple["))
        self[kind] = names
        return names


_FIELDS = _Fields()


def node_fields(kind: type[Node]) -> tuple[str, ...]:
    """The names of the fields that hold nodes: those annotated as tuples."""
    return _FIELDS[kind]


def children(node: Node) -> Iterator[Node]:
    """The nodes directly beneath `node`, in reading order."""
    for name in _FIELDS[type(node)]:
        yield from getattr(node, name)


def each(nodes: Node | Iterable[Node]) -> Iterator[Node]:
    """`nodes` and all nodes beneath them, in reading order, parents first."""
    stack = [nodes] if isinstance(nodes, Node) else list(nodes)[::-1]
    known = _FIELDS
    while stack:
        node = stack.pop()
        yield node
        for name in known[type(node)][::-1]:
            stack.extend(getattr(node, name)[::-1])


Change = Callable[[Node], "Node | tuple[Node, ...]"]


def rewrite(nodes: Iterable[Node], change: Change) -> tuple[Any, ...]:
    """`nodes` with `change` applied to each, children first; a tuple stands in place of one."""
    out: list[Node] = []
    known = _FIELDS
    for node in nodes:
        new = change(within(node, change) if known[type(node)] else node)
        if isinstance(new, tuple):
            out.extend(new)
        else:
            out.append(new)
    return tuple(out)


def within(node: Node, change: Change) -> Any:
    """`node` with `change` applied to all that is beneath it, but not to itself."""
    return mapped(node, lambda inner: rewrite(inner, change))


def mapped(node: N, change: Callable[[tuple[Any, ...]], tuple[Any, ...]]) -> N:
    """`node` with `change` applied to each of its fields that hold nodes; itself where they stay as
    they are."""
    new = {}
    for name in _FIELDS[type(node)]:
        old = getattr(node, name)
        if old and (now := change(old)) != old:
            new[name] = now
    return replace(node, **new) if new else node


def text(nodes: Node | Iterable[Node]) -> str:
    """The plain text of inlines and blocks: breaks as spaces, notes and note calls left out."""
    parts: list[str] = []
    stack = [nodes] if isinstance(nodes, Node) else list(nodes)[::-1]
    while stack:
        node = stack.pop()
        if isinstance(node, Str):  # most nodes are words and spaces
            parts.append(node.text)
            continue
        if isinstance(node, (Space, SoftBreak, LineBreak)):
            parts.append(" ")
            continue
        match node:
            case Code(_, content) | CodeBlock(_, content) | Math(_, content, _):
                parts.append(content)
            case Quoted(single, inlines):
                mark = "'" if single else '"'
                stack.extend([Str(mark), *inlines[::-1], Str(mark)])
            case Cite(_, source):
                stack.extend(source[::-1])
            case Note() | NoteCall() | RawInline() | RawBlock():
                pass
            case _:
                if isinstance(node, Block) and parts:
                    parts.append(" ")
                stack.extend(list(children(node))[::-1])
    return "".join(parts).strip()


# ------------------------------------------------------------------ decoding

_ALIGN = {"AlignLeft": "left", "AlignRight": "right", "AlignCenter": "center"}
_WRAPPED: dict[str, Callable[..., Inline]] = {
    "Emph": Emph,
    "Underline": Underline,
    "Strong": Strong,
    "Strikeout": Strikeout,
    "Superscript": Superscript,
    "Subscript": Subscript,
    "SmallCaps": SmallCaps,
}


def decode(blocks: list[Any]) -> tuple[Block, ...]:
    """pandoc's JSON for a list of blocks (the value of "blocks") as nodes.

    Raises ValueError on a node this version of pandoc-types does not have.
    """
    return tuple(_block(b) for b in blocks)


def _inlines(items: list[Any]) -> tuple[Inline, ...]:
    return tuple(_inline(i) for i in items)


def _attr(raw: list[Any]) -> Attr:
    ident, classes, pairs = raw
    if not (ident or classes or pairs):
        return NO_ATTR
    return Attr(ident, tuple(classes), tuple((k, v) for k, v in pairs))


def _inline(raw: dict[str, Any]) -> Inline:
    tag: str = raw["t"]
    c: Any = raw.get("c")
    if tag in _WRAPPED:
        return _WRAPPED[tag](_inlines(c))
    match tag:
        case "Str":
            return Str(c)
        case "Space":
            return Space()
        case "SoftBreak":
            return SoftBreak()
        case "LineBreak":
            return LineBreak()
        case "Quoted":
            return Quoted(c[0]["t"] == "SingleQuote", _inlines(c[1]))
        case "Cite":
            return Cite(tuple(_cite_item(i) for i in c[0]), _inlines(c[1]))
        case "Code":
            return Code(_attr(c[0]), c[1])
        case "Math":
            return Math(c[0]["t"] == "DisplayMath", c[1])
        case "RawInline":
            return RawInline(c[0], c[1])
        case "Link":
            return Link(_attr(c[0]), _inlines(c[1]), c[2][0], c[2][1])
        case "Image":
            return Image(_attr(c[0]), _inlines(c[1]), c[2][0], c[2][1])
        case "Note":
            return Note(decode(c))
        case "Span" if "fleuron-formula" in c[0][1]:
            display, tex = c[1][0]["c"]
            return Math(display["t"] == "DisplayMath", tex, dict(c[0][2])["mathml"])
        case "Span":
            return Span(_attr(c[0]), _inlines(c[1]))
    raise ValueError(f"unknown pandoc inline {tag!r}")


def _cite_item(raw: dict[str, Any]) -> CiteItem:
    return CiteItem(
        raw["citationId"],
        _inlines(raw["citationPrefix"]),
        _inlines(raw["citationSuffix"]),
        raw["citationMode"]["t"],
    )


def _item(blocks: list[Any]) -> ListItem:
    return ListItem(decode(blocks))


def _block(raw: dict[str, Any]) -> Block:
    tag: str = raw["t"]
    c: Any = raw.get("c")
    match tag:
        case "Plain":
            return Plain(_inlines(c))
        case "Para":
            return Para(_inlines(c))
        case "LineBlock":
            return LineBlock(tuple(Line(_inlines(line)) for line in c))
        case "CodeBlock":
            return CodeBlock(_attr(c[0]), c[1])
        case "RawBlock":
            return RawBlock(c[0], c[1])
        case "BlockQuote":
            return BlockQuote(decode(c))
        case "OrderedList":
            (start, style, delimiter), items = c
            return OrderedList(start, style["t"], delimiter["t"], tuple(map(_item, items)))
        case "BulletList":
            return BulletList(tuple(map(_item, c)))
        case "DefinitionList":
            return DefinitionList(
                tuple(Definition(_inlines(t), tuple(map(_item, bodies))) for t, bodies in c)
            )
        case "Header":
            return Header(c[0], _attr(c[1]), _inlines(c[2]))
        case "HorizontalRule":
            return HorizontalRule()
        case "Table":
            return _table(c)
        case "Figure":
            return Figure(_attr(c[0]), decode(c[1][1]), decode(c[2]))
        case "Div":
            return Div(_attr(c[0]), decode(c[1]))
    raise ValueError(f"unknown pandoc block {tag!r}")


def _table(c: list[Any]) -> Table:
    attr, caption, columns, head, bodies, foot = c
    return Table(
        _attr(attr),
        decode(caption[1]),
        tuple(Column(_ALIGN.get(a["t"], ""), w.get("c", 0.0)) for a, w in columns),
        tuple(map(_row, head[1])),
        tuple(
            TableBody(_attr(a), n, tuple(map(_row, rows1)), tuple(map(_row, rows2)))
            for a, n, rows1, rows2 in bodies
        ),
        tuple(map(_row, foot[1])),
    )


def _row(raw: list[Any]) -> Row:
    return Row(
        _attr(raw[0]),
        tuple(
            Cell(_attr(a), _ALIGN.get(align["t"], ""), rows, cols, decode(blocks))
            for a, align, rows, cols, blocks in raw[1]
        ),
    )
