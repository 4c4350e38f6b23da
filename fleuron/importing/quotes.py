"""Pull quotes that lost their frame: a short paragraph that says again what the text says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from fleuron.importing.sheet import Part, Sheet, Slips

_MOST_WORDS = 45
_SHARE = 0.85  # of a paragraph's words that another one has in the same order


def marked(sheet: Sheet, told: Slips) -> Sheet:
    """`sheet` with paragraphs that repeat a sentence of another one as pull quotes."""
    texts = [(part, _words(part.text)) for part in sheet.parts if part.kind == "text"]
    return sheet.mapped(_quoted(part, texts, told) for part in sheet.parts)


def _quoted(part: Part, texts: list[tuple[Part, list[str]]], told: Slips) -> Part:
    words = _words(part.text)
    if part.kind != "text" or not 5 <= len(words) <= _MOST_WORDS:
        return part
    for other in _repeated(part, words, texts):
        message = f"this repeats line {other.line} and was taken for a pull quote"
        told.tell("I205", part.line, message, "a pull quote says what the text says, word by word")
        return Part("quote", part.text, part.line)
    return part


def _repeated(part: Part, words: list[str], texts: list[tuple[Part, list[str]]]) -> Iterator[Part]:
    wanted = set(words)
    for other, theirs in texts:
        if other is part or len(theirs) < len(words):
            continue
        if len(wanted & set(theirs)) < _SHARE * len(wanted):
            continue
        blocks = SequenceMatcher(None, words, theirs, autojunk=False).get_matching_blocks()
        if sum(b.size for b in blocks if b.size > 1) >= _SHARE * len(words):
            yield other


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", re.sub(r"\(\d{1,3}\)", " ", text).casefold())
