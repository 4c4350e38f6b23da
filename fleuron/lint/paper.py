"""A PDF read by its tags and its glyphs' Unicode values. Bytes in; a `Pdf` and a `Reading` out."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pikepdf

from fleuron.lint import structure
from fleuron.lint.reading import LOOSE, Reading, Text, number

_INLINE = frozenset(
    "/Span /Link /Reference /Em /Strong /Code /Quote /Sub /Lbl /Annot /BibEntry /Note"
    " /FENote".split()
)
# The marker of a list item or a note, which in markup is no text: a bullet, "1.", "iv.", "b)".
_MARKER = re.compile(r"[^\w\s]?|\(?(\d+|[ivxlc]+|\w)[.)]?", re.IGNORECASE)
_FURNITURE = frozenset({"/TOC", "/Artifact"})


@dataclass
class Pdf:
    """An open PDF with the text of its marked content by page and number."""

    file: pikepdf.Pdf
    name: str = ""
    data: bytes = b""
    texts: dict[tuple[int, int], str] = field(default_factory=dict)
    pages: dict[tuple[int, int], int] = field(default_factory=dict)  # of objects by their number

    @property
    def destinations(self) -> dict[str, int]:
        """The page, from 1, of each named destination."""
        flat: Any = list(self.file.Root.Names.Dests.Names)
        places = {str(n): place for n, place in zip(flat[::2], flat[1::2], strict=True)}
        # A dictionary has room for the structure, too (ISO 32000-2, 12.3.2.4).
        found = {n: p.D if isinstance(p, pikepdf.Dictionary) else p for n, p in places.items()}
        return {name: self.pages[place[0].objgen] + 1 for name, place in found.items()}

    @cached_property
    def tree(self) -> structure.Element:
        return structure.read(self.data)

    @property
    def links(self) -> Iterator[tuple[int, Any]]:
        """Every link, with the page it stands on, counted from 1."""
        for page, holder in enumerate(self.file.pages, 1):
            for link in holder.get("/Annots", []):
                if link.get("/Subtype") == "/Link":
                    yield page, link


def open_pdf(name: str, data: bytes) -> Pdf:
    """A tagged PDF opened; ValueError where it is none."""
    try:
        pdf = Pdf(pikepdf.open(io.BytesIO(data)), name, data)
    except pikepdf.PdfError as error:
        raise ValueError(f"it is no PDF: {error}") from error
    if "/StructTreeRoot" not in pdf.file.Root:
        raise ValueError("it has no structure tree")
    for index, page in enumerate(pdf.file.pages):
        pdf.pages[page.obj.objgen] = index
        for mark, text in _marked(page, page.obj.Resources):
            pdf.texts[index, mark] = pdf.texts.get((index, mark), "") + text
    return pdf


def target(link: Any) -> str:
    """Where a link leads: the name of a place in the file, or an address; "" for nowhere."""
    action = link.get("/A", {})
    place = link.get("/Dest") or action.get("/D")
    return f"#{place}" if place is not None else str(action.get("/URI", ""))


def read(opened: Pdf) -> Reading:
    reading, out = Reading(), Text()
    reader = _TagReader(opened, out, reading)
    for section in _sections(opened.file.Root.StructTreeRoot):
        reader.element(section)
    out.marks = list(_starts(reader.leaves))
    reading.text, reading.calls = out.whole, out.calls
    reading.pages = _every(out.pages(), len(opened.file.pages))
    return reading


def _every(pages: dict[str, str], count: int) -> dict[str, str]:
    """What stands at the start of every page: one of contents alone begins as the next does."""
    found: dict[str, str] = {}
    following = ""
    for label in map(str, range(count, 0, -1)):
        following = pages.get(label, following)
        if following:
            found[label] = following
    return dict(reversed(found.items()))


# ------------------------------------------------------------------ glyphs


def _marked(holder: Any, resources: Any) -> Iterator[tuple[int, str]]:
    """The text of a content stream, piece by piece, with the number of the marked content it
    stands in (ISO 32000-2, 14.6.2): what its mark says (14.9.4), or else what its glyphs do."""
    maps = {name: _unicode(font) for name, font in resources.get("/Font", {}).items()}
    marks: list[int] = []
    saying: list[bool] = []  # of each mark that is open, whether it says its text
    decode: dict[bytes, str] = {}
    instructions: Any = pikepdf.parse_content_stream(holder)
    for operands, operator in instructions:
        match str(operator):
            case "BDC":
                told = operands[1] if hasattr(operands[1], "get") else {}
                marks.append(int(told.get("/MCID", -1)))
                saying.append("/ActualText" in told)
                if saying[-1] and not any(saying[:-1]):
                    yield _inner(marks), str(told["/ActualText"])
            case "BMC":
                marks.append(-1)
                saying.append(False)
            case "EMC":
                marks.pop()
                saying.pop()
            case "Tf":
                decode = maps[str(operands[0])]
            case "Tj" | "TJ" if not any(saying):
                shown = operands[0] if str(operator) == "TJ" else [operands[0]]
                codes = b"".join(bytes(o) for o in shown if isinstance(o, pikepdf.String))
                glyphs = (codes[i : i + 2] for i in range(0, len(codes), 2))
                yield _inner(marks), "".join(decode.get(glyph, "") for glyph in glyphs)


def _inner(marks: list[int]) -> int:
    """The number of the innermost mark that has one."""
    return next((mark for mark in reversed(marks) if mark >= 0), -1)


def _unicode(font: Any) -> dict[bytes, str]:
    """A font's glyphs as text (ISO 32000-2, 9.10.3)."""
    if "/ToUnicode" not in font:
        return {}
    table = font.ToUnicode.read_bytes().decode("latin-1")
    pairs = re.findall(r"<([0-9a-fA-F]{4})>\s*<([0-9a-fA-F]+)>", table)
    return {bytes.fromhex(code): bytes.fromhex(text).decode("utf-16-be") for code, text in pairs}


