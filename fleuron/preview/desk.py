"""The desk on which editions lie while someone works on them. Folders in; the newest pages out.

Holds, for each edition, its last good files and what was wrong at the last look. An edition is read
when it is first looked at or saved; what it is made from and what came of it are compared with the
last time, so that a save sets again only what it changes. Safe to read from any thread; editions
are read in the caller's and printed by the press.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from fleuron import cache, content, fonts, pipeline, printing, provenance, reader, theme, waivers
from fleuron.building import making
from fleuron.formats import html, pdf
from fleuron.formats.pdf import looking
from fleuron.model import Diagnostic, Manuscript, PageBreak, Unreadable
from fleuron.pipeline import House, Prepared, Trail
from fleuron.preview import placing
from fleuron.preview.press import Cold, Press, Sent

NUMBER = "0" * 12  # of a build: a preview is none, and its pages do not change with it
# So that a new letter seldom means that faces are cut anew: what European languages are written in.
USUAL = frozenset(map(chr, (*range(0x20, 0x7F), *range(0xA0, 0x180), *range(0x2010, 0x2027))))


@dataclass(frozen=True, slots=True)
class Lying:
    """An edition on the desk. `versions` grow with each file that is new. Of the last reading:
    `key`, a digest of all it was made from, `trail`, what it used of the house, and what was
    `found`, with the numbers of its blocks in the web page that is shown (`places`)."""

    slug: str
    folder: Path
    title: str = ""
    key: str = ""
    trail: Trail | None = None
    found: tuple[Diagnostic, ...] = ()
    places: tuple[int, ...] = ()
    prepared: Prepared | None = None  # the last without errors
    manuscript: Manuscript | None = None
    astray: tuple[Diagnostic, ...] = ()  # what the layout lost
    copy: pdf.Copy | None = None
    html: bytes = b""
    pdf: bytes = b""
    sizes: tuple[tuple[int, int], ...] = ()  # of the PDF's pages
    breaks: tuple[PageBreak, ...] = ()
    letters: frozenset[str] = USUAL
    pressing: bool = False
    lines: dict[tuple[str, int], str] = field(default_factory=dict)  # that slips stand in
    versions: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def broken(self) -> bool:
        return any(d.severity == "error" for d in self.found)


class Desk:
    """The editions that are looked at, and a bell that rings when one has changed."""

    def __init__(
        self, house: House, say: Callable[[str], None], press: Press | None = None
    ) -> None:
        files = cache.Shelf().tree(house.templates)
        self.house = replace(house, memory=house.memory or reader.Memory(), files=files)
        self.say = say
        self.press: Press = press or Cold(self.printed, house.shelf)
        self.lying: dict[str, Lying] = {}
        self.bell = threading.Condition()
        self.reading = threading.RLock()  # one edition is read, or taken from the press, at a time
        self.rung = 0

    # -------------------------------------------------------------- what lies there

    def lay(self, folder: Path) -> str:
        """Puts the edition in `folder` on the desk, unread; its slug."""
        known = next((e for e in list(self.lying.values()) if e.folder == folder), None)
        if known is None:
            manuscripts, _ = content.load(folder, whole=False)
            edition = manuscripts[0].edition if manuscripts else None
            slug = edition.slug if edition else f"{folder.parent.name}-{folder.name}"
            known = Lying(slug, folder, edition.title if edition else slug)
            self._put(known)
        return known.slug

    def wait(self, seen: int, seconds: float) -> int:
        """How often the bell has rung; waits for the next ring if that is no more than `seen`."""
        with self.bell:
            if self.rung <= seen:
                self.bell.wait(seconds)
            return self.rung

    def _put(self, edition: Lying) -> None:
        with self.bell:
            self.lying[edition.slug] = edition
            self.rung += 1
            self.bell.notify_all()

    def _change(self, slug: str, **values: Any) -> Lying:
        """The edition with other values; a new file makes a new version."""
        with self.bell:
            old = self.lying[slug]
            new = replace(old, **values)
            forms = [f for f in ("html", "pdf") if getattr(new, f) != getattr(old, f)]
            grown = {form: old.versions.get(form, 0) + 1 for form in forms}
            new = replace(new, versions={**old.versions, **grown})
            self._put(new)
            return new

    # -------------------------------------------------------------- what a save changes

    def concerned(self, paths: Iterable[Path]) -> list[Path]:
        """The folders of editions that the changed `paths` may change: of those that were read, and
        of those that a path lies in."""
        changed = [path.resolve() for path in paths]
        templates = self.house.templates.resolve()
        if any(path.is_relative_to(templates) for path in changed):
            theme.forget()
            self.house = replace(self.house, files=cache.Shelf().tree(self.house.templates))
        editions = list(self.lying.values())
        return [e.folder for e in editions if any(_concerns(path, e) for path in changed)]

    def follow(self, paths: Iterable[Path]) -> None:
        """Sets again what the changed `paths` change."""
        for folder in self.concerned(paths):
            self.set(folder)

    def set(self, folder: Path, stale: Callable[[], bool] = lambda: False) -> None:
        """Reads the edition in `folder`, makes its web page and sends its copy to the press: of
        this, what is not as it was. Ends where it has become `stale`."""
        with self.reading:
            self._set(self.lay(folder), folder, time.monotonic(), stale)

    def _set(self, slug: str, folder: Path, saved: float, stale: Callable[[], bool]) -> None:
        old = self.lying[slug]
        manuscript, slips = self._taken(folder)
        if manuscript is None:
            self._broken(slug, slips, key="unreadable")
            return
        if old.trail and old.key == self._key(manuscript, old.trail, slips):
            return

        sent = False

        def ahead(prepared: Prepared) -> None:
            """While the text is checked, its pages are set already."""
            nonlocal sent
            if self.press.aside and not any(d.severity == "error" for d in slips):
                self._send(slug, _numberless(prepared), saved)
                sent = True

        prepared, found = pipeline.prepare(manuscript, self.house, ahead)
        if stale():
            return
        trail = prepared.trail if prepared else None
        key = self._key(manuscript, trail, slips) if trail else "unprepared"
        read = {"key": key, "trail": trail, "title": manuscript.edition.title}
        found = (*slips, *found)
        if prepared is None or any(d.severity == "error" for d in found):
            self._broken(slug, found, manuscript, **read)
        else:
            made = _numberless(prepared)
            self._change(slug, prepared=made, manuscript=manuscript, **read)
            if not sent:
                self._send(slug, made, saved)
            self._made(slug, made, found, manuscript, saved)

    def _taken(self, folder: Path) -> tuple[Manuscript | None, tuple[Diagnostic, ...]]:
        """The manuscript as a build takes it, a draft where its translation is not finished; as it
        is, where pandoc cannot read it or its source to the end: that is told later."""
        try:
            return making.taken(folder, self.house)
        except Unreadable:
            manuscripts, slips = content.load(folder)
            return manuscripts[0], slips

    def _key(self, manuscript: Manuscript, trail: Trail, slips: tuple[Diagnostic, ...]) -> str:
        """A digest of all that an edition, and what is said of it, is made from."""
        made_from = pipeline.inputs(manuscript, self.house, trail)
        own = [(source.path, source.text) for source in manuscript.references]
        said = [repr(waivers.of(manuscript)), repr(slips), repr(manuscript.lines), own]
        return provenance.of([made_from, said])

    # -------------------------------------------------------------- what comes of it

    def _broken(
        self,
        slug: str,
        found: tuple[Diagnostic, ...],
        manuscript: Manuscript | None = None,
        **read: Any,
    ) -> None:
        """The last good pages stay, and what is wrong is marked in them."""
        told = self._told(slug, found, manuscript, self.lying[slug].html)
        self._change(slug, **told, **read, copy=None, pressing=False)

    def _send(self, slug: str, prepared: Prepared, saved: float) -> None:
        """Copy to the press, if it is another than the last."""
        copy = pdf.copy(prepared.proof, prepared.theme, prepared.locale)
        if copy != self.lying[slug].copy:
            self._change(slug, copy=copy, pressing=True)
            self.press.put(slug, Sent(copy, saved))

    def _made(
        self,
        slug: str,
        prepared: Prepared,
        found: tuple[Diagnostic, ...],
        manuscript: Manuscript,
        saved: float,
    ) -> None:
        """The web page at once, with the pages of the last PDF."""
        proof, look, locale = prepared.proof, prepared.theme, prepared.locale
        old = self.lying[slug]
        letters = old.letters | fonts.prose(proof, locale)
        page = html.render(proof, look, locale, old.breaks, b"", letters).data
        told = self._told(slug, (*found, *old.astray), manuscript, page)
        seconds = {**old.seconds, "html": time.monotonic() - saved}
        self._change(slug, html=page, letters=letters, **told, seconds=seconds)

    def _told(
        self, slug: str, found: tuple[Diagnostic, ...], manuscript: Manuscript | None, page: bytes
    ) -> dict[str, Any]:
        """What was found, and where on `page`; the terminal is told where it is something new."""
        before = self.lying[slug].found
        if found and found != before:
            self.say(printing.as_text(found, _line_of(manuscript)))
        elif before and not found:
            self.say(f"{slug}: nothing is wrong any more")
        sources = manuscript.sources if manuscript else ()
        shown = placing.blocks(page) if found and page else ()
        line_of = _line_of(manuscript)
        spots = {(d.place.file, d.place.line) for d in found}
        return {
            "found": found,
            "places": placing.places(found, sources, shown),
            "lines": {spot: line_of(*spot) or "" for spot in spots},
        }

    def printed(self, slug: str, sent: Sent, printed: pdf.Printed) -> None:
        """What came from the press: the PDF, unless the layout has lost something; where pages
        begin elsewhere, the web page says so."""
        taken = time.monotonic() - sent.saved
        with self.reading:
            old = self.lying[slug]
            if sent.copy is not old.copy or old.prepared is None or old.manuscript is None:
                return  # it is wanted no more
            proof, look, locale = old.prepared.proof, old.prepared.theme, old.prepared.locale
            astray = pipeline.astray(printed, proof, old.manuscript, self.house)
            page = old.html
            if printed.breaks != old.breaks:
                page = html.render(proof, look, locale, printed.breaks, b"", old.letters).data
            found = tuple(d for d in old.found if d not in old.astray)
            told = self._told(slug, (*found, *astray), old.manuscript, page)
            made: dict[str, Any] = {"html": page, "breaks": printed.breaks, "astray": astray}
            if not any(d.severity == "error" for d in astray):
                data = printed.artefact.data
                made |= {"pdf": data, "sizes": looking.sizes(data)}
            seconds = {**old.seconds, "pdf": taken}
            new = self._change(slug, **made, **told, seconds=seconds, pressing=False)
        self.say(f"{slug}: web page {new.seconds.get('html', 0):.2f} s, PDF {taken:.2f} s")


def _numberless(prepared: Prepared) -> Prepared:
    return replace(prepared, proof=replace(prepared.proof, build=NUMBER))


def _line_of(manuscript: Manuscript | None) -> printing.LineOf:
    """The lines that slips stand in: of the text as it was read, of other files as they are."""
    sources = manuscript.sources if manuscript else ()
    lines = {source.path: source.text.splitlines() for source in sources}

    def line_of(file: str, line: int) -> str | None:
        if file not in lines:
            try:
                lines[file] = Path(file).read_text("utf-8").splitlines()
            except (OSError, ValueError):
                lines[file] = []
        return lines[file][line - 1] if 0 < line <= len(lines[file]) else None

    return line_of


def _concerns(path: Path, edition: Lying) -> bool:
    """Whether a change of `path` can change an edition: its own files, those of its brief – the
    other editions, since it names them and may translate one –, and whatever is no brief's
    (templates, references)."""
    home, own = edition.folder.parent.resolve(), edition.folder.resolve()
    if path.name.startswith(".") or path.name.endswith("~"):
        return False
    if path.is_relative_to(own):
        return True
    if not edition.key:  # nobody has looked at it yet
        return False
    return path.is_relative_to(home) or not _in_a_brief(path)


def _in_a_brief(path: Path) -> bool:
    """Whether a file is a brief's, and so no other brief's affair."""
    return any((folder / "brief.yaml").is_file() for folder in path.parents)
