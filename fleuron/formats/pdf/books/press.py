"""Which gatherings a book needs. Its sections in; gatherings, in order, out.

Each section is composed by itself, by whatever hands there are, unless the shelf has its gathering
from an earlier time. Two things make a section wait for others, and both are asked of what came
out: page numbers that it prints, and notes or plates that go over to the page after its last.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256

from fleuron.formats.pdf.books import composing, cutting
from fleuron.formats.pdf.books.cutting import Cut
from fleuron.formats.pdf.books.gathering import Bound, Copy, Gathering, unpacked
from fleuron.formats.pdf.known import digest
from fleuron.formats.pdf.layout import Assets
from fleuron.model import Hands, Shelf

ROUNDS = 8  # until page numbers have to be settled
_NOTE = re.compile(r'<span class="note" ')


@dataclass(slots=True)
class _Section:
    """Sections that are set together, from `first` to before `last`."""

    first: int
    last: int
    wanted: frozenset[str] = frozenset()
    copy: Copy | None = None
    made: Gathering | None = None

    def stale(self, copy: Copy) -> bool:
        """Whether it has to be made, now that it is given `copy`."""
        if copy != self.copy:
            self.copy, self.made = copy, None
        return self.made is None

    def take(self, found: Gathering | frozenset[str]) -> None:
        """What came out: a gathering, or the page numbers that are wanted first."""
        if isinstance(found, Gathering):
            if found.bound:
                raise Bound(found.bound)
            self.made = found
        self.wanted = found if isinstance(found, frozenset) else found.wanted


@dataclass(slots=True)
class Press:
    """One book while its gatherings are made."""

    book: Cut
    assets: Assets
    standard: str
    hands: Hands
    shelf: Shelf | None = None
    texts: tuple[str, ...] = ()
    anchors: list[frozenset[str]] = field(default_factory=list)
    notes: list[int] = field(default_factory=list)
    known: frozenset[str] = frozenset()
    alone: dict[tuple[int, int], Copy] = field(default_factory=dict)  # by first and last

    def __post_init__(self) -> None:
        texts = (text for text, _ in self.book.sections)
        self.texts = (self.book.lead, *texts, self.book.rest)
        self.anchors = [cutting.anchors(text) for text in self.texts]
        self.known = frozenset().union(*self.anchors)
        self.notes = [len(_NOTE.findall(text)) for text in self.texts]

    def run(self, begins: Iterable[int]) -> Iterator[tuple[int, Gathering]]:
        """The gatherings, each with the number of its first section, where a page begins with the
        lead (0) and with each section of `begins`."""
        starts = [0, *begins]
        ends = [*starts[1:], len(self.texts)]
        sections = [_Section(*pair) for pair in zip(starts, ends, strict=True)]
        for _ in range(ROUNDS):
            sections = _joined(sections)
            numbers = _numbers(sections)
            stale = [s for s in sections if s.stale(self.copy(s, numbers))]
            if not stale:
                return ((s.first, s.made) for s in sections if s.made is not None)
            self.make(stale)
        raise Bound("page numbers do not settle")

    def copy(self, section: _Section, numbers: Mapping[str, int]) -> Copy:
        """What is given to be set."""
        alone = self.alone.get((section.first, section.last))
        if alone is None:
            alone = self.alone[section.first, section.last] = self.without_numbers(section)
        wanted = {name: numbers.get(name, 0) for name in sorted(section.wanted)}
        return replace(alone, numbers=wanted)

    def without_numbers(self, section: _Section) -> Copy:
        """The same in each round, whatever the page numbers."""
        notes = sum(self.notes[: section.first])
        own = range(section.first, section.last)
        told = cutting.leading("".join(self.texts[n] for n in own))
        return Copy(
            markup=cutting.part(self.book, section.first, section.last, notes),
            standard=self.standard,
            notes=notes,
            continued=section.first > 0,
            names=told & self.known - frozenset().union(*(self.anchors[n] for n in own)),
            numbers={},
        )

    def make(self, stale: Sequence[_Section]) -> None:
        """The gatherings of `stale`: from the shelf, or composed."""
        keys = [self.key(section.copy) for section in stale]
        kept = [self.shelf.get(key) if self.shelf else None for key in keys]
        todo = [(s, key) for s, key, data in zip(stale, keys, kept, strict=True) if data is None]
        todo.sort(key=lambda pair: -len(pair[0].copy.markup if pair[0].copy else ""))
        for section, data in zip(stale, kept, strict=True):
            if data is not None:
                section.take(unpacked(data))
        results = self.hands(composing.work, self.assets, [section.copy for section, _ in todo])
        for (section, key), data in zip(todo, results, strict=True):
            if self.shelf is not None:
                self.shelf.put(key, data)
            section.take(unpacked(data))

    def key(self, copy: Copy | None) -> str:
        """The digest of all that a gathering is made from."""
        assert copy is not None
        names, numbers = sorted(copy.names), sorted(copy.numbers.items())
        said = (copy.markup, copy.standard, copy.notes, copy.continued, names, numbers)
        total = sha256(repr(said).encode())
        for name, (_, data) in sorted(self.assets.items()):
            if name in copy.markup:
                total.update(f"{name} {digest(data)}".encode())
        return total.hexdigest()


def _joined(sections: Iterable[_Section]) -> list[_Section]:
    """What goes over to the page after a section's last stands on the next section's first."""
    out: list[_Section] = []
    for section in sections:
        before = out[-1] if out else None
        if before is not None and before.made is not None and before.made.overrun:
            out[-1] = _Section(before.first, section.last, before.wanted | section.wanted)
        else:
            out.append(section)
    return out


def _numbers(sections: Sequence[_Section]) -> dict[str, int]:
    """The pages that anchors stand on, as far as they are known."""
    numbers: dict[str, int] = {}
    before = 0
    for section in sections:
        pages = section.made.pages if section.made is not None else ()
        for number, page in enumerate(pages, before + 1):
            for name in page.anchors:
                numbers.setdefault(name, number)
        before += len(pages) or 1
    return numbers
