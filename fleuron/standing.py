"""Where an edition stands as a translation of another. A manuscript in; its state out.

Between the doors, which read its source and what it was last accepted for, and `translation`, which
compares. Writes nothing.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from fleuron import content, reader, translation, waivers
from fleuron.model import Diagnostic, Manuscript
from fleuron.translation import Status


def of(manuscript: Manuscript, memory: reader.Memory | None = None) -> Status | None:
    """The state of an edition as a translation; None for a source, or where there is none."""
    folder = Path(manuscript.folder)
    source = content.source(folder.parent)
    if source is None or source.name == folder.name or manuscript.pseudo:
        return None
    sources, _ = content.load(source)
    if not sources:
        return None
    ours, theirs = (reader.read(each, memory) for each in (sources[0], manuscript))
    return translation.status(ours, theirs, content.record(folder), content.glossary(folder))


def settled(
    manuscript: Manuscript, today: date = date.min, memory: reader.Memory | None = None
) -> Status | None:
    """As `of`, without the differences that are meant: those that are waived where they stand."""
    status = of(manuscript, memory)
    if status is None:
        return None
    asked = waivers.of(manuscript)
    differences = waivers.settle(status.differences, asked, today).found
    wordings = waivers.settle(status.wordings, asked, today).found
    return replace(
        status,
        differences=tuple(slip for slip in differences if slip.code[0] == "T"),
        wordings=tuple(slip for slip in wordings if slip.code[0] == "T"),
    )


def marked(
    manuscript: Manuscript, today: date = date.min, memory: reader.Memory | None = None
) -> tuple[Manuscript, tuple[Diagnostic, ...]]:
    """`manuscript`, as a draft where its translation is not finished, and the warning of it."""
    status = settled(manuscript, today, memory)
    if status is None or status.complete:
        return manuscript, status.wordings if status else ()
    edition = replace(manuscript.edition, draft=True)
    told = (*translation.draft(status, str(manuscript.folder)), *status.wordings)
    return replace(manuscript, edition=edition), told
