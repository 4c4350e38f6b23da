"""Diagnostics as people and machines read them. Values in, lines out; prints nothing itself."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence

from fleuron.model import Diagnostic

_COLOURS = {"error": "\x1b[1;31m", "warning": "\x1b[1;33m", "hint": "\x1b[36m", "off": "\x1b[0m"}


def as_text(
    diagnostics: Iterable[Diagnostic],
    line_of: Callable[[str, int], str | None] = lambda file, line: None,
    *,
    colour: bool = False,
) -> str:
    """Each diagnostic as `file:line:column: severity code: message`, its source line with a mark
    beneath what it is about, and its hint."""
    return "\n".join(line for d in diagnostics for line in _lines(d, line_of, colour))


def _lines(d: Diagnostic, line_of: Callable[[str, int], str | None], colour: bool) -> Iterable[str]:
    paint = _COLOURS if colour else dict.fromkeys(_COLOURS, "")
    place = d.place
    yield (
        f"{place.file}:{place.line}:{place.column}: "
        f"{paint[d.severity]}{d.severity} {d.code}{paint['off']}: {d.message}"
    )
    source = line_of(place.file, place.line)
    if source and source.strip():
        start = _width(source[: place.column - 1])
        length = max(1, _width(source[place.column - 1 : place.column - 1 + d.length]))
        yield f"    {source.expandtabs(1)}"
        yield f"    {' ' * start}{paint[d.severity]}{'^' * length}{paint['off']}"
    for spot, words in d.related:
        yield f"  {spot.file}:{spot.line}:{spot.column}: {words}"
    if d.hint:
        yield f"  {paint['hint']}hint:{paint['off']} {d.hint}"


def _width(text: str) -> int:
    """The columns `text` takes on a terminal: wide characters two, combining marks none
    (Unicode Standard Annex 11)."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


def as_json(diagnostics: Iterable[Diagnostic]) -> str:
    rows = [
        {
            "code": d.code,
            "severity": d.severity,
            "file": d.place.file,
            "line": d.place.line,
            "column": d.place.column,
            "length": d.length,
            "message": d.message,
            "hint": d.hint,
            "related": [
                {"file": p.file, "line": p.line, "column": p.column, "message": words}
                for p, words in d.related
            ],
        }
        for d in diagnostics
    ]
    return json.dumps(rows, ensure_ascii=False, indent=1)


def table(rows: Sequence[Mapping[str, str]]) -> str:
    """Rows as aligned columns under their names: words to the start, numbers to the end."""
    if not rows:
        return ""
    names = list(rows[0])
    widths = {n: max(_width(n), *(_width(row[n]) for row in rows)) for n in names}

    def line(row: Mapping[str, str]) -> str:
        cells = [
            row[n] + " " * (widths[n] - _width(row[n]))
            if index == 0
            else " " * (widths[n] - _width(row[n])) + row[n]
            for index, n in enumerate(names)
        ]
        return "  ".join(cells).rstrip()

    return "\n".join([line({n: n for n in names}), *map(line, rows)])
