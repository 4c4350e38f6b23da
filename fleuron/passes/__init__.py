"""The passes: a galley and a library become a proof. Pure; each pass is a module with one function.

In their order: `clean` takes out what no edition may carry, `structure` nests sections and numbers
figures and tables, `descriptions` gathers the long descriptions of figures, `notes` gathers notes
in reading order and places citations, `works` lists the references, `references` resolves
cross-references, `typography` sets quotation marks and spaces as the locale does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from fleuron.diagnostics import in_order
from fleuron.model import Diagnostic, Edition, Galley, Locale, NavEntry, Proof
from fleuron.nodes import Block, Division, Inline, Plain, text
from fleuron.passes import (
    clean,
    descriptions,
    direction,
    notes,
    references,
    structure,
    typography,
    works,
)
from fleuron.passes.notes import Citer


def proof(galley: Galley, cite: Citer, locale: Locale) -> tuple[Proof, tuple[Diagnostic, ...]]:
    """`galley` ready to be set, and what is wrong with it.

    `cite` renders all citations of the edition at once (see `notes.Citer`). The proof is whole even
    where there are errors: what could not be resolved stays visible in the text.
    """
    found: list[Diagnostic] = []
    sections = clean.run(galley, found)
    divisions, targets = structure.run(sections, galley, found)
    divisions = descriptions.run(divisions, locale)
    placed = notes.run(divisions, cite, galley, found)
    targets |= {
        f"fn:{note.id}": references.Target("note-ref", f"fn-{note.number}", note.number)
        for note in placed.notes
        if note.id
    }
    resolve = references.setter(targets, locale, galley, found)
    set_ = typography.setter(locale)
    turn = direction.setter(locale)

    def finished(blocks: Iterable[Block]) -> tuple[Block, ...]:
        return turn(set_(resolve(blocks)))

    def set_lines(lines: Iterable[tuple[Inline, ...]]) -> Iterator[tuple[Inline, ...]]:
        for block in set_(map(Plain, lines)):
            yield block.children

    manuscript = galley.manuscript
    text_ = placed.divisions
    if manuscript.edition.brief.reference_list or not cite.in_notes:
        text_ = _with_list(text_, works.division(placed.entries, placed.citations, locale))
    divisions = tuple(d for d in finished(text_) if isinstance(d, Division))
    set_notes = tuple(replace(n, blocks=finished(n.blocks)) for n in placed.notes)
    prose = [text(division) for division in divisions]
    return Proof(
        edition=_titled(galley, set_),
        divisions=divisions,
        notes=set_notes,
        nav=_nav(divisions, 1),
        assets=manuscript.assets,
        strings={k: typography.words(v, locale) for k, v in manuscript.strings.items()},
        works=dict(zip(placed.works, set_lines(placed.works.values()), strict=True)),
        figures=sum(t.term == "figure-n" for t in targets.values()),
        tables=sum(t.term == "table-n" for t in targets.values()),
        words=sum(len(words.split()) for words in prose),
        letters=frozenset().union(*prose, *(text(note.blocks) for note in set_notes)),
        engine=placed.engine,
        why=placed.why,
    ), in_order(found)


def _with_list(
    divisions: tuple[Division, ...], references: Division | None
) -> tuple[Division, ...]:
    """The reference list before what closes the book: descriptions and imprint."""
    if references is None:
        return divisions
    closing = ("descriptions", "imprint")
    at = next((i for i, d in enumerate(divisions) if any(map(d.attr.has, closing))), len(divisions))
    return (*divisions[:at], references, *divisions[at:])


def _titled(galley: Galley, set_: typography.Setter) -> Edition:
    """The edition with its own lines as they will be printed: quotation marks, apostrophes set."""
    lines: dict[str, Any] = {
        name: references.plain(set_(blocks)) for name, blocks in galley.front.items()
    }
    return replace(galley.manuscript.edition, **lines)


def _nav(blocks: Iterable[Block], level: int) -> tuple[NavEntry, ...]:
    return tuple(
        NavEntry(d.attr.id, references.words_only(d.title), level, _nav(d.blocks, level + 1))
        for d in blocks
        if isinstance(d, Division)
    )
