"""A section laid out and drawn. A copy and the files it names in; a gathering out.

Runs in any process and knows nothing of the book but what stands in the copy.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pydyf
from weasyprint import DEFAULT_OPTIONS
from weasyprint.pdf import VARIANTS, generate_pdf

from fleuron.formats.pdf import archive, astray, pages, tags
from fleuron.formats.pdf.books import gathering as g
from fleuron.formats.pdf.known import digest
from fleuron.formats.pdf.layout import Assets, lay_out, undisturbed
from fleuron.formats.pdf.mends import parts
from fleuron.formats.pdf.standards import STANDARDS, Standard
from fleuron.formats.pdf.tags import destinations

# A string, which may hold what looks like a reference, or a reference.
_REFERENCE = re.compile(rb"\((?:[^()\\]|\\.)*\)|\b(\d+) 0 R\b", re.S)
_FONT = (
    *("hash", "name", "family", "style", "weight", "variations", "ascent", "descent", "tables"),
    *("bitmap", "italic_angle", "upem", "png", "svg", "colr", "glyph_count", "stemv", "stemh"),
    *("flags", "font_size", "index", "widths", "to_unicode", "missing", "used_in_forms"),
)


def work(assets: Assets, copy: g.Copy) -> bytes:
    """`copy` as a gathering, or the anchors whose pages it has to be told first; packed."""
    try:
        return g.packed(compose(copy, assets))
    except parts.Wanting as wanting:
        return g.packed(wanting.anchors)


@undisturbed()
def compose(copy: g.Copy, assets: Assets) -> g.Gathering:
    """`copy` as a gathering. Raises `parts.Wanting` where page numbers are needed first."""
    standard = STANDARDS[copy.standard]
    with parts.setting(parts.Part(copy.continued, copy.numbers)) as part:
        document = lay_out(copy.markup, assets)
        before = tags.Before(copy.notes, int(copy.continued), lambda n: g.mark(g.TABLE, n))
        survey = tags.prepare(document, before)
        bookmarks, elements = _taken(document, survey)
        leading = _kept_open(document, copy.names)
        pdf = generate_pdf(document, None, 1, **_options(standard))
        written = tags.write(pdf, document, survey, standard.vocabulary)
        _enclose(pdf)
        archive.keep(pdf)
    marked = [
        written.elements[destinations.home(element, survey, written.tree)].reference
        for element in elements
    ]
    heap = _Heap(pdf, written, survey)
    found = destinations.finder(survey, written.tree, written.elements)
    anchors = {name for page in document.pages for name in page.anchors} - leading
    return g.Gathering(
        leaves=tuple(_leaf(kind, strings) for kind, strings in part.leaves),
        pages=tuple(heap.pages(document, bookmarks, marked, leading)),
        resources=heap.resources(),
        owners=heap.owners(),
        kids=heap.kids(),
        main=heap.main(),
        sections=heap.sections(),
        ids=tuple((name.encode(), heap.put(ref)) for name, ref in written.ids.items()),
        places=tuple((name, heap.put(found(name))) for name in sorted(anchors)),
        leads=tuple((heap.put(item.reference), n) for item, n in _leads(written)),
        objects=tuple(heap.all()),
        faces=tuple(_faces(document.fonts.values(), assets)),
        wanted=frozenset(part.wanted),
        leading=leading,
        breaks=pages.breaks(document),
        faults=astray.check(document),
        characters=written.lacking.characters,
        pictures=written.lacking.pictures,
        notes=len(survey.calls),
        tables=sum(1 for _ in survey.root.iter("table")),
        overrun=part.left_over or part.leaves[-1][0].blank,
        bound=part.bound,
    )


def _options(standard: Standard) -> dict[str, Any]:
    """WeasyPrint's options, as `Document.write_pdf` gathers them."""
    options = dict(DEFAULT_OPTIONS)
    _, properties = VARIANTS[standard.variant]
    lacking = {key: value for key, value in properties.items() if options.get(key) is None}
    return options | lacking | standard.options


def _leaf(kind: Any, strings: Mapping[str, list[str]]) -> g.Leaf:
    texts = {name: tuple(values) for name, values in strings.items()}
    return g.Leaf(kind.side, kind.blank, kind.name, kind.groups, texts)


def _taken(document: Any, survey: Any) -> tuple[list[tuple[Any, ...]], list[Any]]:
    """The bookmarks of all pages, which only a whole book can make an outline of."""
    bookmarks = [tuple(page.bookmarks) for page in document.pages]
    for page in document.pages:
        page.bookmarks.clear()
    elements = list(survey.bookmarks)
    survey.bookmarks.clear()
    return bookmarks, elements


def _kept_open(document: Any, names: Iterable[str]) -> frozenset[str]:
    """WeasyPrint drops links that lead nowhere; those that lead out of the part are kept."""
    own = {name for page in document.pages for name in page.anchors}
    told = {link[1] for page in document.pages for link in page.links if link[0] == "internal"}
    leading = frozenset(told - own).intersection(names)
    document.pages[0].anchors.update((name, (0, 0, 0, 0)) for name in sorted(leading))
    return leading


def _enclose(pdf: Any) -> None:
    """What a page's drawing sets ends with it: the margins are drawn after it."""
    for reference in pdf.page_references:
        content = pdf.objects[_number(pdf.objects[_number(reference)]["Contents"])]
        content.stream[:] = [b"q", *content.stream, b"Q"]


def _faces(fonts: Iterable[Any], assets: Assets) -> Iterator[g.Face]:
    ours = {digest(data) for _, data in assets.values()}
    for font in fonts:
        known = {name: getattr(font, name) for name in _FONT}
        file = digest(font.file_content)
        yield g.Face(known, file, b"" if file in ours else font.file_content)


