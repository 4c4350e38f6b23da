"""Checks: one small generator for each thing an editor would want to know. Pure.

A galley and its proof in, diagnostics out. Some read the syntax tree; the text gate reads
`passages`, the letters of each block with their places in the source. To add a check, write a
generator with the signature `Check` in the module of its theme and add it to `CHECKS`.
"""

from __future__ import annotations

from collections.abc import Iterator

from fleuron.checks import (
    components,
    figures,
    headings,
    links,
    math,
    names,
    notes,
    numbers,
    pairs,
    repeats,
    scripts,
    sentences,
    strays,
    typed,
    words,
)
from fleuron.checks.common import Check
from fleuron.model import Diagnostic, Galley, Locale, Proof
from fleuron.theme import Theme

CHECKS: tuple[Check, ...] = (
    components.components,
    components.fences,
    figures.figures,
    notes.notes,
    notes.order,
    notes.final_stop,
    headings.headings,
    headings.levels,
    headings.wording,
    links.addresses,
    links.bare,
    pairs.quotation,
    pairs.bracketing,
    pairs.foreign_marks,
    sentences.doubled,
    sentences.spaces,
    sentences.ends,
    repeats.repeats,
    repeats.nearly,
    repeats.pull_quotes,
    typed.ibid,
    numbers.numbers,
    typed.author_year,
    strays.strays,
    scripts.unmarked,
    scripts.mixed,
    scripts.hyphens,
    scripts.per_cent,
    words.spellings,
    names.names,
    math.unreadable,
)


def checks(galley: Galley, proof: Proof, theme: Theme, locale: Locale) -> Iterator[Diagnostic]:
    """Everything that all checks find."""
    for check in CHECKS:
        yield from check(galley, proof, theme, locale)
