"""The lines of a block: what kind of block they are, its text, its cells. Lines with their offsets
in, texts with offsets out."""

from __future__ import annotations

import re
from collections.abc import Iterator

Rows = list[tuple[int, str]]  # the offset of each line, and the line

_GRID = re.compile(r"\s*\+[-=:+]{2,}\+\s*$")
_PIPES = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$")
_DASHES = re.compile(r"\s*-{2,}(?:\s+-{2,})+\s*$")
_LINE = re.compile(r"\|(?: |$)")
_TARGET = re.compile(r"\s*\[[^\]^]+\]:\s+\S+|\s+[\"'(]")  # what a reference link points at


def is_grid(line: str) -> bool:
    return bool(_GRID.match(line))


def kind(begun: str, rows: Rows) -> str:
    """A block's kind, once all of its lines are known."""
    if begun not in ("paragraph", "table"):
        return begun
    lines = [line for _, line in rows]
    if _GRID.match(lines[0]):
        return "grid"
    if any("|" in line and _PIPES.match(line) for line in lines[:2]):
        return "pipes"
    if any(_DASHES.match(line) for line in lines[:3]):
        return "columns"
    if all(_LINE.match(line) for line in lines):
        return "line"
    if len(lines) == 1 and re.fullmatch(r"\s*([-*_]\s*){3,}", lines[0]):
        return "code"
    return "code" if all(map(_TARGET.match, lines)) else "paragraph"


def joined(kind: str, rows: Rows) -> tuple[str, list[int]]:
    """The lines of a block as one text, with the offset of each letter."""
    parts: list[str] = []
    offsets: list[int] = []
    for start, line in rows:
        inner = line.rstrip(" \t")
        skip = len(inner) - len(inner.lstrip(" \t>" if kind == "quote" else " \t"))
        if parts:
            parts.append("\n")
            offsets.append(start - 1)
        parts.append(inner[skip:])
        offsets.extend(range(start + skip, start + len(inner)))
    return "".join(parts), offsets


def cells(kind: str, rows: Rows) -> Iterator[list[tuple[int, str]]]:
    """The cells of a table, each as its lines."""
    open_: dict[int, list[tuple[int, str]]] = {}
    for start, line in rows:
        if _GRID.match(line) or (kind == "pipes" and _PIPES.match(line)) or _DASHES.match(line):
            yield from open_.values()
            open_ = {}
            continue
        pattern = r"\S+(?:\s\S+)*" if kind == "columns" else r"(?:\\.|`[^`]*`|[^|+\\]|\+(?!-))+"
        for number, cell in enumerate(re.finditer(pattern, line)):
            key = cell.start() if kind == "grid" else number
            if cell[0].strip():
                open_.setdefault(key, []).append((start + cell.start(), cell[0]))
        if kind != "grid":
            yield from open_.values()
            open_ = {}
    yield from open_.values()
