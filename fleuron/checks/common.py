"""What the checks share: their signature, walks over tree and passages, a diagnostic at a part of
a passage. Finds nothing itself.

Where it can, a pattern of a check begins with what is rare and looks back from there, past it: what
begins by looking back is tried at each letter, which takes ten times as long.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from fleuron.checks.passages import Passage, passages
from fleuron.diagnostics import diagnostic
from fleuron.model import Diagnostic, Galley, Locale, Proof, Section, SourceFile
from fleuron.nodes import Header, N, Node, Para, Plain, children, each
from fleuron.theme import Theme

Check = Callable[[Galley, Proof, Theme, Locale], Iterator[Diagnostic]]


def nodes(galley: Galley, *kinds: type[N]) -> Iterator[tuple[Section, N]]:
    """Every node of these kinds in an edition's sections, with the section it stands in."""
    for section in galley.sections:
        for node in each(section.blocks, *kinds):
            yield section, node


def blocks(galley: Galley) -> Iterator[tuple[Section, Node]]:
    """Every block of an edition's sections, without the words in it."""
    for section in galley.sections:
        stack: list[Node] = []
        stack.extend(reversed(section.blocks))
        while stack:
            node = stack.pop()
            yield section, node
            if not isinstance(node, (Para, Plain, Header)):
                stack.extend(list(children(node))[::-1])


def sources(galley: Galley) -> tuple[SourceFile, ...]:
    """The sources that are read as prose: none of an edition in a pseudo-language, whose source is
    read as what it is."""
    return () if galley.manuscript.pseudo else galley.manuscript.sources


def prose(galley: Galley, *kinds: str) -> Iterator[Passage]:
    """The passages of an edition, of these kinds where some are named."""
    for source in sources(galley):
        for passage in passages(source):
            if not kinds or passage.kind in kinds:
                yield passage


def slip(
    code: str, passage: Passage, start: int, end: int, message: str, hint: str = ""
) -> Diagnostic:
    """A diagnostic at a part of a passage."""
    place, length = passage.place(start), passage.length(start, end)
    return diagnostic(code, place, message, hint, length=length)


def shown(words: str, most: int = 60) -> str:
    """Words of a passage as a message shows them."""
    words = " ".join("".join(c for c in words if not "\ue000" <= c <= "\ue00f").split())
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


def any_of(words: tuple[str, ...]) -> str:
    """A pattern for any of these words, the longest first, with any space within."""
    ordered = sorted(words, key=len, reverse=True)
    return "|".join(re.escape(w).replace(r"\ ", r"\s*") for w in ordered) or r"(?!)"
