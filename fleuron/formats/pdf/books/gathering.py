"""Gatherings: sections of a book, drawn but not bound. Values only.

A gathering is a heap of PDF objects as they will stand in the file, but for what only the binder
knows: in place of each reference to an object stands a mark (`REFERENCE`), and so in place of keys
of the parent tree and of tables' numbers. Nothing in a gathering depends on the pages before it.
"""

from __future__ import annotations

import pickle
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fleuron.formats.pdf.astray import Astray
from fleuron.model import PageBreak

# No text of a PDF has this character in it: XML has no name for it.
_MARK = "\0"
_UNSETTLED = re.compile(rb"\0([a-z]\d+);")
_BETWEEN = b"\0;"  # which is no mark

OBJECT, PAGE, KEY, TABLE, SHARED = "o", "p", "k", "t", "s"
# Objects that the book has one of, by the number after SHARED.
ROOT, DOCUMENT, MAIN, FONTS, COLOURS, *NAMESPACES = range(7)


class Bound(Exception):
    """The sections of a book that cannot be set apart, in the words of why."""


@dataclass(frozen=True, slots=True)
class Copy:
    """What is given to be set: a section as a document of its own, and what comes before it."""

    markup: str
    standard: str  # that it is written to
    notes: int  # before it
    continued: bool  # other pages come before it
    names: frozenset[str]  # anchors elsewhere that it may lead to
    numbers: Mapping[str, int]  # pages that anchors stand on, as far as it asks


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page as its margins need to know it: its type, and the strings set on it."""

    side: str
    blank: bool
    name: str
    groups: tuple[Any, ...]
    strings: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A page as it is drawn: its content, its links, and the elements of its marks."""

    content: int
    links: tuple[int, ...]
    owners: bytes
    anchors: Mapping[str, tuple[float, float, float, float]]
    bookmarks: tuple[tuple[Any, ...], ...]  # as WeasyPrint has them
    marked: tuple[bytes, ...]  # the element that each bookmark leads to


@dataclass(frozen=True, slots=True)
class Face:
    """A font as far as it was used, all but the file of it."""

    known: Mapping[str, Any]  # attributes of WeasyPrint's Font
    file: str  # SHA-256
    data: bytes  # of a file that is not the house's


@dataclass(frozen=True, slots=True)
class Gathering:
    """A section, drawn."""

    leaves: tuple[Leaf, ...]
    pages: tuple[Drawn, ...]
    objects: tuple[tuple[bytes, bytes | None], ...]  # each with the data of its stream
    resources: Mapping[str, Mapping[str, bytes]]
    owners: tuple[bytes, ...]  # of groups and links, by their keys
    kids: tuple[bytes, ...]  # of the document
    main: bytes  # the element that sections stand in
    sections: tuple[bytes, ...]  # in it
    ids: tuple[tuple[bytes, bytes], ...]
    places: tuple[tuple[str, bytes], ...]  # the elements that its anchors lead to
    leads: tuple[tuple[bytes, str], ...]  # elements that refer to an anchor elsewhere
    faces: tuple[Face, ...]
    wanted: frozenset[str]  # anchors whose pages it prints
    leading: frozenset[str]  # anchors elsewhere that its links lead to
    breaks: tuple[PageBreak, ...]
    faults: tuple[Astray, ...]
    characters: str  # that no face has
    pictures: tuple[str, ...]  # without words
    notes: int
    tables: int
    overrun: bool  # something waits for the page after the last
    bound: str  # why it cannot be set without the rest


def mark(kind: str, number: int) -> str:
    """What stands in a gathering for a number that is not settled yet."""
    return f"{_MARK}{kind}{number};"


class Settled(dict[bytes, bytes]):
    """What stands for each mark, asked of `number(kind, n)` once."""

    def __init__(self, number: Callable[[str, int], bytes]) -> None:
        self.number = number

    def __missing__(self, mark: bytes) -> bytes:
        found = self[mark] = self.number(chr(mark[0]), int(mark[1:]))
        return found

    def __call__(self, data: bytes) -> bytes:
        """`data` with its marks settled."""
        parts = _UNSETTLED.split(data)
        parts[1::2] = map(self.__getitem__, parts[1::2])
        return b"".join(parts)

    def each(self, data: Sequence[bytes]) -> list[bytes]:
        """The same for many, in one go."""
        return self(_BETWEEN.join(data)).split(_BETWEEN) if data else []


def packed(made: Gathering | frozenset[str]) -> bytes:
    """What a section gives back, as bytes to be sent or kept."""
    return pickle.dumps(made, protocol=5)


def unpacked(data: bytes) -> Gathering | frozenset[str]:
    """What `packed` has packed, here or in a process of ours."""
    made: Gathering | frozenset[str] = pickle.loads(data)
    return made
