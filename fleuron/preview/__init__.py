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
from collections.abc import Callable, Iterable
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
    reading: Errands[Path] = Errands()

    def looked(slug: str) -> None:
        """Somebody looks at an edition: it comes first, and is read if it was not."""
        edition = desk.lying.get(slug) or next(iter(desk.lying.values()))
        reading.prefer([edition.slug])
        press.prefer(edition.slug)
        if not edition.key:
            reading.put(edition.slug, edition.folder)

    server = serve(desk, port, looked)
    press.start()
    slugs = [desk.lay(folder) for folder in folders()]
    reading.put(slugs[0], desk.lying[slugs[0]].folder)
    for work in (server.serve_forever, lambda: _read(reading, desk, say)):
        threading.Thread(target=work, daemon=True).start()
    say(f"http://127.0.0.1:{server.server_address[1]}/ – Ctrl-C ends it")
    try:
        for changes in watchfiles.watch(*watched, debounce=200, step=STILL, recursive=True):
            paths = [Path(path) for _, path in changes]
            if any(path.name in ("edition.yaml", "brief.yaml") for path in paths):
                for folder in folders():
                    desk.lay(folder)
            for folder in desk.concerned(paths):
                reading.put(desk.lay(folder), folder)
    finally:
        reading.close()
        press.close()
        server.shutdown()
        server.server_close()


def _read(reading: Errands[Path], desk: Desk, say: Say) -> None:
    """Editions read, one after another; one that cannot be is told, and the next is read."""
    while (errand := reading.take()) is not None:
        slug, folder = errand
        try:
            desk.set(folder, partial(reading.waits, slug))
        except Exception as error:  # noqa: BLE001 - a folder in mid-change; the next save is read
            say(f"{slug}: {error!r}")
