"""Inline Markdown as its readers will read it, each letter with its place in the source.

A stretch of Markdown in; an `Ink` out: the letters that are printed, in their order, and the offset
of each. What is no prose (a call, a citation, code, a formula, an address) leaves one sign in its
place. Knows pandoc's inline syntax and no blocks; decides nothing about right and wrong.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

CALL, CITE, CODE, MATH, ADDRESS = "\ue000", "\ue001", "\ue002", "\ue003", "\ue004"
SIGNS = CALL + CITE + CODE + MATH + ADDRESS
GONE = "\ue00f"  # a comment's letters: there for the count, not to be read

_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_TOKEN = re.compile(
    r"(?P<escape>\\(?:[^\w\s]|_))"
    r"|(?P<break>\\[ \n])"
    r"|(?P<code>(?P<ticks>`+)[^`].{0,400}?(?<!`)(?P=ticks)(?!`)(?:\{[^}\n]*\})?|`[^`\n]+`)"
    r"|(?P<math>\$\$[^$]+\$\$|(?<!\\)\$(?![\s\d])[^$\n]+(?<![\s\\])\$(?!\d)|(?<!\\)\$\d+\$(?!\d))"
    r"|(?P<auto><(?:https?://|mailto:|doi:)[^>\s]*>|<[\w.+-]+@[\w.-]+>)"
    r"|(?P<tag></?[A-Za-z][^<>]*>)"
    r"|(?P<entity>&(?:\#\d+|\#[xX][\da-fA-F]+|[A-Za-z][A-Za-z\d]*);)"
    r"|(?P<call>\[\^[^\]\s]{1,200}\])"
    r"|(?P<bracket>[!^]?\[)"
    # An address that a space parts (X103) is one address still.
    r"|(?P<bare>https?://(?:[ ][\w-]+(?:\.[\w-]+)+)?[^\s<>\[\]«»“”]*"
    r"(?:(?<=[-_./=&@?%\#])[ ][\w%-]*[/%=_-][^\s<>\[\]«»“”]*)*)"
    r"|(?P<mail>(?<![\w@.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?P<cite>(?<![\w@])-?@(?:\{[^}\s]+\}|\w(?:[\w]|[:.\#$%&+?~/-](?=\w))*)(?:[ ]\[[^\]\n]*\])?)"
    r"|(?P<raised>\^[^\s^\[\]]{1,12}\^)"
    r"|(?P<lowered>(?<![~\\])~[^\s~]{1,12}~(?!~))"
    r"|(?P<struck>~~)"
    r"|(?P<stars>\*+)"
    r"|(?P<lines>(?<!\w)_+(?=\S)|(?<=\S)_+(?!\w))",
    re.DOTALL,
)
# What tokens begin with. A class at the head of a pattern is found in a fifth of the time that
# alternatives take.
_SIGNED = re.compile(r"[\\`$<&!\[^~*_@\-](?:(?<!-)|(?=@))")
_SIGNED_OR_BARE = re.compile(r"[\\`$<&!\[^~*_@\-h](?:(?<![\-h])|(?<=-)(?=@)|(?<=h)(?=ttps?://))")
_MAIL = re.compile(r"[\w.+-]@[\w-]+\.")
DEEPEST = 60  # brackets in brackets: what is deeper is read as it stands
_ATTRIBUTES = re.compile(r"\{[^{}]*\}")
_LANG = re.compile(r"\blang=[\"']?([\w-]+)")
_PAIR = re.compile(r"\b(alt|credit|source)=(?:\"([^\"]*)\"|'([^']*)')")
_KEY = re.compile(r"(?<!\w)-?@[\w{]")


@dataclass(slots=True)
class Ink:
    """Letters with their offsets; parts in other languages, parts set off by emphasis; and what
    stands in the stretch but not in its line: inline notes, pictures' words, bare addresses."""

    letters: list[str] = field(default_factory=list)
    offsets: list[int] = field(default_factory=list)
    foreign: list[tuple[int, int]] = field(default_factory=list)
    stressed: list[tuple[int, int, str]] = field(default_factory=list)
    bare: list[int] = field(default_factory=list)
    asides: list[tuple[str, Ink]] = field(default_factory=list)
    started: dict[str, int] = field(default_factory=dict)
    closing: dict[int, int] = field(default_factory=dict)  # where each bracket closes
    depth: int = 0


