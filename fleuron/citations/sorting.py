"""The order of cites in a citation and of entries in the reference list, by a style's cs:sort."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cmp_to_key
from typing import Any

from citeproc import model

from fleuron.citations.cite import Cite
from fleuron.citations.dates import sort_day
from fleuron.citations.elements import Rendering
from fleuron.citations.output import plain
from fleuron.citations.works import DATES, NAMES, NUMBERS, Name

Value = tuple[str | int, ...] | None


class Sort(Rendering, model.Sort):  # type: ignore[misc]
    """cs:sort: its keys in turn; what lacks a key stands last, ascending and descending."""

    def ordered(self, cites: Sequence[Cite]) -> list[Cite]:
        keys = [k for k in self.kids if isinstance(k, Key)]
        rows = [([k.value(c) for k in keys], c) for c in cites]
        signs = [-1 if k.a.get("sort") == "descending" else 1 for k in keys]

        def compare(a: Any, b: Any) -> int:
            for left, right, sign in zip(a[0], b[0], signs, strict=True):
                if left == right:
                    continue
                if left is None or right is None:
                    return 1 if left is None else -1
                return sign if left > right else -sign
            return 0

        return [c for _, c in sorted(rows, key=cmp_to_key(compare))]


class Key(Rendering, model.Key):  # type: ignore[misc]
    def value(self, cite: Cite) -> Value:
        if "macro" in self.a:
            return self.macro_value(cite)
        name = self.a.get("variable", "")
        if name in NAMES:
            people = cite.work.names(name)
            return collated("; ".join(_name(p, cite) for p in people)) if people else None
        if name in DATES:
            date = cite.work.date(name)
            if date is None:
                return None
            return (*(sort_day(d) for d in date.days),) if date.days else collated(date.literal)
        text = cite.text(name)
        if not text:
            return None
        if name not in NUMBERS:
            return collated(text)
        leading = re.match(r"\s*(\d+)", text)
        return (1, int(leading[1]), text) if leading else (2, 0, text)

    def macro_value(self, cite: Cite) -> Value:
        macro = cite.frame.macros.get(self.a["macro"])
        if macro is None:
            return None
        other = cite.copy(cite.area)
        other.positions, other.locator, other.label = cite.positions, cite.locator, cite.label
        other.first_note = cite.first_note
        other.sorting = True
        other.key_options = {k: v for k, v in self.a.items() if k.startswith("names-")}
        text = plain(macro.render(other))
        return collated(text) if text.strip() else None


def _name(person: Name, cite: Cite) -> str:
    demote = cite.frame.root.a.get("demote-non-dropping-particle", "display-and-sort")
    if person.literal:
        return person.literal
    family = person.family if demote != "never" else f"{person.particle} {person.family}".strip()
    parts = [family, person.given, person.dropping, person.suffix]
    return "  ".join(p for p in parts if p)


def collated(text: str) -> Value:
    """A text for comparing: case, accents and punctuation count only where all else is equal."""
    bare = re.sub(r"<[^>]*>", "", text)
    letters = unicodedata.normalize("NFKD", bare)
    base = "".join(c for c in letters if not unicodedata.combining(c)).casefold()
    base = re.sub(r"[^\w\s]|_", "", base.replace("’", "").replace("-", " ")).strip()
    numbered = re.sub(r"\d+", lambda m: m[0].zfill(9), base)
    return (numbered, text)