# ------------------------------------------------------------------ tags


def _starts(leaves: list[tuple[int, int]]) -> Iterator[tuple[str, int]]:
    """Where each page begins: with the first of its text after which nothing stands on an earlier
    page. A figure that waits for the next page stands before text that does not."""
    for page in sorted({page for page, _ in leaves}):
        last = max((i for i, (other, _) in enumerate(leaves) if other < page), default=-1)
        after = [at for other, at in leaves[last + 1 :] if other == page]
        if after:
            yield str(page + 1), after[0]


def _kids(element: Any) -> list[Any]:
    kids = element.get("/K", [])
    return list(kids) if isinstance(kids, pikepdf.Array) else [kids]


def _sections(root: Any) -> list[Any]:
    """What stands in the document after its title page, its contents and the word that it is a
    draft."""
    document = _kids(root)[0]
    parts = [part for part in _kids(document)[1:] if not _is(part, "/P")]
    return [p for p in parts if not any(_is(k, "/TOC") for k in _kids(p) if hasattr(k, "get"))]


def _is(element: Any, *names: str) -> bool:
    return isinstance(element, pikepdf.Dictionary) and str(element.get("/S", "")) in names


class _TagReader:
    """One walk through the tags, in reading order."""

    def __init__(self, opened: Pdf, out: Text, reading: Reading) -> None:
        self.opened, self.out, self.reading = opened, out, reading
        self.leaves: list[tuple[int, int]] = []  # the page of each piece of text, and its place

    def element(self, element: Any, page: int = -1) -> None:
        kind = str(element.get("/S", ""))
        page = self.opened.pages[element.Pg.objgen] if "/Pg" in element else page
        if kind in _FURNITURE or kind == "/Formula":  # drawn, as its words stand in Alt
            return
        if kind in ("/Note", "/FENote"):
            self.note(element, page)
            return
        if kind == "/Figure":
            for kid in _kids(element):
                if _is(kid, "/Caption"):
                    self.element(kid, page)
            return
        if kind == "/Lbl":
            label = self.inner(element, page).replace(LOOSE, "")
            if _MARKER.fullmatch(label.strip()):
                return
        called = self.call(element) if kind == "/Reference" else 0
        if called:
            self.out.calls.append(called)
            return
        block = kind not in _INLINE
        self.out.parts += [" "] if block else []
        self.kids(element, page)
        self.out.parts += [" "] if block else []

    def kids(self, element: Any, page: int) -> None:
        for kid in _kids(element):
            if isinstance(kid, int):
                self.text(page, kid)
            elif _is_mark(kid):
                own = self.opened.pages[kid.Pg.objgen] if "/Pg" in kid else page
                self.text(own, int(kid.MCID))
            elif "/S" in kid:
                self.element(kid, page)

    def text(self, page: int, mark: int) -> None:
        text = self.opened.texts.get((page, mark), "")
        if text.strip():
            self.leaves.append((page, len(self.out.parts)))
        self.out.parts += [LOOSE, text, LOOSE]

    def call(self, element: Any) -> int:
        """The number of the note that a reference calls; 0 for a reference of another kind."""
        return number(self.inner(element, -1).replace(LOOSE, ""))

    def note(self, element: Any, page: int) -> None:
        n = len(self.reading.bodies) + 1
        name = str(element.get("/ID", ""))
        n = int(name.removeprefix("fn-")) if re.fullmatch(r"fn-\d+", name) else n
        while n in self.reading.bodies:
            n += 1000  # a note that stands twice: no number that any call bears
        self.reading.bodies[n] = self.inner(element, page)

    def inner(self, element: Any, page: int) -> str:
        """The text within an element, by itself."""
        reader = _TagReader(self.opened, Text(), Reading())
        reader.kids(element, page)
        return reader.out.whole


def _is_mark(kid: Any) -> bool:
    return isinstance(kid, pikepdf.Dictionary) and "/MCID" in kid
