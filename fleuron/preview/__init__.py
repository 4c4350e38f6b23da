"""The live preview: `make serve`. Folders in; a page on 127.0.0.1 that follows every save.

The web page of an edition is shown as soon as its text is read, with the page numbers of the last
layout, and the PDF when its pages are set. A source with errors keeps the last good pages on view,
with the errors above them. Nothing is written; the preview's own script is never in an edition.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from pathlib import Path

from fleuron.preview.desk import Desk
from fleuron.preview.server import serve

__all__ = ["Desk", "run"]

Say = Callable[[str], None]


def run(folders: Iterable[Path], watched: Iterable[Path], desk: Desk, port: int, say: Say) -> None:
    """Serves the editions in `folders` until interrupted, and sets again what changes in `watched`.

    Raises OSError where the port is taken.
    """
    import watchfiles

    stop = threading.Event()
    server = serve(desk, port)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    say(f"http://127.0.0.1:{server.server_address[1]}/ – Ctrl-C ends it")
    try:
        for folder in folders:
            desk.set(folder)
        changes = watchfiles.watch(*watched, stop_event=stop, debounce=80, step=20, recursive=True)
        for change in changes:
            desk.follow(Path(path) for _, path in change)
    finally:
        stop.set()
        server.shutdown()
        server.server_close()
