"""Diagnostics as people and machines read them. Values in, lines out; prints nothing itself.

`as_text` is for people: place, source line, a mark beneath what it is about, what to do. `OUTPUTS`
are for machines, by the names that `--output` takes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from fleuron.model import Diagnostic
from fleuron.printing.excerpt import clean, excerpt, width
from fleuron.printing.github import as_github
from fleuron.printing.json import as_json
from fleuron.printing.sarif import as_sarif

OUTPUTS: Mapping[str, Callable[[Iterable[Diagnostic]], str]] = {
    "json": as_json,
    "sarif": as_sarif,
    "github": as_github,
}

_COLOURS = {"error": "\x1b[1;31m", "warning": "\x1b[1;33m", "hint": "\x1b[36m", "off": "\x1b[0m"}

LineOf = Callable[[str, int], str | None]


def as_text(
    diagnostics: Iterable[Diagnostic],
    line_of: LineOf = lambda file, line: None,
    *,
    colour: bool = False,
) -> str:
    """Each diagnostic as `file:line:column: severity code: message`, its source line with a mark
    beneath what it is about, and its hint."""
    return "\n".join(line for d in diagnostics for line in _lines(d, line_of, colour))


def _lines(d: Diagnostic, line_of: LineOf, colour: bool) -> Iterable[str]:
    paint = _COLOURS if colour else dict.fromkeys(_COLOURS, "")
    place = d.place
    yield (
        f"{clean(place.file)}:{place.line}:{place.column}: "
        f"{paint[d.severity]}{d.severity} {d.code}{paint['off']}: {clean(d.message)}"
    )
    source = line_of(place.file, place.line)
    if source and source.strip() and "\0" not in source:  # a font has no lines to show
        shown, before, marked = excerpt(source, place.column, d.length)
        yield f"    {shown}"
        yield f"    {' ' * before}{paint[d.severity]}{'^' * marked}{paint['off']}"
    for spot, words in d.related:
        yield f"  {clean(spot.file)}:{spot.line}:{spot.column}: {clean(words)}"
    for number, hint in enumerate(d.hint.splitlines()):
        lead = "  " if number else f"  {paint['hint']}hint:{paint['off']} "
        yield f"{lead}{clean(hint.strip())}"


def table(rows: Sequence[Mapping[str, str]]) -> str:
    """Rows as aligned columns under their names: words to the start, numbers to the end."""
    if not rows:
        return ""
    names = list(rows[0])
    widths = {n: max(width(n), *(width(row[n]) for row in rows)) for n in names}

    def line(row: Mapping[str, str]) -> str:
        cells = [
            row[n] + " " * (widths[n] - width(row[n]))
            if index == 0
            else " " * (widths[n] - width(row[n])) + row[n]
            for index, n in enumerate(names)
        ]
        return "  ".join(cells).rstrip()

    return "\n".join([line({n: n for n in names}), *map(line, rows)])
