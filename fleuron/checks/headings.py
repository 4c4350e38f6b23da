"""Headings: what may stand in one, how long it is, how deep. Sections in, diagnostics out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fleuron.checks.common import blocks, prose, shown, slip
from fleuron.checks.hidden import hidden
from fleuron.checks.passages import Passage, at
from fleuron.diagnostics import diagnostic
from fleuron.model import Diagnostic, Galley, Locale, Place, Proof
from fleuron.nodes import Cite, Header, each, text
from fleuron.passes.places import seeker
from fleuron.passes.references import is_reference
from fleuron.theme import Theme


def headings(galley: Galley, proof: Proof, theme: Theme, locale: Locale) -> Iterator[Diagnostic]:
    """A heading holds no citation: contents, running heads and bookmarks have no notes."""
    seek = seeker(galley)
    for section, node in blocks(galley):
        if isinstance(node, Header):
            for inner in each(node.children, Cite):
                if not all(map(is_reference, inner.items)):
                    key = inner.items[0].key
                    place = seek(section.path, rf"(?m)^#+ [^\n]*?(@\{{?{re.escape(key)}(?!\w))")
                    message, hint = (
                        "a citation in a heading",
                        "cite it in the first sentence beneath",
                    )
                    yield diagnostic("C106", place, message, hint, length=len(key) + 1)


def levels(galley: Galley, proof: Proof, theme: Theme, locale: Locale) -> Iterator[Diagnostic]:
    """A level that is skipped leaves readers of the outline looking for what is between. What
    stands in a box is no part of the outline."""
    for section in galley.sections:
        above = 0
        for block in section.blocks:
            if not isinstance(block, Header):
                continue
            if above and block.level > above + 1:
                words = text(block.children)
                place = _place(galley, section.path, block, words)
                message = f"the heading “{words}” is of level {block.level}, after one of {above}"
                hint = f"write it with {'#' * (above + 1)}"
                yield diagnostic("S111", place, message, hint, length=block.level)
            above = block.level


def _place(galley: Galley, path: str, block: Header, words: str) -> Place:
    first = re.escape(words.split()[0]) if words else ""
    source = next(s for s in galley.manuscript.sources if s.path == path)
    match = re.search(rf"^#{{{block.level}}}[ \t]+\W*{first}", hidden(source.text), re.MULTILINE)
    return at(source, match.start()) if match else Place(path)


LONGEST = 14  # words: more do not fit the contents and the running head


def wording(galley: Galley, proof: Proof, theme: Theme, locale: Locale) -> Iterator[Diagnostic]:
    """A heading is short and has no full stop; a bold paragraph is none."""
    passages = [*prose(galley)]
    for passage, after in zip(passages, [*passages, None][1:], strict=True):
        words, end = passage.text.split(), len(passage.text.rstrip())
        if passage.kind == "heading":
            if len(words) > LONGEST:
                message = f"the heading has {len(words)} words"
                yield slip("S201", passage, 0, end, message, f"{LONGEST} are enough")
            elif _stopped(words):
                message = "the heading ends with a full stop"
                yield slip("S201", passage, end - 1, end, message, "delete it")
        elif _bold(passage) and after is not None and after.kind in ("paragraph", "item", "cell"):
            message = f"“{shown(passage.text)}” is set in bold as a heading is"
            hint = "make it a heading: ## " + shown(passage.text, 40)
            yield slip("S202", passage, 0, end, message, hint)


def _stopped(words: list[str]) -> bool:
    """Whether the last word ends with a full stop that is not its own, as in “U.S.A.”."""
    last = words[-1] if words else ""
    return last.endswith(".") and not last.endswith("..") and bool(re.search(r"\w{4,}\.$", last))


def _bold(passage: Passage) -> bool:
    end = len(passage.text.rstrip())
    whole = any(a == 0 and b >= end and len(m) > 1 for a, b, m in passage.stressed)
    short = len(passage.text.split()) <= 12 and passage.text.rstrip()[-1:] not in ".!?…;,"
    return passage.kind == "paragraph" and whole and short
