"""Positions. Cites in document order in; for each, which positions hold and where it stood first.

CSL 1.0.2, "Citation-specific options: position", and where that is silent what citeproc-js and
pandoc agree on: in notes, *ibid* needs the note directly before, with no other work cited in it.
"""

from __future__ import annotations

from collections.abc import Sequence

from fleuron.citations.cite import Cite

FIRST = frozenset({"first"})


def assign(citations: Sequence[tuple[int, Sequence[Cite]]], near: int) -> None:
    """Set the positions and the first note of each cite in (note number, cites) pairs."""
    first: dict[str, int] = {}
    last: dict[str, int] = {}
    in_note: dict[int, set[str]] = {}
    before: Sequence[Cite] = ()
    before_note = 0
    for count, (note, cites) in enumerate(citations, 1):
        place = note or count
        previous: Cite | None = None
        for index, cite in enumerate(cites):
            key = cite.work.key
            if index == 0:
                previous = _preceding(key, note, before, before_note, in_note)
            found = FIRST if key not in first else _again(cite, previous, place - last[key] <= near)
            cite.positions, cite.note = found, note
            cite.first_note = first.setdefault(key, note)
            last[key] = place
            previous = cite
        in_note.setdefault(note, set()).update(c.work.key for c in cites)
        before, before_note = cites, note


def _preceding(
    key: str, note: int, before: Sequence[Cite], before_note: int, in_note: dict[int, set[str]]
) -> Cite | None:
    """The cite that *ibid* at the head of a citation would repeat, if there is one."""
    if not before:
        return None
    if not note or not before_note or note == before_note:
        return before[0] if len(before) == 1 else None
    if note - before_note == 1 and in_note[before_note] == {key}:
        return before[-1]
    return None


def _again(cite: Cite, previous: Cite | None, near: bool) -> frozenset[str]:
    found = {"subsequent"}
    if near:
        found.add("near-note")
    if previous is not None and previous.work.key == cite.work.key:
        mine = (cite.label, cite.locator.strip()) if cite.locator else None
        theirs = (previous.label, previous.locator.strip()) if previous.locator else None
        if mine == theirs:
            found.add("ibid")
        elif mine is not None:
            found |= {"ibid", "ibid-with-locator"}
    return frozenset(found)
