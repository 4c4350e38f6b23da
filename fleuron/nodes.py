"""The pandoc AST as values. JSON in, nodes out; nodes in, nodes out. Reads no file, runs nothing.

Every node is a frozen struct whose fields are scalars, an `Attr`, or tuples of nodes, so that
`each` and `rewrite` need no table of shapes. A book has a hundred thousand: msgspec makes, compares
and pickles one in a quarter of the time that a dataclass takes. Beside pandoc's own nodes
(pandoc-types 1.23) stand the few that our passes put in their place: `NoteCall`, `Division`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from msgspec import Struct, structs


class Node(Struct, frozen=True, gc=False):
    """The base of all nodes."""


class Attr(Struct, frozen=True, gc=False):
    """pandoc's attributes: an identifier, classes, and key–value pairs in their order."""

    id: str = ""
    classes: tuple[str, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()

    def get(self, key: str, default: str = "") -> str:
        return next((value for name, value in self.pairs if name == key), default)

    def has(self, name: str) -> bool:
        return name in self.classes


N = TypeVar("N", bound=Node)
remade = structs.replace  # a node with other values in some of its fields
NO_ATTR = Attr()


class Inline(Node, frozen=True):
    pass


class Block(Node, frozen=True):
    pass


class Str(Inline, frozen=True):
    """Words, with the spaces between them: pandoc has a node for each, we one for the run. A space
    at the edge of a run is a node of its own."""

    text: str


class Emph(Inline, frozen=True):
    children: tuple[Inline, ...]


class Underline(Inline, frozen=True):
    children: tuple[Inline, ...]


class Strong(Inline, frozen=True):
    children: tuple[Inline, ...]


class Strikeout(Inline, frozen=True):
    children: tuple[Inline, ...]


class Superscript(Inline, frozen=True):
    children: tuple[Inline, ...]


class Subscript(Inline, frozen=True):
    children: tuple[Inline, ...]


class SmallCaps(Inline, frozen=True):
    children: tuple[Inline, ...]


class Quoted(Inline, frozen=True):
    """Quoted text; `single` says which of the two marks the author typed, not its level."""

    single: bool
    children: tuple[Inline, ...]


class CiteItem(Node, frozen=True):
    """One item of a citation as pandoc read it: the locator still stands in the suffix."""

    key: str
    prefix: tuple[Inline, ...]
    suffix: tuple[Inline, ...]
    mode: str  # "NormalCitation", "SuppressAuthor" or "AuthorInText"


class Cite(Inline, frozen=True):
    """A citation: a cluster of items, and the source text it was read from."""

    items: tuple[CiteItem, ...]
    source: tuple[Inline, ...]


class Code(Inline, frozen=True):
    attr: Attr
    text: str


class Space(Inline, frozen=True):
    pass


class SoftBreak(Inline, frozen=True):
    pass


class LineBreak(Inline, frozen=True):
    pass


class Math(Inline, frozen=True):
    """A formula in TeX, as the author wrote it, and the MathML that pandoc could make of it."""

    display: bool
    tex: str
    mathml: str = ""


class RawInline(Inline, frozen=True):
    format: str
    text: str


class Link(Inline, frozen=True):
    attr: Attr
    children: tuple[Inline, ...]
    url: str
    title: str = ""


class Image(Inline, frozen=True):
    attr: Attr
    children: tuple[Inline, ...]
    url: str
    title: str = ""


class Note(Inline, frozen=True):
    blocks: tuple[Block, ...]


class Span(Inline, frozen=True):
    attr: Attr
    children: tuple[Inline, ...]


class NoteCall(Inline, frozen=True):
    """Ours: where note `number` is called. Its body stands among the proof's notes."""

    number: int


class Plain(Block, frozen=True):
    children: tuple[Inline, ...]


class Para(Block, frozen=True):
    children: tuple[Inline, ...]


class Line(Node, frozen=True):
    children: tuple[Inline, ...]


class LineBlock(Block, frozen=True):
    lines: tuple[Line, ...]


class CodeBlock(Block, frozen=True):
    attr: Attr
    text: str


class RawBlock(Block, frozen=True):
    format: str
    text: str


class BlockQuote(Block, frozen=True):
    blocks: tuple[Block, ...]


class ListItem(Node, frozen=True):
    blocks: tuple[Block, ...]


class OrderedList(Block, frozen=True):
    start: int
    style: str  # "Decimal", "LowerRoman", … as pandoc names them
    delimiter: str
    items: tuple[ListItem, ...]


class BulletList(Block, frozen=True):
    items: tuple[ListItem, ...]


class Definition(Node, frozen=True):
    term: tuple[Inline, ...]
    bodies: tuple[ListItem, ...]


class DefinitionList(Block, frozen=True):
    items: tuple[Definition, ...]


class Header(Block, frozen=True):
    level: int
    attr: Attr
    children: tuple[Inline, ...]


class HorizontalRule(Block, frozen=True):
    pass


class Column(Node, frozen=True):
    align: str  # "left", "right", "center" or ""
    width: float  # share of the table's width, 0 where the source gives none


class Cell(Node, frozen=True):
    attr: Attr
    align: str
    rowspan: int
    colspan: int
    blocks: tuple[Block, ...]


class Row(Node, frozen=True):
    attr: Attr
    cells: tuple[Cell, ...]


class TableBody(Node, frozen=True):
    attr: Attr
    head_columns: int
    head: tuple[Row, ...]
    rows: tuple[Row, ...]


class Table(Block, frozen=True):
    attr: Attr
    caption: tuple[Block, ...]
    columns: tuple[Column, ...]
    head: tuple[Row, ...]
    bodies: tuple[TableBody, ...]
    foot: tuple[Row, ...]


class Figure(Block, frozen=True):
    attr: Attr
    caption: tuple[Block, ...]
    blocks: tuple[Block, ...]


class Div(Block, frozen=True):
    attr: Attr
    blocks: tuple[Block, ...]


class Division(Block, frozen=True):
    """Ours: a heading with all that stands under it, the `section` of HTML."""

    level: int
    attr: Attr
    title: tuple[Inline, ...]
    blocks: tuple[Block, ...]


# ------------------------------------------------------------------ walking


# The fields of each kind of node that hold nodes: those annotated as tuples.
_FIELDS: dict[type[Node], tuple[str, ...]] = {
    kind: tuple(n for n in kind.__struct_fields__ if kind.__annotations__[n].startswith("tuple["))
    for family in (Node, Inline, Block)
    for kind in family.__subclasses__()
}
KINDS: tuple[type[Any], ...] = tuple(_FIELDS)
# Kinds that hold no nodes (most nodes are runs of words, and every walk meets each), and those
# that have attributes.
LEAVES = frozenset(kind for kind, names in _FIELDS.items() if not names)
NAMED: tuple[type[Any], ...] = tuple(k for k in KINDS if "attr" in k.__struct_fields__)


def node_fields(kind: type[Node]) -> tuple[str, ...]:
    """The names of the fields that hold nodes."""
    return _FIELDS[kind]


def children(node: Node) -> Iterator[Node]:
    """The nodes directly beneath `node`, in reading order."""
    for name in _FIELDS[type(node)]:
        yield from getattr(node, name)


def each(nodes: Node | Iterable[Node], kind: type[N], *kinds: type[N]) -> Iterator[N]:
    """Of `nodes` and all nodes beneath them those of these kinds, in reading order, parents
    first."""
    found: list[N] = []
    _look((nodes,) if isinstance(nodes, Node) else nodes, frozenset((kind, *kinds)), found)
    return iter(found)


def _look(nodes: Iterable[Any], kinds: frozenset[type[Node]], found: list[Any]) -> None:
    for node in nodes:
        kind = type(node)
        if kind in kinds:
            found.append(node)
        for name in _FIELDS[kind]:
            _look(getattr(node, name), kinds, found)


Change = Callable[[Any], "Node | tuple[Node, ...]"]


def rewrite(
    nodes: Iterable[Node], change: Change, kind: type[Node], *kinds: type[Node]
) -> tuple[Any, ...]:
    """`nodes` with `change` applied to each of these kinds, children first; a tuple stands in place
    of one."""
    return _rewritten(nodes, change, frozenset((kind, *kinds)))


def _rewritten(
    nodes: Iterable[Node], change: Change, kinds: frozenset[type[Node]]
) -> tuple[Any, ...]:
    def within(inner: tuple[Any, ...]) -> tuple[Any, ...]:
        return _rewritten(inner, change, kinds)

    out: list[Node] = []
    for node in nodes:
        kind = type(node)
        new = mapped(node, within) if kind not in LEAVES else node
        if kind in kinds:
            new = change(new)  # type: ignore[assignment]
        if isinstance(new, tuple):
            out.extend(new)
        else:
            out.append(new)
    return tuple(out)


def mapped(node: N, change: Callable[[tuple[Any, ...]], tuple[Any, ...]]) -> N:
    """`node` with `change` applied to each of its fields that hold nodes; itself where they stay as
    they are."""
    new = {}
    for name in _FIELDS[type(node)]:
        old = getattr(node, name)
        if old and (now := change(old)) != old:
            new[name] = now
    return remade(node, **new) if new else node


def run(content: str) -> list[Inline]:
    """A text as inlines: its words as a run, a space at either edge as a node of its own."""
    words = " ".join(filter(None, content.split(" ")))
    if not words:
        return [Space()] if content else []
    before, behind = content[0] == " ", content[-1] == " "
    return [*([Space()] if before else []), Str(words), *([Space()] if behind else [])]


def text(nodes: Node | Iterable[Node]) -> str:
    """The plain text of inlines and blocks: breaks as spaces, notes and note calls left out."""
    parts: list[str] = []
    _say((nodes,) if isinstance(nodes, Node) else nodes, parts)
    return "".join(parts).strip()


_BLANK = frozenset({Space, SoftBreak, LineBreak})
_UNSAID = frozenset({Note, NoteCall, RawInline, RawBlock})


def _say(nodes: Iterable[Any], parts: list[str]) -> None:
    for node in nodes:
        kind = type(node)
        if kind is Str:  # most nodes are
            parts.append(node.text)
        elif kind in _BLANK:
            parts.append(" ")
        elif kind is Code or kind is CodeBlock:
            parts.append(node.text)
        elif kind is Math:
            parts.append(node.tex)
        elif kind is Quoted:
            mark = "'" if node.single else '"'
            parts.append(mark)
            _say(node.children, parts)
            parts.append(mark)
        elif kind is Cite:
            _say(node.source, parts)
        elif kind not in _UNSAID:
            if isinstance(node, Block) and parts:
                parts.append(" ")
            for name in _FIELDS[kind]:
                _say(getattr(node, name), parts)


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
    out: list[Inline] = []
    words: list[str] = []
    spaced = False  # whether they have a space behind them
    for raw in items:
        tag = raw["t"]
        if tag == "Str" and (spaced or not words):
            words.append(raw["c"])
            spaced = False
        elif tag == "Space" and words and not spaced:
            spaced = True
        else:
            _end_run(words, spaced, out)
            spaced = False
            if tag == "Str":
                words.append(raw["c"])
            else:
                out.append(_inline(raw))
    _end_run(words, spaced, out)
    return tuple(out)


def _end_run(words: list[str], spaced: bool, out: list[Inline]) -> None:
    if words:
        out.append(Str(" ".join(words)))
        words.clear()
    if spaced:
        out.append(Space())


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
