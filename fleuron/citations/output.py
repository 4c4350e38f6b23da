"""What a style renders before it is set: a tree of pieces in, runs of text with their marks out.

A `Piece` has affixes, marks (italic, quoted, …) and parts. `stream` flattens a tree into tokens,
`settle` mends the seams between them – doubled punctuation, doubled spaces, the full stop that
belongs inside a quotation mark – and turns italic within italic upright. Knows nothing of CSL.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

ITALIC, UPRIGHT = "i", "-i"
BOLD, UNBOLD = "b", "-b"
CAPS, UNCAPS = "sc", "-sc"
UNDERLINE, UNUNDERLINE = "u", "-u"
SUPER, SUB, BASELINE = "sup", "sub", "baseline"
QUOTE = "q"
INNER_QUOTE = "qi"
NOCASE = "nocase"
NODECOR = "nodecor"  # no marks at all inside
FIELD = "field"  # round a field of a reference
PERSON = "person"  # set around each name
NAME = "name"  # set around a list of names, for the substitution of repeated authors


class Piece:
    """Parts – texts and pieces – with marks around them and affixes outside the marks."""

    __slots__ = ("delimiter", "marks", "parts", "prefix", "suffix")

    def __init__(
        self,
        parts: Sequence[Part],
        marks: tuple[str, ...] = (),
        prefix: str = "",
        suffix: str = "",
        delimiter: str = "",
    ) -> None:
        self.parts = parts
        self.marks = marks
        self.prefix = prefix
        self.suffix = suffix
        self.delimiter = delimiter

    def __repr__(self) -> str:
        return f"Piece({self.parts!r}, {self.marks}, {self.prefix!r}, {self.suffix!r})"


Part = str | Piece


class Token:
    """A text, or the opening or closing of a mark."""

    __slots__ = ("kind", "seam", "value")

    def __init__(self, kind: str, value: str, seam: bool = True) -> None:
        self.kind = kind  # "text", "open" or "close"
        self.value = value
        self.seam = seam  # False inside a field, whose own punctuation stays as it is

    def __repr__(self) -> str:
        return f"{self.kind}:{self.value!r}"


@dataclass(frozen=True, slots=True)
class Marks:
    """The quotation marks of a language and whether punctuation stands inside them."""

    outer: tuple[str, str]
    inner: tuple[str, str]
    inside: bool


def plain(part: Part | None) -> str:
    """The text of a part, affixes and all, marks left out and seams not mended."""
    if part is None:
        return ""
    if isinstance(part, str):
        return part
    return part.prefix + part.delimiter.join(plain(p) for p in part.parts) + part.suffix


def is_empty(part: Part | None) -> bool:
    return not part or (isinstance(part, Piece) and not any(not is_empty(p) for p in part.parts))


# ---------------------------------------------------------------- flattening


def stream(part: Part) -> list[Token]:
    tokens: list[Token] = []
    _flatten(part, tokens, [])
    return tokens


def _flatten(part: Part, out: list[Token], field: list[bool]) -> None:
    """`field` is empty outside fields; inside it holds whether the field has begun to print."""
    if isinstance(part, str):
        if part:
            out.append(Token("text", part, not (field and field[0])))
            if field:
                field[0] = True
        return
    if part.prefix:
        _flatten(part.prefix, out, field)
    for mark in part.marks:
        out.append(Token("open", mark))
    inner = field or ([False] if FIELD in part.marks else field)
    first = True
    for child in part.parts:
        if is_empty(child):
            continue
        if not first and part.delimiter and not _swallowed(part.delimiter, out):
            out.append(Token("text", part.delimiter))
        first = False
        _flatten(child, out, inner)
    for mark in reversed(part.marks):
        out.append(Token("close", mark))
    if part.suffix:
        _flatten(part.suffix, out, field)


def _swallowed(delimiter: str, out: list[Token]) -> bool:
    """A comma is not wanted after a part that ends in a space of its own ("p. " and 33)."""
    before = next((t.value for t in reversed(out) if t.kind == "text" and t.value), "")
    return delimiter[0] in ",;" and before[-1:] in tuple(_BLANKS)


# ---------------------------------------------------------------- seams

# What becomes of two marks that meet at a seam. Where a pair is missing both stay.
_MEET = {
    "!.": "!", "!:": "!", "?.": "?", "?:": "?", ":.": ":", ";.": ";", ";:": ";", ",,": ",",
    "..": ".", "::": ":", ";;": ";", "!!": "!", "??": "?", ":!": "!", ":?": "?", ";!": "!",
    ";?": "?",
}  # fmt: skip
_PUNCTUATION = frozenset("!?.:;,")
_BLANKS = " \u00a0"


def settle(tokens: list[Token], marks: Marks) -> list[Token]:
    """Tokens with seams mended and quotation marks in place of quote tokens."""
    if marks.inside:
        _into_quotes(tokens)
    _merge(tokens)
    tokens = [t for t in tokens if t.kind != "text" or t.value]
    return _raised(_quoted(tokens, marks))


def _merge(tokens: list[Token]) -> None:
    left: Token | None = None
    for token in tokens:
        if token.kind != "text":
            continue
        if left is not None and left.value and token.value and token.seam:
            _meet(left, token)
        if token.value:
            left = token


def _meet(left: Token, right: Token) -> None:
    """Mend the seam between two texts."""
    a, b = left.value[-1], right.value[0]
    if a in _BLANKS and b in _BLANKS:
        right.value = right.value[1:]
    elif a == " " and b in ",." and len(left.value) > 1:
        left.value = left.value.rstrip(" ")
        if left.value:
            _meet(left, right)
    elif a in _PUNCTUATION and b in _PUNCTUATION:
        kept = _MEET.get(a + b)
        if kept is not None:
            left.value = left.value[:-1] + kept
            right.value = right.value[1:]
            if right.value:
                _meet(left, right)


def _into_quotes(tokens: list[Token]) -> None:
    """Where the language wants it, punctuation that follows a closing quotation mark goes inside;
    a colon or semicolon that the quotation ends with comes out."""
    last: Token | None = None
    closed = False
    for token in tokens:
        if token.kind == "text" and token.value:
            if closed and last is not None and token.seam and token.value[0] in _PUNCTUATION:
                _swap(last, token)
            if token.value:
                last, closed = token, False
        elif token.kind == "close" and token.value in (QUOTE, INNER_QUOTE):
            closed = True
        elif token.kind == "open" and token.value in (QUOTE, INNER_QUOTE):
            last, closed = None, False


def _swap(inner: Token, outer: Token) -> None:
    a, b = inner.value[-1], outer.value[0]
    if a in ":;" and b not in "!?":
        inner.value = inner.value[:-1]
        kept = _MEET.get(a + b, a + b)
        outer.value = kept + outer.value[1:]
    elif b in ".,!?":
        inner.value = (
            inner.value[:-1] + _MEET.get(a + b, a + b) if a in _PUNCTUATION else inner.value + b
        )
        outer.value = outer.value[1:]
    elif a in "!?" and b == ":":
        outer.value = outer.value[1:]


def _quoted(tokens: list[Token], marks: Marks) -> list[Token]:
    """Quotation marks by their depth; single quotes of an author start with the inner marks."""
    out: list[Token] = []
    stack: list[bool] = []
    for token in tokens:
        if token.value not in (QUOTE, INNER_QUOTE) or token.kind == "text":
            out.append(token)
            continue
        if token.kind == "open":
            outer = not stack[-1] if stack else token.value == QUOTE
            stack.append(outer)
            out.append(Token("text", (marks.outer if outer else marks.inner)[0]))
        elif stack:
            outer = stack.pop()
            out.append(Token("text", (marks.outer if outer else marks.inner)[1]))
    return out


def _raised(tokens: list[Token]) -> list[Token]:
    """Characters that are superscripts in themselves, as letters raised by a mark."""
    out: list[Token] = []
    links = 0
    for token in tokens:
        if token.kind != "text":
            links += token.value.startswith("link:") * (1 if token.kind == "open" else -1)
            out.append(token)
        elif links or token.value.isascii():
            out.append(token)
        else:
            out.extend(_raised_letters(token.value))
    return out


def _raised_letters(text: str) -> list[Token]:
    out: list[Token] = []
    at = 0
    for i, letter in enumerate(text):
        shape = unicodedata.decomposition(letter)
        if not shape.startswith("<super>"):
            continue
        low = "".join(chr(int(code, 16)) for code in shape.split()[1:])
        out += [Token("text", text[at:i]), Token("open", SUPER), Token("text", low)]
        out.append(Token("close", SUPER))
        at = i + 1
    return [t for t in (*out, Token("text", text[at:])) if t.value]


# ---------------------------------------------------------------- runs

_FLIP = {ITALIC: UPRIGHT, BOLD: UNBOLD, CAPS: UNCAPS, UNDERLINE: UNUNDERLINE}
_KEPT = ("link:", "lang:", "back:", "missing:", "node:")
_OFF = {off: on for on, off in _FLIP.items()}


@dataclass(frozen=True, slots=True)
class Run:
    """A text and the marks that are on over it, outermost first."""

    text: str
    marks: tuple[str, ...]


def runs(tokens: Iterable[Token]) -> list[Run]:
    """Texts with the marks in force: italic in italic is upright again, and so on."""
    stack: list[str] = []
    out: list[Run] = []
    for token in tokens:
        if token.kind == "open":
            stack.append(token.value)
        elif token.kind == "close":
            _pop(stack, token.value)
        elif token.value:
            out.append(Run(token.value, _in_force(stack)))
    return out


def _pop(stack: list[str], mark: str) -> None:
    for i in range(len(stack) - 1, -1, -1):
        if stack[i] == mark:
            del stack[i]
            return


def _in_force(stack: list[str]) -> tuple[str, ...]:
    on: list[str] = []
    for mark in stack:
        if mark == NODECOR:
            on = [m for m in on if m.startswith(_KEPT)]
        elif mark in _OFF:
            if _OFF[mark] in on:
                on.remove(_OFF[mark])
        elif mark in _FLIP and mark in on:
            on.remove(mark)
        elif mark in (SUPER, SUB, *_FLIP) or mark.startswith(_KEPT):
            if mark not in on:
                on.append(mark)
    return tuple(on)
