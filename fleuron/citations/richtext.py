"""Fields. A field's text in, pieces out: the few tags that CSL allows become marks, quotation marks
become quotes that the locale sets, all else is text – a `<script>` or an `&` too.
"""

from __future__ import annotations

import re
from functools import lru_cache

from fleuron.citations.output import (
    BOLD,
    CAPS,
    FIELD,
    INNER_QUOTE,
    ITALIC,
    NOCASE,
    NODECOR,
    QUOTE,
    SUB,
    SUPER,
    Part,
    Piece,
)

_TAG = re.compile(
    r"<(?P<close>/?)(?P<name>i|b|sup|sub|sc|span)(?P<rest>(?:\s[^<>]*)?)>", re.IGNORECASE
)
_SIMPLE = {"i": ITALIC, "b": BOLD, "sup": SUPER, "sub": SUB, "sc": CAPS}
_BEFORE_OPENING = re.compile(r"(?:^|[\s(\[{\u2013\u2014/“‘\"«-])$")
_AFTER_CLOSING = re.compile(r"^(?:$|[\s)\]},.;:!?\u2013\u2014/”’\"'»-])")


Pairs = tuple[tuple[str, str], ...]  # the quotation marks of a language, outer and inner


@lru_cache(maxsize=20_000)
def parse(text: str, quotes: Pairs = ()) -> Part:
    """A field as a piece, or as plain text where it holds nothing but text.

    Straight quotation marks and those of the language are understood; others are text.
    """
    if text.isascii() and not any(c in text for c in "<\"'"):
        return text
    parts = _nest(_lex(text, quotes))
    if len(parts) == 1 and isinstance(parts[0], str):
        return parts[0]
    return Piece(parts, (FIELD,))


def _lex(text: str, quotes: Pairs) -> list[tuple[str, str]]:
    """Texts, and candidates for openings and closings: ("open", mark), ("close", mark)."""
    out: list[tuple[str, str]] = []
    at = 0
    for match in _TAG.finditer(text):
        mark = _mark(match)
        if mark is None:
            continue
        if match.start() > at:
            out.append(("text", text[at : match.start()]))
        out.append(("close" if match["close"] else "open", mark))
        at = match.end()
    if at < len(text):
        out.append(("text", text[at:]))
    return _with_quotes(_paired(out), quotes)


def _mark(match: re.Match[str]) -> str | None:
    name, rest = match["name"].lower(), match["rest"]
    if name in _SIMPLE:
        return None if rest.strip() else _SIMPLE[name]
    if match["close"]:
        return "span"
    if "nocase" in rest:
        return NOCASE
    if "nodecor" in rest:
        return NODECOR
    if re.search(r"small-caps", rest):
        return CAPS
    return None


def _paired(items: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Tags without a partner become text again."""
    spelt = {v: k for k, v in _SIMPLE.items()}
    keep = [True] * len(items)
    stack: list[int] = []
    partner: dict[int, int] = {}
    for i, (kind, mark) in enumerate(items):
        if kind == "open":
            stack.append(i)
        elif kind == "close":
            for depth in range(len(stack) - 1, -1, -1):
                opened = items[stack[depth]][1]
                if opened == mark or (mark == "span" and opened in (NOCASE, CAPS, NODECOR)):
                    partner[stack[depth]], partner[i] = i, stack[depth]
                    del stack[depth:]
                    break
    out: list[tuple[str, str]] = []
    for i, (kind, mark) in enumerate(items):
        if kind == "text" or i in partner:
            out.append((kind, items[partner[i]][1] if kind == "close" else mark))
        elif keep[i]:
            name = spelt.get(mark, "span")
            out.append(("text", f"<{'/' if kind == 'close' else ''}{name}>"))
    return out


def _with_quotes(items: list[tuple[str, str]], quotes: Pairs) -> list[tuple[str, str]]:
    """Quotation marks that open and close become quotes; apostrophes become ’."""
    whole = "".join(v if k == "text" else "" for k, v in items)
    roles = _roles(whole, quotes)
    out: list[tuple[str, str]] = []
    offset = 0
    for kind, value in items:
        if kind != "text":
            out.append((kind, value))
            continue
        at = 0
        for i in range(len(value)):
            role = roles.get(offset + i)
            if role is None:
                continue
            if i > at:
                out.append(("text", value[at:i]))
            out.append(("text", "’") if role == "apostrophe" else (role[:-1], _LEVEL[role[-1]]))
            at = i + 1
        if at < len(value):
            out.append(("text", value[at:]))
        offset += len(value)
    return out


_LEVEL = {"1": QUOTE, "2": INNER_QUOTE}


def _roles(text: str, quotes: Pairs) -> dict[int, str]:
    """What each quotation mark is: "open1", "close2", "apostrophe"; others are left out."""
    pairs = {'"': ('"', "1"), "'": ("'", "2")}
    pairs |= {o.strip(): (c.strip(), str(n)) for n, (o, c) in enumerate(quotes[:2], 1) if o and c}
    closing = {close for close, _ in pairs.values()}
    roles: dict[int, str] = {}
    stack: list[tuple[int, str, str]] = []
    for i, mark in enumerate(text):
        if mark not in pairs and mark not in closing:
            continue
        opens = mark in pairs and _BEFORE_OPENING.search(text[:i]) and text[i + 1 : i + 2].strip()
        closes = (
            i > 0
            and _AFTER_CLOSING.match(text[i + 1 :])
            and (not text[i - 1].isspace() or text[i - 1] == "\u00a0" or mark == "»")
        )
        if closes and any(c == mark for _, c, _ in stack):
            while stack:
                start, close, level = stack.pop()
                if close == mark:
                    roles[start], roles[i] = f"open{level}", f"close{level}"
                    break
                if close == "'":
                    roles[start] = "apostrophe"
        elif opens:
            stack.append((i, *pairs[mark]))
        elif mark == "'":
            roles[i] = "apostrophe"
    for start, close, _ in stack:
        if close == "'":
            roles.setdefault(start, "apostrophe")
    return roles


def _nest(items: list[tuple[str, str]]) -> list[Part]:
    stack: list[tuple[str, list[Part]]] = [("", [])]
    for kind, value in items:
        if kind == "text":
            parts = stack[-1][1]
            if parts and isinstance(parts[-1], str):
                parts[-1] += value
            else:
                parts.append(value)
        elif kind == "open":
            stack.append((value, []))
        elif any(mark == value for mark, _ in stack[1:]):
            while True:
                mark, parts = stack.pop()
                stack[-1][1].append(Piece(parts, (mark,)))
                if mark == value:
                    break
    while len(stack) > 1:
        mark, parts = stack.pop()
        stack[-1][1].extend(parts if mark in (QUOTE, INNER_QUOTE) else [Piece(parts, (mark,))])
    return stack[0][1]
