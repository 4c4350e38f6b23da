"""Where something stands in a source. Text in, places out.

pandoc's Markdown reader keeps no positions, so a diagnostic looks for its words in the source,
with code, comments and addresses blanked out by spaces of equal length.
"""

from __future__ import annotations

import re
from functools import lru_cache

from fleuron.model import Galley, Place

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
    return Place(path, text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at))
