"""Where units begin in their files. What they are and their words in, places out.

pandoc keeps no positions: a unit is looked for by its words, from where the one before it was
found, since the same words may stand in several (a table's numbers above all).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence

from fleuron.model import Manuscript, Place
from fleuron.passes.places import masked

Mark = tuple[str, str, str]  # file, kind, words


def places(marks: Iterable[Mark], manuscript: Manuscript) -> Iterator[Place]:
    """The place of each unit; its file's beginning where it is not found."""
    typed = {(line.file, line.key): line.place for line in manuscript.lines}
    sources = {s.path.rpartition("/")[2]: s for s in manuscript.sources}
    for file, group in itertools.groupby(marks, lambda mark: mark[0]):
        units = [(kind, words) for _, kind, words in group]
        if file in sources:
            body = masked(sources[file].text)
            for at in _offsets(units, body):
                yield _place(sources[file].path, body, at)
        else:
            for kind, _ in units:
                yield typed.get((file, kind), Place(f"{manuscript.folder}/{file}"))


def _place(path: str, body: str, at: int) -> Place:
    if at < 0:
        return Place(path)
    return Place(path, body.count("\n", 0, at) + 1, at - body.rfind("\n", 0, at))


def _offsets(units: Sequence[tuple[str, str]], body: str) -> Iterator[int]:
    """Text and notes are each in the order of the file; a table's caption, which comes first in the
    tree, may stand behind its cells."""
    reached = {"text": 0, "note": 0, "table": 0}
    for walk, run in itertools.groupby(units, lambda unit: _walk(unit[0])):
        lines = [words for _, words in run]
        if walk == "table":
            base = reached["text"]
            yield (caption := _find(body, lines.pop(0), base))
            reached |= {"table": base, "text": max(base, caption)}
        for words in lines:
            yield (at := _find(body, words, reached[walk]))
            reached[walk] = max(reached[walk], at + 1)
        reached["text"] = max(reached["text"], reached["table"])


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
