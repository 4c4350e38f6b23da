"""Words spelt in two ways, and how words are counted for that. Passages in, diagnostics out.

What stands in quotation marks, in another language or in a title keeps its own spelling, and so do
names with their capitals where common words are compared.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from fleuron.checks import marks
from fleuron.checks.common import sources
from fleuron.checks.passages import Passage, passages
from fleuron.diagnostics import diagnostic
from fleuron.model import Diagnostic, Galley, Gate, Locale, Place, Proof, SourceFile
from fleuron.theme import Theme

_WORD = re.compile(r"[^\W\d_]+(?:[’'\-][^\W\d_]+)*")
_KINDS = ("paragraph", "item", "note", "heading", "caption", "cell", "term")


@dataclass(slots=True)
class Use:
    """A word as it is used: how often, where first, and whether within a sentence."""

    times: int = 0
    place: tuple[Passage, int, int] | None = None
    within: bool = False


def used_in(galley: Galley, locale: Locale) -> dict[str, Use]:
    """The words of an edition that are its own, by their spelling."""
    return _counted(sources(galley), locale.quotes, locale.gate.apostrophes)


@lru_cache(maxsize=2)
def _counted(
    files: tuple[SourceFile, ...], quotes: tuple[str, str, str, str], apostrophes: tuple[str, ...]
) -> dict[str, Use]:
    used: dict[str, Use] = defaultdict(Use)
    for passage in (p for file in files for p in passages(file)):
        if passage.kind not in _KINDS:
            continue
        theirs = marks.every(passage.text, quotes, apostrophes).within
        whole = not (passage.lang or passage.foreign)
        for match in _WORD.finditer(passage.text):
            word = match[0]
            if len(word) < 5 or theirs[match.start()]:
                continue
            if whole or passage.own(*match.span()):
                if word[-2:] in ("’s", "'s"):
                    word = word[:-2]
                _note(used[word], passage, *match.span())
    return used


def _note(use: Use, passage: Passage, start: int, end: int) -> None:
    use.times += 1
    if use.times == 1:
        use.place = (passage, start, end)
    if not use.within:
        before = passage.text[max(0, start - 8) : start].rstrip("“‘«„\"'([ \n")[-1:]
        use.within = bool(before) and before not in ".!?:…"


def two(code: str, kind: str, rare: Use, often: Use, words: tuple[str, str]) -> Diagnostic:
    assert rare.place and often.place
    passage, start, end = rare.place
    place, length = passage.place(start), passage.length(start, end)
    times = "once" if often.times == 1 else f"{often.times} times"
    message = f"{kind} is spelt “{words[0]}” here and “{words[1]}” {times}"
    first, at, _ = often.place
    related: list[tuple[Place, str]] = [(first.place(at), f"“{words[1]}” first stands here")]
    return diagnostic(code, place, message, "choose one", length=length, related=related)


# ------------------------------------------------------------------ words


def spellings(galley: Galley, proof: Proof, theme: Theme, locale: Locale) -> Iterator[Diagnostic]:
    """organise and organize, manoeuvres and maneouvres: one word, two spellings, one brief."""
    used = {w: u for w, u in used_in(galley, locale).items() if w == w.lower() and len(w) >= 6}
    rules = _rules(locale.gate)
    for group in alike(used, lambda word: _folded(word, rules)):
        yield from rarer("P205", "one word", group, used)
    long_ = [word for word in used if len(word) >= 8]
    for group in alike(long_, lambda word: word[0] + "".join(sorted(word[1:]))):
        pairs = [w for w in group if any(_swapped(w, o, locale.gate) for o in group)]
        yield from rarer("P205", "one word", pairs, used)


def alike(words: Iterable[str], key: Callable[[str], str]) -> Iterator[list[str]]:
    """Words that one key makes the same."""
    groups: dict[str, list[str]] = defaultdict(list)
    for word in words:
        groups[key(word)].append(word)
    yield from (group for group in groups.values() if len(group) > 1)


def rarer(code: str, kind: str, group: list[str], used: dict[str, Use]) -> Iterator[Diagnostic]:
    """Each spelling but the one used most."""
    ordered = sorted(group, key=lambda word: -used[word].times)
    for word in ordered[1:]:
        yield two(code, kind, used[word], used[ordered[0]], (word, ordered[0]))


@dataclass(frozen=True, slots=True)
class _Rules:
    """Spellings of words, of their beginnings and of their ends, by the spelling that stands for
    both."""

    whole: dict[str, str]
    starts: dict[str, str]
    ends: dict[str, str]


@lru_cache(maxsize=32)
def _rules(gate: Gate) -> _Rules:
    whole = {a: b for a, b in gate.twins if "-" not in (a[0], a[-1])}
    starts = {a[:-1]: b[:-1] for a, b in gate.twins if a[-1] == "-"}
    ends = {a[1:]: b[1:] for a, b in gate.twins if a[0] == "-"}
    return _Rules(whole, starts, ends)


def _folded(word: str, rules: _Rules) -> str:
    """A word in the spelling that stands for all of its spellings."""
    word = rules.whole.get(word, word)
    for size in range(min(len(word), 14), 2, -1):
        if (head := rules.starts.get(word[:size])) is not None:
            word = head + word[size:]
            break
    for size in range(min(len(word) - 2, 10), 1, -1):
        if (tail := rules.ends.get(word[-size:])) is not None:
            return word[:-size] + tail
    return word


def _swapped(one: str, other: str, gate: Gate) -> bool:
    """Whether two words differ in the order of two or three neighbouring letters."""
    if one == other or len(one) != len(other):
        return False
    if gate.capital_nouns and one.replace("ie", "ei") == other.replace("ie", "ei"):
        return False  # German has both: beschreiben, beschrieben
    differ = [i for i, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
    return differ[-1] - differ[0] <= 2 and differ[0] > 0 and differ[-1] < len(one) - 1
