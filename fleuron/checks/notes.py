"""Notes: written once, called, in their own section. Sources in, diagnostics out."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping

from fleuron.checks.common import prose, slip
from fleuron.checks.passages import at
from fleuron.diagnostics import diagnostic
from fleuron.model import Diagnostic, Galley, Locale, Place, Proof, SourceFile
from fleuron.passes.places import masked
from fleuron.theme import Theme

_CALL = re.compile(r"\[\^([^\]\s]{1,200})\](?!:)")
_BODY = re.compile(r"^ {0,3}\[\^([^\]\s]{1,200})\]:", re.MULTILINE)


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


_LABEL = re.compile(r"\[\^(\d+)\](?!:)")


def order(galley: Galley, proof: Proof, theme: Theme, locale: Locale) -> Iterator[Diagnostic]:
    """Notes that are labelled with numbers stand in the order of their numbers, with none left
    out: where one is, its call was lost."""
    if galley.manuscript.pseudo:
        return
    for source in galley.manuscript.sources:
        seen: set[int] = set()
        last = 0
        for match in _LABEL.finditer(masked(source.text)):
            number = int(match[1])
            if number in seen:
                continue
            if seen and number != last + 1:
                message = f"note {number} is called after note {last}"
                hint = f"was the call of note {last + 1} lost? Better call notes by names: [^name]"
                place = at(source, match.start())
                yield diagnostic("N106", place, message, hint, length=len(match[0]))
            seen.add(number)
            last = number


def final_stop(galley: Galley, proof: Proof, theme: Theme, locale: Locale) -> Iterator[Diagnostic]:
    """A note is a sentence, or ends as one."""
    passages = [*prose(galley)]
    for passage, after in zip(passages, [*passages, None][1:], strict=True):
        if passage.kind != "note" or (after is not None and after.kind == "note" and after.part):
            continue
        end = len(passage.text.rstrip(" \n\u00a0*_"))
        last = passage.text[:end].rstrip("’”»«“›‹\"')]")[-1:]
        if last.isalnum():
            message = "the note ends without a full stop"
            yield slip("N201", passage, end - 1, end, message, "put one, as after a sentence")
