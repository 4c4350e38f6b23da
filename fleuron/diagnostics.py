"""Diagnostic codes and how a diagnostic is made. One table; reads nothing, prints nothing.

A code's first letter says what it is about: M metadata, S structure of folder and file,
C citation, N note, X cross-reference and link, F figure and table, R raw markup, B build.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fleuron.model import Diagnostic, Place, Severity


@dataclass(frozen=True, slots=True)
class Code:
    """What every diagnostic of one code shares: its severity and its one-line meaning."""

    severity: Severity
    meaning: str


CODES: dict[str, Code] = {
    "M101": Code("error", "the file is not YAML"),
    "M102": Code("error", "unknown key"),
    "M103": Code("error", "missing key"),
    "M104": Code("error", "duplicate key"),
    "M105": Code("error", "a value of the wrong type or form"),
    "M106": Code("error", "an identifier that is malformed or used twice"),
    "S101": Code("error", "nothing to build in the folder"),
    "S102": Code("error", "a file that cannot be read as text"),
    "S103": Code("error", "a file that is too large"),
    "S104": Code("error", "a file that leads out of the content folder"),
    "S105": Code("error", "two briefs or editions of one name"),
    "S106": Code("error", "an unknown component"),
    "S107": Code("error", "a section that does not start with its heading"),
    "S108": Code("error", "an identifier defined twice"),
    "S109": Code("error", "a language the house does not know"),
    "S110": Code("error", "a theme that does not exist"),
    "C101": Code("error", "a citation of a reference that does not exist"),
    "C102": Code("error", "a bibliography that cannot be read"),
    "C103": Code("error", "a citation style that cannot be used"),
    "C104": Code("warning", "a reference that lacks what readers need"),
    "C105": Code("warning", "a locator nobody understands"),
    "C106": Code("error", "a citation in a heading"),
    "C107": Code("error", "two references that differ only in case, or share an id"),
    "C201": Code("warning", "a translated title that is not in the edition's language"),
    "N101": Code("error", "a note that is called but not written"),
    "N102": Code("error", "a note that is written but not called"),
    "N103": Code("error", "a note defined twice"),
    "N104": Code("warning", "a note longer than a third of a page"),
    "X101": Code("error", "a reference to something that does not exist"),
    "X102": Code("error", "a link the editions cannot carry"),
    "F101": Code("error", "a picture that does not exist"),
    "F102": Code("error", "a figure without alternative text"),
    "F103": Code("error", "a picture that is not safe or not readable"),
    "F104": Code("error", "a figure without a credit or source line"),
    "F105": Code("warning", "text in a figure that has no words in this language"),
    "T201": Code("warning", "a part of the source that the translation lacks"),
    "T202": Code("warning", "a part of the translation that the source lacks"),
    "T203": Code("warning", "a block of another kind than in the source"),
    "T204": Code("warning", "a citation or locator that differs from the source"),
    "T205": Code("warning", "notes that differ from the source"),
    "T206": Code("warning", "a number that differs from the source"),
    "T207": Code("warning", "a link or picture that differs from the source"),
    "T208": Code("warning", "a block that is not translated yet"),
    "T209": Code("warning", "a translation older than its source"),
    "R101": Code("error", "raw markup in the text"),
    "B101": Code("error", "a note lost between text and page"),
    "B102": Code("warning", "a note on a later page than its call"),
}


def diagnostic(
    code: str,
    place: Place,
    message: str,
    hint: str = "",
    *,
    length: int = 1,
    related: Iterable[tuple[Place, str]] = (),
) -> Diagnostic:
    """A diagnostic of `code`, with the severity its row in `CODES` gives."""
    severity = CODES[code].severity
    return Diagnostic(code, severity, place, message, hint, length, tuple(related))


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Each diagnostic once, by file, line, column and code."""
    key = {(d.place, d.code, d.message): d for d in diagnostics}
    return tuple(key[k] for k in sorted(key))
