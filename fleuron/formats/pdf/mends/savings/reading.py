"""Markup and hyphenation patterns read sooner. Files of others in; the same trees and breaks out.

pyphen takes some ten thousand patterns apart before the first word is hyphenated, of which a text
needs a few hundred; tinyhtml5 keeps each expression it has made where it does not look for it.
"""

from __future__ import annotations

import re
from typing import Any

import pyphen
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


SAVINGS = (take_patterns_apart_when_asked, find_expressions_again)
