"""Files written so that a good one is never replaced by a broken one. Bytes in; nothing out.

Every file is written beside its place, synced, and renamed into it: an interrupt, a full disk or a
killed process leaves the old file whole (POSIX rename(2) is atomic).
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

try:
    import fcntl
except ImportError:  # a system without POSIX locks: one build at a time is up to the person
    fcntl = None  # type: ignore[assignment]


def write(path: Path, data: bytes) -> None:
    """`data` as the file `path`. Raises OSError; the file that stood there is whole then too."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, beside = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(beside, 0o644)
        os.replace(beside, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(beside)
        raise


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """One build at a time writes the records of `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as file:
        if fcntl is not None:
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
