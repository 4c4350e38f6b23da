"""What the checks share: their signature, and a walk over all sections. Finds nothing itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from fleuron.model import Diagnostic, Galley, Locale, Place, Proof, Section, SourceFile
from fleuron.nodes import Node, each
from fleuron.theme import Theme

Check = Callable[[Galley, Proof, Theme, Locale], Iterator[Diagnostic]]


def nodes(galley: Galley) -> Iterator[tuple[Section, Node]]:
    """Every node of an edition's sections, with the section it stands in."""
    for section in galley.sections:
        for node in each(section.blocks):
            yield section, node


def at(source: SourceFile, offset: int) -> Place:
    """The place of an offset in a source."""
    line = source.text.count("\n", 0, offset) + 1
    return Place(source.path, line, offset - source.text.rfind("\n", 0, offset))
