"""Formulas that cannot be read. Sections in, diagnostics out."""

from __future__ import annotations

from collections.abc import Iterator

from fleuron import formulas
from fleuron.checks.common import nodes
from fleuron.diagnostics import diagnostic
from fleuron.model import Diagnostic, Galley, Locale, Proof
from fleuron.nodes import Math
from fleuron.passes.places import find
from fleuron.theme import Theme


def unreadable(galley: Galley, proof: Proof, theme: Theme, locale: Locale) -> Iterator[Diagnostic]:
    """A formula whose TeX pandoc does not know: it would stand in the page as code."""
    for section, node in nodes(galley, Math):
        if not formulas.clean(node.mathml):
            mark = "$$" if node.display else "$"
            place = find(galley, section.path, f"{mark}{node.tex}", raw=True)
            message = f"the formula “{' '.join(node.tex.split())[:60]}” cannot be read"
            hint = "look for a misspelt command, a missing brace, or & outside a matrix"
            yield diagnostic("F106", place, message, hint, length=len(node.tex) + 2 * len(mark))
