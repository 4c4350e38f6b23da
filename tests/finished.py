"""Finished files read again. A PDF, an EPUB or an HTML page in; a `Reading` out, the same for each.

The PDF is read by its tags and its glyphs' Unicode values, the EPUB and the page by their markup.
Set aside is furniture, which a format has of its own: running heads and folios (artefacts in the
PDF), title page, contents, list markers, the words within drawings. Hyphens are set aside too,
since one at a line's end may be the layout's or the author's.
"""

from __future__ import annotations

import re
import unicodedata
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pikepdf
import tinyhtml5
from lxml import etree

_HYPHENS = re.compile("[\u002d\u2010\u2011\u00ad\u200b\u2060\ufeff]")

# A PDF holds the glyphs of right-to-left words as they stand on the page, in no order of reading.
_RTL = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")


@dataclass(slots=True)
class Reading:
    """What a reader gets: the words of the text and of each note, the numbers of the calls in their
    order, and for each page of the PDF what stands at its start."""

    words: list[str] = field(default_factory=list)
    text: str = ""  # of a PDF: with LOOSE wherever a piece of its text ends
    calls: list[int] = field(default_factory=list)
    notes: dict[int, list[str]] = field(default_factory=dict)
    bodies: dict[int, str] = field(default_factory=dict)  # of a PDF, as `text` is
    pages: dict[str, str] = field(default_factory=dict)
    ids: list[str] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)  # where from, where to


# The layout drops a space at the end of a line and puts none where a word is broken: between two
# pieces of a PDF's text there may be a space or none.
LOOSE = "\x1f"


def differences(wanted: list[str], text: str) -> str:
    """Where the text of a PDF first departs from the words `wanted`; "" where it is the same."""
    text, at = _plain(text), 0
    for number, word in enumerate(wanted):
        before = at
        loose = rf"[\s{LOOSE}]*" + rf"{LOOSE}*".join(map(re.escape, word)) + rf"(?=[\s{LOOSE}]|\Z)"
        found = re.compile(loose).match(text, at)
        if found is None:
            said = text[before : before + 80].replace(LOOSE, "")
            so_far = " ".join(wanted[max(0, number - 6) : number])
            return f"…{so_far} → {' '.join(wanted[number : number + 8])} | {said}"
        at = found.end()
    rest = text[at:].replace(LOOSE, "").strip()
    return f"left over: {rest[:80]}" if rest else ""


def words(text: str) -> list[str]:
    """The words of `text` without hyphens, in Unicode's composed form."""
    return _plain(text).split()


def _plain(text: str) -> str:
    return _RTL.sub("", _HYPHENS.sub("", unicodedata.normalize("NFC", text)))


def start(text: str) -> str:
    """The first letters of `text`, no matter where a line ends."""
    return "".join(words(text[:300].replace(LOOSE, "")))[:16]


# ------------------------------------------------------------------ markup

_BLOCKS = frozenset(
    "section h1 h2 h3 h4 h5 h6 p ul ol li dl dt dd blockquote pre figure figcaption div aside table"
    " caption thead tbody tfoot tr th td hr br footer header nav main body".split()
)


@dataclass(slots=True)
class _Text:
    """Text as it is gathered, with the places of page marks in it."""

    parts: list[str] = field(default_factory=list)
    calls: list[int] = field(default_factory=list)
    marks: list[tuple[str, int]] = field(default_factory=list)

    @property
    def whole(self) -> str:
        return "".join(self.parts)

    def pages(self) -> dict[str, str]:
        whole = self.whole
        lengths = [0]
        for part in self.parts:
            lengths.append(lengths[-1] + len(part))
        return {label: start(whole[lengths[at] :]) for label, at in self.marks}


def _number(text: str) -> int:
    """The number of a call, in whatever digits and brackets the language sets it; 0 for none."""
    found = re.fullmatch(r"[^\w\s]*(\d+)[^\w\s]*", text.strip())
    return int(found[1]) if found else 0


