"""Pictures made safe and ready. Bytes in; markup, or bytes with a media type, out. Opens no file.

A drawing (SVG) stands in the page itself, so that it takes the document's faces and a dark page can
restyle it. It is untrusted: only elements and attributes known to draw are let through, nothing in
it can run, load or point outside (SVG 2, 2.7.1, secure static mode).
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from html import escape

from lxml import etree
from PIL import Image, UnidentifiedImageError

SVG = "http://www.w3.org/2000/svg"
_MOST_PIXELS = 80_000_000
_MEDIA = {"PNG": "image/png", "JPEG": "image/jpeg", "GIF": "image/gif", "WEBP": "image/webp"}

_ELEMENTS = frozenset(
    [
        "svg",
        "g",
        "defs",
        "symbol",
        "use",
        "path",
        "rect",
        "circle",
        "ellipse",
        "line",
        "polyline",
        "polygon",
        "text",
        "tspan",
        "title",
        "desc",
        "linearGradient",
        "radialGradient",
        "stop",
        "clipPath",
        "mask",
        "pattern",
        "marker",
    ]
)
_ATTRIBUTES = frozenset(
    [
        "id",
        "class",
        "d",
        "x",
        "y",
        "x1",
        "y1",
        "x2",
        "y2",
        "dx",
        "dy",
        "cx",
        "cy",
        "r",
        "rx",
        "ry",
        "fx",
        "fy",
        "width",
        "height",
        "viewBox",
        "points",
        "transform",
        "preserveAspectRatio",
        "rotate",
        "textLength",
        "lengthAdjust",
        "fill",
        "fill-opacity",
        "fill-rule",
        "stroke",
        "stroke-width",
        "stroke-opacity",
        "stroke-linecap",
        "stroke-linejoin",
        "stroke-dasharray",
        "stroke-dashoffset",
        "stroke-miterlimit",
        "opacity",
        "clip-path",
        "clip-rule",
        "mask",
        "font-family",
        "font-size",
        "font-style",
        "font-weight",
        "font-variant",
        "letter-spacing",
        "word-spacing",
        "text-anchor",
        "dominant-baseline",
        "alignment-baseline",
        "baseline-shift",
        "text-decoration",
        "visibility",
        "display",
        "color",
        "offset",
        "stop-color",
        "stop-opacity",
        "gradientUnits",
        "gradientTransform",
        "spreadMethod",
        "patternUnits",
        "patternContentUnits",
        "patternTransform",
        "clipPathUnits",
        "maskUnits",
        "maskContentUnits",
        "markerWidth",
        "markerHeight",
        "markerUnits",
        "refX",
        "refY",
        "orient",
        "marker-start",
        "marker-mid",
        "marker-end",
        "vector-effect",
        "shape-rendering",
        "text-rendering",
        "direction",
        "unicode-bidi",
        "lang",
        "version",
    ]
)
_LOCAL_URL = re.compile(r"\s*url\(\s*['\"]?#[\w.:-]+['\"]?\s*\)\s*(?:none|currentColor)?\s*")


class Unsafe(ValueError):
    """A picture that no edition may carry; the message says why."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """An SVG ready to stand in a page: its markup, and the keys of text that had no words."""

    markup: str
    untold: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Photo:
    """A raster picture: its bytes, media type and size in pixels."""

    data: bytes
    media_type: str
    width: int
    height: int


def photo(data: bytes) -> Photo:
    """A raster picture looked at. Raises Unsafe where it cannot be read or is too large."""
    try:
        with Image.open(io.BytesIO(data), formats=tuple(_MEDIA)) as image:
            width, height = image.size
            media_type = _MEDIA[str(image.format)]
            if width * height > _MOST_PIXELS:
                raise Unsafe(f"{width} × {height} pixels are more than a picture may have")
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as error:
        raise Unsafe("it is not a picture that can be read") from error
    return Photo(data, media_type, width, height)


def drawing(
    data: bytes,
    name: str,
    alt: str,
    strings: Mapping[str, str],
    faces: Mapping[str, Iterable[str]] | None = None,
) -> Drawing:
    """An SVG as markup to stand in a page.

    `name` becomes the prefix of its ids, `alt` its accessible name, without which it is there for
    the eye alone; `strings` replaces the words of
    each element with a `data-key`. `faces` are the page's: a drawing that asks for one of a role
    takes all of that role, so that its words have letters in every script. Raises Unsafe where it
    is not SVG.
    """
    root = _parsed(data)
    untold = _tell(root, strings)
    _strip(root)
    _face(root, faces or {})
    _prefix(root, name)
    for child in list(root):
        if etree.QName(child).localname in ("title", "desc"):
            root.remove(child)
    if alt:
        root.set("role", "img")
        root.set("aria-label", alt)
    else:
        root.set("aria-hidden", "true")
    root.set("focusable", "false")
    etree.cleanup_namespaces(root, top_nsmap={None: SVG})  # type: ignore[dict-item]
    markup = etree.tostring(root, encoding="unicode", with_tail=False)
    return Drawing(markup, untold)


def placer(
    assets: Mapping[str, bytes],
    strings: Mapping[str, str],
    faces: Mapping[str, Iterable[str]],
    source: Callable[[str, Photo], str],
) -> Callable[[str, str], str]:
    """A function from an image's path and its alternative text to its markup, for one page: a
    drawing of `assets` stands in it with the words of `strings`, a photograph is fetched from its
    `source`, and what is not there gives nothing. A drawing is named for its ids, and differently
    each time, as it may stand twice in a page."""
    uses: Counter[str] = Counter()

    def name(url: str) -> str:
        stem = re.sub(r"[^\w-]+", "-", url.rpartition("/")[2].removesuffix(".svg"))
        uses[stem] += 1
        return f"drawing-{stem}" + (f"-{uses[stem]}" if uses[stem] > 1 else "")

    def place(url: str, alt: str) -> str:
        data = assets.get(url)
        if data is None:
            return ""
        if url.lower().endswith(".svg"):
            return drawing(data, name(url), alt, strings, faces).markup
        taken = photo(data)
        return _tag(taken, source(url, taken), alt)

    return place


def _parsed(data: bytes) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
        huge_tree=False,
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise Unsafe(f"it is not well-formed XML: {error.msg}") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise Unsafe("it declares a document type, which can define entities")
    if root.tag != f"{{{SVG}}}svg":
        raise Unsafe("it is not an SVG drawing")
    return root


def _tell(root: etree._Element, strings: Mapping[str, str]) -> tuple[str, ...]:
    """Puts the words of this language where a key stands; gives back keys without words."""
    untold = []
    for element in root.iter():
        key = element.get("data-key") if isinstance(element.tag, str) else None
        if key and key in strings:
            _say(element, strings[key].split("|"))
        elif key and strings:
            untold.append(key)
    return tuple(untold)


def _say(element: etree._Element, lines: list[str]) -> None:
    """New words in the lines the drawing has; a last line takes what is left. A label of one line
    in the drawing may have more in another language: they follow beneath it."""
    spans = [child for child in element if etree.QName(child).localname == "tspan"]
    if not spans and len(lines) > 1 and etree.QName(element).localname == "text":
        element.text = None
        spans = [_line(element, index) for index in range(len(lines))]
    if not spans:
        element.text = " ".join(lines)
        return
    for index, span in enumerate(spans):
        last = index == len(spans) - 1
        span.text = " ".join(lines[index:]) if last else "".join(lines[index : index + 1])


def _line(element: etree._Element, index: int) -> etree._Element:
    span = etree.SubElement(element, f"{{{SVG}}}tspan", {"x": str(element.get("x") or 0)})
    if index:
        span.set("dy", "1.22em")
    return span


def _strip(root: etree._Element) -> None:
    for element in list(root.iter()):
        if not isinstance(element.tag, str):
            _drop(element)
            continue
        name = etree.QName(element)
        if name.namespace != SVG or name.localname not in _ELEMENTS:
            if element is root:
                raise Unsafe("it is not an SVG drawing")
            _drop(element)
            continue
        for key, value in list(element.attrib.items()):
            if not _harmless(name.localname, str(key), str(value)):
                del element.attrib[key]


def _drop(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _harmless(tag: str, key: str, value: str) -> bool:
    if key in ("href", "{http://www.w3.org/1999/xlink}href"):
        return tag in ("use", "linearGradient", "radialGradient", "pattern") and bool(
            re.fullmatch(r"#[\w.:-]+", value)
        )
    if key not in _ATTRIBUTES:
        return False
    lowered = value.lower()
    if "url(" in lowered:
        return bool(_LOCAL_URL.fullmatch(value))
    return "javascript:" not in lowered and "data:" not in lowered


def _face(root: etree._Element, faces: Mapping[str, Iterable[str]]) -> None:
    for element in root.iter():
        asked = str(element.get("font-family") or "")
        for families in map(tuple, faces.values()):
            if any(family in asked for family in families):
                element.set("font-family", ", ".join(f"'{family}'" for family in families))


def _prefix(root: etree._Element, name: str) -> None:
    """Ids in a page must be unique; two drawings may well share theirs."""
    own = {e.get("id") for e in root.iter() if e.get("id")}
    for element in root.iter():
        for key, value in [(str(k), str(v)) for k, v in element.attrib.items()]:
            if key == "id" and value in own:
                element.set("id", f"{name}-{value}")
            elif key.endswith("href") and value[1:] in own:
                del element.attrib[key]
                element.set("href", f"#{name}-{value[1:]}")
            elif "url(" in value:
                element.set(key, re.sub(r"#([\w.:-]+)", rf"#{name}-\1", value))


def _tag(photo: Photo, source: str, alt: str) -> str:
    """An `img` element whose box is known before the picture is."""
    size = f'width="{photo.width}" height="{photo.height}"'
    return f'<img src="{escape(source)}" alt="{escape(alt)}" {size}/>'
