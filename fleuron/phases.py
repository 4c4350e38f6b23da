"""What each phase of an edition is made from, and what of it still stands. Tables in, values out.

The text is an edition's; how it is set is each format's own. So a changed template of the web page
makes the web page again and lays out no pages, and a changed style sheet of the PDF makes no other
format again, unless pages begin elsewhere than before: of an earlier phase a later one is made from
the result (`breaks`, `cover`), not from what that was made from.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fleuron import provenance
from fleuron.model import PageBreak
from fleuron.provenance import Table

PHASES = ("pdf", "cover", "epub", "html")
# Kinds of which each phase has its own part; what the others say is the edition's source.
HOW = ("templates", "code", "tools", "standard")
_OWN = re.compile(r"(?:^|/)formats/(pdf|epub|html)(?=[./])")
_COVER = "formats/pdf/cover.html"
# Whose templates and modules a phase needs besides those that are nobody's own.
_TEMPLATES = {"pdf": "pdf", "cover": "cover", "epub": "epub", "html": "html"}
_MODULES = {"pdf": "pdf", "cover": "pdf", "epub": "epub", "html": "html"}


@dataclass(frozen=True, slots=True)
class Before:
    """What an earlier build left of an edition: by phase a digest of what it was made from; which
    phases' files are as they were made; where pages began, the cover, and what the summary said."""

    made: Table = field(default_factory=dict)
    whole: frozenset[str] = frozenset()
    breaks: tuple[PageBreak, ...] = ()
    cover: bytes = b""
    facts: Mapping[str, Any] = field(default_factory=dict)

    def stands(self, phase: str, key: str) -> bool:
        """Whether the phase would come out as it did."""
        return bool(key) and self.made.get(phase) == key


NOTHING = Before()


def source(inputs: Table) -> str:
    """A digest of what an edition says, however it is set."""
    return provenance.of({kind: value for kind, value in inputs.items() if kind not in HOW})


def own(inputs: Table, templates: Table, code: Table, beside: str) -> Table:
    """By phase, a digest of all it is made from, but for what earlier phases hand it. `beside` is
    what the web page links to, and the standard the PDF is written to the PDF's own affair; of both
    a claim speaks in every format. Nothing where it is not known what the house is made of."""
    if not (templates and code):
        return {}
    said = [source(inputs), inputs.get("tools", "")]
    return {
        phase: provenance.of(
            [
                said,
                _of(templates, _TEMPLATES[phase]),
                _of(code, _MODULES[phase]),
                beside if phase == "html" or "claim" in inputs else "",
                inputs.get("standard", "") if phase == "pdf" or "claim" in inputs else "",
            ]
        )
        for phase in PHASES
    }


def later(key: str, breaks: tuple[PageBreak, ...], cover: bytes = b"") -> str:
    """The digest of a phase that is made from where pages begin, and from the cover."""
    begins = [(each.label, each.block, each.offset) for each in breaks]
    return provenance.of([key, begins, provenance.digest(cover)]) if key else ""


def _of(files: Table, name: str) -> Table:
    """Of templates or modules, those of that name and those that are nobody's own."""
    return {path: value for path, value in files.items() if _owner(path) in ("", name)}


def _owner(path: str) -> str:
    if path.endswith(_COVER):
        return "cover"
    found = _OWN.search(path)
    return found[1] if found else ""
