"""Pages of single slips, as `sabotage/*/*.txt` hold them, read; and where in a text one stands.

A page has an entry for each: `# what is wrong`, the file, then lines that begin with `-` (what
stands there, once; whole lines where no `+` follows), `+` (what stands there then), `=` (what is
told, `[FILE ]CODE[ +LINES][ @ words of a line]`) and, where a page may hold such, `!` (a deed done
to the file). The tests that read a page say more of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest


@dataclass(frozen=True)
class Slip:
    """One slip, and what is told of it: file, code, words of a line or how far below the slip."""

    name: str
    file: str
    old: str
    new: str
    deed: tuple[str, ...]
    told: tuple[tuple[str, str, str, int], ...]


def read(folder: Path, marks: str, where: Callable[[str], str] = str) -> tuple[Slip, ...]:
    """All slips of the pages in `folder`, whose lines begin with one of `marks`; `where` gives the
    path of a file that a page names."""
    return tuple(
        slip for page in sorted(folder.glob("*.txt")) for slip in _page(page, marks, where)
    )


def at_every_change(slips: Sequence[Slip]) -> list[Any]:
    """The slips as parameters of a test: each fourth is made at every change, all of them in the
    long run."""
    return [
        pytest.param(slip, id=slip.name, marks=[pytest.mark.slow] if number % 4 else [])
        for number, slip in enumerate(slips)
    ]


def _page(page: Path, marks: str, where: Callable[[str], str]) -> Iterator[Slip]:
    for entry in page.read_text("utf-8").split("\n# ")[1:]:
        name, file, *rest = entry.rstrip("\n").split("\n")
        assert not [row for row in rest if row and row[0] not in marks], name
        old, new, told, deed = ([r[2:] for r in rest if r[:1] == mark] for mark in "-+=!")
        yield Slip(
            f"{page.stem}: {name}",
            where(file),
            "\n".join(old) + ("" if any(new) else "\n"),
            "\n".join(new),
            tuple(" ".join(deed).split()),
            tuple(_expected(row, file, where) for row in told),
        )


def _expected(row: str, file: str, where: Callable[[str], str]) -> tuple[str, str, str, int]:
    head, _, words = row.partition(" @ ")
    parts = head.split()
    below = int(parts.pop()) if parts[-1].startswith("+") else 0
    *other, code = parts
    return where((other or [file])[0]), code, words, below


def line_of_change(before: str, after: str) -> int:
    """The first line, counted from 1, in which the texts differ."""
    pairs = zip(before, after, strict=False)
    same = next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(before), len(after)))
    return after.count("\n", 0, same) + 1


def line_with(text: str, words: str) -> int:
    """The first line, counted from 1, that holds `words`."""
    found = [n for n, line in enumerate(text.split("\n"), 1) if words in line]
    assert found, f"no line holds {words!r}"
    return found[0]
