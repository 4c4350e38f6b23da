"""Fields. A field's text in, pieces out: the few tags that CSL allows become marks, quotation marks
become quotes that the locale sets, all else is text – a `<script>` or an `&` too.
"""

from __future__ import annotations

import re
from functools import lru_cache

from fleuron.citations.output import (
    BOLD,
    CAPS,
    ITALIC,
    NOCASE,
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
_QUOTES = {'"': '"', "“": "”", "‘": "’", "«": "»", "'": "'"}
_BEFORE_OPENING = re.compile(r"(?:^|[\s(\[{\u2013\u2014/“‘\"«-])$")
_AFTER_CLOSING = re.compile(r"^(?:$|[\s)\]},.;:!?\u2013\u2014/”’\"'»-])")


@lru_cache(maxsize=20_000)
def parse(text: str) -> Part:
    """A field as a piece, or as plain text where it holds nothing but text."""
    if not any(c in text for c in "<\"'“‘«"):
        return text
    root = Piece(_nest(_lex(text)))
    only = root.parts[0] if len(root.parts) == 1 else root
    return only


def _lex(text: str) -> list[tuple[str, str]]:
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
    return _with_quotes(_paired(out))


def _mark(match: re.Match[str]) -> str | None:
    name, rest = match["name"].lower(), match["rest"]
    if name in _SIMPLE:
        return None if rest.strip() else _SIMPLE[name]
    if match["close"]:
        return "span"
    if "nocase" in rest:
        return NOCASE
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
                if opened == mark or (mark == "span" and opened in (NOCASE, CAPS)):
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


def _with_quotes(items: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Quotation marks that open and close become quotes; apostrophes become ’."""
    whole = "".join(v if k == "text" else "" for k, v in items)
    roles = _roles(whole)
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
            out.append(("text", "’") if role == "apostrophe" else (role, QUOTE))
            at = i + 1
        if at < len(value):
            out.append(("text", value[at:]))
        offset += len(value)
    return out


def _roles(text: str) -> dict[int, str]:
    roles: dict[int, str] = {}
    stack: list[tuple[int, str]] = []
    for i, mark in enumerate(text):
        if mark not in "\"'“”‘’«»":
            continue
        opens = mark in _QUOTES and _BEFORE_OPENING.search(text[:i]) and text[i + 1 : i + 2].strip()
        closes = i > 0 and not text[i - 1].isspace() and _AFTER_CLOSING.match(text[i + 1 :])
        if closes and stack and any(c == mark for _, c in stack):
            while stack:
                start, close = stack.pop()
                if close == mark:
                    roles[start], roles[i] = "open", "close"
                    break
        elif opens:
            stack.append((i, _QUOTES[mark]))
        elif mark == "'":
            roles[i] = "apostrophe"
    for start, close in stack:
        if close == "'":
            roles.setdefault(start, "apostrophe")
    return roles


def _nest(items: list[tuple[str, str]]) -> list[Part]:
    stack: list[tuple[str, list[Part]]] = [("", [])]
    for kind, value in items:
        if kind == "text":
            stack[-1][1].append(value)
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
        stack[-1][1].extend(parts if mark == QUOTE else [Piece(parts, (mark,))])
    return stack[0][1]
