"""The live preview: `make serve`. Folders in; a page on 127.0.0.1 that follows every save.

The web page of an edition is shown as soon as its text is read, with the page numbers of the last
layout, and the PDF when its pages are set, by a process of its own that stays warm. A newer save
makes stale what is under way; there is no queue. A source with errors keeps the last good pages on
view, with the errors above them and at their place. Nothing is written; the preview's own script is
never in an edition.

    errands  what is to be done next, each thing once
    press    the process that sets PDFs
    desk     the editions, and what a save changes of them
    placing  where on the page a slip stands
    server   what a browser gets
    page/    the page around the editions, its style and its script
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from fleuron.pipeline import House
from fleuron.preview.desk import Desk
from fleuron.preview.errands import Errands
from fleuron.preview.press import Warm
from fleuron.preview.server import serve

__all__ = ["Desk", "run"]

Say = Callable[[str], None]
# What an editor's program writes comes in pieces: this long after the last of them, it is read.
STILL = 10  # milliseconds


def run(
    folders: Callable[[], Iterable[Path]],
    watched: Iterable[Path],
    house: House,
    port: int,
    say: Say,
) -> None:
    """Serves the editions in `folders` until interrupted, and sets again what changes in `watched`.

    Raises OSError where the port is taken.
    """
    import watchfiles

    desk = Desk(house, say)
    press = Warm(house.shelf, desk.printed, say)
    desk.press = press
    office = Office(desk, press, folders, say)
    server = serve(desk, port, office.looked)
    press.start()
    for work in (server.serve_forever, office.run):
        threading.Thread(target=work, daemon=True).start()
    say(f"http://127.0.0.1:{server.server_address[1]}/ – Ctrl-C ends it")
    try:
        for changes in watchfiles.watch(*watched, debounce=200, step=STILL, recursive=True):
            office.saved([Path(path) for _, path in changes])
    finally:
        office.errands.close()
        press.close()
        server.shutdown()
        server.server_close()


@dataclass(slots=True)
class Office:
    """What is read next: what somebody looks at before all else, what was saved, nothing else."""

    desk: Desk
    press: Warm
    folders: Callable[[], Iterable[Path]]
    say: Say
    errands: Errands[Path] = field(default_factory=Errands)
    wanted: str = ""  # the edition that was asked for last

    def looked(self, slug: str) -> None:
        """Somebody looks at an edition, which is read if it was not, or at the first there is."""
        self.wanted = slug
        edition = self.desk.lying.get(slug)
        if edition is not None:
            self.errands.prefer([slug])
            self.press.prefer(slug)
            if not edition.key:
                self.errands.put(slug, edition.folder)

    def saved(self, paths: Sequence[Path]) -> None:
        if any(path.name in ("edition.yaml", "brief.yaml") for path in paths):
            self._lay(self.folders())
        for folder in self.desk.concerned(paths):
            self.errands.put(self.desk.lay(folder), folder)

    def run(self) -> None:
        """Editions read, one after another; the first at once, before the others are named."""
        first, *rest = self.folders()
        self._lay([first])
        self._set(self.desk.lay(first), first)
        self._lay(rest)
        while (errand := self.errands.take()) is not None:
            self._set(*errand)

    def _lay(self, folders: Iterable[Path]) -> None:
        for folder in folders:
            if self.desk.lay(folder) == self.wanted:
                self.looked(self.wanted)

    def _set(self, slug: str, folder: Path) -> None:
        """One that cannot be read is told, and the next is read."""
        try:
            self.desk.set(folder, partial(self.errands.waits, slug))
        except Exception as error:  # noqa: BLE001 - a folder in mid-change; the next save is read
            self.say(f"{slug}: {error!r}")
