"""Quotation marks and brackets have their partners, and are those of the language."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fleuron.checks import marks
from fleuron.checks.common import prose, shown, slip
from fleuron.checks.ink import ADDRESS
from fleuron.checks.passages import Passage
from fleuron.model import Diagnostic, Galley, Locale, Proof
from fleuron.theme import Theme


def quoted(passage: Passage, locale: Locale, start: int, end: int) -> bool:
    """Whether a part of a passage is someone else's words."""
    if passage.kind == "quote":
        return True
    found = marks.every(passage.text, locale.quotes, locale.gate.apostrophes)
    return bool(found.within[start] and found.within[end - 1])


def quotation(galley: Galley, proof: Proof, theme: Theme, locale: Locale) -> Iterator[Diagnostic]:
    """Each quotation mark has its partner in its paragraph; a quotation of several paragraphs opens
    anew in each and closes in the last."""
    last: tuple[Passage, list[int]] | None = None
    for passage in prose(galley):
        found = marks.every(passage.text, locale.quotes, locale.gate.apostrophes)
        goes_on = _opens(passage)
        if last is not None:
            yield from _loners("P101", last[0], last[1], _UNCLOSED, 0 if goes_on else -1)
        last = (passage, found.unclosed)
        yield from _loners("P101", passage, found.unopened, _UNOPENED)
    if last is not None:
        yield from _loners("P101", last[0], last[1], _UNCLOSED)


_UNCLOSED = ("is opened and not closed", "close it where the quotation ends")
_UNOPENED = ("closes what was not opened", "open it where the quotation begins")


def _opens(passage: Passage) -> bool:
    return passage.text.lstrip()[:1] in tuple("“„«»‘\"'‚")


def _loners(
    code: str, passage: Passage, loners: list[int], words: tuple[str, str], passed: int = -1
) -> Iterator[Diagnostic]:
    for at in sorted(loners):
        if at != passed:
            mark, said = passage.text[at], _around(passage.text, at)
            yield slip(code, passage, at, at + 1, f"{mark} {words[0]}: {said}", words[1])


def _around(text: str, at: int) -> str:
    return f"“…{shown(text[at : at + 30], 30)}”" if at + 2 < len(text) else "at the end"


def bracketing(galley: Galley, proof: Proof, theme: Theme, locale: Locale) -> Iterator[Diagnostic]:
    """Each bracket has its partner, in its paragraph or in one soon after."""
    open_: list[tuple[int, Passage, int]] = []
    loners: list[tuple[Passage, int, tuple[str, str]]] = []
    for number, passage in enumerate(prose(galley)):
        found = marks.brackets(passage.text)
        for at in found.unopened:
            late = range(len(open_) - 1, max(-1, len(open_) - 50), -1)
            near = [i for i in late if number - open_[i][0] <= 5 and _pair(open_[i], passage, at)]
            if near:
                del open_[near[0]]
            else:
                loners.append((passage, at, _UNOPENED))
        open_ += [(number, passage, at) for at in found.unclosed if not _address(passage, at)]
    loners += [(passage, at, _UNCLOSED) for _, passage, at in open_]
    for passage, at, words in loners:
        yield from _loners(
            "P102", passage, [at], (words[0], words[1].replace("quotation", "aside"))
        )


def _pair(one: tuple[int, Passage, int], passage: Passage, at: int) -> bool:
    _, first, start = one
    return first.file == passage.file and marks.BRACKETS[passage.text[at]] == first.text[start]


def _address(passage: Passage, at: int) -> bool:
    """An address that is opened and not closed is a slip of its own (X103)."""
    return passage.text[at + 1 : at + 2] == ADDRESS or passage.text.startswith("http", at + 1)


def foreign_marks(
    galley: Galley, proof: Proof, theme: Theme, locale: Locale
) -> Iterator[Diagnostic]:
    """Marks that pandoc leaves as they are typed, and that the language does not use. Straight
    marks and “…” are set as the language sets them, whatever it is."""
    right = set(locale.quotes) | set("“”‘’\"'")
    for passage in prose(galley):
        for match in re.finditer("[„‟«»‚‹›]", passage.text):
            if match[0] not in right and passage.own(match.start(), match.end()):
                want = "".join((locale.quotes[0], "…", locale.quotes[1]))
                message = f"{match[0]} is no quotation mark of this language"
                hint = f'type "…": it will be set as {want}'
                yield slip("P206", passage, match.start(), match.end(), message, hint)
