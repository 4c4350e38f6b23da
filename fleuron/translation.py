"""The state of a translation. Two galleys and a record in; units, differences and counts out. Pure.

A unit is a heading, a paragraph, a list item, a table cell, a caption, a note, the words that
stand for a picture, or a line of the edition's metadata and drawings. Source and
translation are compared unit by unit on the syntax tree: what must stay (keys, locators, numbers,
links, pictures, components, levels) is compared, words are not. What was last accepted is
remembered by the hash of each source unit's words, so that a reflow is no change and a changed word
is.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import PurePosixPath
from typing import Any, Literal

from fleuron.diagnostics import diagnostic, in_order
from fleuron.model import Diagnostic, Galley, Line, Place
from fleuron.nodes import (
    Attr,
    Block,
    Cite,
    Div,
    Figure,
    Header,
    Image,
    Link,
    Node,
    Note,
    Para,
    Plain,
    Table,
    children,
    text,
)
from fleuron.passes.places import masked

State = Literal["translated", "untranslated", "stale", "missing"]

# Digits with what may group or divide them: a point, a comma, an apostrophe, a space that holds.
_NUMBER = re.compile(r"\d+(?:[.,'’\u00a0\u202f\u2009]\d+)*")


@dataclass(frozen=True, slots=True)
class Unit:
    """What is translated as one: its file's name, the heading it stands under, its kind and its
    words, and what must be the same in every language."""

    file: str
    heading: str
    kind: str
    words: str
    cites: tuple[tuple[str, str], ...] = ()
    numbers: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    notes: int = 0

    @property
    def hash(self) -> str:
        return hashlib.sha256(f"{self.kind}\n{self.words}".encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Pair:
    """A unit of the source, the state of its translation and where that stands, and the words the
    source had when last accepted."""

    source: Unit
    state: State
    place: Place
    before: str = ""


@dataclass(frozen=True, slots=True)
class Status:
    """Everything known of a translation."""

    pairs: tuple[Pair, ...]
    differences: tuple[Diagnostic, ...]
    accepted: str = ""

    def count(self, state: State) -> int:
        return sum(pair.state == state for pair in self.pairs)

    @property
    def complete(self) -> bool:
        return not self.differences and all(p.state == "translated" for p in self.pairs)


# ------------------------------------------------------------------ units


def units(galley: Galley) -> tuple[Unit, ...]:
    """Every unit of an edition in reading order; a note stands after the unit that calls it."""
    out = [_line(line) for line in galley.manuscript.lines]
    for section in galley.sections:
        name = PurePosixPath(section.path).name
        heading = [""]
        for block in section.blocks:
            _block(block, name, heading, "p", out)
    return tuple(out)


def _line(line: Line) -> Unit:
    return Unit(line.file, "", line.key, line.words, numbers=_numbers(line.words))


def _block(block: Node, file: str, heading: list[str], kind: str, out: list[Unit]) -> None:
    match block:
        case Header(level, _, inlines):
            heading[0] = text(inlines)
            _unit(inlines, file, heading, f"heading {level}", out)
        case Para(inlines) | Plain(inlines):
            _unit(inlines, file, heading, kind, out)
        case Div(attr):
            name = attr.classes[0] if attr.classes else "div"
            for inner in children(block):
                _block(inner, file, heading, f"{name} {kind}", out)
        case Figure(attr) | Table(attr):
            for inner in children(block):
                _block(inner, file, heading, type(block).__name__.lower(), out)
            _spoken(attr, file, heading, out)
        case _:
            name = type(block).__name__.lower() if isinstance(block, Block) else ""
            inside = f"{name} {kind}" if name.endswith(("list", "quote")) else kind
            for inner in children(block):
                if isinstance(inner, Node):
                    _block(inner, file, heading, inside, out)


def _unit(
    inlines: Sequence[Node], file: str, heading: list[str], kind: str, out: list[Unit]
) -> None:
    notes = [node for node in _shallow(inlines) if isinstance(node, Note)]
    # Not `split()`: a no-break space within a number is a part of it.
    words = re.sub(r"[ \t\n]+", " ", _prose(inlines)).strip()
    here = list(_shallow(inlines))
    items = [item for node in here if isinstance(node, Cite) for item in node.items]
    links = [node.url for node in here if isinstance(node, (Link, Image))]
    out.append(
        Unit(
            file,
            heading[0],
            kind,
            words,
            cites=tuple((item.key, _digits(text(item.suffix))) for item in items),
            numbers=_numbers(words),
            targets=tuple(links),
            notes=len(notes),
        )
    )
    for node in here:
        if isinstance(node, Image):
            _spoken(node.attr, file, heading, out)
    for note in notes:
        for block in note.blocks:
            _block(block, file, heading, "note", out)


def _spoken(attr: Attr, file: str, heading: list[str], out: list[Unit]) -> None:
    """The words of a figure or table that are typed as attributes."""
    for key in ("alt", "credit", "source"):
        if words := attr.get(key):
            out.append(Unit(file, heading[0], key, words, numbers=_numbers(words)))


def _numbers(words: str) -> tuple[str, ...]:
    return tuple(sorted(_digits(n) for n in _NUMBER.findall(words)))


def _shallow(nodes: Iterable[Node]) -> Iterator[Node]:
    """Nodes and what is beneath them, but not what stands in notes."""
    for node in nodes:
        yield node
        if not isinstance(node, Note):
            yield from _shallow(children(node))


def _prose(nodes: Iterable[Node]) -> str:
    """The words of a unit; a citation is a mark, since its key is compared by itself."""
    parts = []
    for node in nodes:
        if isinstance(node, Cite):
            parts.append("@")
        elif isinstance(node, Note):
            pass
        elif any(True for _ in children(node)):
            parts.append(_prose(children(node)))
        else:
            parts.append(text((node,)) or " ")
    return "".join(parts)


def _digits(words: str) -> str:
    return re.sub(r"\D", "", words)


# ------------------------------------------------------------------ comparing


def status(source: Galley, target: Galley, record: Mapping[str, Any]) -> Status:
    """The state of `target` as a translation of `source`. `record` is what was last accepted
    (see `recorded`); empty where nothing was."""
    ours, theirs = units(source), units(target)
    pairs: list[Pair] = []
    differences: list[Diagnostic] = []
    folder = target.manuscript.folder
    for file in dict.fromkeys(unit.file for unit in ours):
        left = [u for u in ours if u.file == file]
        right = [u for u in theirs if u.file == file]
        if not right:
            place = Place(f"{folder}/{file}")
            differences.append(
                diagnostic("T201", place, "this file is not here yet", "copy it from the source")
            )
        before = _before(left, record.get("files", {}).get(file))
        for ours_, theirs_ in _aligned(left, right):
            pairs += _paired(ours_, theirs_, before, target)
            differences += _compared(ours_, theirs_, target, bool(right))
    extra = dict.fromkeys(u.file for u in theirs if u.file not in {o.file for o in ours})
    differences += [
        diagnostic("T202", Place(f"{folder}/{file}"), "the source has no such file")
        for file in extra
    ]
    return Status(tuple(pairs), tuple(differences), str(record.get("accepted", "")))


def _aligned(
    left: Sequence[Unit], right: Sequence[Unit]
) -> Iterator[tuple[Unit | None, Unit | None]]:
    """Units side by side: by place where the kinds agree, else by kind and keys."""
    if [u.kind for u in left] == [u.kind for u in right]:
        yield from zip(left, right, strict=True)
        return
    a = [(u.kind, u.cites) for u in left]
    b = [(u.kind, u.cites) for u in right]
    for _, i, j, k, m in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        longest = max(j - i, m - k)
        for step in range(longest):
            one = left[i + step] if i + step < j else None
            two = right[k + step] if k + step < m else None
            yield one, two


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
    ours: Unit | None, theirs: Unit | None, before: Mapping[str, str], target: Galley
) -> Iterator[Pair]:
    if ours is None:
        return
    if theirs is None:
        yield Pair(ours, "missing", Place(f"{target.manuscript.folder}/{ours.file}"))
        return
    place = _place(theirs, target)
    if ours.words == theirs.words and _has_words(ours.words):
        yield Pair(ours, "untranslated", place)
    elif ours.hash in before:
        yield Pair(ours, "stale", place, before[ours.hash])
    else:
        yield Pair(ours, "translated", place)


def _has_words(words: str) -> bool:
    """Whether there is anything to translate: two words, or one that is no name or number."""
    return len(re.findall(r"[^\W\d_]{2,}", words)) > 1


def _compared(
    ours: Unit | None, theirs: Unit | None, target: Galley, whole: bool
) -> Iterator[Diagnostic]:
    if ours is None and theirs is not None:
        message = f"the source has no such {theirs.kind}: “{short(theirs.words)}”"
        yield diagnostic("T202", _place(theirs, target), message)
    elif theirs is None and ours is not None and whole:
        place = Place(f"{target.manuscript.folder}/{ours.file}")
        yield diagnostic("T201", place, f"a {ours.kind} is missing: “{short(ours.words)}”")
    elif ours is not None and theirs is not None:
        yield from _differences(ours, theirs, _place(theirs, target))


def _differences(ours: Unit, theirs: Unit, place: Place) -> Iterator[Diagnostic]:
    if ours.kind != theirs.kind:
        yield diagnostic("T203", place, f"this is a {theirs.kind}; in the source, a {ours.kind}")
    if ours.notes != theirs.notes:
        yield diagnostic("T205", place, f"{theirs.notes} notes here, {ours.notes} in the source")
    for code, what, one, two in (
        ("T204", "citation", ours.cites, theirs.cites),
        ("T206", "number", ours.numbers, theirs.numbers),
        ("T207", "link or picture", ours.targets, theirs.targets),
    ):
        lost, new = Counter(one) - Counter(two), Counter(two) - Counter(one)
        if lost or new:
            yield diagnostic(code, place, f"{what}: {_said(lost, new)}")


def _said(lost: Counter[Any], new: Counter[Any]) -> str:
    parts = []
    if lost:
        parts.append(f"the source has {_listed(lost)}")
    if new:
        parts.append(f"here stands {_listed(new)}")
    return ", ".join(parts)


def _listed(items: Counter[Any]) -> str:
    return ", ".join(
        " ".join(filter(None, item)) if isinstance(item, tuple) else str(item)
        for item in sorted(items.elements())
    )


def short(words: str) -> str:
    """The beginning of a unit's words, as a person would point to it."""
    return words if len(words) <= 60 else words[:57] + "…"


