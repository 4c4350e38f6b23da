"""Markdown with what a tool must not break as codes. A slot's text in, parts out, and back again.

Code, formulas, addresses, note calls, citations and cross-references are single codes; links,
spans and notes in the line are pairs with words between them. The words of a citation ("see …")
are words; its keys and locators are not. Stress (`*so*`) is a translator's own: it is typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

Role = Literal["one", "open", "close"]


@dataclass(frozen=True, slots=True)
class Code:
    """What stands in the file in place of words: its kind, its number in the slot, its Markdown.
    The two halves of a pair share a number."""

    kind: str
    number: int
    raw: str
    role: Role = "one"

    @property
    def name(self) -> str:
        return f"end{self.number}" if self.role == "close" else f"{self.kind}{self.number}"


Part = str | Code

_KEY = r"(?<![\w@])-?@(?:\{[^{}\s]+\}|\w(?:[\w:.#$%&+?<>~/-]*\w)?)"
_PLACE = re.compile(
    r",[ \n](?:\{[^{}]*\}|(?:[^\W\d_]{1,9}\.?[ \u00a0])?\d+[\w.–—-]*(?:,[ \u00a0]?\d[\w.–—-]*)*)"
)
_ITEM = re.compile(f"{_KEY}(?:{_PLACE.pattern})?")
_OPAQUE = re.compile(
    r"(?P<escape>\\.)"
    r"|(?P<code>(?<!`)(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`)(?:\{[^{}\n]*\})?)"
    r"|(?P<math>\$\$.+?\$\$|\$(?=\S)(?:[^$\\]|\\.)+?(?<=\S)\$(?!\d))"
    r"|(?P<remark><!--.*?-->)"
    r"|(?P<tag><[A-Za-z/][^<>\n]*>)"
    r"|(?P<note>\[\^[^\]\s]+\])"
    rf"|(?P<cite>{_KEY}(?:[ \n]\[[^\]@\n]*\d[^\]@\n]*\])?)",
    re.DOTALL,
)
_GONE = "\ufffc"  # stands in the mask where a code is, so that no rule looks into it
_BRACKET = re.compile(r"(!|\^)?\[")
_TARGET = re.compile(
    r"\((?:<[^<>\n]*>|(?:[^()\s]|\([^()\s]*\))*)(?:\s+(?:\"[^\"]*\"|'[^']*'))?\s*\)(?:\{[^{}]*\})?"
)
_NAMED = re.compile(r"\[[^\[\]\n]*\]")
_ATTRIBUTES = re.compile(r"\{[^{}]*\}")


def parts(text: str) -> tuple[Part, ...]:
    """`text` as words and codes, numbered in their order."""
    tokens = {m.start(): m for m in _OPAQUE.finditer(text)}
    mask = list(text)
    for match in tokens.values():
        mask[match.start() : match.end()] = _GONE * (match.end() - match.start())
    found = _Reader(text, "".join(mask), tokens).read(0, len(text))
    return _numbered(_joined(found))


class _Reader:
    """One text with its mask and the codes found in it by their beginnings."""

    def __init__(self, text: str, mask: str, tokens: dict[int, re.Match[str]]) -> None:
        self.text = text
        self.mask = mask
        self.tokens = tokens
        self.pairs = 0
        self.citing = False  # within the brackets of a citation, where locators follow keys

    def read(self, start: int, end: int) -> Iterator[Part]:
        at = start
        while at < end:
            if at in self.tokens:
                match = self.tokens[at]
                kind = match.lastgroup or "code"
                kind = "code" if kind == "ticks" else kind
                at = match.end()
                if kind == "cite" and self.citing and (place := _PLACE.match(self.text, at, end)):
                    at = place.end()
                raw = self.text[match.start() : at]
                yield raw if kind == "escape" else Code(kind, 0, raw)
            elif (pair := self.bracket(at, end)) is not None:
                yield from pair[0]
                at = pair[1]
            else:
                yield self.text[at]
                at += 1

    def pair(self, kind: str, opening: str, inside: tuple[int, int], closing: str) -> list[Part]:
        self.pairs -= 1  # a number of its own until all are numbered
        number = self.pairs
        within = list(self.read(*inside))
        return [Code(kind, number, opening, "open"), *within, Code(kind, number, closing, "close")]

    def bracket(self, at: int, end: int) -> tuple[list[Part], int] | None:
        if self.mask[at] not in "![^":
            return None
        opening = _BRACKET.match(self.mask, at, end)
        if opening is None:
            return None
        inner = opening.end()
        close = self.closing(inner, end)
        if close < 0:
            return None
        behind = close + 1
        if opening[1] == "^":
            return self.pair("note", opening[0], (inner, close), "]"), behind
        for pattern in (_TARGET, _NAMED, _ATTRIBUTES):
            if target := pattern.match(self.text, behind, end):
                kind = "span" if pattern is _ATTRIBUTES else "image" if opening[1] else "link"
                return self.pair(kind, opening[0], (inner, close), f"]{target[0]}"), target.end()
        return self.citation(at, inner, close)

    def citation(self, at: int, inner: int, close: int) -> tuple[list[Part], int] | None:
        keys = [m for start, m in self.tokens.items() if inner <= start < close and m["cite"]]
        if not keys:
            return None
        if re.search(r"[^\W\d_]", _ITEM.sub("", self.text[inner:close])):
            self.citing = True
            found = self.pair("cite", "[", (inner, close), "]")
            self.citing = False
            return found, close + 1
        return [Code("cite", 0, self.text[at : close + 1])], close + 1

    def closing(self, at: int, end: int) -> int:
        depth = 1
        for place in range(at, end):
            depth += {"[": 1, "]": -1}.get(self.mask[place], 0)
            if not depth:
                return place
        return -1


def _joined(found: Iterable[Part]) -> Iterator[Part]:
    words = ""
    for part in found:
        if isinstance(part, str):
            words += part
            continue
        if words:
            yield words
        words = ""
        yield part
    if words:
        yield words


def _numbered(found: Iterable[Part]) -> tuple[Part, ...]:
    numbers: dict[int, int] = {}
    count = 0
    out: list[Part] = []
    for part in found:
        if isinstance(part, str):
            out.append(part)
        elif part.role == "close":
            out.append(replace(part, number=numbers[part.number]))
        else:
            count += 1
            numbers[part.number] = count
            out.append(replace(part, number=count))
    return tuple(out)


# ------------------------------------------------------------------ two languages


def matched(source: Sequence[Part], target: Sequence[Part]) -> tuple[Part, ...]:
    """`target` with its codes called as the same ones are in `source`: those of the same Markdown
    first, then those of the same kind in their order; what the source has not keeps a number of its
    own."""
    free = [p for p in source if isinstance(p, Code) and p.role != "close"]
    wanted = [p for p in target if isinstance(p, Code) and p.role != "close"]
    ends = {p.number: p.raw for p in source if isinstance(p, Code) and p.role == "close"}
    own = {p.number: p.raw for p in target if isinstance(p, Code) and p.role == "close"}
    names: dict[int, int] = {}
    for alike in (
        lambda a, b: (a.raw, ends.get(a.number)) == (b.raw, own.get(b.number)),
        lambda a, b: a.role == b.role,
    ):
        for code in wanted:
            same = (c for c in free if c.kind == code.kind and alike(c, code))
            if code.number not in names and (found := next(same, None)) is not None:
                names[code.number] = found.number
                free.remove(found)
    last = max([p.number for p in source if isinstance(p, Code)], default=0)
    for code in wanted:
        if code.number not in names:
            last += 1
            names[code.number] = last
    return tuple(replace(p, number=names[p.number]) if isinstance(p, Code) else p for p in target)


def markdown(found: Iterable[Part]) -> str:
    """Parts as they stand in a file."""
    return "".join(p if isinstance(p, str) else p.raw for p in found)


def codes(found: Iterable[Part]) -> dict[str, Code]:
    """The codes among parts, by their names."""
    return {p.name: p for p in found if isinstance(p, Code)}


def faults(found: Sequence[Part], wanted: Sequence[Part]) -> Iterator[str]:
    """What is wrong with the codes that a tool gave back, beside those that were wanted."""
    have = [p.name for p in found if isinstance(p, Code)]
    want = [p.name for p in wanted if isinstance(p, Code)]
    raw = {p.name: p.raw for p in wanted if isinstance(p, Code)}
    for name in dict.fromkeys(want):
        if have.count(name) < want.count(name):
            yield f"the placeholder {name} is missing ({raw[name]})"
    for name in dict.fromkeys(have):
        if have.count(name) > want.count(name):
            yield (
                f"the placeholder {name} stands too often"
                if name in want
                else (f"there is no placeholder {name} in the source")
            )
    ahead: list[int] = []
    for part in found:
        if isinstance(part, Code) and part.role == "open":
            ahead.append(part.number)
        elif isinstance(part, Code) and part.role == "close":
            if not ahead or ahead.pop() != part.number:
                yield f"the placeholder {part.name} does not close the one that was opened last"
                return
