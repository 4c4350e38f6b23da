"""Pairs of marks: which quotation mark opens, which closes, which has no partner. Text in, pairs
and loners out.

Single marks are apostrophes too, so only what can be nothing else is called a loner.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

BRACKETS = {")": "(", "]": "[", "}": "{"}
DOUBLE = '“”„‟"«»'
SINGLE = "‘’‚'‹›"
_OPENING = " \n\t\u00a0\u202f\u2009([{—–-/“„«‘‚‹\"'‚¿¡\u2014\u2066\u2067\u2068\u200e\u200f"
_CLOSING = " \n\t\u00a0\u202f\u2009)]}.,;:!?…—–-/”“»’›\"'·؟،؛\u2069\ue000\ue001\ue004"
_ENUMERATOR = re.compile(r"(?:^|[\s(])(?:\d{1,3}|[^\W\d_]|[ivxlcIVXLC]{1,5}|\d{1,2}[a-z])$")
# An interval, half open, and the end of an XML section.
_NO_BRACKETS = re.compile(r"\]\]>|[\[(]\s*[-−]?[\d.,∞]*\d\s*[,;]\s*[-−+]?[\d.,∞]+\s*[\])]")
# An ayn at the head of an Arabic name, as many houses write it.
_AYN = re.compile(r"[‘'](?:Abd|Ali|Umar|Amr|Uthman|Uthmān|A’isha|Aisha|Id|Iraq|Ain)\b")


@dataclass(slots=True)
class Marks:
    """Pairs by where they open and close, and marks without a partner; `within` says of each
    letter whether a pair holds it."""

    pairs: list[tuple[int, int]] = field(default_factory=list)
    unclosed: list[int] = field(default_factory=list)
    unopened: list[int] = field(default_factory=list)
    within: bytes = b""


@lru_cache(maxsize=1 << 15)  # a thousand pages have half as many passages
def every(text: str, quotes: tuple[str, str, str, str], apostrophes: tuple[str, ...]) -> Marks:
    """All quotation marks of a text."""
    both, inner = double(text, quotes), single(text, quotes, apostrophes)
    pairs = [*both.pairs, *inner.pairs]
    return Marks(
        pairs,
        [*both.unclosed, *inner.unclosed],
        [*both.unopened, *inner.unopened],
        _within(pairs, len(text)),
    )


def _within(pairs: list[tuple[int, int]], length: int) -> bytes:
    held = bytearray(length + 1)
    last = 0
    for start, end in sorted(pairs):
        if end > last:
            first = max(start + 1, last)
            held[first:end] = b"\1" * (end - first)
            last = end
    return bytes(held)


def brackets(text: str) -> Marks:
    out = Marks()
    open_: list[int] = []
    text = _NO_BRACKETS.sub(lambda m: "x" * len(m[0]), text)
    for match in re.finditer(r"[()\[\]{}]", text):
        at, mark = match.start(), match[0]
        if mark not in BRACKETS:
            open_.append(at)
        elif open_ and text[open_[-1]] == BRACKETS[mark]:
            if not (_counts(text, at) and _closed_later(text, at, len(open_))):
                out.pairs.append((open_.pop(), at))
        elif not (_counts(text, at) or (mark == ")" and text[at - 1 : at] in (":", ";", "-"))):
            out.unopened.append(at)
    out.unclosed = open_
    return out


def _counts(text: str, at: int) -> bool:
    """Whether a parenthesis closes nothing but a count: a), 1), iv)."""
    return text[at] == ")" and bool(_ENUMERATOR.search(text[max(0, at - 8) : at]))


def _closed_later(text: str, at: int, open_: int) -> bool:
    """Whether the rest of a text closes what is open, without this parenthesis."""
    depth = 0
    for match in re.finditer(r"[()]", text[at + 1 : at + 400]):
        where = at + 1 + match.start()
        if match[0] == "(":
            depth += 1
        elif not _counts(text, where):
            depth -= 1
    return depth <= -open_


def double(text: str, quotes: tuple[str, str, str, str]) -> Marks:
    """The double quotation marks of a text, as its locale's `quotes` use them."""
    out = Marks()
    open_: list[int] = []
    for match in re.finditer(f"[{DOUBLE}]", text):
        at, mark = match.start(), match[0]
        role = _role(text, at, mark, [text[i] for i in open_[-20:]], quotes)
        if role == "open":
            open_.append(at)
        elif role == "close" and open_:
            out.pairs.append((open_.pop(), at))
        elif role == "close":
            out.unopened.append(at)
    out.unclosed = open_
    return out


