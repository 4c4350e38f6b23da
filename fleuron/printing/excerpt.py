"""A source line as a terminal shows it. A line, a column and a length in; what to print and where
the mark stands out.

Columns count code points; a terminal counts cells: a wide character takes two, a combining mark
none (Unicode Standard Annex 11), and an emoji of many code points takes two in all. A long line is
cut around the mark.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

ROOM = 96  # cells of a source line that are shown
_TAB = "    "
_CUT = "…"

# What would steer the terminal, or turn the text around the mark, is shown as the sign for it.
_STEERING = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def clean(text: str) -> str:
    """`text` without anything that a terminal would obey."""
    return _STEERING.sub("\ufffd", text)


def width(text: str) -> int:
    """The cells that `text` takes."""
    if text.isascii() and text.isprintable():
        return len(text)  # and wcwidth, with its long tables, need not be there
    import wcwidth

    return wcwidth.width(clean(text).expandtabs(len(_TAB)))


def excerpt(line: str, column: int, length: int) -> tuple[str, int, int]:
    """`line` as it is printed, cut to the room there is; the cells before the mark; the cells it
    marks, one at least."""
    start, end = column - 1, column - 1 + max(1, length)
    before, marked, after = (_shown(part) for part in (line[:start], line[start:end], line[end:]))
    if width(before + marked + after) > ROOM:
        before = _last(before, ROOM // 3)
        marked = _first(marked, ROOM - width(before))
        after = _first(after, ROOM - width(before) - width(marked))
    return (before + marked + after).rstrip(), width(before), max(1, width(marked))


def _shown(text: str) -> str:
    return clean(text).replace("\t", _TAB)


def _first(text: str, room: int) -> str:
    """The beginning of `text`, with a sign for what is cut off."""
    if width(text) <= room:
        return text
    kept = _fitting(_graphemes(text), room - 1)
    return "".join(kept) + _CUT


def _last(text: str, room: int) -> str:
    if width(text) <= room:
        return text
    kept = _fitting(reversed(_graphemes(text)), room - 1)
    return _CUT + "".join(reversed(kept))


def _graphemes(text: str) -> list[str]:
    import wcwidth

    return list(wcwidth.iter_graphemes(text))


def _fitting(graphemes: Iterable[str], room: int) -> list[str]:
    kept: list[str] = []
    for grapheme in graphemes:
        room -= width(grapheme)
        if room < 0:
            break
        kept.append(grapheme)
    return kept
