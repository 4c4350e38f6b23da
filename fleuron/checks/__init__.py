"""Checks: one small generator for each thing an editor would want to know. Pure.

A galley and its proof in, diagnostics out. To add a check, write a generator with the signature
`Check` in the module of its theme and add it to `CHECKS`.
"""

from __future__ import annotations

from collections.abc import Iterator

from fleuron.checks.common import Check
from fleuron.checks.components import components
from fleuron.checks.figures import figures
from fleuron.checks.headings import headings
from fleuron.checks.notes import notes
from fleuron.model import Diagnostic, Galley, Locale, Proof
from fleuron.theme import Theme

CHECKS: tuple[Check, ...] = (components, figures, notes, headings)


def checks(galley: Galley, proof: Proof, theme: Theme, locale: Locale) -> Iterator[Diagnostic]:
    """Everything that all checks find."""
    for check in CHECKS:
        yield from check(galley, proof, theme, locale)
