"""Tables drawn with lines. A table's text in, its cells out; with other words in them, the table
drawn anew, its columns as wide as they were and wider only for a word that would not fit.

Only plain grids, where every line has its columns at the same places; of others nothing is said.
"""

from __future__ import annotations

import itertools
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

Span = tuple[int, int]
Place = tuple[int, int]  # row and column

_RULE = re.compile(r"\+(?:[-=:]+\+)+$")
# What makes more than one paragraph of a cell: not for one slot.
_BLOCKS = re.compile(r"[-*+>#]\s|\d+[.)]\s|`{3}|:::")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of one paragraph: where it is in the table, and where its lines stand in the text."""

    place: Place
    spans: tuple[Span, ...]


def cells(text: str) -> Iterator[Cell]:
    """The cells of a table with words in them; none where it is no plain grid."""
    bounds = _bounds(text)
    starts = [0, *(m.end() for m in re.finditer("\n", text))]
    lines = text.split("\n")
    for number, rows in enumerate(_rows(lines) if bounds else ()):
        for column, (left, right) in enumerate(itertools.pairwise(bounds)):
            inner = [(starts[row], lines[row][left + 1 : right]) for row in rows]
            spans = [_bare(start + left + 1, words) for start, words in inner]
            if _plain([words.strip() for _, words in inner]):
                yield Cell((number, column), tuple(s for s in spans if s[1] > s[0]))


def _bounds(text: str) -> list[int]:
    """Where the columns begin and end; nothing where lines do not agree on it."""
    lines = text.split("\n")
    marks = [m.start() for m in re.finditer(r"\+", lines[0])]
    for line in lines:
        rule = bool(_RULE.match(line))
        if len(line) <= marks[-1] or len(line.rstrip()) != marks[-1] + 1:
            return []
        if any(line[at] != ("+" if rule else "|") for at in marks):
            return []
        if rule and [m.start() for m in re.finditer(r"\+", line)] != marks:
            return []
    return marks if _RULE.match(lines[0]) and _RULE.match(lines[-1]) else []


def _rows(lines: Sequence[str]) -> Iterator[list[int]]:
    """The lines of each row, by number."""
    row: list[int] = []
    for number, line in enumerate(lines):
        if _RULE.match(line):
            if row:
                yield row
            row = []
        else:
            row.append(number)


def _bare(start: int, words: str) -> Span:
    lead = len(words) - len(words.lstrip())
    return start + lead, start + max(lead, len(words.rstrip()))


def _plain(lines: Sequence[str]) -> bool:
    """Whether a cell's lines are one paragraph, with nothing but room around it."""
    words = "\n".join(lines).strip()
    return bool(words) and "\n\n" not in words and not any(map(_BLOCKS.match, words.split("\n")))


def drawn(text: str, new: Mapping[Place, str]) -> str:
    """The table with the words of `new` in its cells."""
    bounds, lines = _bounds(text), text.split("\n")
    widths = [right - left - 1 for left, right in itertools.pairwise(bounds)]
    for (_, column), words in new.items():
        longest = max((len(word) for word in words.split()), default=0)
        widths[column] = max(widths[column], longest + 2)
    rows, out = list(_rows(lines)), []
    behind = {row[-1]: number for number, row in enumerate(rows)}
    for number, line in enumerate(lines):
        if _RULE.match(line):
            out.append(_rule(line, bounds, widths))
        elif number in behind:
            row = behind[number]
            inside = [lines[i] for i in rows[row]]
            out += _row(inside, bounds, widths, {c: w for (r, c), w in new.items() if r == row})
    return "\n".join(out)


def _rule(line: str, bounds: Sequence[int], widths: Sequence[int]) -> str:
    parts = []
    for left, right, width in zip(bounds, bounds[1:], widths, strict=False):
        part = line[left + 1 : right]
        middle = part[1:2] if len(part) > 1 else part
        parts.append(part[0] + middle * (width - 2) + part[-1])
    return f"+{'+'.join(parts)}+"


def _row(
    lines: Sequence[str], bounds: Sequence[int], widths: Sequence[int], new: Mapping[int, str]
) -> list[str]:
    columns = []
    for column, (left, right) in enumerate(itertools.pairwise(bounds)):
        old = [line[left + 1 : right].rstrip() for line in lines]
        words = new.get(column)
        if words is not None:
            plain = " ".join(words.split("\n"))
            wrapped = textwrap.wrap(
                plain, widths[column] - 2, break_long_words=False, break_on_hyphens=False
            )
            old = [f" {line}" for line in wrapped]
        columns.append(old)
    height = max(len(column) for column in columns)
    while height > 1 and not any(c[height - 1] for c in columns if len(c) >= height):
        height -= 1
    return [
        "|"
        + "|".join(
            (c[i] if i < len(c) else "").ljust(w) for c, w in zip(columns, widths, strict=True)
        )
        + "|"
        for i in range(height)
    ]
