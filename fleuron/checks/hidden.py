"""What a source holds that is no prose: listings, comments, scripts, blanked by signs of equal
length. Text in, text out; one walk, whatever is opened and never closed."""

from __future__ import annotations

import re
from functools import lru_cache

from fleuron.checks.ink import GONE

FENCED = "\ue00e"  # a listing's letters
_OPENING = re.compile(r"^(`{3,}|~{3,})|<!--|<(script|style)\b", re.MULTILINE)


@lru_cache(maxsize=256)
def hidden(text: str) -> str:
    """A source with what is no prose blanked, line breaks kept."""
    parts: list[str] = []
    never: set[str] = set()  # what closes nothing any more
    done = 0
    for match in _OPENING.finditer(text):
        opened = match[0]
        if match.start() < done or opened in never:
            continue
        end = _end(text, match)
        if end < 0:
            never.add(opened)
            continue
        blank = FENCED if match[1] else GONE
        parts += [text[done : match.start()], re.sub(r"[^\n]", blank, text[match.start() : end])]
        done = end
    return "".join([*parts, text[done:]])


def _end(text: str, match: re.Match[str]) -> int:
    """Behind what closes it, or -1."""
    if match[1]:
        closing = re.compile(rf"^{match[1]}[`~]*[ \t]*$", re.MULTILINE)
        found = closing.search(text, match.end())
        return found.end() if found else -1
    mark = f"</{match[2]}>" if match[2] else "-->"
    at = text.find(mark, match.end())
    return at + len(mark) if at >= 0 else -1