class _Heap:
    """The objects of a part that its pages need, in the order in which they are asked for."""

    def __init__(self, pdf: Any, written: Any, survey: Any) -> None:
        self.pdf = pdf
        self.numbers: dict[int, int] = {}
        self.waiting: list[int] = []
        self.page_numbers = [_number(reference) for reference in pdf.page_references]
        self.root = pdf.objects[_number(pdf.catalog["StructTreeRoot"])]
        self.document = written.elements[written.tree.root]
        self.main_element = _main(written, survey)
        self.own = self._resources()
        self.marks = {n: g.mark(g.PAGE, i) for i, n in enumerate(self.page_numbers)}
        self.marks |= {
            self.root.number: g.mark(g.SHARED, g.ROOT),
            self.document.number: g.mark(g.SHARED, g.DOCUMENT),
            _number(self.own["Font"]): g.mark(g.SHARED, g.FONTS),
            _number(self.own["ColorSpace"]): g.mark(g.SHARED, g.COLOURS),
        }
        for which, space in zip(g.NAMESPACES, self.root.get("Namespaces", ()), strict=False):
            self.marks[_number(space)] = g.mark(g.SHARED, which)
        if self.main_element is not None:
            self.marks[self.main_element.number] = g.mark(g.SHARED, g.MAIN)
        self._unnumber()

    def _resources(self) -> Any:
        first = self.pdf.objects[self.page_numbers[0]]
        return self.pdf.objects[_number(first["Resources"])]

    def _unnumber(self) -> None:
        """Keys of the parent tree count from the pages of the whole book on."""
        count = len(self.page_numbers)
        for item in self.pdf.objects:
            where = item if isinstance(item, dict) else getattr(item, "extra", {})
            for name in ("StructParent", "StructParents"):
                if name in where and where.get("Type") != "/Page":
                    where[name] = g.mark(g.KEY, where[name] - count)

    # -------------------------------------------------------------- objects

    def put(self, data: bytes) -> bytes:
        """`data` with its references as marks; what they lead to is wanted too."""
        return _REFERENCE.sub(self._marked, data)

    def _marked(self, match: re.Match[bytes]) -> bytes:
        if match[1] is None:
            return match[0]
        number = int(match[1])
        if number in self.marks:
            return self.marks[number].encode()
        return g.mark(g.OBJECT, self.local(number)).encode()

    def local(self, number: int) -> int:
        if number not in self.numbers:
            self.numbers[number] = len(self.numbers)
            self.waiting.append(number)
        return self.numbers[number]

    def all(self) -> Iterator[tuple[bytes, bytes | None]]:
        """Every object that was asked for, and those that these ask for."""
        for number in self.waiting:  # which grows
            item = self.pdf.objects[number]
            if isinstance(item, pydyf.Stream):
                head, _, rest = item.data.partition(b"\nstream\n")
                yield self.put(head), rest.removesuffix(b"\nendstream")
            else:
                yield self.put(item.data), None

    # -------------------------------------------------------------- pages

    def pages(
        self,
        document: Any,
        bookmarks: list[tuple[Any, ...]],
        marked: list[bytes],
        leading: frozenset[str],
    ) -> Iterator[g.Drawn]:
        nums = self._nums()
        for index, (page, own) in enumerate(zip(document.pages, bookmarks, strict=True)):
            item = self.pdf.objects[self.page_numbers[index]]
            links = item.get("Annots", [])
            anchors = {n: place for n, place in page.anchors.items() if n not in leading}
            yield g.Drawn(
                content=self.local(_number(item["Contents"])),
                links=tuple(self.local(_number(reference)) for reference in links),
                owners=self.put(nums[index].data),
                anchors=anchors,
                bookmarks=own,
                marked=tuple(self.put(reference) for reference in marked[: len(own)]),
            )
            del marked[: len(own)]

    def resources(self) -> dict[str, dict[str, bytes]]:
        return {
            kind: {name: self.put(pydyf._to_bytes(value)) for name, value in entries.items()}
            for kind, entries in self.own.items()
            if isinstance(entries, dict) and entries
        }

    # -------------------------------------------------------------- structure

    def _nums(self) -> dict[int, Any]:
        flat = self.pdf.objects[_number(self.root["ParentTree"])]["Nums"]
        return dict(zip(flat[::2], flat[1::2], strict=True))

    def owners(self) -> tuple[bytes, ...]:
        count = len(self.page_numbers)
        later = [(key, value) for key, value in self._nums().items() if key >= count]
        return tuple(self.put(pydyf._to_bytes(value)) for _, value in sorted(later))

    def kids(self) -> tuple[bytes, ...]:
        return tuple(self.put(pydyf._to_bytes(kid)) for kid in self.document.get("K", []))

    def main(self) -> bytes:
        if self.main_element is None:
            return b""
        item = pydyf.Dictionary({k: v for k, v in self.main_element.items() if k != "K"})
        return self.put(item.data)

    def sections(self) -> tuple[bytes, ...]:
        kids = self.main_element.get("K", []) if self.main_element is not None else []
        return tuple(self.put(pydyf._to_bytes(kid)) for kid in kids)


def _leads(written: tags.Written) -> Iterator[tuple[Any, str]]:
    """The elements that refer to something by a name that is another section's."""
    for node, element in written.elements.items():
        yield from ((element, name) for name in node.leads)


def _main(written: Any, survey: Any) -> Any:
    """The structure element of what the sections stand in, where it has one."""
    body = survey.root.find("body")
    for element in body:
        node = written.tree.homes.get(element)
        if element.tag == "main" and node is not None and written.tree.holds(node):
            return written.elements[node]
    return None


def _number(reference: bytes) -> int:
    return int(reference.split()[0])
