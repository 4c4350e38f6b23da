"""The lint of finished editions. The files of one edition in; diagnostics out. Opens no file.

    finished   PDF, EPUB and page opened together
    screen     EPUB and HTML as trees, and what a reader gets of them
    paper      the PDF's tags and glyphs, and what a reader gets of them
    structure  the PDF's structure as a tree of text
    reading    how words of two files are compared
    rules      a generator for each code

It knows nothing of how an edition was made: what validators miss is seen by comparing the three
files with each other, and by asking of each what a reader would ask. No rule opens a file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from fleuron.diagnostics import CODES, diagnostic, in_order
from fleuron.lint.finished import Fault, Finished, opened
from fleuron.lint.rules import RULES
from fleuron.model import Diagnostic, Place

UNREADABLE = "E101"


def lint(files: Mapping[str, bytes]) -> tuple[Diagnostic, ...]:
    """What is wrong in the files of one edition, by their names."""
    return in_order(_diagnostic(code, fault) for code, fault in faults(opened(files)))


def faults(edition: Finished) -> Iterator[tuple[str, Fault]]:
    """Every fault with the code of its rule. A file that cannot be read is compared with none."""
    yield from ((UNREADABLE, fault) for fault in edition.faults)
    for code, rule in RULES.items():
        yield from ((code, fault) for fault in rule(edition))


def _diagnostic(code: str, fault: Fault) -> Diagnostic:
    message = f"{CODES[code].meaning}: {fault.message}"
    return diagnostic(code, Place(fault.file, fault.line), message, CODES[code].cure)


__all__ = ["RULES", "Finished", "faults", "lint", "opened"]
