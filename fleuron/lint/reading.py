"""What a reader gets from a finished file, and how two files' words are compared. Values only.

A `Reading` is the same for each format. Set aside is furniture, which a format has of its own:
running heads and folios, title page, contents, list markers, the words within drawings
and formulas. Hyphens are
set aside too, since one at a line's end may be the layout's or the author's.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

# The layout drops a space at the end of a line and puts none where a word is broken: between two
# pieces of a PDF's text there may be a space or none.
LOOSE = "\x1f"

_HYPHENS = re.compile("[\u002d\u2010\u2011\u00ad\u200b\u2060\ufeff]")


@dataclass(slots=True)
class Reading:
    """The words of the text and of each note, the numbers of the calls in their order, and for each
    page of the PDF what stands at its start."""

    words: list[str] = field(default_factory=list)
    text: str = ""  # of a PDF: with LOOSE wherever a piece of its text ends
    calls: list[int] = field(default_factory=list)
    notes: dict[int, list[str]] = field(default_factory=dict)
    bodies: dict[int, str] = field(default_factory=dict)  # of a PDF, as `text` is
    pages: dict[str, str] = field(default_factory=dict)
    ids: list[str] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)  # where from, where to


@dataclass(slots=True)
class Text:
    """Text as it is gathered, with the places of page marks in it."""

    parts: list[str] = field(default_factory=list)
    calls: list[int] = field(default_factory=list)
    marks: list[tuple[str, int]] = field(default_factory=list)

    @property
    def whole(self) -> str:
        return "".join(self.parts)

    def pages(self) -> dict[str, str]:
        whole = self.whole
        lengths = [0]
        for part in self.parts:
            lengths.append(lengths[-1] + len(part))
        return {label: start(whole[lengths[at] :]) for label, at in self.marks}


def words(text: str) -> list[str]:
    """The words of `text` without hyphens, in Unicode's composed form."""
    return _joined(text).split()


def start(text: str) -> str:
    """The first letters of `text`, no matter where a line ends."""
    return "".join(_joined(text[:300].replace(LOOSE, "")).split())[:16]


def number(text: str) -> int:
    """The number of a call, in whatever digits and brackets the language sets it; 0 for none."""
    found = re.fullmatch(r"[^\w\s]*(\d+)[^\w\s]*", text.strip())
    return int(found[1]) if found else 0


def differences(wanted: Sequence[str], text: str) -> str:
    """Where the text of a PDF first departs from the words `wanted`; "" where it is the same."""
    wanted, text, at = _joined(" ".join(wanted)).split(), _joined(text), 0
    for index, word in enumerate(wanted):
        before = at
        loose = rf"[\s{LOOSE}]*" + rf"{LOOSE}*".join(map(re.escape, word)) + rf"(?=[\s{LOOSE}]|\Z)"
        found = re.compile(loose).match(text, at)
        if found is None:
            said = text[before : before + 80].replace(LOOSE, "")
            so_far = " ".join(wanted[max(0, index - 6) : index])
            return f"…{so_far} → {' '.join(wanted[index : index + 8])} | {said}"
        at = found.end()
    rest = text[at:].replace(LOOSE, "").strip()
    return f"left over: {rest[:80]}" if rest else ""


def departure(wanted: Sequence[str], got: Sequence[str]) -> str:
    """Where one list of words first departs from another; "" where they are the same."""
    pairs = zip(wanted, got, strict=False)
    at = next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(wanted), len(got)))
    if at == len(wanted) == len(got):
        return ""
    so_far = " ".join(wanted[max(0, at - 4) : at])
    return f"…{so_far} → {' '.join(wanted[at : at + 6])} | {' '.join(got[at : at + 6])}"


def _joined(text: str) -> str:
    return _HYPHENS.sub("", unicodedata.normalize("NFC", text))
