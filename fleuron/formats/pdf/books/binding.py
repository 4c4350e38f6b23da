"""Gatherings bound as one file of pages, structure, links and outline.

The margins' document (`folios`) is the book into which the gatherings' objects are sewn; what it
says of the whole (outline, anchors, metadata, colours) WeasyPrint itself writes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate, chain
from typing import Any

import pydyf

from fleuron.formats.pdf import pages
from fleuron.formats.pdf.astray import Astray
from fleuron.formats.pdf.books import gathering as g
from fleuron.formats.pdf.tags import Lacking, Written, destinations
from fleuron.model import PageBreak


class Raw(pydyf.Object):  # type: ignore[misc]
    """An object that is ready to be written."""

    def __init__(self, data: bytes, stream: bytes | None) -> None:
        super().__init__()
        self.whole = stream is not None
        self.written = data if stream is None else b"%b\nstream\n%b\nendstream" % (data, stream)

    @property
    def data(self) -> bytes:
        return self.written

    @property
    def compressible(self) -> bool:
        return not self.whole


def outline(document: Any, gatherings: Sequence[g.Gathering]) -> None:
    """Gives the pages of `document` the bookmarks and anchors of the gatherings' pages."""
    drawn = chain.from_iterable(gathering.pages for gathering in gatherings)
    for page, own in zip(document.pages, drawn, strict=True):
        page.bookmarks[:] = own.bookmarks
        page.anchors = dict(own.anchors)


def bind(pdf: Any, written: Written, gatherings: Sequence[g.Gathering]) -> Lacking:
    """Sews `gatherings` into `pdf`, which has their pages and the root of their structure."""
    binder = _Binder(pdf, written)
    items = [o for o in pdf.objects if isinstance(o, dict) and "Title" in o and "Dest" in o]
    for gathering in gatherings:
        binder.sew(gathering)
    newer = "Namespaces" in binder.root
    for item, target in zip(items, binder.marked, strict=True):
        destinations.lead(item, target, newer)
    if newer:
        destinations.name(pdf, binder.places.__getitem__)
        binder.refer()
    binder.finish()
    missing = written.lacking.characters + "".join(x.characters for x in gatherings)
    mute = tuple(chain.from_iterable(x.pictures for x in gatherings))
    return Lacking("".join(sorted(set(missing))), mute)


