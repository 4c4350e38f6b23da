"""Calls that were typed by hand. A sheet in; the same with the numbers that call notes as `[^12]`.

A number in brackets, "(12)" or "[12]", or raised, "^12^", calls a note if a note of that number
stands at the end and the numbers of the calls rise through the text: the longest rising run is
taken, so "(2014)" and "(1) first, (2) second" stay what they are.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace

from fleuron.importing.sheet import Part, Sheet, Slips

_STYLES = (
    re.compile(r" ?\((\d{1,3})\)"),
    re.compile(r" ?\\?\[(\d{1,3})\\?\]"),
    re.compile(r" ?\^(\d{1,3})\^"),
)


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a number that may call a note stands: the index of the part, from where to where."""

    part: int
    start: int
    end: int
    number: int


def placed(sheet: Sheet, told: Slips) -> Sheet:
    """`sheet` with its calls, and what is missing of calls and notes told."""
    if not sheet.notes:
        return sheet
    spots = max((list(_spots(sheet, style)) for style in _STYLES), key=_coverage)
    own = [spot for spot in spots if spot.number in sheet.notes]
    rising = _rising(own)
    _tell_the_rest(sheet, spots, rising, told)
    parts = tuple(
        _with_calls(part, [spot for spot in rising if spot.part == index])
        for index, part in enumerate(sheet.parts)
    )
    return replace(sheet, parts=parts, called=len(rising), homes=_homes(sheet, rising))


def _homes(sheet: Sheet, rising: list[Spot]) -> dict[int, int]:
    """For each note the part that calls it, or that calls the one before it."""
    return {
        number: max((s.part for s in rising if s.number <= number), default=0)
        for number in sheet.notes
    }


def _spots(sheet: Sheet, style: re.Pattern[str]) -> Iterator[Spot]:
    for index, part in enumerate(sheet.parts):
        if part.kind in ("text", "other", "quote", "heading"):
            for match in style.finditer(part.text):
                yield Spot(index, match.start(), match.end(), int(match[1]))


def _coverage(spots: list[Spot]) -> int:
    return len({spot.number for spot in spots})


def _rising(spots: list[Spot]) -> list[Spot]:
    """The longest run of spots whose numbers rise (patience sorting)."""
    tops: list[int] = []
    piles: list[int] = []
    before: list[int] = []
    for index, spot in enumerate(spots):
        at = bisect_left(tops, spot.number)
        before.append(piles[at - 1] if at else -1)
        tops[at : at + 1] = [spot.number]
        piles[at : at + 1] = [index]
    out: list[Spot] = []
    index = piles[-1] if piles else -1
    while index >= 0:
        out.append(spots[index])
        index = before[index]
    return out[::-1]


def _tell_the_rest(sheet: Sheet, spots: list[Spot], rising: list[Spot], told: Slips) -> None:
    taken = {(spot.part, spot.start) for spot in rising}
    numbers = [spot.number for spot in rising]
    for number, note in sheet.notes.items():
        if number not in numbers:
            where = _between(sheet, rising, number)
            message = f"note {number} is never called{where}"
            told.tell("I201", note.line, message, "words may be lost where its call should stand")
    first, last = (numbers[0], numbers[-1]) if numbers else (0, 0)
    for spot in spots:
        if (spot.part, spot.start) not in taken and first <= spot.number <= last + 20:
            part = sheet.parts[spot.part]
            message = f"({spot.number}) looks like the call of a note, but is out of sequence"
            told.tell("I209", part.line, message, "it stays as it is", spot.start + 1, 4)


def _between(sheet: Sheet, rising: list[Spot], number: int) -> str:
    before = max((s for s in rising if s.number < number), key=lambda s: s.number, default=None)
    after = min((s for s in rising if s.number > number), key=lambda s: s.number, default=None)
    if before is None or after is None:
        return ""
    first, last = sheet.parts[before.part].line, sheet.parts[after.part].line
    return (
        f"; its call should stand between that of {before.number} in line {first} "
        f"and that of {after.number} in line {last}"
    )


def _with_calls(part: Part, spots: list[Spot]) -> Part:
    text, out, at = part.text, "", 0
    for spot in spots:
        out += text[at : spot.start]
        at = spot.end
        # A note's call stands behind the mark that ends what it belongs to.
        marks = re.match(r"[.,;]", text[at:])
        if marks and not re.search(r"[.!?,;:]['\")]*$", out):
            out += marks[0]
            at += len(marks[0])
        out += f"[^{spot.number}]"
    return replace(part, text=out + text[at:])
