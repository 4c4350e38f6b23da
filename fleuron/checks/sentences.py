"""Sentences: doubled words, spaces, ends. Passages in, diagnostics out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fleuron.checks.common import prose, shown, slip
from fleuron.checks.ink import ADDRESS, CALL, CITE, CODE, MATH
from fleuron.checks.passages import Passage
from fleuron.model import Diagnostic, Galley, Locale, Proof
from fleuron.theme import Theme

_TWICE = re.compile(r"(?<![\w’'\-–])([^\W\d_][\w’'\-]*)[ \n\t\u00a0\u202f]+\1(?![\w’'\-])", re.I)
_PAIR_TWICE = re.compile(
    r"(?<![\w’'\-–])([^\W\d_]+) ([^\W\d_]+)[ \n]\1[ \n]\2(?![\w’'\-])(?! \1\b)"
)
_SIC = re.compile(r"\W{0,3}[\[(]sic")


def doubled(galley: Galley, proof: Proof, theme: Theme, locale: Locale) -> Iterator[Diagnostic]:
    """The same word twice running, but for those that a language has so."""
    allowed = set(locale.gate.twice)
    for passage in prose(galley):
        if passage.kind == "line":
            continue
        for match in _TWICE.finditer(passage.text):
            if not _meant(match, allowed) and _counts(passage, match):
                hint = "delete one of the two"
                message = f"“{match[1]}” stands twice running"
                yield slip("P103", passage, match.start(), match.end(), message, hint)
        said = passage.text.split()
        if not any(map(str.endswith, said, said[2:])):  # no word and the next but one
            continue
        for match in _PAIR_TWICE.finditer(passage.text):
            words = f"{match[1]} {match[2]}"
            chain = passage.text[: match.start()].endswith(f"{match[2]} ")
            plain = words.islower() and match[1] != match[2] and not chain
            if plain and _counts(passage, match):
                message = f"“{words}” stands twice running"
                hint = "delete one of the two"
                yield slip("P103", passage, match.start(), match.end(), message, hint)


def _meant(match: re.Match[str], allowed: set[str]) -> bool:
    """Whether a word may stand twice: one of the language's own, or a name such as Pago Pago."""
    first = match[1]
    second = match[0][-len(first) :]
    return first.casefold() in allowed or (first[0].isupper() and second[0].isupper())


def _counts(passage: Passage, match: re.Match[str]) -> bool:
    own = passage.own(match.start(), match.end())
    return own and not _SIC.match(passage.text, match.end())


# ------------------------------------------------------------------ spaces

_RUN_ON = re.compile(
    r"[.!?;…](?=[^\W\d_]{2}|\.\.[^\W\d_]{2})"
    r"(?:(?<=[^\W\d_][^\W\d_].)|(?<=\d{4}.)|(?<=[’”»“)\]].))(?:(?<=\.)\.\.)?(?=[^\W\d_])"
)
_COMMA = re.compile(r"[,،؛](?=[^\W\d_]{2}|[‘“„«])(?:(?<=[^\W\d_][^\W\d_].)|(?<=\d\d.))")
_COMMA_QUOTE = re.compile(r"[,;](?=[‘“„«]?[^\W\d_]{2})(?<=[.’”»)\]].)")
_BRACKET = re.compile(r"[’”»](?=[\[(][^\W\d_]{4})(?<=[^\W\d_].)")
_AFTER_CALL = re.compile(f"[{CALL}{CITE}](?=[^\\W\\d_]{{2}})")
_SHORT = re.compile(r"(?:^|[\s(“‘«„])[^\W\d_]{1,2}$")


def spaces(galley: Galley, proof: Proof, theme: Theme, locale: Locale) -> Iterator[Diagnostic]:
    """A sentence that begins without a space before it; two spaces where one is due."""
    for passage in prose(galley):
        for match in _run_on(passage.text):
            if passage.own(match.start(), match.end()):
                around = shown(passage.text[max(0, match.start() - 10) : match.end() + 10])
                message = f"a space is missing in “{around}”"
                yield slip(
                    "P104", passage, match.start(), match.end(), message, "put a space after it"
                )
        if passage.kind not in ("cell", "line"):
            yield from _wide(passage)


def _run_on(text: str) -> Iterator[re.Match[str]]:
    for match in _RUN_ON.finditer(text):
        first, second = text[match.end()], text[match.end() + 1]
        before = text[match.start() - 1]
        word = re.match(r"\w+", text[match.end() :])
        named = word is not None and any(c.isupper() for c in word[0][1:])  # http.ServerResponse
        cased = first.isupper() and second.islower() and not before.isupper() and not named
        if not (first.isalpha() and second.isalpha()):
            continue  # raised digits
        uncased = not (first.isupper() or first.islower()) and not before.isdigit()
        if (cased or uncased) and not _SHORT.search(
            text[max(0, match.start() - 4) : match.start()]
        ):
            yield match
    yield from _COMMA.finditer(text)
    yield from _COMMA_QUOTE.finditer(text)
    yield from _BRACKET.finditer(text)
    yield from _AFTER_CALL.finditer(text)


