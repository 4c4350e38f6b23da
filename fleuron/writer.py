"""Nodes become markup. Blocks and a `Setting` in, HTML that is also well-formed XML out.

One walk serves every format; what differs between them is handed in: how a note is called, how a
picture is shown. Knows no format, opens nothing, trusts nothing: every text is escaped, and only
the attributes named here are written.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from html import escape
from typing import Any

from fleuron.model import Html, Locale, PlacedNote, Proof
from fleuron.nodes import (
    Attr,
    Block,
    BlockQuote,
    BulletList,
    Cell,
    Cite,
    Code,
    CodeBlock,
    DefinitionList,
    Div,
    Division,
    Emph,
    Figure,
    Header,
    HorizontalRule,
    Image,
    Inline,
    LineBlock,
    LineBreak,
    Link,
    ListItem,
    Math,
    Node,
    NoteCall,
    OrderedList,
    Para,
    Plain,
    Quoted,
    RawBlock,
    RawInline,
    Row,
    SmallCaps,
    SoftBreak,
    Space,
    Span,
    Str,
    Strikeout,
    Strong,
    Subscript,
    Superscript,
    Table,
    Underline,
    each,
    text,
)
from fleuron.theme import Theme


@dataclass(frozen=True, slots=True)
class Setting:
    """What a format decides.

    `note_call` gives the markup of a call from its number; `picture` gives that of an image from
    its path and its alternative text; `math` that of a formula.
    `heading` is the level of a section's heading. Only where `numbered` do blocks carry
    `data-b`, their number in reading order, by which page breaks are found again. Where `holding`,
    a designation such as S-400 is marked as a whole: browsers end a line after its hyphen.
    """

    theme: Theme
    locale: Locale
    note_call: Callable[[int], str]
    picture: Callable[[str, str], str]
    math: Callable[[Math], str]
    heading: int = 2
    numbered: bool = True
    holding: bool = False


def write(blocks: Iterable[Block], setting: Setting, first: int = 1) -> Html:
    """`blocks` as markup; their numbers start at `first`."""
    return Html(_Writer(setting, first).blocks(blocks))


def write_each(blocks: Iterable[Block], setting: Setting) -> Iterator[tuple[Html, int]]:
    """Each of `blocks` as markup by itself, its numbers from 1, with how many there are."""
    for block in blocks:
        writer = _Writer(setting, 1)
        markup = Html(writer.block(block))
        yield markup, next(writer.count) - 1


def write_inlines(inlines: Iterable[Inline], setting: Setting) -> Html:
    """`inlines` as markup."""
    return Html(_Writer(setting, 1).inlines(inlines))


def alternative(attr: Attr, inlines: Iterable[Inline]) -> str:
    """The words that stand for a picture; none for one that is `.decorative`, there for the eye
    alone (WCAG 2.2, 1.1.1)."""
    return "" if attr.has("decorative") else attr.get("alt") or text(inlines)


_SIMPLE = {
    Emph: "em",
    Underline: "u",
    Strong: "strong",
    Strikeout: "s",
    Superscript: "sup",
    Subscript: "sub",
}
_NUMERALS = {"LowerAlpha": "a", "UpperAlpha": "A", "LowerRoman": "i", "UpperRoman": "I"}
# An address may break after a slash and before a mark that could be read as the sentence's own
# (The Chicago Manual of Style, 14.18); after a hyphen too, where a word follows, since addresses
# now consist of little else. Its host stays whole, and no piece is longer than a narrow line.
_HOST = re.compile(r"(?:[a-z][\w+.-]*:)?(?://)?[^/?#]*/?", re.IGNORECASE)
_URL_BREAKS = re.compile(r"(?<=/)(?=[^/])|(?=[.?&=#_~%])|(?<=-)(?=\w{4})")
_LONGEST_PIECE = 32


# Letters, a hyphen, a figure: no place to end a line (UAX 14, LB25), though browsers do.
_WHOLE = re.compile(r"(?<![\w&;-])[^\W\d_]{1,3}-\d\w*(?![\w-])")


class _Writer:
    """One walk. Its state is the number of the next block and the level of the heading above."""

    def __init__(self, setting: Setting, first: int) -> None:
        self.setting = setting
        self.count = itertools.count(first)
        self.level = setting.heading - 1

    # -------------------------------------------------------------- inlines

    def inlines(self, nodes: Iterable[Inline]) -> str:
        return "".join(map(self.inline, nodes))

    def inline(self, node: Inline) -> str:
        match node:
            case Str(content):
                return self.words(escape(content, quote=False))
            case Space() | SoftBreak():
                return " "
            case LineBreak():
                return "<br/>"
            case NoteCall(number):
                return self.setting.note_call(number)
            case Link():
                return self.link(node)
            case Span(attr, inlines):
                return f"<span{_attributes(attr)}>{self.inlines(inlines)}</span>"
            case SmallCaps(inlines):
                return f'<span class="small-caps">{self.inlines(inlines)}</span>'
            case Code(attr, content):
                return f"<code{_attributes(attr)}>{escape(content, quote=False)}</code>"
            case Math():
                return self.setting.math(node)
            case Image(attr, inlines, url):
                return self.setting.picture(url, alternative(attr, inlines))
            case Cite(_, source):
                return self.inlines(source)
            case Quoted(_, inlines):
                # The typography pass has set every quotation; what is left is the author's own.
                return self.inlines(inlines)
            case RawInline():
                return ""
        tag = _SIMPLE[type(node)]
        return f"<{tag}>{self.inlines(node.children)}</{tag}>"  # type: ignore[attr-defined]

    def words(self, content: str) -> str:
        return (
            _WHOLE.sub(r'<span class="whole">\g<0></span>', content)
            if self.setting.holding
            else content
        )

    def link(self, node: Link) -> str:
        # pandoc marks an address in angle brackets so; its title would only repeat it.
        bare = node.attr.has("uri") or text(node.children) == node.url
        body = _breakable(text(node.children)) if bare else self.inlines(node.children)
        attr = Attr(
            node.attr.id, tuple(c for c in node.attr.classes if c != "uri"), node.attr.pairs
        )
        if bare:
            attr = Attr(attr.id, (*attr.classes, "address"), attr.pairs)
        title = f' title="{escape(node.title)}"' if node.title else ""
        said = attr.get("label") if attr.has("back-reference") else ""
        label = f' aria-label="{escape(said)}"' if said else ""
        return f'<a href="{escape(node.url)}"{_attributes(attr)}{label}{title}>{body}</a>'

    # -------------------------------------------------------------- blocks

    def blocks(self, nodes: Iterable[Block]) -> str:
        return "\n".join(filter(None, map(self.block, nodes)))

    def block(self, node: Block) -> str:
        match node:
            case Para(inlines):
                return f"<p{self.number()}>{self.inlines(inlines)}</p>"
            case Plain(inlines):
                return self.inlines(inlines)
            case Division():
                return self.division(node)
            case Header(level, attr, inlines):
                tag = f"h{min(level + self.setting.heading - 1, 6)}"
                number = self.number()
                return f"<{tag}{_attributes(attr)}{number}>{self.inlines(inlines)}</{tag}>"
            case Div(attr, blocks):
                return self.div(attr, blocks)
            case BlockQuote(blocks):
                return f"<blockquote>\n{self.blocks(blocks)}\n</blockquote>"
            case BulletList(items):
                return f"<ul>\n{self.items(items)}\n</ul>"
            case OrderedList(start, style, _, items):
                return self.ordered(start, style, items)
            case DefinitionList(items):
                return f"<dl>\n{self.definitions(items)}\n</dl>"
            case LineBlock(lines):
                return self.lines([line.children for line in lines])
            case CodeBlock(attr, content):
                # `tabindex`: a region that scrolls must be reached by keyboard (WCAG 2.1.1).
                code = f"<code>{escape(content, quote=False)}</code>"
                return f'<pre{_attributes(attr)}{self.number()} tabindex="0">{code}</pre>'
            case Figure():
                return self.figure(node)
            case Table():
                return self.table(node)
            case HorizontalRule():
                return "<hr/>"
            case RawBlock():
                return ""
        raise AssertionError(f"no markup for {type(node).__name__}")

    def number(self) -> str:
        return f' data-b="{next(self.count)}"' if self.setting.numbered else ""

    def division(self, node: Division) -> str:
        above, self.level = self.level, min(node.level + self.setting.heading - 1, 6)
        tag = f"h{self.level}"
        label = f"{node.attr.id}-title" if node.attr.id else ""
        labelled = f' aria-labelledby="{escape(label)}"' if label else ""
        ident = f' id="{escape(label)}"' if label else ""
        heading = f"<{tag}{ident}{self.number()}>{self.inlines(node.title)}</{tag}>"
        attr = Attr(node.attr.id, (*node.attr.classes, f"level-{node.level}"), node.attr.pairs)
        body = self.blocks(node.blocks)
        self.level = above
        return f"<section{_attributes(attr)}{labelled}>\n{heading}\n{body}\n</section>"

    def div(self, attr: Attr, blocks: tuple[Block, ...]) -> str:
        name = next((c for c in attr.classes if c in self.setting.theme.components), "")
        if not name:
            return f"<div{_attributes(attr)}>\n{self.blocks(blocks)}\n</div>"
        title, rest = _titled(blocks)
        return self.component(
            name,
            attr=attr,
            title=Html(self.inlines(title)) if title else "",
            heading=min(self.level + 1, 6),
            number=Html(self.number()) if title else "",
            body=Html(self.blocks(rest)),
        )

    def component(self, name: str, **context: Any) -> str:
        context.setdefault("l", self.setting.locale)
        return self.setting.theme.render(f"components/{name}/template.html", **context)

    def items(self, items: Iterable[ListItem]) -> str:
        return "\n".join(f"<li{self.number()}>{self.blocks(item.blocks)}</li>" for item in items)

    def ordered(self, start: int, style: str, items: Iterable[ListItem]) -> str:
        numerals = f' type="{_NUMERALS[style]}"' if style in _NUMERALS else ""
        first = f' start="{start}"' if start != 1 else ""
        return f"<ol{numerals}{first}>\n{self.items(items)}\n</ol>"

    def definitions(self, items: Iterable[Any]) -> str:
        out = []
        for item in items:
            out.append(f"<dt{self.number()}>{self.inlines(item.term)}</dt>")
            out += [f"<dd{self.number()}>{self.blocks(body.blocks)}</dd>" for body in item.bodies]
        return "\n".join(out)

    def lines(self, lines: list[tuple[Inline, ...]]) -> str:
        body = "<br/>\n".join(map(self.inlines, lines))
        return f'<p class="lines"{self.number()}>{body}</p>'

    def figure(self, node: Figure) -> str:
        attr = node.attr
        number = self.number()
        return self.component(
            "figure",
            attr=attr,
            label=self.label("figure-n", attr),
            content=Html(self.blocks(node.blocks)),
            caption=Html(self.caption(node.caption)),
            number=Html(number),
        )

    def caption(self, blocks: Iterable[Block]) -> str:
        return " ".join(
            self.inlines(block.children) if isinstance(block, (Para, Plain)) else self.block(block)
            for block in blocks
        )

    def label(self, term: str, attr: Attr) -> str:
        number = attr.get("number")
        return self.setting.locale.term(term, n=number) if number else ""

    def table(self, node: Table) -> str:
        number = self.number()
        return self.component(
            "table",
            attr=node.attr,
            columns=len(node.columns),
            rows=sum(len(b.head) + len(b.rows) for b in node.bodies),
            label=self.label("table-n", node.attr),
            caption=Html(self.caption(node.caption)),
            head=Html(self.rows(node.head, node, head=True)),
            bodies=[Html(self.rows((*b.head, *b.rows), node, head=False)) for b in node.bodies],
            foot=Html(self.rows(node.foot, node, head=False)),
            number=Html(number),
        )

    def rows(self, rows: Iterable[Row], table: Table, *, head: bool) -> str:
        heads = table.bodies[0].head_columns if table.bodies else 0
        # A policy table's first column names its rows unless the source says otherwise.
        heads = heads or (0 if table.attr.has("plain-rows") else 1)
        spans = [0] * len(table.columns)  # how many rows each column is still taken from above
        return "\n".join(
            f"<tr>{''.join(self.cells(row, table, head, heads, spans))}</tr>" for row in rows
        )

    def cells(
        self, row: Row, table: Table, head: bool, heads: int, spans: list[int]
    ) -> Iterator[str]:
        free = [column for column, taken in enumerate(spans) if not taken]
        spans[:] = [max(0, taken - 1) for taken in spans]
        for cell in row.cells:
            column = free[0] if free else len(spans)
            own, free = free[: cell.colspan], free[cell.colspan :]
            for taken in own:
                spans[taken] = cell.rowspan - 1
            default = table.columns[column].align if column < len(table.columns) else ""
            tag = "th" if head or column < heads else "td"
            scope = f' scope="{"col" if head else "row"}"' if tag == "th" else ""
            start = f"<{tag}{scope}{_span(cell, default)}{self.number()}>"
            yield f"{start}{self.blocks(cell.blocks)}</{tag}>"


def _titled(blocks: tuple[Block, ...]) -> tuple[tuple[Inline, ...], tuple[Block, ...]]:
    """A component's own heading, where it starts with one, and the rest of it."""
    if blocks and isinstance(blocks[0], (Header, Division)):
        first = blocks[0]
        inlines = first.children if isinstance(first, Header) else first.title
        more = first.blocks if isinstance(first, Division) else ()
        return inlines, (*more, *blocks[1:])
    return (), blocks