def _place(unit: Unit, galley: Galley) -> Place:
    """Where a unit begins: at the first run of its words that the source has as it stands."""
    path = f"{galley.manuscript.folder}/{unit.file}"
    for typed in galley.manuscript.lines:
        if (typed.file, typed.key) == (unit.file, unit.kind):
            return typed.place
    source = next((s for s in galley.manuscript.sources if s.path.endswith(f"/{unit.file}")), None)
    if source is None:
        return Place(path)
    body = masked(source.text)
    for run in _runs(unit.words.split(" ")):
        at = body.find(run)
        if at >= 0:
            line = body.count("\n", 0, at) + 1
            return Place(source.path, line, at - body.rfind("\n", 0, at))
    return Place(source.path)


def _runs(words: Sequence[str]) -> Iterator[str]:
    """Short runs of a unit's words, the first words first: markup may stand between any two."""
    for start in range(min(len(words), 12)):
        for size in (5, 4, 3, 2):
            run = " ".join(words[start : start + size])
            if len(run) > 5:
                yield run
    yield " ".join(words)


# ------------------------------------------------------------------ what is to do


def to_do(status: Status) -> tuple[Diagnostic, ...]:
    """Differences, stale units with old words and new, and what is not translated, in the order
    of places."""
    told = (slip for pair in status.pairs for slip in _to_do(pair))
    return in_order([*status.differences, *told])


def _to_do(pair: Pair) -> Iterator[Diagnostic]:
    under = f"under “{pair.source.heading}”" if pair.source.heading else pair.source.kind
    if pair.state == "stale":
        hint = f"was: {pair.before or '(nothing)'}\n  now:  {pair.source.words}"
        yield diagnostic("T209", pair.place, f"{under}: the source has changed", hint)
    if pair.state == "untranslated":
        words = short(pair.source.words)
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