def _local(element: Any) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _gather(element: Any, into: _Text, skip: frozenset[str]) -> None:
    name, role = _local(element), element.get("role") or ""
    if name in ("svg", "style", "script", "") or role in skip:
        return
    # Where a note says "ibid.", a screen shows the work again; paper has it on the page before.
    if element.get("class") == "work":
        return
    if role == "doc-noteref":
        into.calls.append(_number("".join(element.itertext())))
        return
    if "doc-pagebreak" in role.split():
        label = element.get("id").removeprefix("page-")
        into.marks.append((label, len(into.parts)))
        return
    block = name in _BLOCKS
    into.parts += [" "] if block else []
    into.parts.append(element.text or "")
    for child in element:
        _gather(child, into, skip)
        into.parts.append(child.tail or "")
    into.parts += [" "] if block else []


def _notes(items: Any) -> dict[int, list[str]]:
    out = {}
    for item in items:
        text = _Text()
        _gather(item, text, frozenset({"doc-backlink"}))
        out[int(item.get("id").removeprefix("fn-"))] = words(text.whole)
    return out


def _links(root: Any, file: str = "") -> Iterator[tuple[str, str]]:
    for element in root.iter():
        if _local(element) == "a" and element.get("href"):
            yield f"{file}#{element.get('id') or ''}", element.get("href")


# ------------------------------------------------------------------ HTML


def html_tree(path: Path) -> Any:
    """The page as a browser's parser reads it (HTML, 13.2)."""
    return tinyhtml5.parse(path.read_text("utf-8"), namespace_html_elements=False)


def html(path: Path) -> Reading:
    root = html_tree(path)
    text = _Text()
    for name in ("main", "footer"):
        for element in root.iter(name):
            _gather(element, text, frozenset({"doc-endnotes"}))
    notes = [li for li in root.iter("li") if (li.get("id") or "").startswith("fn-")]
    return Reading(
        words=words(text.whole),
        calls=text.calls,
        notes=_notes(notes),
        pages=text.pages(),
        ids=[e.get("id") for e in root.iter() if e.get("id")],
        links=list(_links(root)),
    )


# ------------------------------------------------------------------ EPUB


