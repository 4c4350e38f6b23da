"""Where the cells of tables stand in a text. A text in; for each table, its cells with places, out.

A cell of a grid table runs over several lines, so that its words are found in none of them.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

Cell = tuple[str, int]  # words and offset


def tables(body: str) -> Iterator[list[Cell]]:
    """The cells of each grid or pipe table in `body`, row by row."""
    for found in re.finditer(r"(?m)(?:^[ \t]*[|+].*\n?)+", body):
        yield list(_cells(_rows(found[0], found.start())))


def _rows(table: str, at: int) -> Iterator[list[tuple[str, int]]]:
    """The lines that make up each row, with their offsets: in a grid, all between two rules."""
    grid = table.lstrip().startswith("+")
    row: list[tuple[str, int]] = []
    for line in table.splitlines(keepends=True):
        rule = bool(re.fullmatch(r"[ \t]*[|+][-=:+| \t]+\n?", line))
        if not rule:
            row.append((line.rstrip("\n"), at))
        if row and (rule or not grid):
            yield row
            row = []
        at += len(line)
    if row:
        yield row


def _cells(rows: Iterator[list[tuple[str, int]]]) -> Iterator[Cell]:
    for row in rows:
        bars = [m.start() for m in re.finditer(r"(?<!\\)\|", row[0][0])]
        for start, end in itertools.pairwise(bars):
            parts = [(line[start + 1 : end], at + start + 1) for line, at in row]
            words = " ".join(part.strip() for part, _ in parts if part.strip())
            if words:
                yield words, _first(parts)


def _first(parts: Sequence[tuple[str, int]]) -> int:
    part, at = next((part, at) for part, at in parts if part.strip())
    return at + len(part) - len(part.lstrip())