def ink(raw: str, offsets: list[int]) -> Ink:
    """`raw` as its readers will read it."""
    out = Ink(closing=_brackets(raw))
    _run(raw, offsets, 0, len(raw), out)
    return out


def _put(out: Ink, letters: str, offset: int) -> None:
    for letter in letters:
        out.letters.append(letter)
        out.offsets.append(offset)


def _copy(raw: str, offsets: list[int], start: int, end: int, out: Ink) -> None:
    if GONE in raw[start:end]:
        for i in range(start, end):
            if raw[i] != GONE:
                _put(out, raw[i], offsets[i])
    else:
        out.letters.extend(raw[start:end])
        out.offsets.extend(offsets[start:end])


def _run(raw: str, offsets: list[int], start: int, end: int, out: Ink) -> None:
    position = start
    while match := _next(raw, position, end):
        _copy(raw, offsets, position, match.start(), out)
        position = _token(match, raw, offsets, end, out)
    _copy(raw, offsets, position, end, out)


def _next(raw: str, position: int, end: int) -> re.Match[str] | None:
    """The next token. Most lines have no e-mail address, so that every token begins with a sign."""
    if "@" in raw and _MAIL.search(raw):
        return _TOKEN.search(raw, position, end)
    signed = _SIGNED_OR_BARE if "http" in raw else _SIGNED
    while sign := signed.search(raw, position, end):
        if token := _TOKEN.match(raw, sign.start(), end):
            return token
        position = sign.start() + 1
    return None


def _token(match: re.Match[str], raw: str, offsets: list[int], end: int, out: Ink) -> int:
    """Reads one token; where reading goes on."""
    kind, token, offset = match.lastgroup or "", match[0], offsets[match.start()]
    kind = "code" if kind == "ticks" else kind
    match kind:
        case "escape":
            _put(out, token[1], offset)
        case "break":
            _put(out, "\u00a0" if token[1] == " " else "\n", offset)
        case "code" | "math" | "auto" | "call" | "cite" | "mail":
            _put(out, _SIGN[kind], offset)
        case "bare":
            return _bare(match, offset, out)
        case "entity":
            _put(out, html.unescape(token), offset)
        case "bracket":
            return _bracket(raw, offsets, match.start(), match.end(), end, out)
        case "raised":
            inner = token[1:-1].translate(_RAISED)
            for i, letter in enumerate(inner, match.start() + 1):
                _put(out, letter, offsets[i])
        case "lowered":
            _copy(raw, offsets, match.start() + 1, match.end() - 1, out)
        case "stars" | "lines":
            _emphasis(match, raw, offsets, out)
    return match.end()


_SIGN = {"code": CODE, "math": MATH, "auto": ADDRESS, "mail": ADDRESS, "call": CALL, "cite": CITE}


def _bare(match: re.Match[str], offset: int, out: Ink) -> int:
    """An address typed as it is: what ends its sentence is no part of it."""
    token = match[0].rstrip(".,;:!?'’\"*_")
    while token.endswith(")") and token.count(")") > token.count("("):
        token = token[:-1].rstrip(".,;:!?'’\"*_")
    out.bare.append(len(out.letters))
    _put(out, ADDRESS, offset)
    return match.start() + len(token)


def _emphasis(match: re.Match[str], raw: str, offsets: list[int], out: Ink) -> None:
    before = raw[match.start() - 1 : match.start()]
    after = raw[match.end() : match.end() + 1]
    if (not before or before.isspace()) and (not after or after.isspace()):
        _copy(raw, offsets, match.start(), match.end(), out)
        return
    mark = match[0]
    if mark in out.started:
        out.stressed.append((out.started.pop(mark), len(out.letters), mark))
    else:
        out.started[mark] = len(out.letters)