class _Binder:
    """A file as it grows. Its state: how many pages, keys and tables stand in it."""

    def __init__(self, pdf: Any, written: Written) -> None:
        self.pdf = pdf
        self.root = pdf.objects[_number(pdf.catalog["StructTreeRoot"])]
        self.document = written.elements[written.tree.root]
        self.page_numbers = [_number(reference) for reference in pdf.page_references]
        self.resources = pdf.objects[_number(self.page(0)["Resources"])]
        self.page_count = self.tables = 0
        self.key = len(self.page_numbers)
        self.main: bytes = b""
        self.main_kids: list[bytes] = []
        self.kids: list[bytes] = []
        self.owners: list[bytes] = []
        self.later: list[bytes] = []
        self.marked: list[bytes] = []
        self.ids: dict[bytes, bytes] = {}
        self.places: dict[str, bytes] = {}
        self.leads: list[tuple[bytes, str]] = []
        self.pictures: dict[tuple[bytes, bytes], int] = {}

    def page(self, index: int) -> Any:
        return self.pdf.objects[self.page_numbers[index]]

    # -------------------------------------------------------------- gatherings

    def sew(self, gathering: g.Gathering) -> None:
        if gathering.main and not self.main:
            self.main = self.add(Raw(b"", None))
        numbers = self.numbers(gathering)

        def number(kind: str, count: int) -> bytes:
            if kind == g.OBJECT:
                return b"%d 0 R" % numbers[count]
            if kind == g.PAGE:
                return b"%d 0 R" % self.page_numbers[self.page_count + count]
            if kind == g.SHARED:
                return self.shared(count)
            return b"%d" % (count + (self.key if kind == g.KEY else self.tables))

        settled = g.Settled(number)
        self.objects(gathering, numbers, settled)
        self.pages(gathering, numbers, settled)
        self.structure(gathering, settled)
        self.page_count += len(gathering.pages)
        self.key += len(gathering.owners)
        self.tables += gathering.tables

    def numbers(self, gathering: g.Gathering) -> list[int]:
        """Where each object of `gathering` will stand: a picture that is there already, there."""
        following = len(self.pdf.objects)
        numbers = []
        for head, stream in gathering.objects:
            known = self.pictures.get((head, stream)) if stream is not None else None
            if known is None:
                known, following = following, following + 1
                if stream is not None and b"/Image" in head and b"\0" not in head:
                    self.pictures[head, stream] = known
            numbers.append(known)
        return numbers

    def objects(self, gathering: g.Gathering, numbers: list[int], settled: g.Settled) -> None:
        heads = settled.each([head for head, _ in gathering.objects])
        for number, head, (_, stream) in zip(numbers, heads, gathering.objects, strict=True):
            if number == len(self.pdf.objects):
                self.add(Raw(head, stream))

    def pages(self, gathering: g.Gathering, numbers: list[int], settled: g.Settled) -> None:
        resources = self.add(self.joined(gathering, settled))
        for index, drawn in enumerate(gathering.pages, self.page_count):
            page = self.page(index)
            content = b"%d 0 R" % numbers[drawn.content]
            page["Contents"] = pydyf.Array([content, page["Contents"]])
            page["Resources"] = resources
            if drawn.links:
                page["Annots"] = pydyf.Array(b"%d 0 R" % numbers[link] for link in drawn.links)
            self.owners.append(settled(drawn.owners))
            self.marked += map(settled, drawn.marked)

    def joined(self, gathering: g.Gathering, settled: g.Settled) -> Any:
        """What the pages of `gathering` draw with, and what their margins draw with."""
        joined = pydyf.Dictionary(self.resources)
        for kind, entries in gathering.resources.items():
            own = {name: settled(value) for name, value in entries.items()}
            shared = self.resources.get(kind, {})
            for name in own.keys() & shared.keys():
                if pydyf._to_bytes(shared[name]) != own[name]:
                    raise g.Bound("margins and text draw with different things of one name")
            joined[kind] = pydyf.Dictionary({**shared, **own})
        return joined

    def structure(self, gathering: g.Gathering, settled: g.Settled) -> None:
        for kid in map(settled, gathering.kids):
            if kid != self.main or kid not in self.kids:
                self.kids.append(kid)
        if gathering.main and not self.main_kids:
            self.pdf.objects[_number(self.main)].written = settled(gathering.main)
        self.main_kids += map(settled, gathering.sections)
        self.later += map(settled, gathering.owners)
        self.leads += [(settled(element), name) for element, name in gathering.leads]
        for name, reference in gathering.places:
            self.places.setdefault(name, settled(reference))
        self.ids |= {settled(name): settled(reference) for name, reference in gathering.ids}

    def shared(self, which: int) -> bytes:
        known: dict[int, Any] = {
            g.ROOT: self.root.reference,
            g.DOCUMENT: self.document.reference,
            g.MAIN: self.main,
            g.FONTS: self.resources["Font"],
            g.COLOURS: self.resources["ColorSpace"],
            **dict(zip(g.NAMESPACES, self.root.get("Namespaces", ()), strict=False)),
        }
        return bytes(known[which])

    # -------------------------------------------------------------- the whole

    def refer(self) -> None:
        """Lines of the contents name what they lead to in other gatherings (`growth.lead`)."""
        for element, name in self.leads:
            if name in self.places:
                item = self.pdf.objects[_number(element)]
                reference = pydyf.Array([self.places[name]]).data
                item.written = item.written.removesuffix(b">>") + b"/Ref " + reference + b">>"

    def finish(self) -> None:
        self.document["K"] = pydyf.Array(self.kids)
        if self.main:
            element = self.pdf.objects[_number(self.main)]
            kids = pydyf.Array(self.main_kids).data
            element.written = element.written.removesuffix(b">>") + b"/K " + kids + b">>"
        nums = self.pdf.objects[_number(self.root["ParentTree"])]["Nums"]
        nums[:] = chain.from_iterable(enumerate([*self.owners, *self.later]))
        self.root["ParentTreeNextKey"] = self.key
        if self.ids:
            names = chain.from_iterable(
                (pydyf.String(name.decode()), self.ids[name]) for name in sorted(self.ids)
            )
            self.root["IDTree"] = self.add(pydyf.Dictionary({"Names": pydyf.Array(names)}))

    def add(self, item: Any) -> bytes:
        self.pdf.add_object(item)
        reference: bytes = item.reference
        return reference


# ------------------------------------------------------------------ what is said of pages


def breaks(gatherings: Sequence[g.Gathering], blocks: Sequence[int]) -> Iterator[PageBreak]:
    """Where pages begin, in the whole; so many `blocks` stand before each gathering."""
    return pages.every(_breaks(gatherings, blocks))


def _breaks(gatherings: Sequence[g.Gathering], blocks: Sequence[int]) -> Iterator[PageBreak]:
    before = _before(len(x.pages) for x in gatherings)
    for gathering, page, block in zip(gatherings, before, blocks, strict=False):
        for found in gathering.breaks:
            number = found.block if found.block == pages.COLOPHON else found.block + block
            yield PageBreak(str(int(found.label) + page), number, found.offset)


def faults(gatherings: Sequence[g.Gathering]) -> Iterator[Astray]:
    """Notes and texts that are not where their readers look for them, in the whole."""
    for gathering, page, note in zip(
        gatherings,
        _before(len(x.pages) for x in gatherings),
        _before(x.notes for x in gatherings),
        strict=False,
    ):
        yield from (fault.moved(page, note) for fault in gathering.faults)


def _before(counts: Any) -> Iterator[int]:
    """How many of something stand before each gathering."""
    return accumulate(counts, initial=0)


def _number(reference: bytes) -> int:
    return int(reference.split()[0])
