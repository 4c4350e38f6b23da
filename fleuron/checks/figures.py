"""Figures: the picture, the words in place of it, its credit. Sections in, diagnostics out."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

from fleuron import pictures
from fleuron.checks.common import nodes
from fleuron.diagnostics import diagnostic
from fleuron.model import Diagnostic, Galley, Locale, Place, Proof, Section
from fleuron.nodes import Figure, Image, each, text
from fleuron.passes.places import Seek, seeker
from fleuron.theme import Theme


def figures(galley: Galley, proof: Proof, theme: Theme, locale: Locale) -> Iterator[Diagnostic]:
    """A figure needs its picture, words in place of it, and a credit."""
    found, framed = seeker(galley), seeker(galley)
    for section, node in nodes(galley, Figure, Image):
        if isinstance(node, Image):
            yield from _image(galley, node, _place(found, section, node))
        elif isinstance(node, Figure):
            images = list(each(node.blocks, Image))
            attrs = [node.attr, *(image.attr for image in images)]
            places = [_place(framed, section, image) for image in images]
            yield from _said_twice(node, images, places)
            if images and not any(a.get("credit") or a.get("source") for a in attrs):
                message, hint = "the figure names no credit or source", _CREDIT
                yield diagnostic("F104", places[0], message, hint, length=len(images[0].url))


def _said_twice(figure: Figure, images: list[Image], places: list[Place]) -> Iterator[Diagnostic]:
    """Where `alt` is not given, pandoc gives the caption, which is read out anyway."""
    caption = text(figure.caption).strip()
    for image, place in zip(images, places, strict=True):
        decorative = image.attr.has("decorative")
        if _alt(image).strip() == caption and not (decorative or _wordless(image)):
            message = "the picture has no alternative text but its caption"
            yield diagnostic("F102", place, message, _ALT, length=len(image.url))


def _alt(image: Image) -> str:
    return image.attr.get("alt") or text(image.children)


def _wordless(image: Image) -> bool:
    """Whether the words in place of a picture are none, or the name of a file."""
    alt = _alt(image).strip()
    return not alt or re.fullmatch(r"[\w./-]+\.\w{3,4}", alt) is not None


_ALT = 'say in alt="…" what it shows, in a sentence, or mark it {.decorative}'
_CREDIT = 'add credit="…" to its attributes'


def _place(seek: Seek, section: Section, node: Image) -> Place:
    return seek(section.path, rf"(?:\]\(\s*<?|^\[[^\]\n]+\]:\s*<?)({re.escape(node.url)})")


def _image(galley: Galley, node: Image, place: Place) -> Iterator[Diagnostic]:
    length = len(node.url)
    data = galley.manuscript.assets.get(node.url)
    if data is None:
        near = difflib.get_close_matches(node.url, galley.manuscript.assets, 1)
        hint = f"did you mean “{near[0]}”?" if near else "put it beside the text, in figures/"
        yield diagnostic("F101", place, f"no picture “{node.url}”", hint, length=length)
        return
    if _wordless(node) and not node.attr.has("decorative"):
        message = "the picture has no alternative text"
        yield diagnostic("F102", place, message, _ALT, length=length)
    try:
        if node.url.lower().endswith(".svg"):
            drawn = pictures.drawing(data, "x", _alt(node), galley.manuscript.strings)
            yield from _untold(drawn.untold, node.url, place)
        else:
            pictures.photo(data)
    except pictures.Unsafe as error:
        message, hint = f"“{node.url}” cannot be shown: {error}", "save it again as a plain picture"
        yield diagnostic("F103", place, message, hint, length=length)


def _untold(keys: tuple[str, ...], url: str, place: Place) -> Iterator[Diagnostic]:
    if keys:
        message = f"“{url}” has text with no words in this language: {', '.join(keys[:5])}"
        hint = "add them to figures.yaml beside the sections"
        yield diagnostic("F105", place, message, hint, length=len(url))
