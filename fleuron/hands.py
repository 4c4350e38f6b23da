"""Hands and shelves for work that falls into parts: processes side by side, and what they made.

Both serve whoever is handed them (`model.Hands`, `model.Shelf`) and know nothing of the work. A
hand that is lost leaves its work to be done here; a file that is not what was put down counts as
none.
"""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from fleuron import cache, output, provenance

ROOM = 400_000_000  # bytes that a shelf may take
_shared: list[Any] = []


@dataclass(frozen=True, slots=True)
class Crew:
    """So many processes, started for the work and ended with it."""

    jobs: int
    modules: tuple[str, ...] = ()  # that each will need

    def ready(self) -> None:
        """The modules are loaded in another process while there is something else to do."""
        if self.jobs > 1:
            multiprocessing.set_forkserver_preload(list(self.modules))
            from multiprocessing import forkserver

            forkserver.ensure_running()

    def __call__(
        self, work: Callable[[Any, Any], Any], shared: Any, items: Sequence[Any]
    ) -> Iterator[Any]:
        jobs = min(self.jobs, len(items))
        if jobs < 2:
            yield from (work(shared, item) for item in items)
            return
        # Of their own parent: this process is large, and may have threads.
        context = multiprocessing.get_context("forkserver")
        with ProcessPoolExecutor(jobs, context, _take, (shared,)) as pool:
            once = len(items) <= jobs  # what they leave goes when they end, a moment later
            futures = [pool.submit(_do_once if once else _do, work, item) for item in items]
            try:
                for item, future in zip(items, futures, strict=True):
                    yield _result(future, work, shared, item)
            finally:  # one that fails leaves nothing to wait for
                pool.shutdown(wait=False, cancel_futures=True)


def _take(shared: Any) -> None:
    _shared[:] = [shared]
    gc.freeze()


def _do(work: Callable[[Any, Any], Any], item: Any) -> Any:
    """One piece of work; what it leaves behind is cleared away before the next."""
    try:
        return work(_shared[0], item)
    finally:
        gc.collect()


def _do_once(work: Callable[[Any, Any], Any], item: Any) -> Any:
    """The only piece of work of a process, or one of few: it ends before there is too much."""
    gc.disable()
    return work(_shared[0], item)


def _result(future: Future[Any], work: Callable[[Any, Any], Any], shared: Any, item: Any) -> Any:
    try:
        return future.result()
    except BrokenProcessPool:  # killed from outside, for want of memory perhaps
        return work(shared, item)


@dataclass(frozen=True, slots=True)
class Kept:
    """Files in a folder, each under a key and the digest of what makes them (`salt`)."""

    folder: Path
    salt: str

    def get(self, key: str) -> bytes | None:
        path = self._path(key)
        try:
            said, _, data = path.read_bytes().partition(b"\n")
        except OSError:
            return None
        if said.decode("ascii", "replace") != sha256(data).hexdigest():
            return None
        with contextlib.suppress(OSError):
            os.utime(path)
        return data

    def put(self, key: str, data: bytes) -> None:
        """Keeps `data`; a shelf that cannot be written keeps nothing."""
        with contextlib.suppress(OSError):
            output.write(self._path(key), sha256(data).hexdigest().encode() + b"\n" + data)
            self._make_room()

    def _path(self, key: str) -> Path:
        return self.folder / sha256(f"{self.salt}\n{key}".encode()).hexdigest()

    def _make_room(self) -> None:
        """What was not asked for longest goes first."""
        stats = [(path, path.stat()) for path in self.folder.iterdir()]
        room = ROOM - sum(stat.st_size for _, stat in stats)
        for path, stat in sorted(stats, key=lambda pair: pair[1].st_mtime):
            if room >= 0:
                return
            path.unlink(missing_ok=True)
            room += stat.st_size


def kept(root: Path) -> Kept:
    """The shelf of the project in `root`, for what its code of today makes."""
    made_with = [cache.code(cache.Shelf(), root), cache.tools(root)]
    return Kept(root / ".cache" / "sections", provenance.of(made_with))
