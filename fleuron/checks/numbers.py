"""Notes called by a number that was typed: (12), [12], ¹², “see fn. 6”. Passages in, diagnostics
out. What counts something else, Article 5 (2) or the parts of a sentence, passes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from fleuron.checks.common import any_of, prose, slip
from fleuron.checks.pairs import quoted
from fleuron.checks.passages import Passage
from fleuron.checks.typed import YEAR
from fleuron.model import Diagnostic, Galley, Locale, Proof
from fleuron.theme import Theme

_NUMBER = re.compile(r"[(\[](\d{1,3})[)\]]")
_RAISED = re.compile(r"[⁰¹²³⁴⁵⁶⁷⁸⁹](?:(?<=[^\W\d_]{4}.)|(?<=[.,;:!?”’»].))[⁰¹²³⁴⁵⁶⁷⁸⁹]*")
_FINAL = frozenset(".,;:!?)”’»")


def numbers(galley: Galley, proof: Proof, theme: Theme, locale: Locale) -> Iterator[Diagnostic]:
    """A note called by a number that was typed, which no renumbering reaches."""
    typed = [
        (passage, match)
        for passage in prose(galley, "paragraph", "item", "quote", "note", "caption", "heading")
        for match in _calls(passage, locale)
    ]
    in_row = _in_row([int(match[1]) for _, match in typed])
    last = 0
    for row, (passage, match) in zip(in_row, typed, strict=True):
        if not (row or _at_end(passage.text, match)):
            continue
        message = f"“{match[0]}” looks like the number of a note, typed by hand"
        hint = "write the note and call it by a name: [^name]"
        yield slip("N105", passage, match.start(), match.end(), message, hint)
        if row and last and int(match[1]) != last + 1:
            yield _out_of_row(passage, match.start(), match.end(), last, int(match[1]))
        last = int(match[1]) if row else last
    yield from _spoken(galley, locale)


def _out_of_row(passage: Passage, start: int, end: int, last: int, number: int) -> Diagnostic:
    missing = f"{last + 1}" if number == last + 2 else f"{last + 1} to {number - 1}"
    gap = f"note {missing} is never called" if number > last else "the order is broken"
    hint = "see whether words were lost with the call, here or before it"
    return slip("N106", passage, start, end, f"note {number} follows note {last}: {gap}", hint)


def _calls(passage: Passage, locale: Locale) -> Iterator[re.Match[str]]:
    numbered = {w.casefold() for w in (*locale.gate.numbered, *locale.before_number)}
    found = [
        m
        for m in _NUMBER.finditer(passage.text)
        if int(m[1])
        and passage.own(*m.span())
        and not _counted(passage.text[max(0, m.start() - 60) : m.start()], numbered)
    ]
    if not _enumerates(passage.text, found):
        yield from found


def _enumerates(text: str, found: list[re.Match[str]]) -> bool:
    """Whether the numbers count the parts of a sentence: (1) each before its part."""
    numbers_ = [int(m[1]) for m in found]
    if numbers_ != list(range(1, len(found) + 1)) or not found:
        return False
    return all(
        re.match(r"\s?[^\W\d_‘“«„]|\s[‘“«„\"'*]", text[m.end() : m.end() + 2]) for m in found
    )


def _counted(before: str, numbered: set[str]) -> bool:
    """Whether a number belongs to the word before it: Article 5 (2), equation (3), f(3)."""
    last = re.search(r"(\S+)(\s*)$", before)
    if not last:
        return True  # at the head of a passage it counts an item
    word = last[1].rstrip(",").casefold()
    glued = not last[2] and (last[1][-1].isalnum() and len(re.split(r"\W", last[1])[-1]) < 3)
    listed = bool(re.search(r"\(\d+\)(?:\(\w\))?(?:,| \w+)?\s*$", before)) and glued
    numeral = word[-1].isdigit() and not re.fullmatch(YEAR, word)
    return word in numbered or numeral or glued or listed or word[-1] in "=+−–<>≈"


def _at_end(text: str, match: re.Match[str]) -> bool:
    """Whether it stands where a call stands: before or after the mark that ends a sentence."""
    before = text[max(0, match.start() - 80) : match.start()].rstrip()
    after = text[match.end() : match.end() + 80]
    if before[-1:] in _FINAL and not text[match.start() - 1 : match.start()].isalpha():
        return before[-1] in ".,;:!?" or not after.strip() or after[:1] in ".!?"
    if after.strip() and not re.match(r"[.;:!?](?:\s|$)", after):
        return False
    *_, one, two = ["", "", *re.findall(r"\w+", before)]
    if not two[:1].isupper():
        return not two.isdigit() or len(two) == 4
    # Germany (12), Italy (9): counts; Anna Nowak (34): her age.
    others = len(re.findall(r"\(\d{1,3}\)", text)) > 1
    return not others and not one[:1].isupper()


def _in_row(numbers_: list[int]) -> list[bool]:
    """Which numbers are of a row that rises by ones or nearly, three or more of them."""
    row = [False] * len(numbers_)
    run: list[int] = []
    for index, number in enumerate(numbers_):
        if run and not 0 < number - numbers_[run[-1]] <= 3:
            run = []
        run.append(index)
        if len(run) >= 3:
            for i in run:
                row[i] = True
    return row


@lru_cache(maxsize=64)
def _see(words: tuple[str, ...]) -> re.Pattern[str]:
    names = any_of(words)
    return re.compile(
        rf"(?<![\w’'\-])(?:{names}|(?-i:{names.title()}))[\s\u00a0]+(\d{{1,3}})(?![\d\w/%])"
    )


def _spoken(galley: Galley, locale: Locale) -> Iterator[Diagnostic]:
    """“See fn. 6”, and digits that were raised by hand."""
    pattern = _see(locale.gate.note)
    for passage in prose(galley):
        for match in pattern.finditer(passage.text):
            if passage.own(*match.span()) and not quoted(passage, locale, *match.span()):
                message = f"“{match[0]}” names a note by a number typed by hand"
                hint = "name the note: [^method], and refer to it: @fn:method"
                yield slip("N105", passage, match.start(), match.end(), message, hint)
        for match in _RAISED.finditer(passage.text):
            message = f"“{match[0]}” looks like the number of a note, raised by hand"
            hint = "write the note and call it by a name: [^name]"
            yield slip("N105", passage, match.start(), match.end(), message, hint)
