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
    for section, node in nodes(galley):
        if isinstance(node, Image):
            yield from _image(galley, node, _place(found, section, node))
        elif isinstance(node, Figure):
            images = [n for n in each(node.blocks) if isinstance(n, Image)]
            attrs = [node.attr, *(image.attr for image in images)]
            places = [_place(framed, section, image) for image in images]
            if images and not any(a.get("credit") or a.get("source") for a in attrs):
                message, hint = "the figure names no credit or source", _CREDIT
                yield diagnostic("F104", places[0], message, hint, length=len(images[0].url))


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
    alt = node.attr.get("alt") or text(node.children)
    unsaid = not alt.strip() or re.fullmatch(r"[\w./-]+\.\w{3,4}", alt.strip())
    if unsaid and not node.attr.has("decorative"):
        hint = 'say in alt="…" what it shows, in a sentence, or mark it {.decorative}'
        message = "the picture has no alternative text"
        yield diagnostic("F102", place, message, hint, length=length)
    try:
        if node.url.lower().endswith(".svg"):
            drawn = pictures.drawing(data, "x", alt, galley.manuscript.strings)
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
