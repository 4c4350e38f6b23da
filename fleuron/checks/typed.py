"""What the house writes by itself, typed by hand: ibid., a note's number, an author and a year.

Passages in, diagnostics out. What stands in quotation marks is someone else's, and passes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from fleuron import cldr
from fleuron.checks.common import prose, shown, slip
from fleuron.checks.ink import CALL, CITE
from fleuron.checks.pairs import quoted
from fleuron.checks.passages import Passage
from fleuron.model import Diagnostic, Galley, Gate, Locale, Proof
from fleuron.theme import Theme

_YEAR = r"(?:1[5-9]|20)\d\d[a-e]?"
_PARTS = 20  # a cluster of more works than this nobody types


def _any(words: tuple[str, ...]) -> str:
    """A pattern for any of these words, the longest first, with any space within."""
    ordered = sorted(words, key=len, reverse=True)
    return "|".join(re.escape(w).replace(r"\ ", r"\s*") for w in ordered) or r"(?!)"


# ------------------------------------------------------------------ ibid. and its kin


@lru_cache(maxsize=64)
def _ibid(gate: Gate, numbers: tuple[str, ...]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    always = re.compile(rf"(?<![\w.])(?:{_any(gate.ibid)})(?!\w)", re.IGNORECASE)
    locator = rf"[,.:;،؛]?\s*(?:(?:{_any(numbers)})\s*\d|\d|{CITE})"
    again = re.compile(
        rf"(?<![\w.])(?:{_any(gate.again)})(?:(?={locator})|(?<=\.)(?=\)|,\s)|(?=\)))",
        re.IGNORECASE,
    )
    return always, again


def ibid(galley: Galley, proof: Proof, theme: Theme, locale: Locale) -> Iterator[Diagnostic]:
    """A note that says “as before” by hand is wrong as soon as a note is put before it."""
    always, again = _ibid(locale.gate, locale.before_number)
    head = re.compile(rf"\s*(?:{_any(locale.gate.again)})(?=[.,;:،؛]|\s*$)", re.IGNORECASE)
    for passage in prose(galley):
        found = [*always.finditer(passage.text), *again.finditer(passage.text)]
        if passage.kind == "note" and not passage.part and (first := head.match(passage.text)):
            found.append(first)
        seen: set[int] = set()
        for match in found:
            start = match.end() - len(match[0].lstrip())
            mentioned = passage.kind != "note" and passage.is_stressed(start, match.end())
            whole = passage.text[start - 1 : start] == "(" or not mentioned
            if start in seen or not whole or quoted(passage, locale, start, match.end()):
                continue
            seen.add(start)
            message = f"“{match[0].strip()}” is typed by hand"
            hint = "cite the work, [@key, p. 3]: the style writes this where it is due"
            yield slip("C108", passage, start, match.end(), message, hint)


# ------------------------------------------------------------------ a note's number

_NUMBER = re.compile(r"[(\[](\d{1,3})[)\]]")
_RAISED = re.compile(r"(?<=[^\W\d_]{4})[⁰¹²³⁴⁵⁶⁷⁸⁹]+|(?<=[.,;:!?”’»])[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
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
        and not _counted(passage.text[: m.start()], numbered)
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
    numeral = word[-1].isdigit() and not re.fullmatch(_YEAR, word)
    return word in numbered or numeral or glued or listed or word[-1] in "=+−–<>≈"


def _at_end(text: str, match: re.Match[str]) -> bool:
    """Whether it stands where a call stands: before or after the mark that ends a sentence."""
    before = text[: match.start()].rstrip()
    after = text[match.end() :]
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
    names = _any(words)
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


# ------------------------------------------------------------------ author and year


def author_year(galley: Galley, proof: Proof, theme: Theme, locale: Locale) -> Iterator[Diagnostic]:
    """A citation typed as author and year stands in no list and gets no note."""
    whole = " ".join(p.text for p in prose(galley))
    spoken = frozenset(re.findall(r"(?<![(\w;&])[^\W\d_][\w’'\-]{2,}(?!\w|,? \d{4})", whole))
    pattern = _author_year(locale.gate)
    for passage in prose(galley):
        for match in re.finditer(r"\(([^()]{5,160})\)", passage.text):
            if _YEAR_IN.search(match[1]) and _cites(
                match[1], pattern, locale, spoken, passage, match
            ):
                message = f"“{shown(match[0])}” looks like a citation, typed by hand"
                hint = "put the work into the bibliography and cite its key: [@key, p. 3]"
                yield slip("C109", passage, match.start(), match.end(), message, hint)


_YEAR_IN = re.compile(rf"(?<!\d){_YEAR}(?!\d)")


@lru_cache(maxsize=64)
def _author_year(gate: Gate) -> re.Pattern[str]:
    name = r"(?:(?:van|von|de|der|den|di|la|le|el|al)[ -])*[^\W\d_a-z][^\W\d_]+(?:[’'\-][^\W\d_]+)*"
    joined = rf"(?:\s*(?:,|&|/|\b(?:{_any(gate.joins)})\b)\s*(?:&\s*)?{name})"
    return re.compile(
        rf"(?:[^\W\d_.]+\.?(?:\s[^\W\d_.]+\.)?,?\s)?(?P<first>{name})(?P<more>{joined}{{0,3}})"
        rf"(?P<others>,?\s+(?:{_any(gate.others)}))?(?P<comma>,)?\s+(?P<year>{_YEAR})"
        r"(?P<locator>\s*[,:]\s*(?:[^\W\d_]{1,5}\.?\s*)?\d+(?:\s*[-–]\s*\d+)?)?\s*$"
    )


def _cites(
    inner: str,
    pattern: re.Pattern[str],
    locale: Locale,
    spoken: frozenset[str],
    passage: Passage,
    match: re.Match[str],
) -> bool:
    """Whether what stands in parentheses is a citation, and not a place, a month or an event."""
    if CALL in inner or CITE in inner or quoted(passage, locale, *match.span()):
        return False
    parts = [pattern.fullmatch(part.strip()) for part in inner.split(";")[:_PARTS]]
    if not parts or not all(m and m["first"][0].lower() != m["first"][0] for m in parts):
        return False
    if any(
        m and (m["others"] or m["locator"] or m["year"][-1].isalpha() or "&" in m["more"])
        for m in parts
    ):
        return True
    months = {month.casefold() for month in cldr.months(locale.tag)}
    weak = [m for m in parts if m]
    if any(m["first"].casefold() in months or m["first"].isupper() for m in weak):
        return False
    if passage.is_stressed(match.start() - 2, match.start() - 1):
        return False  # the imprint of a title before it
    if len(weak) > 1:
        return True
    known = weak[0]["first"] in spoken
    return not known and (not locale.gate.capital_nouns or bool(weak[0]["comma"]))
