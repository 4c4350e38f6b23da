"""The state of a translation. Two galleys and a record in; units, differences and counts out. Pure.

A unit is a heading, a paragraph, a list item, a table cell, a caption, a note, the words that
stand for a picture, or a line of the edition's metadata and drawings. Source and
translation are compared unit by unit on the syntax tree: what must stay (keys, locators, numbers,
links, pictures, components, levels) is compared, words are not. What was last accepted is
remembered by the hash of each source unit's words, so that a reflow is no change and a changed word
is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from pathlib import PurePosixPath
from typing import Any, Literal

from fleuron.diagnostics import diagnostic, in_order
from fleuron.model import Diagnostic, Galley, Place
from fleuron.translation.alignment import aligned
from fleuron.translation.differences import compared, short
from fleuron.translation.glossary import Glossary, Said, lacking
from fleuron.translation.sharpening import Texts, sharper, spot
from fleuron.translation.units import Unit, units

State = Literal["translated", "untranslated", "stale", "missing"]


@dataclass(frozen=True, slots=True)
class Pair:
    """A unit of the source, the state of its translation and where that stands, and the words the
    source had when last accepted."""

    source: Unit
    state: State
    place: Place
    before: str = ""
    now: str = ""  # the words of the translation
    left: str = ""  # a sentence of the source that stands in them


@dataclass(frozen=True, slots=True)
class Status:
    """Everything known of a translation."""

    pairs: tuple[Pair, ...]
    differences: tuple[Diagnostic, ...]
    accepted: str = ""
    wordings: tuple[Diagnostic, ...] = ()  # terms that are not called what was agreed

    def count(self, state: State) -> int:
        return sum(pair.state == state for pair in self.pairs)

    @property
    def complete(self) -> bool:
        return not self.differences and all(p.state == "translated" for p in self.pairs)


# ------------------------------------------------------------------ comparing


def status(
    source: Galley, target: Galley, record: Mapping[str, Any], terms: Glossary | None = None
) -> Status:
    """The state of `target` as a translation of `source`. `record` is what was last accepted
    (see `recorded`); empty where nothing was. `terms` are what was agreed to call things."""
    ours, theirs = units(source), units(target)
    pairs: list[Pair] = []
    differences: list[Diagnostic] = []
    folder = target.manuscript.folder
    typed = _texts(source), _texts(target)
    for file in dict.fromkeys(unit.file for unit in ours):
        left = [u for u in ours if u.file == file]
        right = [u for u in theirs if u.file == file]
        near = Place(f"{folder}/{file}")
        if not right:
            hint = "copy it from the source"
            differences.append(diagnostic("T201", near, "this file is not here yet", hint))
        before = _before(left, record.get("files", {}).get(file))
        for one, two in aligned(left, right):
            near = two.place if two is not None else near
            pairs += (_sharp(pair, two, typed[1]) for pair in _paired(one, two, before, near))
            for slip in compared(one, two, near) if right else ():
                if one is not None and two is not None:
                    slip = replace(slip, place=sharper(slip.code, one, two, *typed))
                differences.append(slip)
    extra = dict.fromkeys(u.file for u in theirs if u.file not in {o.file for o in ours})
    differences += [
        diagnostic("T202", Place(f"{folder}/{file}"), "the source has no such file")
        for file in extra
    ]
    wordings = lacking(
        (Said(p.source, p.now, p.place) for p in pairs if p.state == "translated"), terms or {}
    )
    accepted = str(record.get("accepted", ""))
    return Status(tuple(pairs), tuple(differences), accepted, tuple(wordings))


def _texts(galley: Galley) -> Texts:
    return {PurePosixPath(s.path).name: s.text for s in galley.manuscript.sources}


def _sharp(pair: Pair, theirs: Unit | None, typed: Texts) -> Pair:
    """`pair` at the sentence that is left in the source's language."""
    return replace(pair, place=spot(pair.left, theirs, typed)) if pair.left and theirs else pair


