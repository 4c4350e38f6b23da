"""Components: divs by their names. Sections in, diagnostics out."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

from fleuron.checks.common import blocks
from fleuron.checks.hidden import hidden
from fleuron.checks.passages import at
from fleuron.diagnostics import diagnostic
from fleuron.model import Diagnostic, Galley, Locale, Proof
from fleuron.nodes import Div
from fleuron.passes.places import seeker
from fleuron.theme import Theme

# How a component is called: a fence of colons, or a div of HTML.
_FENCE = r"(?m)(?:^[ \t>]*:{3,}[^\n]*?|class=[\"'][^\"'\n]*?)(?<![\w-])"


def components(galley: Galley, proof: Proof, theme: Theme, locale: Locale) -> Iterator[Diagnostic]:
    """A div whose first class names no component: a slip of the pen, as a rule."""
    seek = seeker(galley)
    for section, node in blocks(galley):
        if isinstance(node, Div) and node.attr.classes:
            name = node.attr.classes[0]
            if name not in theme.components:
                near = difflib.get_close_matches(name, theme.components, 1)
                hint = f"did you mean “{near[0]}”?" if near else _have(theme)
                place = seek(section.path, _FENCE + rf"({re.escape(name)})(?![\w-])")
                yield diagnostic("S106", place, f"no component “{name}”", hint, length=len(name))


def _have(theme: Theme) -> str:
    return f"the components are: {', '.join(sorted(theme.components))}"


_FENCES = re.compile(r"^[ \t>]*(:{3,})[ \t]*(\{[^}\n]*\}|[\w-]+)?[ \t:]*$", re.MULTILINE)


def fences(galley: Galley, proof: Proof, theme: Theme, locale: Locale) -> Iterator[Diagnostic]:
    """A div that is not closed swallows what comes after it."""
    for source in galley.manuscript.sources:
        open_: list[re.Match[str]] = []
        for match in _FENCES.finditer(hidden(source.text)):
            if match[2]:
                open_.append(match)
            elif open_:
                open_.pop()
            else:
                message, hint = "no div is open that this could close", "delete the line"
                yield diagnostic("S112", at(source, match.start(1)), message, hint, length=3)
        for match in open_:
            message = f"the div “{match[2]}” is not closed"
            hint = "close it with a line of its own: :::"
            length = match.end() - match.start(1)
            yield diagnostic("S112", at(source, match.start(1)), message, hint, length=length)