_WIDE = re.compile(r"[ \u00a0](?=[ \u00a0])(?<=\S.)[ \u00a0]+(?=\S)")


def _wide(passage: Passage) -> Iterator[Diagnostic]:
    for match in _WIDE.finditer(passage.text):
        start = passage.offsets[match.start()]
        typed = passage.file.text[start : passage.offsets[match.end() - 1] + 1]
        if len(typed) == len(match[0]) and not typed.strip(" \u00a0"):
            message = f"{len(typed)} spaces, where one is due"
            yield slip("P204", passage, match.start(), match.end(), message, "delete the others")


# ------------------------------------------------------------------ ends

_AFTER = f" \n\u00a0\u202f{CALL}{CITE}’”“»«›‹\"')]*_\u200e\u200f"
_STOPS = ".!?…:;؟۔।。׃‽"
_SIGNS = (ADDRESS, CODE, MATH)
_PARTICLES = frozenset(
    "de del della di da dos du la le van von der den ter al el ibn bin d l".split()
)


def ends(galley: Galley, proof: Proof, theme: Theme, locale: Locale) -> Iterator[Diagnostic]:
    """A paragraph that breaks off in mid-sentence, or begins there."""
    passages = [*prose(galley)]
    broken: Passage | None = None
    around = zip([None, *passages][:-1], passages, [*passages, None][1:], strict=True)
    for before, passage, after in around:
        if passage.kind == "paragraph" and not _poem(passage):
            if _breaks_off(passage, after):
                yield _truncated(passage, after)
                broken = after
            elif passage is not broken and _headless(passage, before):
                message = f"the paragraph begins in mid-sentence: “{shown(passage.text, 30)}”"
                hint = "join it to the one before, or write what is missing"
                yield slip("P106", passage, 0, len(_word(passage.text)), message, hint)


def _last(text: str) -> int:
    """Where the last letter or mark stands that is no closing mark and no call."""
    return len(text.rstrip(_AFTER)) - 1


def _breaks_off(passage: Passage, after: Passage | None) -> bool:
    text = passage.text
    at = _last(text)
    last = re.split(r"[.!?…]\W*\s", text[: at + 1])[-1]
    if at < 0 or len(text.split()) < 8 or len(last.split()) < 4:
        return False
    if text[at] in _STOPS or text[at] in _SIGNS:
        return False
    if CITE in text[at + 1 :].strip(_AFTER.replace(CITE, "")) and text[at] == ",":
        return False
    whole = any(a <= 2 and b >= at for a, b, _ in passage.stressed)
    if whole or (after is not None and after.file == passage.file and _goes_on(passage, after)):
        return False
    if " · " in text or " | " in text:
        return False  # a row of links or labels
    return text[at].isalpha() or text[at] in ",–—-("


def _goes_on(passage: Passage, after: Passage) -> bool:
    """Whether a list, a quotation, a formula, a table or a listing goes on with the sentence."""
    between = passage.file.text[passage.offsets[-1] : after.offsets[0]]
    if after.kind in ("item", "quote", "cell", "line", "term") and after.divs == passage.divs:
        return True
    return after.text[:1] == MATH or "```" in between or "~~~" in between or "\n\n    " in between


def _poem(passage: Passage) -> bool:
    """Lines that are broken by hand: an address, a verse."""
    source = passage.file.text[passage.offsets[0] : passage.offsets[-1]]
    return "\\\n" in source or "  \n" in source


def _truncated(passage: Passage, after: Passage | None) -> Diagnostic:
    at = _last(passage.text)
    start = max(passage.text.rfind(" ", 0, at), passage.text.rfind("\n", 0, at)) + 1
    tail = shown(passage.text[max(0, at - 30) : at + 1], 40)
    near = after is not None and after.kind == "paragraph" and after.text[:1].islower()
    hint = "the next paragraph goes on with it: join them" if near else "write how it ends"
    message = f"the paragraph breaks off: “…{tail}”"
    return slip("P106", passage, start, at + 1, message, hint)


def _word(text: str) -> str:
    match = re.match(r"[\w’'\-]+", text)
    return match[0] if match else ""


def _headless(passage: Passage, before: Passage | None) -> bool:
    """Whether a paragraph goes on with a sentence that the paragraph before it has ended."""
    word = _word(passage.text)
    if not word or not word.islower() or word.split("’")[0].split("'")[0] in _PARTICLES:
        return False
    if not passage.own(0, len(word)) or len(passage.text.split()) < 4:
        return False
    if (
        before is None
        or before.kind != "paragraph"
        or before.file != passage.file
        or before.divs != passage.divs
    ):
        return False
    between = passage.file.text[before.offsets[-1] + 1 : passage.offsets[0]]
    at = _last(before.text)
    return not between.strip("\n *_.!?)”’»") and at >= 0 and before.text[at] in ".!?"
