"""How translations stand: a folder in, a report on each edition out. Writes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from fleuron import content, standing, translation
from fleuron.building import chosen
from fleuron.model import Diagnostic, Edition
from fleuron.translation import State, Status

STATES: tuple[State, ...] = ("translated", "untranslated", "stale", "missing")


@dataclass(frozen=True, slots=True)
class Report:
    """An edition, its state (a source has none), and the numbers that another edition of its brief
    has and it has not ("isbn-pdf")."""

    edition: Edition
    folder: Path
    status: Status | None
    unnumbered: tuple[str, ...] = ()
    slips: tuple[Diagnostic, ...] = ()  # of its metadata and its folder

    @property
    def name(self) -> str:
        return f"{self.folder.parent.name}/{self.folder.name}"

    @property
    def word(self) -> str:
        """Its state in a word."""
        if self.status is None:
            # A translation whose source is not there, or cannot be read, is compared with nothing.
            return "source" if content.source(self.folder.parent) == self.folder else "not compared"
        return "complete" if self.status.complete else "draft"

    @property
    def translators(self) -> tuple[str, ...]:
        return tuple(c.name for c in self.edition.contributors if c.role == "trl")

    @property
    def accepted(self) -> str:
        """The day on which it was last said to answer to its source."""
        return (self.status.accepted or "never") if self.status else ""

    @property
    def counts(self) -> Mapping[str, int]:
        return {state: self.status.count(state) for state in STATES} if self.status else {}

    @property
    def to_do(self) -> tuple[Diagnostic, ...]:
        return (*self.slips, *(translation.to_do(self.status) if self.status else ()))


def look(root: Path, langs: Sequence[str] = ()) -> list[Report]:
    """The state of every edition beneath `root`."""
    reports = []
    for folder in chosen(root, langs):
        (manuscripts, slips) = content.load(folder)
        for manuscript in manuscripts:
            edition = manuscript.edition
            status = standing.settled(manuscript)
            reports.append(Report(edition, folder, status, _unnumbered(edition), slips))
    return reports


def unread(root: Path, langs: Sequence[str] = ()) -> tuple[Diagnostic, ...]:
    """Why editions beneath `root` are in no report: their metadata cannot be used."""
    loaded = (content.load(folder) for folder in chosen(root, langs))
    return tuple(slip for manuscripts, slips in loaded if not manuscripts for slip in slips)


def _unnumbered(edition: Edition) -> tuple[str, ...]:
    have: Iterable[Mapping[str, str]] = (s.identifiers for s in edition.siblings)
    wanted = {kind for numbers in have for kind in numbers if kind != "catalogue"}
    return tuple(sorted(wanted - set(edition.identifiers)))
