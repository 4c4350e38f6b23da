"""Work done beside other work, by a copy of this process, while another processor is idle.

A function in, its result out, whoever did it: it is handed a question whose answer comes later.
Where no copy can be made safely (another system than Linux, a process with threads), or where the
copy is lost, the work is done here.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

Work = Callable[[Callable[[], Any]], Any]


@dataclass(slots=True)
class Aside:
    """The work of another: what it asks for is told, what it made is asked for, each once."""

    work: Work
    line: Connection | None = None
    said: Any = None

    def tell(self, said: Any) -> None:
        if self.said not in (None, said):
            self.line = None  # it set out with what holds no longer
        elif self.line is not None:
            with contextlib.suppress(OSError):
                self.line.send(said)
        self.said = said

    def result(self) -> Any:
        if self.line is not None:
            with contextlib.suppress(EOFError, OSError):
                return self.line.recv()
        return self.work(lambda: self.said)


@contextlib.contextmanager
def beside(work: Work, spare: bool) -> Iterator[Aside]:
    """`work` begun in a copy of this process, if a processor is to `spare`."""
    if not (spare and _can_be_copied()):
        yield Aside(work)
        return
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe()
    other = context.Process(target=_do, args=(work, there, here), daemon=True)
    other.start()
    there.close()
    try:
        yield Aside(work, here)
    finally:
        here.close()
        other.terminate()
        other.join()


def _can_be_copied() -> bool:
    """A copy has one thread only, and would wait for ever for what another thread held."""
    return sys.platform == "linux" and len(os.listdir("/proc/self/task")) == 1


def _do(work: Work, line: Connection, other_end: Connection) -> None:
    """In the copy. What fails says nothing here: it is done again, and told, by the original."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    other_end.close()
    with contextlib.suppress(Exception):
        line.send(work(line.recv))
