"""Names in two transliterations. Passages in, diagnostics out."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator

from fleuron.checks.words import Use, alike, rarer, two, used_in
from fleuron.model import Diagnostic, Galley, Locale, Proof
from fleuron.theme import Theme


def names(galley: Galley, proof: Proof, theme: Theme, locale: Locale) -> Iterator[Diagnostic]:
    """One name in two transliterations: Dostoyevsky, Dostoevsky."""
    used = {
        word: use
        for word, use in used_in(galley, locale).items()
        if word[0].isupper() and not word.isupper() and len(word) >= 5 and use.within
    }
    own = frozenset(locale.letters or "abcdefghijklmnopqrstuvwxyz")
    told: set[str] = set()
    for group in alike(used, lambda word: _sounded(word, own)):
        told.update(group)
        yield from rarer("P203", "one name", group, used)
    if not locale.gate.capital_nouns:
        yield from _one_letter(used, told)


_SOUNDS = (
    (r"(?<=[aeiouy])[yij](?=e)", ""),
    (r"(?<=[^aeiouy\W])[yi]e(?=[a-z])", "e"),
    (r"kh", "h"),
    (r"ph", "f"),
    (r"ks|cks", "x"),
    (r"tz", "ts"),
    (r"(?<=[eo])(?:ff|w|v)$", "v"),
    (r"(?:skii|skiy|skij|skyy|sky|ski|skyj)$", "ski"),
    (r"(?:yy|iy|ii|ij|yi|yj|y|j)", "i"),
    (r"[’'\-]", ""),
)


def _sounded(word: str, own: frozenset[str]) -> str:
    """A name as it sounds, near enough: marks that the language does not know taken off, and the
    letters that transliterations disagree about made one."""
    sound = "".join(
        c if c in own else unicodedata.normalize("NFKD", c)[0] for c in word.casefold()
    ).translate(_STROKES)
    for pattern, instead in _SOUNDS:
        sound = re.sub(pattern, instead, sound)
    return sound


_STROKES = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ё": "е"})


def _one_letter(used: dict[str, Use], told: set[str]) -> Iterator[Diagnostic]:
    """A long name met once or twice that differs in one letter from one met often."""
    often = defaultdict(list)
    for word, use in used.items():
        if use.times >= 3 and len(word) >= 8:
            for key in _gaps(word):
                often[key].append(word)
    for word, use in used.items():
        if use.times > 2 or len(word) < 8 or word in told:
            continue
        near = {o for key in _gaps(word) for o in often.get(key, ()) if o != word}
        for other in sorted(near):
            if len(other) == len(word) and _is_slip(word, other):
                yield two("P203", "one name", use, used[other], (word, other))


def _gaps(word: str) -> Iterator[str]:
    for i in range(1, len(word)):
        yield f"{word[:i]}.{word[i + 1 :]}"


def _is_slip(one: str, other: str) -> bool:
    """Whether the letter is not one that an inflection changes, or is a vowel for a vowel."""
    at = next(i for i, (a, b) in enumerate(zip(one, other, strict=True)) if a != b)
    return at < len(one) - 3 or (one.isascii() and one[at] in "aeiou" and other[at] in "aeiou")