def _span(cell: Cell, default: str) -> str:
    align = cell.align or default
    out = f' class="{align}"' if align in ("right", "center") else ""
    out += f' colspan="{cell.colspan}"' if cell.colspan > 1 else ""
    return out + (f' rowspan="{cell.rowspan}"' if cell.rowspan > 1 else "")


# The form of a language tag (RFC 5646, 2.1); whether its subtags exist is for a check to say.
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")


def _attributes(attr: Attr) -> str:
    """The attributes that markup may carry: id, class, lang and dir. No other is let through."""
    out = f' id="{escape(attr.id)}"' if attr.id else ""
    out += f' class="{escape(" ".join(attr.classes))}"' if attr.classes else ""
    if (lang := attr.get("lang")) and _LANGUAGE.fullmatch(lang):
        out += f' lang="{escape(lang)}" xml:lang="{escape(lang)}"'
    if (direction := attr.get("dir")) in ("ltr", "rtl", "auto"):
        out += f' dir="{direction}"'
    return out


def _breakable(url: str) -> str:
    host = _HOST.match(url)
    at = min(host.end() if host else 0, _LONGEST_PIECE)
    parts = filter(None, _URL_BREAKS.split(url[at:]))
    pieces = [p[i : i + _LONGEST_PIECE] for p in parts for i in range(0, len(p), _LONGEST_PIECE)]
    whole = f'<span class="host">{escape(url[:at], quote=False)}</span>' if at else ""
    return "<wbr/>".join(filter(None, [whole, *(escape(p, quote=False) for p in pieces)]))


def reminders(note: PlacedNote, proof: Proof) -> list[tuple[int, tuple[Inline, ...]]]:
    """The works that a note's *Ibid.* and *op. cit.* stand for, each with the number of the note
    that has it in full: a reader of a pop-up note sees no other note beside it."""
    found: dict[str, int] = {}
    for node in each(note.blocks, Link):
        if node.attr.has("back-reference"):
            found.setdefault(node.attr.get("key"), int(node.attr.get("note")))
    return [(number, proof.works[key]) for key, number in found.items() if key in proof.works]


def plain(node: Node | Iterable[Node]) -> str:
    """The words of a node with nothing around them, for titles and metadata."""
    return " ".join(text(node).split())
