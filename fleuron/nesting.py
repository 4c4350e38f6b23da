"""How deep a text nests. Text in; the place where it goes deeper than anyone reads, out.

pandoc takes time that doubles with each open bracket, and our own walks are as deep as the tree:
a text is looked at before it is read (`content`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

DEEPEST = 24  # levels of lists, quotations and divs
BRACKETS = 12  # levels of brackets in a paragraph; with 22 pandoc takes a quarter of a minute
_FENCED = re.compile(r"^(`{3,}|~{3,}).*?^\1|\\.|`[^`\n]*`", re.DOTALL | re.MULTILINE)
_QUOTED = re.compile(r"^(?: {0,3}> ?)+", re.MULTILINE)
_ITEM = re.compile(r"^( +|\t+)(?:[-*+]|\(?\w{1,4}[.)])[ \t]", re.MULTILINE)
_DIV = re.compile(r"^\s*:{3,}\s*(\S?)", re.MULTILINE)
_MARK = re.compile(r"[\[\]]|\n[ \t]*\n")
_RUN = re.compile(r"[*_^~]{60,}")


@lru_cache(maxsize=64)  # an edition is read once ahead and once in its turn
def too_deep(text: str) -> int | None:
    """The offset at which `text` nests deeper than is read; None where it does not."""
    prose = _FENCED.sub(lambda m: re.sub(r"[^\n]", " ", m[0]), text)
    return min(_depths(prose), default=None)


def _depths(text: str) -> Iterator[int]:
    yield from _brackets(text)
    yield from (m.start() for m in _QUOTED.finditer(text) if m[0].count(">") > DEEPEST)
    yield from (m.start(1) for m in _ITEM.finditer(text) if _indent(m[1]) > 4 * DEEPEST)
    yield from _divs(text)
    yield from (m.start() for m in _RUN.finditer(text))


def _indent(white: str) -> int:
    return len(white.expandtabs(4))


def _brackets(text: str) -> Iterator[int]:
    """A paragraph ends every bracket that is open in it."""
    depth = 0
    for mark in _MARK.finditer(text):
        depth = depth + 1 if mark[0] == "[" else max(0, depth - 1) if mark[0] == "]" else 0
        if depth > BRACKETS:
            yield mark.start()
            return


def _divs(text: str) -> Iterator[int]:
    depth = 0
    for mark in _DIV.finditer(text):
        depth = depth + 1 if mark[1] else max(0, depth - 1)
        if depth > DEEPEST:
            yield mark.start()
            return
