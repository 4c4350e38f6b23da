"""Where units begin in their files. What they are and their words in, places out.

pandoc keeps no positions: a unit is looked for by its words, from where the one before it was
found, since the same words may stand in several (a table's numbers above all).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence

from fleuron.model import Manuscript, Place
from fleuron.passes.places import masked
from fleuron.translation import cells

Mark = tuple[str, str, str]  # file, kind, words


def places(marks: Iterable[Mark], manuscript: Manuscript) -> Iterator[Place]:
    """The place of each unit; its file's beginning where it is not found."""
    typed = {(line.file, line.key): line.place for line in manuscript.lines}
    sources = {s.path.rpartition("/")[2]: s for s in manuscript.sources}
    for file, group in itertools.groupby(marks, lambda mark: mark[0]):
        units = [(kind, words) for _, kind, words in group]
        if file in sources:
            body = _plain(masked(sources[file].text))
            for at in _offsets(units, body):
                yield _place(sources[file].path, body, at)
        else:
            for kind, _ in units:
                yield typed.get((file, kind), Place(f"{manuscript.folder}/{file}"))


def _plain(words: str) -> str:
    """Words with the signs that pandoc makes of others, and spaces that hold, as they are typed."""
    return words.translate(_TYPED)


_TYPED = str.maketrans({"’": "'", "‘": "'", "\u00a0": " ", "\u202f": " "})


def _place(path: str, body: str, at: int) -> Place:
    if at < 0:
        return Place(path)
    return Place(path, body.count("\n", 0, at) + 1, at - body.rfind("\n", 0, at))


def _offsets(units: Sequence[tuple[str, str]], body: str) -> Iterator[int]:
    """Text and notes are each in the order of the file; a table's caption, which comes first in the
    tree, may stand behind its cells."""
    reached = {"text": 0, "note": 0}
    tables = cells.tables(body)
    for walk, run in itertools.groupby(units, lambda unit: _walk(unit[0])):
        lines = [_plain(words) for _, words in run]
        if walk == "table":
            yield (caption := _find(body, lines.pop(0), reached["text"]))
            found = list(_in_table(lines, next(tables, []), body, reached["text"]))
            yield from found
            reached["text"] = max(reached["text"], caption, *found)
            continue
        for words in lines:
            yield (at := _find(body, words, reached[walk]))
            reached[walk] = max(reached[walk], _behind(body, words, at))


def _behind(body: str, words: str, at: int) -> int:
    """Where the next unit may begin: behind the words of this one, to which markup only adds."""
    whole = at >= 0 and body.startswith(words[:6], at)
    return at + max(len(words) - 8, 1) if whole else at + 1


def _in_table(
    lines: Sequence[str], typed: Sequence[cells.Cell], body: str, start: int
) -> Iterator[int]:
    """Each unit in the next cell that begins as it does, and else wherever its words are found."""
    at = 0
    for words in lines:
        heads = {" ".join(words.split(" ")[:n]) for n in (1, 2, 3)}
        first = next((n for n in range(at, len(typed)) if _begins(typed[n][0], heads)), -1)
        yield typed[first][1] if first >= 0 else _find(body, words, start)
        at = first + 1 if first >= 0 else at


def _begins(cell: str, heads: set[str]) -> bool:
    bare = cell.lstrip("*_[\"'")
    return any(head and bare.startswith(head) for head in heads)


def _walk(kind: str) -> str:
    words = kind.split()
    return "note" if "note" in words else "table" if "table" in words else "text"


def _find(body: str, words: str, start: int) -> int:
    """The first run of a unit's words that the file has as it stands, from `start` on or, where
    there is none, from its beginning; -1 where there is none at all."""
    split = words.split(" ")
    for begin in (start, 0):
        for run in _runs(split):
            if (at := _whole(body, run, begin)) >= 0:
                return at
    return -1


def _whole(body: str, run: str, at: int) -> int:
    """Where `run` stands from `at` on, and is no part of a longer word."""
    while (at := body.find(run, at)) >= 0:
        around = body[max(at - 1, 0) : at] + " " + body[at + len(run) : at + len(run) + 1]
        if run and not any(c.isalnum() or c == "_" for c in around):
            return at
        at += 1
    return -1


def _runs(words: Sequence[str]) -> Iterator[str]:
    """Short runs of a unit's words, the first words first: markup may stand between any two."""
    for start in range(min(len(words), 12)):
        for size in (5, 4, 3, 2):
            run = " ".join(words[start : start + size])
            if len(run) > 5:
                yield run
    yield " ".join(words)