# ------------------------------------------------------------------ brackets


def _bracket(raw: str, offsets: list[int], start: int, inner: int, end: int, out: Ink) -> int:
    """A picture, an inline note, a link, a span, a citation, or a bracket of the prose."""
    close = out.closing.get(inner - 1, -1)
    if not 0 <= close < end or out.depth > DEEPEST:
        _copy(raw, offsets, start, inner, out)
        return inner
    content, behind = raw[inner:close], raw[close + 1 : close + 2]
    if raw[start] == "^":
        _aside("note", raw, offsets, inner, close, out)
        _put(out, CALL, offsets[start])
        return close + 1
    if raw[start] == "!":
        return _picture(raw, offsets, inner, close, end, out)
    if behind == "(" and (target := _target(raw, close + 1, end)) > 0:
        return _spanned(raw, offsets, inner, close, target, end, out)
    if behind == "{" and (found := _ATTRIBUTES.match(raw, close + 1, end)):
        return _spanned(raw, offsets, inner, close, found.start(), end, out)
    if behind == "[" and (second := out.closing.get(close + 1, -1)) > 0:
        _deeper(raw, offsets, inner, close, out)
        return second + 1
    if _KEY.search(content):
        _put(out, CITE, offsets[start])
        return close + 1
    _copy(raw, offsets, start, inner, out)
    return inner


def _spanned(
    raw: str, offsets: list[int], inner: int, close: int, behind: int, end: int, out: Ink
) -> int:
    """The words of a link or span, and the attributes behind them."""
    attributes = _ATTRIBUTES.match(raw, behind, end)
    first = len(out.letters)
    _deeper(raw, offsets, inner, close, out)
    if attributes and _LANG.search(attributes[0]):
        out.foreign.append((first, len(out.letters)))
    return attributes.end() if attributes else behind


def _picture(raw: str, offsets: list[int], inner: int, close: int, end: int, out: Ink) -> int:
    _aside("caption", raw, offsets, inner, close, out)
    after = _target(raw, close + 1, end) if raw[close + 1 : close + 2] == "(" else close + 1
    after = after if after > 0 else close + 1
    attributes = re.compile(r"\{(?:[^{}\"]|\"[^\"]*\")*\}").match(raw, after, end)
    if not attributes:
        return after
    for pair in _PAIR.finditer(raw, attributes.start(), attributes.end()):
        group = 2 if pair[2] is not None else 3
        words = Ink()
        _copy(raw, offsets, pair.start(group), pair.end(group), words)
        out.asides.append((pair[1], words))
    return attributes.end()


def _aside(kind: str, raw: str, offsets: list[int], start: int, end: int, out: Ink) -> None:
    words = Ink(closing=out.closing, depth=out.depth + 1)
    _run(raw, offsets, start, end, words)
    out.asides.append((kind, words))
    out.asides += words.asides


def _deeper(raw: str, offsets: list[int], start: int, end: int, out: Ink) -> None:
    out.depth += 1
    _run(raw, offsets, start, end, out)
    out.depth -= 1


def _brackets(raw: str) -> dict[int, int]:
    """Where each bracket that closes does so."""
    closing: dict[int, int] = {}
    open_: list[int] = []
    for match in _BRACKETS.finditer(raw) if "[" in raw else ():
        if match[0] == "[":
            open_.append(match.start())
        elif match[0] == "]" and open_:
            closing[open_.pop()] = match.start()
    return closing


_BRACKETS = re.compile(r"\\.|`[^`\n]*`|[\[\]]")


def _target(raw: str, start: int, end: int) -> int:
    """Behind the target of a link whose parenthesis opens at `start`, or -1."""
    found = re.compile(
        r"\(\s*(?:<[^>\n]*>|(?:[^()\s\\]|\\.|\([^()\s]*\))*)(?:\s+(?:\"[^\"]*\"|'[^']*'))?\s*\)"
    ).match(raw, start, end)
    return found.end() if found else -1
