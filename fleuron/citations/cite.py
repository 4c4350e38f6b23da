"""One work at one place, on its way through a style: what stands fixed, and what rendering notes.

A `Cite` knows its work, its locator and position, and what disambiguation has decided about it.
While a style renders it, it also counts which variables were called and found, since CSL drops a
group whose variables are all empty.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from fleuron.citations.frame import Frame
from fleuron.citations.works import Work

Element = Any  # an element of citeproc-py's, prepared; lxml's types are opaque to us


@dataclass(slots=True)
class Help:
    """What tells a work apart from its look-alikes. One for each work of an edition."""

    names: dict[str, int] = field(default_factory=dict)  # how many names to show at least
    given: dict[tuple[str, int], int] = field(default_factory=dict)  # 1 initials, 2 given names
    choose: bool = False  # cs:if disambiguate="true"
    year_suffix: str = ""


class Cite:
    __slots__ = (
        "area",
        "called",
        "first_note",
        "frame",
        "got",
        "help",
        "key_options",
        "label",
        "locator",
        "mode",
        "note",
        "number",
        "opening",
        "outer_names",
        "positions",
        "shown",
        "sorting",
        "suffixed",
        "suppressed",
        "trace",
        "work",
    )

    def __init__(self, frame: Frame, work: Work, area: str = "citation") -> None:
        self.frame = frame
        self.work = work
        self.area = area
        self.locator = ""
        self.label = "page"
        self.mode = ""
        self.note = 0
        self.number = 0
        self.first_note = 0
        self.positions: frozenset[str] = frozenset({"first"})
        self.help = Help()
        self.key_options: dict[str, str] | None = None
        self.sorting = False
        self.reset()

    def reset(self) -> None:
        """Forget what an earlier rendering noted."""
        self.called = 0
        self.got = 0
        self.suppressed: set[str] = set()
        self.trace: list[str] | None = None
        self.opening = False  # nothing rendered yet, at the start of a note
        self.outer_names: Element | None = None  # the cs:names whose substitute is rendered
        self.suffixed = False  # the year suffix has been printed
        self.shown: dict[str, tuple[int, int]] = {}  # names shown of names there are

    def copy(self, area: str) -> Cite:
        other = Cite(self.frame, self.work, area)
        other.help, other.number = self.help, self.number
        return other

    def text(self, variable: str) -> str:
        """A variable as text, those that depend on the place included."""
        if variable == "locator":
            return self.locator
        if variable == "first-reference-note-number":
            return str(self.first_note) if self.first_note and "first" not in self.positions else ""
        if variable == "citation-number":
            return str(self.number) if self.number else ""
        if variable == "year-suffix":
            return self.help.year_suffix
        if variable == "page-first":
            return _first_page(self.work.text("page-first") or self.work.text("page"))
        return self.work.text(variable)

    def has(self, variable: str) -> bool:
        if variable in ("locator", "first-reference-note-number", "citation-number", "year-suffix"):
            return bool(self.text(variable))
        return self.work.has(variable)

    def note_variable(self, variable: str, found: bool) -> None:
        if variable == "year-suffix":
            return  # it is made, not called: a group that lacks it lacks nothing
        self.called += 1
        if found:
            self.got += 1
            if self.trace is not None:
                self.trace.append(variable)


def _first_page(pages: str) -> str:
    for i, letter in enumerate(pages):
        if letter in "-–,& ;":
            return pages[:i].strip()
    return pages
