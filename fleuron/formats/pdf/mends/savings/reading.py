"""Markup and hyphenation patterns read sooner. Files of others in; the same trees and breaks out.

Our own markup is XML as well as HTML, and Python's parser of XML is forty times as fast as one of
HTML. pyphen takes some ten thousand patterns apart before the first word is hyphenated, of which a
text needs a few hundred; tinyhtml5 keeps each expression it has made where it does not look for it.
"""

from __future__ import annotations

import re
from io import StringIO
from typing import Any
from xml.etree import ElementTree

import pyphen
import tinyhtml5
from tinyhtml5.inputstream import HTMLUnicodeInputStream

from fleuron.formats.pdf.mends.patching import rewrite

_PART = re.compile(r"(\d?)(\D?)")
_BREAK = re.compile("[1-9]")
_NO_DIGITS = dict.fromkeys(map(ord, "0123456789"))


class Patterns(dict[str, Any]):
    """Patterns by their letters, each taken apart when it is first asked for."""

    def put(self, pattern: str) -> None:
        if _BREAK.search(pattern):
            self[pattern.translate(_NO_DIGITS)] = pattern

    def get(self, letters: str, otherwise: Any = None) -> Any:
        found = super().get(letters, otherwise)
        if found.__class__ is str:
            found = self[letters] = _places(found)
        return found


def _places(pattern: str) -> tuple[int, tuple[int, ...]]:
    """Where a pattern's first digit that counts stands, and the digits from there to the last."""
    values = [int(digit or "0") for digit, _ in _PART.findall(pattern)]
    counting = [place for place, value in enumerate(values) if value]
    return counting[0], tuple(values[counting[0] : counting[-1] + 1])


def take_patterns_apart_when_asked() -> None:
    rewrite(
        pyphen.HyphDict.__init__,
        "e1d0c27e3949870b",
        ("    self.patterns = {}\n", "    self.patterns = _Patterns()\n"),
        (
            "            factory = int\n",
            "            self.patterns.put(pattern)\n            continue\n",
        ),
        _Patterns=Patterns,
    )


def find_expressions_again() -> None:
    rewrite(
        HTMLUnicodeInputStream.chars_until,
        "1f7efeb0a0a9414a",
        (
            "        characters = characters_until_regex[(characters, opposite)] = regex\n",
            "        characters_until_regex[(characters, opposite)] = regex\n"
            "        characters = regex\n",
        ),
    )


_stock_parse = tinyhtml5.parse
# What a page is whose markup is XML: an element `html` in no namespace, with a language.
_OURS = re.compile(r"\s*<!DOCTYPE html>\s*<html lang=", re.IGNORECASE)
_LINE_FEED = re.compile(r"<pre[^>]*>\n")
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def parse(document: Any, **options: Any) -> Any:
    """As tinyhtml5's, sooner for a page that is XML too."""
    if set(options) == {"namespace_html_elements"} and isinstance(document, StringIO):
        root = _as_xml(document.getvalue())
        if root is not None:
            return root
    return _stock_parse(document, **options)


def _as_xml(markup: str) -> Any:
    """The tree that a parser of HTML would make, or None where XML makes another."""
    # A parser of HTML drops a line feed that begins a `pre` (HTML, 13.2.6.4.7).
    if not _OURS.match(markup) or _LINE_FEED.search(markup):
        return None
    try:
        root = ElementTree.fromstring(markup)
    except ElementTree.ParseError:
        return None
    head, body = (root.find(name) for name in ("head", "body"))
    if [child.tag for child in root] != ["head", "body"] or head is None or body is None:
        return None
    root.text = None
    body.tail, last = None, body.tail
    if len(body):
        body[-1].tail = (body[-1].tail or "") + (last or "")
    for element in root.iter():
        if _LANG in element.attrib:
            element.attrib = {n.replace(_LANG, "xml:lang"): v for n, v in element.attrib.items()}
    return root


def read_markup_as_xml() -> None:
    tinyhtml5.parse = parse


SAVINGS = (read_markup_as_xml, take_patterns_apart_when_asked, find_expressions_again)
