"""Letters and signs: scripts without a language, hyphens for dashes, spaces before %. Passages in,
diagnostics out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from fleuron.checks.common import prose, shown, slip
from fleuron.checks.passages import Passage
from fleuron.model import Diagnostic, Galley, Locale, Proof
from fleuron.theme import Theme

_RANGES = {
    "Latn": "A-Za-zÀ-ÖØ-öø-ɏḀ-ỿ",
    "Grek": "Ͱ-Ͽἀ-῿",
    "Cyrl": "Ѐ-ԯ",
    "Hebr": "֐-׿",
    "Arab": "؀-ۿݐ-ݿ",
    "Armn": "԰-֏",
    "Geor": "Ⴀ-ჿ",
    "Deva": "ऀ-ॿ",
    "Hans": "㐀-䶿一-鿿",
    "Jpan": "぀-ヿ",
    "Kore": "가-힣",
}
# A name in Latin letters is at home in every script; a sentence is not.
_RUNS = {
    script: re.compile(rf"[{letters}][{letters}\s,.’'\-:;–]*[{letters}]")
    for script, letters in _RANGES.items()
}
_ALIKE = {
    "Cyrl": frozenset("асеіорхујѕАВСЕНІКМОРТХЈЅ"),
    "Grek": frozenset("ονΑΒΕΖΗΙΚΜΝΟΡΤΥΧ"),
    "Latn": frozenset("aceiopxyjsABCEHIKMOPTXJSvNZY"),
}


def unmarked(galley: Galley, proof: Proof, theme: Theme, locale: Locale) -> Iterator[Diagnostic]:
    """Words in another script that do not say in which language they are: a screen reader spells
    them out, and no line breaks them rightly."""
    others = _others(locale.script)
    for passage in prose(galley):
        if not others.search(passage.text):
            continue
        for script, pattern in _RUNS.items():
            if script == locale.script:
                continue
            for match in pattern.finditer(passage.text):
                if passage.own(*match.span()) and _is_phrase(script, match[0]):
                    message = f"“{shown(match[0])}” does not say in which language it is"
                    hint = f"mark it: [{shown(match[0], 30)}]{{lang=…}}"
                    yield slip("P207", passage, match.start(), match.end(), message, hint)


@lru_cache(maxsize=16)
def _others(own: str) -> re.Pattern[str]:
    """A letter of another script."""
    return re.compile(f"[{''.join(r for script, r in _RANGES.items() if script != own)}]")


def _is_phrase(script: str, words: str) -> bool:
    if script == "Latn":
        tokens = [w for w in words.split() if not re.search(r"\w[./-]\w", w)]
        return sum(w.strip(".,;:").islower() and len(w) > 1 for w in tokens) >= 3
    return len(re.findall(r"[^\W\d_]", words)) >= (3 if script == "Grek" else 2)


_L, _C, _G = (_RANGES[script] for script in ("Latn", "Cyrl", "Grek"))
_SEAM = re.compile(rf"[{_L}](?=[{_C}{_G}])|[{_C}](?=[{_L}{_G}])|[{_G}](?=[{_L}{_C}])")
_LETTERS = tuple(re.compile(f"[{letters}]") for letters in (_L, _C, _G))
_WHOLE = re.compile(rf"[{_L}{_C}{_G}]+")


def mixed(galley: Galley, proof: Proof, theme: Theme, locale: Locale) -> Iterator[Diagnostic]:
    """A letter of another script that looks like one of the word's own: nobody sees it, and no
    search finds the word."""
    for passage in prose(galley):
        scripts = sum(bool(letters.search(passage.text)) for letters in _LETTERS)
        if scripts < 2 or not _SEAM.search(passage.text):
            continue
        for match in _WHOLE.finditer(passage.text):
            strange = _strange(match[0]) if len(match[0]) > 1 else ""
            if strange:
                message = f"“{match[0]}” mixes two scripts: {strange}"
                hint = "type the letter again on the keyboard of its language"
                yield slip("P108", passage, match.start(), match.end(), message, hint)


def _strange(word: str) -> str:
    """The letters of a word that only look like its own, with their names; "" where none does."""
    parts = {s: re.findall(f"[{_RANGES[s]}]", word) for s in ("Latn", "Cyrl", "Grek")}
    here = sorted((s for s in parts if parts[s]), key=lambda s: len(parts[s]))
    if len(here) != 2 or word[0] in "μµ":  # micrometres
        return ""
    few = here[0]
    grafted = re.fullmatch(rf"[A-Z]{{2,}}[{_RANGES['Cyrl']}{_RANGES['Grek']}]+", word)
    if grafted or not all(letter in _ALIKE[few] for letter in parts[few]):
        return ""
    names = {"Latn": "Latin", "Cyrl": "Cyrillic", "Grek": "Greek"}
    return f"{', '.join(dict.fromkeys(parts[few]))} is {names[few]}"


# ------------------------------------------------------------------ hyphens

_SPACED = re.compile(r" (-)(?= [^\s\-|])(?<=[^\s\-|(\[] -)")
_PARTED = re.compile(r"- (?=[^\W\d_]{6})(?<=[^\W\d_]{2}- )")
_RANGE = re.compile(r"(\d(?<![\w\-–./:+@#]\d)\d{0,3})-(\d{1,4})(?![\w\-–/:]|[.,]\d)")


def hyphens(galley: Galley, proof: Proof, theme: Theme, locale: Locale) -> Iterator[Diagnostic]:
    """A hyphen in place of a dash between words, or between the ends of a range."""
    for passage in prose(galley):
        for match in _SPACED.finditer(passage.text):
            if _typed(passage, match.start(1)):
                hint = "type -- between the spaces: it is set as the language sets a dash"
                message = "a hyphen stands where a dash is due"
                yield slip("P201", passage, match.start(1), match.end(1), message, hint)
        for match in _PARTED.finditer(passage.text):
            if _typed(passage, match.start()) and passage.text[match.end()].islower():
                message = "a word is parted by a hyphen and a space, as at the end of a line"
                yield slip("P201", passage, *match.span(), message, "join its parts")
        if locale.gate.hyphen_ranges:
            continue
        for match in _RANGE.finditer(passage.text):
            if _rises(match[1], match[2]) and passage.own(*match.span()):
                message = f"a hyphen in the range “{match[0]}”"
                hint = f"type a dash: {match[1]}–{match[2]}"
                yield slip("P201", passage, match.start(), match.end(), message, hint)


def _typed(passage: Passage, index: int) -> bool:
    return passage.file.text[passage.offsets[index]] == "-"


def _rises(first: str, last: str) -> bool:
    """Whether two numbers are the ends of a range: 1994-1998, 1939-45, 54-8."""
    if len(last) < len(first) and len(last) <= 2:
        last = first[: -len(last)] + last
    return int(first) < int(last) and not first.startswith("0")


# ------------------------------------------------------------------ per cent

_PER_CENT = re.compile(r"\d[\d.,\u00a0\u202f]{0,20}?([ \u00a0\u202f]?)[%‰](?!\w)")


def per_cent(galley: Galley, proof: Proof, theme: Theme, locale: Locale) -> Iterator[Diagnostic]:
    """41 % here and 41% there: one or the other."""
    found = [
        (passage, match)
        for passage in prose(galley)
        for match in _PER_CENT.finditer(passage.text)
        if passage.own(*match.span())
    ]
    spaced = [f for f in found if f[1][1]]
    tight = [f for f in found if not f[1][1]]
    rare = min(spaced, tight, key=len)
    often = "a space" if rare is tight else "no space"
    for passage, match in rare:
        message = f"here and elsewhere % is spaced in two ways; mostly it has {often} before it"
        yield slip("P202", passage, *match.span(), message, "write all of them in one way")
