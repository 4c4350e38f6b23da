"""Pages about editions: the catalogue, statements, the state of translations. A template and what
it wants to know in; a page out that needs nothing else, with the faces of its theme cut down to the
characters that stand in it. Reads and writes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from typing import Any

from fleuron import fonts
from fleuron.model import Artefact, Html
from fleuron.theme import Face, Theme, policy

# What is set in a role's faces, in one weight: headings, and code. All else is in the sans.
_SET_IN = {"serif": re.compile(r"<(h[12])\b.*?</\1>"), "mono": re.compile(r"<(code)\b.*?</\1>")}


def page(name: str, form: str, template: str, theme: Theme, **context: Any) -> Artefact:
    """The page `name`, of the template and the style sheet of `formats/<form>/`."""

    def filled(style: str, allowed: str) -> str:
        path = f"formats/{form}/{template}"
        return theme.render(path, style=Html(style), policy=allowed, **context)

    faces = [entry for part in _cut(theme, filled("", "")) for entry in part]
    style = theme.stylesheet(form, faces=faces)
    return Artefact(name, "text/html", filled(style, policy(style)).encode())


def _cut(theme: Theme, bare: str) -> Iterator[list[dict[str, Any]]]:
    """The faces of each role, with the characters that it sets."""
    for role, pattern in _SET_IN.items():
        letters = _letters("".join(found[0] for found in pattern.finditer(bare)))
        regular = (f for f in _worn(theme, role, letters) if f.weights[0] <= 400)
        yield fonts.declared((replace(f, weights=(400, 400)), letters) for f in regular)
    letters = _letters(bare)
    yield fonts.declared((face, letters) for face in _worn(theme, "sans", letters))


def _letters(markup: str) -> frozenset[str]:
    return frozenset(unescape(re.sub(r"<[^>]*>", "", markup)))


def _worn(theme: Theme, role: str, letters: frozenset[str]) -> Iterator[Face]:
    """The upright faces that set `letters`: the role's first, and a later one for what those before
    it lack."""
    lacking = frozenset(c for c in letters if c.isprintable() and c != " ")
    for family in theme.tokens["faces"][role]:
        own = [f for f in theme.faces if f.family == family and f.style == "normal"]
        known = frozenset().union(*map(fonts.covers, own))
        if lacking & known:
            yield from own
        lacking -= known
