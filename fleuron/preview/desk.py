"""The desk on which editions lie while someone works on them. Folders in; the newest pages out.

Holds, for each edition, its last good files and what was wrong at the last look. Safe to read from
any thread; editions are set in the caller's.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from fleuron import content, pipeline, printing, theme
from fleuron.formats import html, pdf
from fleuron.model import Artefact, Diagnostic, PageBreak
from fleuron.pipeline import House


@dataclass(frozen=True, slots=True)
class Lying:
    """An edition on the desk. `version` grows with each file that is new."""

    slug: str
    folder: Path
    title: str = ""
    html: bytes = b""
    pdf: bytes = b""
    breaks: tuple[PageBreak, ...] = ()
    cover: bytes = b""
    found: tuple[Diagnostic, ...] = ()
    versions: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)


class Desk:
    """The editions that are looked at, and a bell that rings when one has changed."""

    def __init__(self, house: House, say: Callable[[str], None]) -> None:
        self.house = house
        self.say = say
        self.lying: dict[str, Lying] = {}
        self.bell = threading.Condition()
        self.rung = 0

    def set(self, folder: Path) -> None:
        """Sets the edition in `folder`: first the web page, then the PDF."""
        started = time.monotonic()
        manuscripts, slips = content.load(folder)
        old = next((e for e in self.lying.values() if e.folder == folder), None)
        if not manuscripts:
            self._put(replace(old or Lying(folder.name, folder), found=slips))
            return
        manuscript = manuscripts[0]
        old = old or Lying(manuscript.edition.slug, folder)
        prepared, found = pipeline.prepare(manuscript, self.house)
        found = (*slips, *found)
        if prepared is None or any(d.severity == "error" for d in found):
            self._put(replace(old, found=found))
            return
        proof, look, locale = prepared.proof, prepared.theme, prepared.locale
        page = html.render(proof, look, locale, old.breaks, old.cover)
        new = replace(old, title=proof.edition.title, found=found)
        new = self._put(_with(new, "html", page, time.monotonic() - started))
        kept = self.house.shelf
        printed = pdf.render(proof, look, locale, hands=self.house.hands, shelf=kept)
        new = replace(new, breaks=printed.breaks, cover=pdf.cover(proof, look, locale))
        if printed.breaks != old.breaks:
            page = html.render(proof, look, locale, new.breaks, new.cover)
            new = _with(new, "html", page, new.seconds["html"])
        self._put(_with(new, "pdf", printed.artefact, time.monotonic() - started))

    def follow(self, paths: Iterable[Path]) -> None:
        """Sets again what the changed `paths` belong to: an edition, a brief's editions, or all."""
        changed = [path.resolve() for path in paths]
        if any(path.is_relative_to(self.house.templates.resolve()) for path in changed):
            theme.forget()
        for edition in list(self.lying.values()):
            home = edition.folder.parent.resolve()
            own, others = edition.folder.resolve(), _others(edition.folder)
            if any(_concerns(path, home, own, others) for path in changed):
                self.set(edition.folder)

    def _put(self, edition: Lying) -> Lying:
        with self.bell:
            self.lying[edition.slug] = edition
            self.rung += 1
            self.bell.notify_all()
        if edition.found:
            self.say(printing.as_text(edition.found))
        return edition

    def wait(self, seen: int, seconds: float) -> int:
        """How often the bell has rung; waits for the next ring if that is no more than `seen`."""
        with self.bell:
            if self.rung <= seen:
                self.bell.wait(seconds)
            return self.rung


def _with(edition: Lying, form: str, artefact: Artefact, seconds: float) -> Lying:
    versions = {**edition.versions, form: edition.versions.get(form, 0) + 1}
    taken = {**edition.seconds, form: round(seconds, 2)}
    new = replace(edition, versions=versions, seconds=taken)
    return replace(new, html=artefact.data) if form == "html" else replace(new, pdf=artefact.data)


def _others(folder: Path) -> list[Path]:
    return [p.parent.resolve() for p in folder.parent.glob("*/edition.yaml") if p.parent != folder]


def _concerns(path: Path, home: Path, own: Path, others: list[Path]) -> bool:
    """Whether a change of `path` can change an edition: its own files, those of its brief, and
    whatever lies outside the brief (templates, references)."""
    if path.is_relative_to(own) or not path.is_relative_to(home):
        return not any(part.startswith(".") or part.endswith("~") for part in path.parts[-1:])
    return not any(path.is_relative_to(other) for other in others)