def epub_files(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def package(files: Mapping[str, bytes]) -> Any:
    return etree.fromstring(files["EPUB/package.opf"])


def spine(files: Mapping[str, bytes]) -> list[str]:
    """The content documents in reading order."""
    root = package(files)
    hrefs = {i.get("id"): i.get("href") for i in root.iter("{*}item")}
    return [hrefs[i.get("idref")] for i in root.iter("{*}itemref")]


def epub(path: Path) -> Reading:
    files = epub_files(path)
    text, notes, ids, links = _Text(), {}, [], []
    furniture = ("cover.xhtml", "title.xhtml", "nav.xhtml")
    for href in spine(files):
        root = etree.fromstring(files[f"EPUB/{href}"])
        ids += [f"{href}#{e.get('id')}" for e in root.iter() if e.get("id")]
        links += [(at, _joined(href, to)) for at, to in _links(root, href)]
        if href == "notes.xhtml":
            notes = _notes(li for li in root.iter("{*}li") if li.get("id"))
        elif href not in furniture:
            _gather(root.find("{*}body"), text, frozenset())
    return Reading(
        words=words(text.whole),
        calls=text.calls,
        notes=notes,
        pages=text.pages(),
        ids=ids,
        links=links,
    )


def _joined(file: str, target: str) -> str:
    return f"{file}{target}" if target.startswith("#") else target


# ------------------------------------------------------------------ PDF


@dataclass(slots=True)
class Pdf:
    """An open PDF with the text of its marked content by page and number."""

    file: pikepdf.Pdf
    texts: dict[tuple[int, int], str] = field(default_factory=dict)
    pages: dict[tuple[int, int], int] = field(default_factory=dict)  # of objects by their number

    @property
    def destinations(self) -> dict[str, int]:
        """The page, from 1, of each named destination."""
        names = self.file.Root.Names.Dests.Names
        return {
            str(names[i]): self.pages[names[i + 1][0].objgen] + 1 for i in range(0, len(names), 2)
        }


def open_pdf(path: Path) -> Pdf:
    pdf = Pdf(pikepdf.open(path))
    for number, page in enumerate(pdf.file.pages):
        pdf.pages[page.obj.objgen] = number
        for mark, text in _marked(page, page.obj.Resources):
            pdf.texts[number, mark] = pdf.texts.get((number, mark), "") + text
    return pdf


def _marked(holder: Any, resources: Any) -> Iterator[tuple[int, str]]:
    """The text of a content stream, piece by piece, with the number of the marked content it
    stands in (ISO 32000-2, 14.6.2)."""
    maps = {name: _unicode(font) for name, font in resources.get("/Font", {}).items()}
    marks: list[int] = []
    decode: dict[bytes, str] = {}
    for operands, operator in pikepdf.parse_content_stream(holder):
        match str(operator):
            case "BDC":
                told = operands[1]
                marks.append(int(told.get("/MCID", -1)) if hasattr(told, "get") else -1)
            case "BMC":
                marks.append(-1)
            case "EMC":
                marks.pop()
            case "Tf":
                decode = maps[str(operands[0])]
            case "Tj" | "TJ":
                shown = operands[0] if str(operator) == "TJ" else [operands[0]]
                codes = b"".join(bytes(o) for o in shown if isinstance(o, pikepdf.String))
                inner = next((m for m in reversed(marks) if m >= 0), -1)
                glyphs = (codes[i : i + 2] for i in range(0, len(codes), 2))
                yield inner, "".join(decode.get(glyph, "") for glyph in glyphs)


def _unicode(font: Any) -> dict[bytes, str]:
    """A font's glyphs as text (ISO 32000-2, 9.10.3)."""
    table = font.ToUnicode.read_bytes().decode("latin-1")
    pairs = re.findall(r"<([0-9a-fA-F]{4})>\s*<([0-9a-fA-F]+)>", table)
    return {bytes.fromhex(code): bytes.fromhex(text).decode("utf-16-be") for code, text in pairs}


_INLINE = frozenset(
    {
        "/Span",
        "/Link",
        "/Reference",
        "/Em",
        "/Strong",
        "/Code",
        "/Quote",
        "/Sub",
        "/Lbl",
        "/Annot",
        "/BibEntry",
        "/Note",
        "/FENote",
    }
)
# The marker of a list item or a note, which in markup is no text: a bullet, "1.", "iv.", "b)".
_MARKER = re.compile(r"[^\w\s]?|\(?(\d+|[ivxlc]+|\w)[.)]?", re.IGNORECASE)
_FURNITURE = frozenset({"/TOC", "/Artifact"})


def pdf(path: Path) -> Reading:
    opened = open_pdf(path)
    reading = Reading()
    out = _Text()
    root = opened.file.Root.StructTreeRoot
    reader = _TagReader(opened, out, reading)
    for section in _sections(root):
        reader.element(section)
    out.marks = list(_starts(reader.leaves))
    reading.text, reading.calls = out.whole, out.calls
    reading.pages = out.pages()
    return reading


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
    """What stands in the document after its title page and its contents."""
    document = _kids(root)[0]
    parts = _kids(document)
    return [p for p in parts[1:] if not any(_is(k, "/TOC") for k in _kids(p) if hasattr(k, "get"))]


def _is(element: Any, *names: str) -> bool:
    return isinstance(element, pikepdf.Dictionary) and str(element.get("/S", "")) in names


class _TagReader:
    """One walk through the tags, in reading order."""

    def __init__(self, opened: Pdf, out: _Text, reading: Reading) -> None:
        self.opened, self.out, self.reading = opened, out, reading
        self.leaves: list[tuple[int, int]] = []  # the page of each piece of text, and its place

    def element(self, element: Any, page: int = -1) -> None:
        kind = str(element.get("/S", ""))
        page = self.opened.pages[element.Pg.objgen] if "/Pg" in element else page
        if kind in _FURNITURE:
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
        number = self.call(element) if kind == "/Reference" else 0
        if number:
            self.out.calls.append(number)
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
        return _number(self.inner(element, -1).replace(LOOSE, ""))

    def note(self, element: Any, page: int) -> None:
        number = len(self.reading.bodies) + 1
        name = str(element.get("/ID", ""))
        number = int(name.removeprefix("fn-")) if name.startswith("fn-") else number
        assert number not in self.reading.bodies, f"note {number} stands twice"
        self.reading.bodies[number] = self.inner(element, page)

    def inner(self, element: Any, page: int) -> str:
        """The text within an element, by itself."""
        reader = _TagReader(self.opened, _Text(), Reading())
        reader.kids(element, page)
        return reader.out.whole


def _is_mark(kid: Any) -> bool:
    return isinstance(kid, pikepdf.Dictionary) and "/MCID" in kid
