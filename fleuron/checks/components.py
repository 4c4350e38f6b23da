"""Components: divs by their names. Sections in, diagnostics out."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from fleuron.checks.common import nodes
from fleuron.diagnostics import diagnostic
from fleuron.model import Diagnostic, Galley, Locale, Proof
from fleuron.nodes import Div
from fleuron.passes.places import find
from fleuron.theme import Theme


def components(galley: Galley, proof: Proof, theme: Theme, locale: Locale) -> Iterator[Diagnostic]:
    """A div whose first class names no component: a slip of the pen, as a rule."""
    for section, node in nodes(galley):
        if isinstance(node, Div) and node.attr.classes:
            name = node.attr.classes[0]
            if name not in theme.components:
                near = difflib.get_close_matches(name, theme.components, 1)
                hint = f"did you mean “{near[0]}”?" if near else _have(theme)
                place = find(galley, section.path, name)
                yield diagnostic("S106", place, f"no component “{name}”", hint, length=len(name))


def _have(theme: Theme) -> str:
    return f"the components are: {', '.join(sorted(theme.components))}"
