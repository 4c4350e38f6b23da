"""The structure of a finished PDF as text: what a screen reader would meet, in order.

A file's bytes in, lines out: the role of each element, its language where it changes, what stands
for it, and its text as the glyphs and marks say it. Reads the file itself and nothing that made it,
so that what it shows is what a reader gets.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pikepdf

_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Element:
    """A structure element: `kids` are elements and runs of text; `targets` where its links lead."""

    role: str
    lang: str
    alt: str
    id: str
    headers: tuple[str, ...]
    scope: str
    targets: tuple[str, ...]
    contents: tuple[str, ...]
    kids: tuple[Element | str, ...]
    pages: tuple[int, ...]  # that its own text and links stand on, counted from 1

    @property
    def text(self) -> str:
        """All that is read out, pictures by their words."""
        if self.alt:
            return self.alt
        return "".join(kid if isinstance(kid, str) else kid.text for kid in self.kids)

    def walk(self) -> Iterator[Element]:
        yield self
        for kid in self.kids:
            if isinstance(kid, Element):
                yield from kid.walk()


def read(data: bytes) -> Element:
    """The root element of a tagged PDF; ValueError where it has no structure."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        if "/StructTreeRoot" not in pdf.Root:
            raise ValueError("it has no structure tree")
        kids = _list(pdf.Root.StructTreeRoot.K)
        return _Reader(pdf).element(kids[0], str(pdf.Root.get("/Lang", "")))


