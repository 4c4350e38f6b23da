"""What an old text is while it is being cleaned: blocks of Markdown, each with the place it came
from, and the notes and references that stood at its end. Values only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal

from fleuron.diagnostics import diagnostic
from fleuron.model import Diagnostic, Place

Kind = Literal["heading", "text", "quote", "aside", "other"]


@dataclass(frozen=True, slots=True)
class Part:
    """A block: a heading of a level, a paragraph, a pull quote, an aside that is no text of the
    brief (it goes into a comment), or anything else that is left as it is.

    `text` is Markdown on one line, but for kind "other"; `line` is 1-based: of the text file, or
    the number of the block in a word processor's file.
    """

    kind: Kind
    text: str
    line: int
    level: int = 0


@dataclass(frozen=True, slots=True)
class Sheet:
    """An old text: its parts in order, and its notes by the number typed before them."""

    parts: tuple[Part, ...]
    notes: Mapping[int, Part] = field(default_factory=dict)
    title: str = ""
    subtitle: str = ""
    authors: tuple[str, ...] = ()
    abstract: str = ""
    references: tuple[Mapping[str, Any], ...] = ()  # CSL-JSON that came with the file
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    called: int = 0
    homes: Mapping[int, int] = field(default_factory=dict)  # of notes: the index of a part

    def mapped(self, parts: Iterable[Part]) -> Sheet:
        return replace(self, parts=tuple(parts))


@dataclass(frozen=True, slots=True)
class Order:
    """What a person says of the file: the brief's name, its language, the day, and whether tracked
    changes are accepted or rejected."""

    slug: str
    lang: str
    today: date
    accept_changes: bool = True


@dataclass(frozen=True, slots=True)
class Slips:
    """Where what is noticed goes, with the file it was noticed in."""

    file: str
    found: list[Diagnostic]

    def tell(
        self, code: str, line: int, message: str, hint: str = "", column: int = 1, length: int = 1
    ) -> None:
        place = Place(self.file, line, column)
        self.found.append(diagnostic(code, place, message, hint, length=length))


def shortened(text: str, most: int = 60) -> str:
    """The first words of a text, enough to know it again."""
    words = " ".join(text.split())
    return words if len(words) <= most else f"{words[: most - 1].rsplit(' ', 1)[0]} …"
