"""Diagnostics as workflow commands, which GitHub shows beside the line in a pull request.

    ::error file=content/x/en/10.md,line=3,col=7,endColumn=16,title=C101::no reference “lima”

What the runner takes for its own syntax is written as it unescapes it: `%`, CR and LF in a message,
and `:` and `,` besides in a property.
"""

from __future__ import annotations

from collections.abc import Iterable

from fleuron.model import Diagnostic

_MESSAGE = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})


def as_github(diagnostics: Iterable[Diagnostic]) -> str:
    """A workflow command a line."""
    return "\n".join(map(_command, diagnostics))


def _command(d: Diagnostic) -> str:
    properties = {
        "file": d.place.file,
        "line": d.place.line,
        "endLine": d.place.line,
        "col": d.place.column,
        "endColumn": d.place.column + d.length,
        "title": d.code,
    }
    said = ",".join(f"{key}={str(value).translate(_PROPERTY)}" for key, value in properties.items())
    related = (f"{p.file}:{p.line}:{p.column}: {words}" for p, words in d.related)
    words = "\n".join([d.message, *related, *([f"hint: {d.hint}"] if d.hint else [])])
    return f"::{d.severity} {said}::{words.translate(_MESSAGE)}"
