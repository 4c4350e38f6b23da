"""Notes: written once, called, in their own section. Sources in, diagnostics out."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping

from fleuron.checks.common import at
from fleuron.diagnostics import diagnostic
from fleuron.model import Diagnostic, Galley, Locale, Place, Proof, SourceFile
from fleuron.passes.places import masked
from fleuron.theme import Theme

_CALL = re.compile(r"\[\^([^\]\s]+)\](?!:)")
_BODY = re.compile(r"^ {0,3}\[\^([^\]\s]+)\]:", re.MULTILINE)


def notes(galley: Galley, proof: Proof, theme: Theme, locale: Locale) -> Iterator[Diagnostic]:
    """Every note is written once and called, in its own section: pandoc leaves the call of a note
    that is not written as it stands, and drops a note that is not called, both without a word."""
    for source in galley.manuscript.sources:
        text_ = masked(source.text)
        bodies: dict[str, Place] = {}
        for match in _BODY.finditer(text_):
            place = at(source, match.start())
            if match[1] in bodies:
                related = [(bodies[match[1]], "first written here")]
                message = f"the note “{match[1]}” is written twice"
                yield diagnostic(
                    "N103",
                    place,
                    message,
                    "give one of them another name",
                    length=len(match[1]) + 3,
                    related=related,
                )
            bodies.setdefault(match[1], place)
        calls = {m[1]: m.start() for m in reversed(list(_CALL.finditer(text_)))}
        yield from _uncalled(bodies, calls)
        yield from _unwritten(bodies, calls, source)


def _uncalled(bodies: Mapping[str, Place], calls: Mapping[str, int]) -> Iterator[Diagnostic]:
    for name, place in bodies.items():
        if name not in calls:
            near = difflib.get_close_matches(name, calls, 1)
            hint = f"did you mean “{near[0]}”?" if near else f"call it: [^{name}], or delete it"
            message = f"the note “{name}” is never called"
            yield diagnostic("N102", place, message, hint, length=len(name) + 3)


def _unwritten(
    bodies: Mapping[str, Place], calls: Mapping[str, int], source: SourceFile
) -> Iterator[Diagnostic]:
    for name, offset in calls.items():
        if name not in bodies:
            near = difflib.get_close_matches(name, bodies, 1)
            hint = f"did you mean “{near[0]}”?" if near else f"write it in this file: [^{name}]: …"
            message = f"the note “{name}” is not written in this section"
            yield diagnostic("N101", at(source, offset), message, hint, length=len(name) + 3)
