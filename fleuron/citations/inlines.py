"""Between our nodes and the engine's parts. Inlines in, parts out; tokens in, inlines out."""

from __future__ import annotations

from collections.abc import Sequence

from fleuron.citations import output
from fleuron.citations.output import Part, Piece, Run, Token
from fleuron.nodes import (
    Attr,
    Emph,
    Inline,
    LineBreak,
    Link,
    Quoted,
    SmallCaps,
    SoftBreak,
    Space,
    Span,
    Str,
    Strong,
    Subscript,
    Superscript,
    Underline,
    run,
    text,
)

_MARK_OF = {
    Emph: output.ITALIC,
    Strong: output.BOLD,
    SmallCaps: output.CAPS,
    Underline: output.UNDERLINE,
    Superscript: output.SUPER,
    Subscript: output.SUB,
}
_NODE_OF = {mark: node for node, mark in _MARK_OF.items()}


def to_part(inlines: Sequence[Inline], kept: list[Inline]) -> Part:
    """An author's prefix or suffix as a part; nodes a style knows nothing of wait in `kept`."""
    parts = [_part(i, kept) for i in inlines]
    if all(isinstance(p, str) for p in parts):
        return "".join(p for p in parts if isinstance(p, str))
    return Piece(parts)


def _part(node: Inline, kept: list[Inline]) -> Part:
    match node:
        case Str(content):
            return content
        case Space() | SoftBreak() | LineBreak():
            return " "
        case Quoted(_, children):
            return Piece([_part(c, kept) for c in children], (output.QUOTE,))
        case Emph() | Strong() | SmallCaps() | Underline() | Superscript() | Subscript():
            return Piece([_part(c, kept) for c in node.children], (_MARK_OF[type(node)],))
    kept.append(node)
    return Piece([text(node) or "\u200b"], (f"node:{len(kept) - 1}",))


def to_inlines(
    tokens: Sequence[Token], lang: str, kept: Sequence[Inline] = ()
) -> tuple[Inline, ...]:
    """Tokens as nodes: words and spaces, nested in the marks that hold over them."""
    runs = [_in_language(r, lang) for r in output.runs(_columns_joined(tokens))]
    return _nested(runs, 0, kept)


def _columns_joined(tokens: Sequence[Token]) -> list[Token]:
    """Tokens with a space where a column of an entry ends."""
    out: list[Token] = []
    ended = False
    for token in tokens:
        if token.kind == "text" and token.value:
            if ended and not token.value[0].isspace() and out:
                out.append(Token("text", " "))
            ended = False
        elif token.kind == "close" and token.value.startswith("display:"):
            ended = True
        out.append(token)
    return out


def _in_language(run: Run, lang: str) -> Run:
    """`run` without the mark of the language the document is in anyway."""
    same = tuple(m for m in run.marks if not (m.startswith("lang:") and _same(m[5:], lang)))
    if any(m.startswith("back:") for m in same):
        # A link holds no other link.
        same = tuple(m for m in same if not m.startswith("link:"))
    return Run(run.text, _language_first(same))


def _language_first(marks: tuple[str, ...]) -> tuple[str, ...]:
    """A title in italics is in its language as a whole. Within italics a foreign word stands out
    against them, which a title has nothing to do for."""
    out: list[str] = []
    for mark in marks:
        at = len(out)
        while mark.startswith("lang:") and at and out[at - 1] == output.ITALIC:
            at -= 1
        out.insert(at, mark)
    return tuple(out)


def _same(one: str, other: str) -> bool:
    return (
        one.lower() == other.lower()
        or one.split("-")[0].lower() == other.split("-")[0].lower()
        and ("latn" not in one.lower())
    )


def _nested(runs: list[Run], depth: int, kept: Sequence[Inline]) -> tuple[Inline, ...]:
    out: list[Inline] = []
    at = 0
    while at < len(runs):
        if len(runs[at].marks) <= depth:
            out.extend(run(runs[at].text))
            at += 1
            continue
        mark = runs[at].marks[depth]
        end = at
        while end < len(runs) and len(runs[end].marks) > depth and runs[end].marks[depth] == mark:
            end += 1
        out.append(_node(mark, runs[at:end], depth, kept))
        at = end
    return tuple(_joined(out))


def _node(mark: str, runs: list[Run], depth: int, kept: Sequence[Inline]) -> Inline:
    if mark.startswith("node:"):
        return kept[int(mark[5:])]
    children = _nested(runs, depth + 1, kept)
    if mark in _NODE_OF:
        return _NODE_OF[mark](children)
    name, _, value = mark.partition(":")
    if name == "link":
        return Link(Attr(), children, value)
    if name == "back":
        note, _, key = value.partition(":")
        attr = Attr("", ("back-reference",), (("note", note), ("key", key)))
        return Link(attr, children, f"#fn-{note}")
    if name == "missing":
        return Span(Attr("", ("missing-reference",), (("key", value),)), (Strong(children),))
    return Span(Attr("", (), (("lang", value),)), children)


def _joined(inlines: list[Inline]) -> list[Inline]:
    out: list[Inline] = []
    for node in inlines:
        if out and isinstance(node, Str) and isinstance(out[-1], Str):
            out[-1] = Str(out[-1].text + node.text)
        elif out and isinstance(node, Space) and isinstance(out[-1], Space):
            continue
        else:
            out.append(node)
    return out
