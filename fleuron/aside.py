"""Work done beside other work, by a copy of this process, while another processor is idle.

A function in, its result out, whoever did it: it is handed a question whose answer comes later.
What comes first has a result of its own, which can be had as soon as it is there. Where no copy can
be made safely (another system than Linux, a process with threads), or where the copy is lost, the
work is done here.
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

    first: Callable[[], Any]
    work: Work
    line: Connection | None = None
    said: Any = None
    made_first: tuple[Any, ...] = ()
    done: bool = False  # by another, who will end by itself

    @property
    def apart(self) -> bool:
        """Whether another does it."""
        return self.line is not None

    def tell(self, said: Any) -> None:
        if self.said not in (None, said):
            self.line = None  # it set out with what holds no longer
        elif self.line is not None:
            with contextlib.suppress(OSError):
                self.line.send(said)
        self.said = said

    def peek(self) -> Any:
        """What came of the first part, if that is known by now; else None."""
        if not self.made_first and self.line is not None:
            with contextlib.suppress(EOFError, OSError):
                if self.line.poll():
                    self.made_first = (self.line.recv(),)
        return self.made_first[0] if self.made_first else None

    def opening(self) -> Any:
        """What came of the first part, once it is done; it is done here if nobody else does it."""
        if not self.made_first and self.line is not None:
            with contextlib.suppress(EOFError, OSError):
                self.made_first = (self.line.recv(),)
        if not self.made_first:
            self.line = None
            self.made_first = (self.first(),)
        return self.made_first[0]

    def result(self) -> Any:
        self.opening()
        if self.line is not None:
            with contextlib.suppress(EOFError, OSError):
                made = self.line.recv()
                self.done = True
                return made
        return self.work(lambda: self.said)


def _nothing() -> None:
    """Where nothing has to be done before."""


@contextlib.contextmanager
def beside(work: Work, spare: bool, first: Callable[[], Any] = _nothing) -> Iterator[Aside]:
    """`first`, then `work`, begun in a copy of this process, if a processor is to `spare`."""
    if not (spare and _can_be_copied()):
        yield Aside(first, work)
        return
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe()
    other = context.Process(target=_do, args=(first, work, there, here), daemon=True)
    other.start()
    there.close()
    aside = Aside(first, work, here)
    try:
        yield aside
    finally:
        here.close()
        if not aside.done:
            other.terminate()
        other.join()


def _can_be_copied() -> bool:
    """A copy has one thread only, and would wait for ever for what another thread held."""
    return sys.platform == "linux" and len(os.listdir("/proc/self/task")) == 1


def _do(first: Callable[[], Any], work: Work, line: Connection, other_end: Connection) -> None:
    """In the copy. What fails says nothing here: it is done again, and told, by the original."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # with its files put away
    other_end.close()
    with contextlib.suppress(Exception):
        line.send(first())
        line.send(work(line.recv))
