"""Where on the page a slip stands. Diagnostics, sources and a web page in; numbers of blocks out.

pandoc's Markdown keeps no positions, so the paragraph of the source in which a slip stands is
looked for among the blocks of the page, by the pairs of words that both have. What has no
likeness, as a slip in the metadata, has no place on the page.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from lxml import html

from fleuron.model import Diagnostic, SourceFile

# What the preview's script asks the browser for: the same blocks, in the same order.
BLOCKS = (
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "p",
    "li",
    "dt",
    "dd",
    "th",
    "td",
    "figcaption",
    "pre",
)
LIKENESS = 0.2  # the least, of 1 for the same words
_WORD = re.compile(r"\w+")
_KEY = re.compile(r"-?@\{?[\w:.#$%&+?<>~/-]+\}?|\]\([^)]*\)|\{[^}]*\}|\[\^[^\]]+\]")

Pairs = Counter[tuple[str, str]]


def blocks(page: bytes) -> tuple[str, ...]:
    """The words of each block of a web page."""
    root = html.document_fromstring(page.decode("utf-8"))
    return tuple("".join(map(str, element.itertext())) for element in root.iter(*BLOCKS))


def places(
    found: Iterable[Diagnostic], sources: Iterable[SourceFile], shown: Sequence[str]
) -> tuple[int, ...]:
    """For each diagnostic the number of its block, -1 where it has none."""
    texts = {source.path: source.text for source in sources}
    pairs = [_pairs(words) for words in shown]
    return tuple(_place(d, texts.get(d.place.file, ""), pairs) for d in found)


def _place(found: Diagnostic, text: str, shown: Sequence[Pairs]) -> int:
    """The block that is most like the paragraph of a slip, or like its line alone: that of a table
    or a list is a block of its own."""
    lines = text.splitlines()
    if not 0 < found.place.line <= len(lines):
        return -1
    spot = lines[found.place.line - 1], _paragraph(lines, found.place.line)
    wanted = [_pairs(_KEY.sub(" ", words)) for words in spot]
    likeness = [max(_likeness(each, pairs) for each in wanted) for pairs in shown]
    best = max(likeness, default=0.0)
    return likeness.index(best) if best >= LIKENESS else -1


def _likeness(one: Pairs, other: Pairs) -> float:
    """1 for the same pairs of words, 0 for none in common."""
    shared = (one & other).total()
    return shared * shared / (one.total() * other.total()) if shared else 0.0


def _paragraph(lines: Sequence[str], line: int) -> str:
    """The lines around `line` up to the next empty ones."""
    first = last = line - 1
    while first > 0 and lines[first].strip() and lines[first - 1].strip():
        first -= 1
    while last + 1 < len(lines) and lines[last].strip() and lines[last + 1].strip():
        last += 1
    return "\n".join(lines[first : last + 1])


def _pairs(words: str) -> Pairs:
    """Pairs of neighbouring words; of a single word, that."""
    found = [word.casefold() for word in _WORD.findall(words)]
    return Counter(zip(found, found[1:] or found, strict=False))
