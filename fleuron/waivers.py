"""Waivers: findings that an editor has looked at and lets stand. Values in, values out; the day on
which a waiver ends is compared with one that it is handed.

A waiver stands where the finding is, in a comment that no edition carries,

    <!-- waive P203: the name is quoted as it is printed there, until 2027-01-01 -->

and covers the block it stands in or, on a line of its own, the next one; or it stands in the
brief's `waivers.yaml`. It says which code, and why. What would break an edition cannot be waived.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from fleuron.diagnostics import CODES, diagnostic, in_order
from fleuron.model import Diagnostic, Manuscript, Place, SourceFile, Spot, Waiver


@dataclass(frozen=True, slots=True)
class Settled:
    """What is still to be told, and what was waived."""

    found: tuple[Diagnostic, ...]
    waived: tuple[Diagnostic, ...]


def settle(
    found: Iterable[Diagnostic],
    waivers: Sequence[Waiver],
    today: date,
    sure: Collection[Waiver] = (),
) -> Settled:
    """`found` without what is waived, and with what is wrong with the waivers themselves: those
    that have ended and, of those of which it is `sure` that all they could be for was looked for,
    those that cover nothing."""
    found = tuple(found)
    standing = [w for w in waivers if not w.fault]
    running = [w for w in standing if w.until is None or today <= w.until]
    used: set[Waiver] = set()
    kept: list[Diagnostic] = []
    waived: list[Diagnostic] = []
    for slip in found:
        by = [w for w in running if _covers(w, slip)]
        used.update(by)
        (waived if by else kept).append(slip)
    ended = [w for w in standing if w not in running and any(_covers(w, s) for s in found)]
    kept += [_malformed(w) for w in waivers if w.fault]
    kept += map(_ended, ended)
    kept += [_unused(w) for w in standing if w in sure and w not in used and w not in ended]
    return Settled(in_order(kept), in_order(waived))


def _covers(waiver: Waiver, slip: Diagnostic) -> bool:
    return (
        slip.code == waiver.code
        and (slip.place.file == waiver.file or slip.place.file.endswith(f"/{waiver.file}"))
        and (not waiver.lines or slip.place.line in waiver.lines)
        and waiver.words in slip.message
    )


def _malformed(waiver: Waiver) -> Diagnostic:
    fault, _, hint = waiver.fault.partition("\n")
    hint = hint or "write <!-- waive P203: why it may stand, until 2027-01-01 -->"
    return diagnostic("W101", waiver.spot.place, fault, hint, length=waiver.spot.length)


def _ended(waiver: Waiver) -> Diagnostic:
    message = f"the waiver of {waiver.code} ended on {waiver.until}"
    hint = "mend what it was for, or give it another day"
    return diagnostic("W202", waiver.spot.place, message, hint, length=waiver.spot.length)


def _unused(waiver: Waiver) -> Diagnostic:
    message = f"nothing here earns {waiver.code}, so there is nothing to waive"
    return diagnostic(
        "W201", waiver.spot.place, message, "delete the waiver", length=waiver.spot.length
    )


# ------------------------------------------------------------------ where they are written


def of(manuscript: Manuscript) -> tuple[Waiver, ...]:
    """Every waiver that concerns an edition: of its own text, and of its brief's file."""
    own = [waiver for source in manuscript.sources for waiver in in_text(source)]
    others = tuple(f"{sibling.name}/" for sibling in manuscript.edition.siblings)
    shared = [checked(w) for w in manuscript.waivers if not w.file.startswith(others)]
    return (*own, *(_by_line(waiver, manuscript) for waiver in shared))


def _by_line(waiver: Waiver, manuscript: Manuscript) -> Waiver:
    """A waiver by words, as one by the lines in which they stand."""
    for source in manuscript.sources:
        if waiver.words and source.path.endswith(f"/{waiver.file}"):
            lines = source.text.split("\n")
            there = tuple(n for n, line in enumerate(lines, 1) if waiver.words in line)
            return replace(waiver, lines=there or (0,), words="")
    return waiver


# Code shows what it holds, and waives nothing.
_CODE = re.compile(r"```.*?```|~~~.*?~~~|`[^`\n]+`", re.DOTALL)
_COMMENT = re.compile(r"<!--(.*?)-->", re.DOTALL)
_ASKED = re.compile(r"\s*waive\b(.*)", re.DOTALL | re.IGNORECASE)
_WRITTEN = re.compile(
    r"(?P<codes>(?:\s+[A-Za-z]\d+,?)+)\s*:\s*(?P<reason>\S.*?)(?:,\s*until\s+(?P<until>.+?))?\s*",
    re.DOTALL,
)


def in_text(source: SourceFile) -> Iterator[Waiver]:
    """The waivers in a section's comments."""
    text = _CODE.sub(lambda m: re.sub(r"[^\n]", " ", m[0]), source.text)
    for comment in _COMMENT.finditer(text):
        asked = _ASKED.fullmatch(comment[1])
        if asked:
            empty = Waiver(
                "", source.path, "", _spot(source, comment), lines=_covered(text, comment)
            )
            yield from _read(asked[1], empty)


def _read(words: str, empty: Waiver) -> Iterator[Waiver]:
    written = _WRITTEN.fullmatch(words.rstrip())
    if written is None:
        yield replace(empty, fault="a waiver says a code, a colon and the reason")
        return
    until, fault = _day(written["until"])
    for code in re.findall(r"\w+", written["codes"]):
        waiver = replace(empty, code=code, reason=written["reason"], until=until, fault=fault)
        yield checked(waiver)


def _day(words: str | None) -> tuple[date | None, str]:
    try:
        return (date.fromisoformat(words) if words else None), ""
    except ValueError:
        return None, f"“{words}” is no day: a waiver ends on one such as 2027-01-01"


def checked(waiver: Waiver) -> Waiver:
    """`waiver`, with its fault where its code cannot be waived."""
    row = CODES.get(waiver.code)
    if waiver.fault:
        return waiver
    if row is None:
        near = difflib.get_close_matches(waiver.code.upper(), CODES, 1)
        hint = f"\ndid you mean {near[0]}?" if near else ""
        return replace(waiver, fault=f"there is no code {waiver.code}{hint}")
    if row.breaks or waiver.code[0] == "W":
        return replace(waiver, fault=f"{waiver.code} cannot be waived: {row.meaning}\n{row.cure}")
    return waiver


def _spot(source: SourceFile, comment: re.Match[str]) -> Spot:
    start = comment.start()
    line = source.text.count("\n", 0, start) + 1
    length = len(comment[0].partition("\n")[0])
    return Spot(Place(source.path, line, start - source.text.rfind("\n", 0, start)), length)


def _covered(text: str, comment: re.Match[str]) -> tuple[int, ...]:
    """The lines that a comment covers: those of its own block or, where it stands alone, of the
    next. A block goes on to an empty line; comments alone are none."""
    lines = _COMMENT.sub(lambda m: re.sub(r"[^\n]", "\0", m[0]), text).split("\n")
    first = text.count("\n", 0, comment.start())
    last = text.count("\n", 0, comment.end())
    begun = first > 0 and bool(lines[first - 1].strip())
    if begun or any(map(_has_words, lines[first : last + 1])):
        while first and lines[first - 1].strip():
            first -= 1
    else:
        last = next((n for n in range(last, len(lines)) if _has_words(lines[n])), last)
    while last + 1 < len(lines) and lines[last + 1].strip():
        last += 1
    return tuple(range(first + 1, last + 2))


def _has_words(line: str) -> bool:
    return bool(line.replace("\0", "").strip())
