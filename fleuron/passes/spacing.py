"""Where a line may not end, and which space stands there. A text and a locale in, edits out.

The text is a paragraph's characters in a row, whatever nodes they stand in; what no rule may look
into (code, addresses, formulas, words of another language) is a row of `SEALED`. Each rule gives
edits by position: other characters for one that stands there, or characters before it.

Where it can, a pattern begins with what is rare and looks back from there: a literal at its head is
found in a tenth of the time that looking back from each letter takes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from fleuron import cldr
from fleuron.model import Locale

SEALED = "\ufffc"
NO_BREAK = "\u00a0"
_SPACES = " \u00a0\u2009\u202f"
_CLOSING = ")\\]»”’“‘"

Edit = tuple[int, int, str]  # from, to, and what stands there then
Rule = Callable[[str, Locale], Iterator[Edit]]


def edits(text: str, locale: Locale) -> tuple[Edit, ...]:
    """What to change in `text`, in the order of places; of edits that overlap, the first stands."""
    out: list[Edit] = []
    found = [edit for rule in RULES for edit in rule(text, locale)]
    for edit in sorted(found, key=lambda e: (e[0], e[1])):
        if text[edit[0] : edit[1]] != edit[2] and (not out or _after(edit, out[-1])):
            out.append(edit)
    return tuple(out)


def _after(edit: Edit, last: Edit) -> bool:
    return edit[0] >= last[1] and edit[:2] != last[:2]


def words(text: str, locale: Locale) -> str:
    """A text that stands outside the paragraphs (a title, a credit) with its spaces set."""
    out, at = [], 0
    for start, end, new in edits(text, locale):
        out += [text[at:start], new]
        at = end
    return "".join([*out, text[at:]])


# ------------------------------------------------------------------ the rules


def marks(text: str, locale: Locale) -> Iterator[Edit]:
    """The space before ; : ! ? % and before a closing, after an opening quotation mark."""
    for place, space in locale.spacing.items():
        side, _, mark = place.partition(" ")
        pattern = _before(mark) if side == "before" else _behind(mark)
        for match in pattern.finditer(text):
            yield match.start(1), match.end(1), space


@lru_cache(maxsize=64)
def _before(mark: str) -> re.Pattern[str]:
    if mark in "»›”“":
        return re.compile(rf"(?<=[^\s{_SPACES}])([{_SPACES}]*)(?={mark})")
    if mark == "%":
        # "5%ig", "5%-ный": a word of its own, which takes none.
        return re.compile(rf"(?<=\d)([{_SPACES}]?)(?=[%‰](?![\w‐-]))")
    # Only where the mark ends something: a time (10:30) or a path (a:b) has none. A mark in
    # brackets (?) or after a space of its own line stands for itself.
    return re.compile(
        rf"(?<=[\w{_CLOSING}%…{SEALED}.°€$])([{_SPACES}]*)"
        rf"(?={re.escape(mark)}[;:!?…]*(?:[\s{_SPACES}{_CLOSING}{SEALED}]|$))"
    )


@lru_cache(maxsize=64)
def _behind(mark: str) -> re.Pattern[str]:
    return re.compile(rf"(?<={mark})([{_SPACES}]*)(?=[^\s{_SPACES}])")


def numbers(text: str, locale: Locale) -> Iterator[Edit]:
    """A number keeps to its unit, to the word that announces it, and to its month."""
    for pattern in (
        _unit(locale.units),
        _announced(locale.before_number),
        _day(locale.tag, locale.date),
    ):
        for match in pattern.finditer(text):
            yield match.start(1), match.end(1), NO_BREAK


def thousands(text: str, locale: Locale) -> Iterator[Edit]:
    """Thousands typed apart stay together, by the language's own space where it has one."""
    for match in _THOUSANDS.finditer(text):
        own = cldr.grouping(locale.tag)
        for space in re.finditer(" ", match[0]):
            at = match.start() + space.start()
            yield at, at + 1, own if own in (NO_BREAK, "\u202f") else NO_BREAK


_THOUSANDS = re.compile(r"[1-9](?<![\d.,/‑-][1-9])\d{0,2}(?: \d{3})+(?!\d)")
_NEVER = re.compile("(?!)( )")


@lru_cache(maxsize=64)
def _unit(units: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"( )(?<=\d )(?=(?:{_any((*units, '%', '‰'))})(?!\w))")


@lru_cache(maxsize=64)
def _announced(announcing: tuple[str, ...]) -> re.Pattern[str]:
    if not announcing:
        return _NEVER
    before = "|".join(rf"(?<=(?<!\w){re.escape(word)} )" for word in announcing)
    return re.compile(rf"( )(?=\d|[IVXLC]+(?!\w))(?:{before})")


@lru_cache(maxsize=64)
def _day(tag: str, date: str) -> re.Pattern[str]:
    """“24. November”, “24 de noviembre”, “1er mars”; “november 24.” where the month is first."""
    months = _any(cldr.months(tag))
    if re.search(r"M+ d", date):
        before = "|".join(rf"(?<=(?<!\w){re.escape(month)} )" for month in cldr.months(tag))
        return re.compile(rf"( )(?=\d{{1,2}}(?!\d))(?:{before})", re.IGNORECASE)
    return re.compile(
        rf"\d(?<![\d.,]\d)\d?(?:\.|º|er|ú)?( )(?=(?:de |ta’ |ta' )?ב?(?:{months})(?!\w))",
        re.IGNORECASE,
    )


def short_words(text: str, locale: Locale) -> Iterator[Edit]:
    """A preposition of one letter goes with the word it stands before (ČSN 01 6910)."""
    if locale.ties:
        for match in _tied(locale.ties).finditer(text):
            yield match.start(1), match.end(1), NO_BREAK


@lru_cache(maxsize=64)
def _tied(ties: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w’'.])(?:{_any(ties)})( )(?=[\w«„“‚({SEALED}])", re.IGNORECASE)


def dashes(text: str, locale: Locale) -> Iterator[Edit]:
    """A dash between spaces never starts a line; a hyphen between spaces was meant for one."""
    for match in re.finditer(r"( )(?=[–—] )(?<=\S )", text):
        yield match.start(1), match.end(1), NO_BREAK
    if locale.dash:
        # Between two numbers it may be a minus: that is the author's to say.
        for match in _HYPHEN.finditer(text):
            yield match.start(), match.end(), NO_BREAK + locale.dash


_HYPHEN = re.compile(r" -(?= \S)(?:(?<=[^\s\d] -)|(?<=\S -)(?= [^\s\d]))")


def _any(words: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))


RULES: tuple[Rule, ...] = (marks, numbers, thousands, short_words, dashes)