def artifacts(data: bytes) -> list[str]:
    """The text that is on the pages but not in the structure, by page."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return ["".join(_PageText(page).loose) for page in pdf.pages]


def show(element: Element, depth: int = 0) -> Iterator[str]:
    """The tree as lines, two blanks for each level."""
    said = [element.role]
    said += [f"[{element.lang}]"] if element.lang else []
    said += [f"#{element.id}"] if element.id else []
    said += [f"scope={element.scope}"] if element.scope else []
    said += [f"headers={','.join(element.headers)}"] if element.headers else []
    said += [f"→ {', '.join(dict.fromkeys(element.targets))}"] if element.targets else []
    said += [f"({'; '.join(dict.fromkeys(element.contents))})"] if any(element.contents) else []
    said += [f"alt: {element.alt}"] if element.alt else []
    if element.kids and all(isinstance(kid, str) for kid in element.kids):
        yield "  " * depth + " ".join(said) + f" “{''.join(map(str, element.kids))}”"
        return
    yield "  " * depth + " ".join(said)
    for kid in element.kids:
        if isinstance(kid, str):
            yield "  " * (depth + 1) + f"“{kid}”"
        else:
            yield from show(kid, depth + 1)


class _Reader:
    def __init__(self, pdf: pikepdf.Pdf) -> None:
        self.pages = {page.objgen: index for index, page in enumerate(pdf.pages)}
        self.texts = [_PageText(page) for page in pdf.pages]

    def element(self, item: Any, lang: str = "") -> Element:
        kids: list[Element | str] = []
        annotations: list[Any] = []
        pages: list[int] = []
        for kid in _list(item.get("/K", [])):
            if isinstance(kid, (int, pikepdf.Object)) and not isinstance(kid, pikepdf.Dictionary):
                self.run(kids, pages, item.Pg, int(kid), None)
            elif kid.get("/Type") == "/MCR":
                self.run(
                    kids, pages, kid.get("/Pg", item.get("/Pg")), int(kid.MCID), kid.get("/Stm")
                )
            elif kid.get("/Type") == "/OBJR":
                annotations.append(kid.Obj)
                pages.append(self.pages[kid.get("/Pg", item.get("/Pg")).objgen] + 1)
            else:
                kids.append(self.element(kid))
        tables = [a for a in _list(item.get("/A", [])) if a.get("/O") == "/Table"]
        return Element(
            role=str(item.S).lstrip("/"),
            lang=str(item.get("/Lang", lang)),
            alt=str(item.get("/Alt", "")),
            id=str(item.get("/ID", "")),
            headers=tuple(str(h) for a in tables for h in a.get("/Headers", [])),
            scope="".join(str(a.get("/Scope", "")).lstrip("/") for a in tables),
            targets=tuple(_target(a) for a in annotations),
            contents=tuple(str(a.get("/Contents", "")) for a in annotations),
            kids=tuple(kids),
            pages=tuple(dict.fromkeys(pages)),
        )

    def run(
        self, kids: list[Element | str], pages: list[int], page: Any, mcid: int, stream: Any
    ) -> None:
        number = self.pages[page.objgen]
        text = self.texts[number].run(mcid, stream)
        pages.append(number + 1)
        if kids and isinstance(kids[-1], str):
            kids[-1] += text
        elif text:
            kids.append(text)


class _PageText:
    """The text of a page by its marks, and what stands outside them."""

    def __init__(self, page: Any) -> None:
        self.loose: list[str] = []
        self.marks: dict[int, str] = {}
        self.groups: dict[tuple[int, int], dict[int, str]] = {}
        self.fonts: dict[tuple[int, int], dict[bytes, str]] = {}
        self.scan(page, page.Resources, self.marks)

    def run(self, mcid: int, stream: Any) -> str:
        marks = self.marks if stream is None else self.groups.get(stream.objgen, {})
        return marks.get(mcid, "")

    def scan(self, content: Any, resources: Any, marks: dict[int, str]) -> None:
        open_marks: list[tuple[int | None, str | None, list[str]]] = []
        cmap: dict[bytes, str] = {}
        instructions: Any = pikepdf.parse_content_stream(content)
        for operands, operator in instructions:
            match str(operator):
                case "BMC":
                    open_marks.append((None, None, []))
                case "BDC":
                    said: Any = operands[1] if isinstance(operands[1], pikepdf.Dictionary) else {}
                    mcid, actual = said.get("/MCID"), said.get("/ActualText")
                    open_marks.append(
                        (
                            None if mcid is None else int(mcid),
                            None if actual is None else str(actual),
                            [],
                        )
                    )
                case "EMC":
                    mcid, actual, runs = open_marks.pop()
                    text = actual if actual is not None else "".join(runs)
                    if mcid is not None:
                        marks[mcid] = text
                    else:
                        (open_marks[-1][2] if open_marks else self.loose).append(text)
                case "Tf":
                    cmap = self.font(resources.Font[str(operands[0])])
                case "Tj":
                    (open_marks[-1][2] if open_marks else self.loose).append(
                        _decode(operands[0], cmap)
                    )
                case "TJ":
                    text = "".join(
                        _decode(o, cmap) for o in operands[0] if isinstance(o, pikepdf.String)
                    )
                    (open_marks[-1][2] if open_marks else self.loose).append(text)
                case "Do":
                    self.group(resources.XObject[str(operands[0])], resources)

    def group(self, item: Any, resources: Any) -> None:
        if item.get("/Subtype") == "/Form" and item.objgen not in self.groups:
            marks = self.groups[item.objgen] = {}
            self.scan(item, item.get("/Resources", resources), marks)

    def font(self, font: Any) -> dict[bytes, str]:
        if font.objgen not in self.fonts:
            stream = font.get("/ToUnicode")
            self.fonts[font.objgen] = _cmap(stream.read_bytes()) if stream is not None else {}
        return self.fonts[font.objgen]


_PAIR = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]*)>")


def _cmap(data: bytes) -> dict[bytes, str]:
    """Glyphs' text, from the bfchar sections that WeasyPrint writes (ISO 32000-1, 9.10.3)."""
    found = {}
    for section in re.findall(rb"beginbfchar(.*?)endbfchar", data, re.S):
        for glyph, text in _PAIR.findall(section):
            found[bytes.fromhex(glyph.decode())] = bytes.fromhex(text.decode()).decode("utf-16-be")
    return found


def _decode(string: Any, cmap: dict[bytes, str]) -> str:
    data = bytes(string)
    return "".join(cmap.get(data[i : i + 2], "\ufffd") for i in range(0, len(data), 2))


def _target(annotation: Any) -> str:
    if "/A" in annotation:
        return str(annotation.A.get("/URI", ""))
    return f"#{annotation.get('/Dest', '')}"


def _list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (pikepdf.Array, list)) else [value]
