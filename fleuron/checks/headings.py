"""Headings. Sections in, diagnostics out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fleuron.checks.common import nodes
from fleuron.diagnostics import diagnostic
from fleuron.model import Diagnostic, Galley, Locale, Proof
from fleuron.nodes import Cite, Header, each
from fleuron.passes.places import seeker
from fleuron.passes.references import is_reference
from fleuron.theme import Theme


def headings(galley: Galley, proof: Proof, theme: Theme, locale: Locale) -> Iterator[Diagnostic]:
    """A heading holds no citation: contents, running heads and bookmarks have no notes."""
    seek = seeker(galley)
    for section, node in nodes(galley):
        if isinstance(node, Header):
            for inner in each(node.children):
                if isinstance(inner, Cite) and not all(map(is_reference, inner.items)):
                    key = inner.items[0].key
                    place = seek(section.path, rf"(?m)^#+ [^\n]*?(@\{{?{re.escape(key)}(?!\w))")
                    message, hint = (
                        "a citation in a heading",
                        "cite it in the first sentence beneath",
                    )
                    yield diagnostic("C106", place, message, hint, length=len(key) + 1)
