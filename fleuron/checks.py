"""Checks: one small generator for each thing an editor would want to know. Pure.

A galley and its proof in, diagnostics out. To add a check, write a generator with this signature
and add it to `CHECKS`.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator, Mapping

from fleuron import pictures
from fleuron.diagnostics import diagnostic
from fleuron.model import Diagnostic, Galley, Locale, Place, Proof, Section, SourceFile
from fleuron.nodes import Cite, Div, Figure, Header, Image, Node, each, text
from fleuron.passes.places import find, masked
from fleuron.passes.references import is_reference
from fleuron.theme import Theme

Check = Callable[[Galley, Proof, Theme, Locale], Iterator[Diagnostic]]


def checks(galley: Galley, proof: Proof, theme: Theme, locale: Locale) -> Iterator[Diagnostic]:
    """Everything that all checks find."""
    for check in CHECKS:
        yield from check(galley, proof, theme, locale)


def _all(galley: Galley) -> Iterator[tuple[Section, Node]]:
    for section in galley.sections:
        for node in each(section.blocks):
            yield section, node


def components(galley: Galley, proof: Proof, theme: Theme, locale: Locale) -> Iterator[Diagnostic]:
    """A div whose first class names no component: a slip of the pen, as a rule."""
    for section, node in _all(galley):
        if isinstance(node, Div) and node.attr.classes:
            name = node.attr.classes[0]
            if name not in theme.components:
                near = difflib.get_close_matches(name, theme.components, 1)
                hint = f"did you mean “{near[0]}”?" if near else _have(theme)
                place = find(galley, section.path, name)
                yield diagnostic("S106", place, f"no component “{name}”", hint, length=len(name))


def _have(theme: Theme) -> str:
    return f"the components are: {', '.join(sorted(theme.components))}"


def figures(galley: Galley, proof: Proof, theme: Theme, locale: Locale) -> Iterator[Diagnostic]:
    """A figure needs its picture, words in place of it, and a credit."""
    for section, node in _all(galley):
        if isinstance(node, Image):
            yield from _image(galley, section, node)
        elif isinstance(node, Figure):
            images = [n for n in each(node.blocks) if isinstance(n, Image)]
            attrs = [node.attr, *(image.attr for image in images)]
            if images and not any(a.get("credit") or a.get("source") for a in attrs):
                place = find(galley, section.path, images[0].url, raw=True)
                hint = 'add credit="…" to its attributes'
                yield diagnostic("F104", place, "the figure names no credit or source", hint)


def _image(galley: Galley, section: Section, node: Image) -> Iterator[Diagnostic]:
    place = find(galley, section.path, node.url, raw=True)
    data = galley.manuscript.assets.get(node.url)
    if data is None:
        near = difflib.get_close_matches(node.url, galley.manuscript.assets, 1)
        hint = f"did you mean “{near[0]}”?" if near else "put it beside the text, in figures/"
        yield diagnostic("F101", place, f"no picture “{node.url}”", hint, length=len(node.url))
        return
    alt = node.attr.get("alt") or text(node.children)
    if not alt.strip() or re.fullmatch(r"[\w./-]+\.\w{3,4}", alt.strip()):
        hint = 'say in alt="…" what the picture shows, in a sentence'
        yield diagnostic("F102", place, "the picture has no alternative text", hint)
    try:
        if node.url.lower().endswith(".svg"):
            drawn = pictures.drawing(data, "x", alt, galley.manuscript.strings)
            yield from _untold(drawn.untold, node.url, place)
        else:
            pictures.photo(data)
    except pictures.Unsafe as error:
        yield diagnostic("F103", place, f"“{node.url}” cannot be shown: {error}")


def _untold(keys: tuple[str, ...], url: str, place: Place) -> Iterator[Diagnostic]:
    if keys:
        message = f"“{url}” has text with no words in this language: {', '.join(keys[:5])}"
        yield diagnostic("F105", place, message, "add them to figures.yaml beside the sections")


_CALL = re.compile(r"\[\^([^\]\s]+)\](?!:)")
_BODY = re.compile(r"^ {0,3}\[\^([^\]\s]+)\]:", re.MULTILINE)


def notes(galley: Galley, proof: Proof, theme: Theme, locale: Locale) -> Iterator[Diagnostic]:
    """Every note is written once and called, in its own section: pandoc leaves the call of a note
    that is not written as it stands, and drops a note that is not called, both without a word."""
    for source in galley.manuscript.sources:
        text_ = masked(source.text)
        bodies: dict[str, Place] = {}
        for match in _BODY.finditer(text_):
            place = _at(source, match.start())
            if match[1] in bodies:
                related = [(bodies[match[1]], "first written here")]
                message = f"the note “{match[1]}” is written twice"
                yield diagnostic(
                    "N103",
                    place,
                    message,
                    "give one of them another name",
                    length=len(match[1]) + 3,
                    related=related,
                )
            bodies.setdefault(match[1], place)
        calls = {m[1]: m.start() for m in reversed(list(_CALL.finditer(text_)))}
        yield from _uncalled(bodies, calls)
        yield from _unwritten(bodies, calls, source)


def _uncalled(bodies: Mapping[str, Place], calls: Mapping[str, int]) -> Iterator[Diagnostic]:
    for name, place in bodies.items():
        if name not in calls:
            near = difflib.get_close_matches(name, calls, 1)
            hint = f"did you mean “{near[0]}”?" if near else f"call it: [^{name}], or delete it"
            message = f"the note “{name}” is never called"
            yield diagnostic("N102", place, message, hint, length=len(name) + 3)


def _unwritten(
    bodies: Mapping[str, Place], calls: Mapping[str, int], source: SourceFile
) -> Iterator[Diagnostic]:
    for name, at in calls.items():
        if name not in bodies:
            near = difflib.get_close_matches(name, bodies, 1)
            hint = f"did you mean “{near[0]}”?" if near else f"write it in this file: [^{name}]: …"
            message = f"the note “{name}” is not written in this section"
            yield diagnostic("N101", _at(source, at), message, hint, length=len(name) + 3)


def _at(source: SourceFile, offset: int) -> Place:
    before = source.text[:offset]
    return Place(source.path, before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1)


def headings(galley: Galley, proof: Proof, theme: Theme, locale: Locale) -> Iterator[Diagnostic]:
    """A heading holds no citation: contents, running heads and bookmarks have no notes."""
    for section, node in _all(galley):
        if isinstance(node, Header):
            for inner in each(node.children):
                if isinstance(inner, Cite) and not all(map(is_reference, inner.items)):
                    place = find(galley, section.path, f"@{inner.items[0].key}")
                    hint = "cite it in the first sentence beneath"
                    yield diagnostic("C106", place, "a citation in a heading", hint)


CHECKS: tuple[Check, ...] = (components, figures, notes, headings)
