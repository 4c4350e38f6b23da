"""What travels: the words of an edition beside those of its source. Files in, messages out.

A folder is its files' texts by their names. A message holds a slot of the source, what stands in
its place in the translation, and how that stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from fleuron import metadata
from fleuron.exchange import coverage, inline, slots
from fleuron.exchange.inline import Part
from fleuron.exchange.slots import ATTRIBUTES, Slot
from fleuron.translation import Pair
from fleuron.translation.units import Unit

State = Literal["translated", "untranslated", "stale"]
Folder = Mapping[str, str]

# Of the metadata, what a translation says in its own words.
SPOKEN = ("title", "subtitle", "running-head", "abstract", "keywords")


@dataclass(frozen=True, slots=True)
class Message:
    """A slot of the source (`file` and `id` name it, `line` is where it stands), its words there
    and in the translation (None where no block answers to it), and their state. `before` is what
    the source said when the translation was last accepted."""

    file: str
    id: str
    line: int
    kind: str
    heading: str
    source: tuple[Part, ...]
    target: tuple[Part, ...] | None
    own: str = ""  # the id of the slot in the translation's file
    state: State = "translated"
    before: str = ""

    @property
    def name(self) -> str:
        return f"{self.file}/{self.id}"


def messages(source: Folder, target: Folder, pairs: Iterable[Pair] = ()) -> tuple[Message, ...]:
    """The messages of a folder and its translation (or of a source and itself)."""
    states = {(pair.source.file, coverage.letters(pair.source.words)): pair for pair in pairs}
    return tuple(message for file in source for message in _of_file(file, source, target, states))


def _of_file(
    file: str, source: Folder, target: Folder, states: Mapping[tuple[str, str], Pair]
) -> Iterator[Message]:
    text = source[file]
    left, right = of_file(file, text), of_file(file, target.get(file, ""))
    for ours, theirs in _side_by_side(left, right):
        if ours is None:
            continue
        said = _parts(ours)
        answer = inline.matched(said, _parts(theirs)) if theirs is not None else None
        pair = states.get((file, coverage.key(ours)))
        line = text.count("\n", 0, ours.spans[0][0]) + 1
        message = Message(file, ours.id, line, ours.kind, ours.heading, said, answer)
        yield _judged(message, theirs, pair)


def _judged(message: Message, theirs: Slot | None, pair: Pair | None) -> Message:
    state: State = "untranslated" if theirs is None else "translated"
    before = ""
    if pair is not None and pair.state in ("untranslated", "stale"):
        # A block with a sentence left in the source's language goes with what it has.
        state = "stale" if pair.state == "stale" or pair.left else "untranslated"
        before = pair.before
    own = theirs.id if theirs is not None else ""
    return Message(
        message.file,
        message.id,
        message.line,
        message.kind,
        message.heading,
        message.source,
        message.target,
        own,
        state,
        before,
    )


def _side_by_side(
    left: Sequence[Slot], right: Sequence[Slot]
) -> Iterator[tuple[Slot | None, Slot | None]]:
    """Slots of the text by their place, those in attributes among themselves."""
    for inside in (False, True):
        one = [s for s in left if (s.kind in ATTRIBUTES) == inside]
        two = [s for s in right if (s.kind in ATTRIBUTES) == inside]
        yield from _aligned(one, two)


def _aligned(
    left: Sequence[Slot], right: Sequence[Slot]
) -> Iterator[tuple[Slot | None, Slot | None]]:
    """By place where the kinds agree, else by kind and keys: a slot is never given to another."""
    if [s.kind for s in left] == [s.kind for s in right]:
        yield from zip(left, right, strict=True)
        return
    one, two = [[(s.kind, s.cites) for s in side] for side in (left, right)]
    for tag, i, j, k, _ in SequenceMatcher(None, one, two, autojunk=False).get_opcodes():
        for step in range(j - i):
            yield left[i + step], right[k + step] if tag == "equal" else None


def _parts(slot: Slot) -> tuple[Part, ...]:
    """Words of metadata and attributes have no codes: what looks like one is words."""
    plain = slot.kind in ATTRIBUTES or slot.kind.startswith("line of ")
    return (slot.text,) if plain else inline.parts(slot.text)


def of_file(file: str, text: str) -> tuple[Slot, ...]:
    """The slots of a section, or of a file of metadata."""
    return tuple(_scalars(file, text)) if file.endswith(".yaml") else slots.slots(text)


def _scalars(file: str, text: str) -> Iterator[Slot]:
    for value in metadata.scalars(text):
        if file != "edition.yaml" or value.path[0] in SPOKEN:
            name = ".".join(map(str, value.path))
            words = " ".join(value.words.split())
            if words:
                yield Slot(name, f"line of {name}", "", words, ((value.start, value.end),))


def rewritten(file: str, text: str, new: Mapping[str, str]) -> str:
    """A file with other words in the slots that `new` names; all else byte for byte."""
    if not file.endswith(".yaml"):
        return slots.replaced(slots.replaced(text, new, "a"), new, "")
    for value in reversed(metadata.scalars(text)):
        words = new.get(".".join(map(str, value.path)))
        if words is not None and words != " ".join(value.words.split()):
            text = text[: value.start] + metadata.typed(words, value.style) + text[value.end :]
    return text


def added(text: str, key: str, words: str) -> str:
    """A file of metadata with a line that it did not have."""
    return f"{text.rstrip()}\n{key}: {metadata.typed(words, '')}\n"


def stranded(files: Folder, units: Iterable[Unit]) -> Iterator[Unit]:
    """Units of a source that travel in no message."""
    held = list(units)
    for file, text in files.items():
        if not file.endswith(".yaml"):
            mine = [unit for unit in held if unit.file == file]
            yield from coverage.lost(mine, of_file(file, text))


def tidy(words: str) -> str:
    """A tool's words as a paragraph: no line in it is empty."""
    return re.sub(r"\s*\n\s*", "\n", words.replace("\r", "").strip())