def _role(
    text: str, at: int, mark: str, open_: list[str], quotes: tuple[str, str, str, str]
) -> str:
    """What a mark does where it stands: it opens, it closes, or it is no quotation mark."""
    before, after = text[at - 1 : at] if at else "", text[at + 1 : at + 2]
    starts = not before or before in _OPENING
    ends = not after or after in _CLOSING
    if mark in "„‟":
        return "open"
    if mark == "“":
        closes = "„" in open_ or (mark in (quotes[1], quotes[3]) and (open_ or not starts))
        return "close" if closes else "open"
    if mark == "”":
        opens = mark in (quotes[0], quotes[2]) and "”" not in open_ and not (open_ and ends)
        return "open" if opens else "close"
    if mark in "«»":
        if starts == ends:  # as in French, where spaces stand inside
            return "open" if mark == ("»" if "»" in (quotes[0], quotes[2]) else "«") else "close"
        return "open" if starts else "close"
    return _straight(before, after, starts, ends, open_)


def _straight(before: str, after: str, starts: bool, ends: bool, open_: list[str]) -> str:
    if before.isalpha() and after.isalpha():
        return ""  # a gershayim in a Hebrew abbreviation
    if before.isdigit() and '"' not in open_:
        return ""  # inches, seconds
    if starts and not ends:
        return "open"
    if ends and not starts:
        return "close"
    return "close" if '"' in open_ else "open"


def single(text: str, quotes: tuple[str, str, str, str], apostrophes: tuple[str, ...]) -> Marks:
    """The single quotation marks of a text. A mark within or after a word may be an apostrophe: it
    closes what is open, and is never missed."""
    opens_high = "‘" not in (quotes[1], quotes[3])
    out = Marks()
    open_: list[int] = []
    weak: list[int] = []
    for match in re.finditer("[‘’‚'‹›]", text):
        at, mark = match.start(), match[0]
        before, after = text[at - 1 : at] if at else "", text[at + 1 : at + 2]
        head = opens_high and mark == "‘" and not before.isalnum()
        if _opens(text, at, mark, "" if head else before, after, apostrophes):
            open_.append(at)
        elif mark == "‚" or after.isalnum():
            continue
        elif not (
            _firm(before) or _firm(after) or not after or text[at + 2 : at + 3] in ("[", "(")
        ):
            weak.append(at)
        elif open_:
            out.pairs.append((open_.pop(), at))
        elif mark in "’›" and (before in ".!?…”]" or after == "]") and before:
            out.unopened.append(at)
    for start in open_:
        end = next((w for w in weak if w > start), -1)
        if end > 0:
            out.pairs.append((start, end))
            weak.remove(end)
        else:
            out.unclosed.append(start)
    return out


def _firm(letter: str) -> bool:
    return bool(letter) and letter in '.,;:!?…)]”"»“'


def _opens(
    text: str, at: int, mark: str, before: str, after: str, apostrophes: tuple[str, ...]
) -> bool:
    if mark in "’›" or not after or after.isspace():
        return False
    if before and before not in _OPENING:
        return False
    word = re.match(r"\w+", text[at + 1 : at + 12])
    if word and (word[0].lower() in apostrophes or re.match(r"\d\ds?\b", text[at + 1 : at + 5])):
        return False
    return not _AYN.match(text, at) and (after.isalnum() or after in '([{“„«"…¿¡$£€\ue001\ue002')
