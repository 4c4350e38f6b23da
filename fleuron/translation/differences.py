"""What a translation has otherwise than its source. Units in, diagnostics out.

What must stay in every language is compared: kinds, citations and locators, notes, numbers, links
and pictures. Words are not.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from fleuron.diagnostics import diagnostic
from fleuron.model import Diagnostic, Place
from fleuron.translation.units import Unit


def compared(ours: Unit | None, theirs: Unit | None, near: Place) -> Iterator[Diagnostic]:
    """How two units differ that stand side by side; one that is lost is told `near` what it should
    stand by."""
    if ours is None and theirs is not None:
        message = f"the source has no such {_named(theirs)}: “{short(theirs.words)}”"
        yield diagnostic("T202", theirs.place, message)
    elif theirs is None and ours is not None:
        message = f"missing here: {_named(ours)} “{short(ours.words)}”"
        yield diagnostic("T201", near, message)
    elif ours is not None and theirs is not None:
        yield from _differences(ours, theirs, theirs.place)


def _named(unit: Unit) -> str:
    """A kind as a person calls it."""
    return re.sub(r"\bp$", "paragraph", unit.kind)


def _differences(ours: Unit, theirs: Unit, place: Place) -> Iterator[Diagnostic]:
    if ours.kind != theirs.kind:
        message = f"this is a {_named(theirs)}; in the source, a {_named(ours)}"
        yield diagnostic("T203", place, message)
    elif ours.id != theirs.id:
        message = f"its id is {_id(theirs)}; in the source, {_id(ours)}"
        yield diagnostic("T211", place, message)
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
        elif one != two:
            order = ", ".join(map(_item, one))
            yield diagnostic(code, place, f"{what}: in another order than in the source ({order})")
    if ours.marks != theirs.marks:
        message = f"emphasis: {_marks(theirs)} here, {_marks(ours)} in the source"
        yield diagnostic("T212", place, message)


def _id(unit: Unit) -> str:
    return f"“{unit.id}”" if unit.id else "none"


def _said(lost: Counter[Any], new: Counter[Any]) -> str:
    parts = []
    if lost:
        parts.append(f"the source has {_listed(lost)}")
    if new:
        parts.append(f"here stands {_listed(new)}")
    return ", ".join(parts)


def _listed(items: Counter[Any]) -> str:
    return ", ".join(map(_item, sorted(items.elements())))


def _item(item: Any) -> str:
    return " ".join(filter(None, item)) if isinstance(item, tuple) else str(item)


def _marks(unit: Unit) -> str:
    emphasis, strong = unit.marks
    return f"{emphasis} + {strong} strong" if strong else str(emphasis)


def short(words: str) -> str:
    """The beginning of a unit's words, as a person would point to it."""
    return words if len(words) <= 60 else words[:57] + "…"
