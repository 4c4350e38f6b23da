"""Where something stands in a source. Text in, places out.

pandoc's Markdown reader keeps no positions, so a diagnostic looks for its words in the source,
with code, comments and addresses blanked out by spaces of equal length.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache

from fleuron.model import Galley, Place, SourceFile

Seek = Callable[[str, str], Place]

_MASKED = re.compile(
    r"```.*?```|~~~.*?~~~|`[^`\n]+`|<!--.*?-->|<https?://[^>\s]+>|\]\(https?://[^)\s]+\)", re.DOTALL
)


@lru_cache(maxsize=256)
def masked(source: str) -> str:
    """`source` with everything that is not prose blanked, line breaks kept."""
    return _MASKED.sub(lambda m: re.sub(r"[^\n]", " ", m[0]), source)


def find(galley: Galley, path: str, words: str, nth: int = 0, *, raw: bool = False) -> Place:
    """The place of the `nth` occurrence of `words` in the section at `path`; the section's start
    where it is not found. `raw` looks at code and addresses too."""
    source = next((s.text for s in galley.manuscript.sources if s.path == path), "")
    text = source if raw else masked(source)
    at = -1
    for _ in range(nth + 1):
        at = text.find(words, at + 1)
        if at < 0:
            return Place(path)
    return _place(path, text, at)


def seeker(galley: Galley) -> Seek:
    """A function that finds a pattern in the section at a path: asked again, it finds the next one,
    so that of two slips with the same words each has its own place. The first group of the pattern
    is the place, where there is one. What is not found in prose is looked for everywhere; what is
    not found at all stands at the section's start."""
    texts = {source.path: source.text for source in galley.manuscript.sources}
    asked: Counter[tuple[str, str]] = Counter()

    def seek(path: str, pattern: str) -> Place:
        text = texts.get(path, "")
        spots = list(_spots(pattern, masked(text))) or list(_spots(pattern, text))
        if not spots:
            return Place(path)
        nth = asked[path, pattern]
        asked[path, pattern] += 1
        return _place(path, text, spots[min(nth, len(spots) - 1)])

    return seek


def everywhere(galley: Galley, pattern: str) -> tuple[Place, ...]:
    """Every place of a pattern, in all sections; code and addresses are looked at too."""
    return tuple(_place(s.path, s.text, at) for s, at in _everywhere(galley, pattern))


def begun(sources: Iterable[SourceFile], words: Sequence[str]) -> Place | None:
    """Where a text begins that the sources hold with markup between its words: at the first run of
    them that stands there as it is."""
    for start in range(min(len(words), 12)):
        for size in (6, 5, 4, 3):
            run = r"\s+".join(map(re.escape, words[start : start + size]))
            for source in sources if len(run) > 12 else ():
                found = re.search(run, masked(source.text))
                if found:
                    return _place(source.path, source.text, found.start())
    return None


def _everywhere(galley: Galley, pattern: str) -> Iterator[tuple[SourceFile, int]]:
    for source in galley.manuscript.sources:
        yield from ((source, at) for at in _spots(pattern, source.text))


def _spots(pattern: str, text: str) -> Iterator[int]:
    return (m.start(1 if m.re.groups else 0) for m in re.finditer(pattern, text))


def _place(path: str, text: str, at: int) -> Place:
    return Place(path, text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at))
