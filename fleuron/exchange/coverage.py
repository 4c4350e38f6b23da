"""Whether every word of a section travels. Units of the tree and slots of the file in, units out
that no slot holds: the tree is what pandoc read, and it has the last word."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable, Iterator

from fleuron.exchange import inline
from fleuron.exchange.slots import ATTRIBUTES, Slot
from fleuron.translation.units import Unit


def lost(units: Iterable[Unit], slots: Iterable[Slot]) -> Iterator[Unit]:
    """Units with words that no slot has."""
    have = Counter(words for slot in slots for words in _all(slot))
    for unit in units:
        words = letters(unit.words)
        if words and not have[words]:
            yield unit
        elif "note" not in unit.kind.split():  # which may be called twice
            have[words] -= 1


def _all(slot: Slot) -> Iterator[str]:
    if slot.kind in ATTRIBUTES or slot.kind.startswith("line of "):
        yield letters(html.unescape(slot.text))
    else:
        yield from _told(slot.text)


def _told(text: str) -> Iterator[str]:
    """The words of a slot, and of each note within it, as the tree has them: with code and
    formulas, without citations."""
    words: list[list[str]] = [[]]
    cited = 0
    for part in inline.parts(text):
        if isinstance(part, str):
            words[-1].append("" if cited else html.unescape(part))
        elif part.kind == "note" and part.role == "open":
            words.append([])
        elif part.kind == "note" and part.role == "close":
            yield letters("".join(words.pop()))
        elif part.kind == "cite":
            cited += {"open": 1, "close": -1}.get(part.role, 0)
        elif part.role == "one" and part.kind in ("code", "math"):
            words[-1].append(
                re.sub(r"\{[^{}]*\}$", "", part.raw) if part.kind == "code" else part.raw
            )
        elif part.kind == "tag" and re.match(r"<\w+:|<\S+@", part.raw):
            words[-1].append(part.raw)
    yield letters("".join(words.pop()))


def letters(words: str) -> str:
    """Words without what markup and typography may change."""
    return re.sub(r"[\W_]", "", words)


def key(slot: Slot) -> str:
    """By what a unit and its slot are known as the same."""
    return list(_all(slot))[-1]
