"""Citations typed by hand: ibid. and its kin, an author and a year.

Passages in, diagnostics out. What stands in quotation marks is someone else's, and passes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from fleuron import cldr
from fleuron.checks.common import any_of, prose, shown, slip
from fleuron.checks.ink import CALL, CITE
from fleuron.checks.pairs import quoted
from fleuron.checks.passages import Passage
from fleuron.model import Diagnostic, Galley, Gate, Locale, Proof
from fleuron.theme import Theme

YEAR = r"(?:1[5-9]|20)\d\d[a-e]?"
_PARTS = 20  # a cluster of more works than this nobody types


# ------------------------------------------------------------------ ibid. and its kin


@lru_cache(maxsize=64)
def _ibid(gate: Gate, numbers: tuple[str, ...]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    always = re.compile(rf"(?<![\w.])(?:{any_of(gate.ibid)})(?!\w)", re.IGNORECASE)
    locator = rf"[,.:;،؛]?\s*(?:(?:{any_of(numbers)})\s*\d|\d|{CITE})"
    again = re.compile(
        rf"(?<![\w.])(?:{any_of(gate.again)})(?:(?={locator})|(?<=\.)(?=\)|,\s))"
        rf"|(?<=\()(?:{any_of(gate.again)})(?=\))",
        re.IGNORECASE,
    )
    return always, again


def ibid(galley: Galley, proof: Proof, theme: Theme, locale: Locale) -> Iterator[Diagnostic]:
    """A note that says “as before” by hand is wrong as soon as a note is put before it."""
    always, again = _ibid(locale.gate, locale.before_number)
    head = re.compile(rf"\s*(?:{any_of(locale.gate.again)})(?=[.,;:،؛]|\s*$)", re.IGNORECASE)
    heads = {word.split()[0].lower() for word in (*locale.gate.ibid, *locale.gate.again)}
    for passage in prose(galley):
        text = passage.text.lower()
        if not any(word in text for word in heads):
            continue
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


# ------------------------------------------------------------------ author and year


def author_year(galley: Galley, proof: Proof, theme: Theme, locale: Locale) -> Iterator[Diagnostic]:
    """A citation typed as author and year stands in no list and gets no note."""

    @lru_cache(maxsize=1)
    def spoken() -> frozenset[str]:
        whole = " ".join(p.text for p in prose(galley))
        return frozenset(_SPOKEN.findall(whole))

    pattern = _author_year(locale.gate)
    for passage in prose(galley):
        for match in re.finditer(r"\(([^()]{5,160})\)", passage.text):
            if _DATED.search(match[1]) and _cites(
                match[1], pattern, locale, spoken, passage, match
            ):
                message = f"“{shown(match[0])}” looks like a citation, typed by hand"
                hint = "put the work into the bibliography and cite its key: [@key, p. 3]"
                yield slip("C109", passage, match.start(), match.end(), message, hint)


_SPOKEN = re.compile(r"(?<![(\w;&])[^\W\d_][\w’'\-]{2,}(?!\w|,? \d{4})")
_DATED = re.compile(rf"(?<!\d){YEAR}(?!\d)")


@lru_cache(maxsize=64)
def _author_year(gate: Gate) -> re.Pattern[str]:
    name = r"(?:(?:van|von|de|der|den|di|la|le|el|al)[ -])*[^\W\d_a-z][^\W\d_]+(?:[’'\-][^\W\d_]+)*"
    joined = rf"(?:\s*(?:,|&|/|\b(?:{any_of(gate.joins)})\b)\s*(?:&\s*)?{name})"
    return re.compile(
        rf"(?:[^\W\d_.]+\.?(?:\s[^\W\d_.]+\.)?,?\s)?(?P<first>{name})(?P<more>{joined}{{0,3}})"
        rf"(?P<others>,?\s+(?:{any_of(gate.others)}))?(?P<comma>,)?\s+(?P<year>{YEAR})"
        r"(?P<locator>\s*[,:]\s*(?:[^\W\d_]{1,5}\.?\s*)?\d+(?:\s*[-–]\s*\d+)?)?\s*$"
    )


def _cites(
    inner: str,
    pattern: re.Pattern[str],
    locale: Locale,
    spoken: Callable[[], frozenset[str]],
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
    known = weak[0]["first"] in spoken()
    return not known and (not locale.gate.capital_nouns or bool(weak[0]["comma"]))
