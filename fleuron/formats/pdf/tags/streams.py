"""Marks in the drawn pages. Streams in, their marks set right; where each piece is marked, out.

WeasyPrint has put every run of text and every picture between marks, numbered as it drew them. Here
what is no part of the text becomes an artifact, and each mark says what its glyphs do not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pydyf
from weasyprint.pdf.stream import Stream

from fleuron.formats.pdf.tags.survey import LAYOUT, Artifact
from fleuron.formats.pdf.tags.words import Said

_LAST_GLYPH = re.compile(rb"([0-9a-f]{4})>[-0-9. ]*\] TJ$")


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a piece is drawn: its number in a stream, which is the page's where `group` is None."""

    number: int
    page: int
    group: Any = None


@dataclass(frozen=True, slots=True)
class Drawn:
    """All marks by box; what was drawn but surveyed nowhere; the groups that need a parent tree."""

    marks: dict[Any, Mark]
    strays: list[tuple[int, Any]]
    groups: list[Any]


def rewrite(
    pdf: Any,
    fonts: Any,
    artifacts: list[tuple[int, Any, Artifact]],
    said: dict[Any, Said],
    known: set[Any],
) -> Drawn:
    """Sets the marks of all pages of `pdf`; `known` are the boxes that the tree has a place for."""
    off = {box: artifact for _, box, artifact in artifacts}
    off |= {box: LAYOUT for box, what in said.items() if what.blank}
    spaces = _spaces(fonts)
    drawn = Drawn({}, [], [])
    by_tags: dict[int, list[Any]] = {}
    for item in pdf.objects:
        if isinstance(item, Stream) and item._tags:
            by_tags.setdefault(id(item._tags), []).append(item)
    for page, reference in enumerate(pdf.page_references):
        own = pdf.objects[_number(pdf.objects[_number(reference)]["Contents"])]
        boxes = {entry["mcid"]: box for box, entry in (own._tags or {}).items()}
        for stream in by_tags.get(id(own._tags), []):
            group = None if stream is own else stream
            count = 0
            for box, count in _stream(stream, boxes, off, said, spaces):
                drawn.marks[box] = Mark(count - 1, page, group)
                if box not in known:
                    drawn.strays.append((page, box))
            if group is not None and count:
                drawn.groups.append(group)
    return drawn


def _number(reference: bytes) -> int:
    return int(reference.split()[0])


def _spaces(fonts: Any) -> dict[bytes, bytes]:
    """The glyph of a space in each font that has drawn one, by the font's name in the page."""
    found = {}
    for font in fonts.values():
        glyph = next((g for g, text in font.to_unicode.items() if text in (" ", "\u00a0")), None)
        if glyph is not None and not font.bitmap:
            name = font.hash if isinstance(font.hash, bytes) else str(font.hash).encode()
            found[b"/" + name] = f"<{glyph:04x}> Tj".encode()
    return found


def _stream(
    stream: Any,
    boxes: dict[int, Any],
    off: dict[Any, Artifact],
    said: dict[Any, Said],
    spaces: dict[bytes, bytes],
) -> Iterator[tuple[Any, int]]:
    """Rewrites one stream; yields each box that is marked in it, with the count of marks so far."""
    out: list[Any] = []
    count = 0
    font = b""
    pending: tuple[Any, Any] | None = None
    for item in stream.stream:
        if item == b"BDC":
            properties = out[-1]
            box = boxes[properties["MCID"]]
            properties.clear()
            if box in off:
                out[-2] = "/Artifact"
                properties.update(_artifact(off[box]))
            else:
                properties["MCID"] = count
                count += 1
                what = said.get(box)
                pending = (properties, box) if what is not None and what.space else None
                if what is not None and what.text:
                    properties["ActualText"] = pydyf.String(what.text + " " * what.space)
                    pending = None
                yield box, count
        elif item == b"ET" and pending is not None:
            _end(out, pending, spaces.get(font))
            pending = None
        elif item == b"Q":
            font = b""
        elif isinstance(item, bytes) and item.endswith(b" Tf"):
            font = item.split(b" ", 1)[0]
        out.append(item)
    stream.stream[:] = out


def _end(out: list[Any], pending: tuple[Any, Any], glyph: bytes | None) -> None:
    """The space that a line's end has lost, as a glyph that nobody sees; some have one still. A
    font that draws no space anywhere cannot draw this one: there it is said."""
    properties, box = pending
    if glyph is None:
        properties["ActualText"] = pydyf.String(
            getattr(box, "text", "").replace("\ufeff", "") + " "
        )
        return
    last = _LAST_GLYPH.search(out[-1]) if isinstance(out[-1], bytes) else None
    if last is None or last[1] != glyph[1:5]:
        out.append(glyph)


def _artifact(artifact: Artifact) -> dict[str, str]:
    said = {"Type": f"/{artifact.kind}"}
    if artifact.subtype:
        said |= {"Subtype": f"/{artifact.subtype}"}
    return said