def _before(left: Sequence[Unit], accepted: Sequence[Mapping[str, str]] | None) -> dict[str, str]:
    """For each source unit that changed since it was accepted, by hash, the words it had then."""
    if accepted is None:
        return {}
    old, new = [a["hash"] for a in accepted], [u.hash for u in left]
    changed: dict[str, str] = {}
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag in ("replace", "insert"):
            for step in range(m - k):
                was = accepted[i + step]["words"] if i + step < j else ""
                changed[new[k + step]] = was
    return changed


def _paired(
    ours: Unit | None, theirs: Unit | None, before: Mapping[str, str], near: Place
) -> Iterator[Pair]:
    if ours is None:
        return
    if theirs is None:
        yield Pair(ours, "missing", near)
    elif ours.words == theirs.words and _has_words(ours.words):
        yield Pair(ours, "untranslated", near, now=theirs.words)
    elif left := _left(ours.words, theirs.words):
        yield Pair(ours, "untranslated", near, now=theirs.words, left=left)
    elif ours.hash in before:
        yield Pair(ours, "stale", near, before[ours.hash], theirs.words)
    else:
        yield Pair(ours, "translated", near, now=theirs.words)


def _left(ours: str, theirs: str) -> str:
    """A sentence of five words or more that stands in the translation as in the source."""
    sentences = (s.rstrip("@") for s in re.split(r"(?<=[.!?@]) ", ours))
    long = (s for s in sentences if len(re.findall(r"[^\W\d_]{2,}", s)) >= 5)
    return next((sentence for sentence in long if sentence in theirs), "")


def _has_words(words: str) -> bool:
    """Whether there is anything to translate: two words or more; a formula's names are none."""
    return len(re.findall(r"[^\W\d_]{2,}", re.sub(r"\$[^$]*\$", "", words))) > 1


# ------------------------------------------------------------------ what is to do


def to_do(status: Status) -> tuple[Diagnostic, ...]:
    """Differences, stale units with old words and new, and what is not translated, in the order
    of places."""
    told = (slip for pair in status.pairs for slip in _to_do(pair))
    return in_order([*status.differences, *told, *status.wordings])


def _to_do(pair: Pair) -> Iterator[Diagnostic]:
    under = f"under “{pair.source.heading}”" if pair.source.heading else pair.source.kind
    if pair.state == "stale":
        hint = f"was: {pair.before or '(nothing)'}\n  now:  {pair.source.words}"
        yield diagnostic("T209", pair.place, f"{under}: the source has changed", hint)
    if pair.state == "untranslated":
        words = short(pair.left or pair.source.words)
        yield diagnostic("T208", pair.place, f"{under}, not translated: “{words}”")


def draft(status: Status, folder: str) -> Iterator[Diagnostic]:
    """That an edition is a draft, where it is one: in a word, since `to_do` tells it at length."""
    if status.complete:
        return
    found = to_do(status)
    places = dict.fromkeys(slip.place for slip in found)
    related = [(place, "here, among others") for place in list(places)[:1]]
    states: tuple[State, ...] = ("missing", "untranslated", "stale")
    counts = [(status.count(s), s) for s in states] + [(len(status.differences), "different")]
    counted = ", ".join(f"{count} {state}" for count, state in counts if count)
    name = PurePosixPath(folder).name
    message = f"this translation is a draft ({counted}): every page of it will say so"
    hint = (
        f"`make status LANGS={name}` tells each block; once translated and compared: "
        f"`python build.py accept --lang {name}`"
    )
    yield diagnostic("T210", Place(f"{folder}/edition.yaml"), message, hint, related=related)


# ------------------------------------------------------------------ the record


def recorded(source: Galley, day: str) -> bytes:
    """The record that says: the translation answers to this source, as of `day`."""
    files: dict[str, list[dict[str, str]]] = {}
    for unit in units(source):
        files.setdefault(unit.file, []).append({"hash": unit.hash, "words": unit.words})
    table = {"accepted": day, "files": files}
    return (json.dumps(table, ensure_ascii=False, indent=1) + "\n").encode()
