"""The press of the preview: a process that stays warm and sets one PDF after another. Copy in; what
was printed out.

Of each edition only the newest copy is set: where a newer one comes while an older is laid out, the
older is given up between two pages. A press that is lost is replaced by another.
"""

from __future__ import annotations

import multiprocessing
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any, Protocol

from fleuron.formats import pdf
from fleuron.model import Shelf
from fleuron.preview.errands import Errands

LOOK = 0.05  # seconds between two looks whether what is under way is stale


@dataclass(frozen=True, slots=True)
class Sent:
    """Copy on its way to the press, and when its source was saved."""

    copy: pdf.Copy
    saved: float


Done = Callable[[str, Sent, pdf.Printed], None]


class Press(Protocol):
    """Sets copy, now or later (`aside`), and tells when that is done."""

    @property
    def aside(self) -> bool: ...

    def put(self, name: str, sent: Sent) -> None: ...

    def prefer(self, name: str) -> None: ...


@dataclass(slots=True)
class Warm:
    """A press in a process of its own. `done` is called from a thread of this one."""

    shelf: Shelf | None
    done: Done
    say: Callable[[str], None]
    errands: Errands[Sent] = field(default_factory=Errands)
    _process: Any = None
    _line: Connection | None = None
    aside: bool = True

    def start(self) -> None:
        self._ready()
        threading.Thread(target=self._run, daemon=True).start()

    def put(self, name: str, sent: Sent) -> None:
        self.errands.put(name, sent)

    def prefer(self, name: str) -> None:
        self.errands.prefer([name])

    def close(self) -> None:
        self.errands.close()
        if self._line is not None:
            self._line.close()
        if self._process is not None:
            self._process.join(1)
            self._process.terminate()

    @property
    def pid(self) -> int:
        return int(self._process.pid)

    def _ready(self) -> Connection:
        """The line to the process, which is started where there is none."""
        if self._line is None:
            context = multiprocessing.get_context("spawn")
            self._line, there = context.Pipe()
            self._process = context.Process(target=_press, args=(there, self.shelf))
            self._process.start()
            there.close()
        return self._line

    def _run(self) -> None:
        while (errand := self.errands.take()) is not None:
            name, sent = errand
            answer = self._set(name, sent) or self._set(name, sent)  # once more, by another press
            if isinstance(answer, pdf.Printed):
                self.done(name, sent, answer)
            elif answer != _STALE:
                self.say(f"{name}: the PDF could not be set; please report this\n{answer or ''}")

    def _set(self, name: str, sent: Sent) -> Any:
        """What came of it: Printed, a fault in words, `_STALE`; None where the press was lost."""
        try:
            line = self._ready()
            line.send(sent.copy)
            asked = False
            while not line.poll(LOOK):
                if not asked and self.errands.waits(name):
                    line.send(None)
                    asked = True
            return line.recv()
        except (OSError, EOFError):
            self._line = None
            return _STALE if self.errands.waits(name) else None


_STALE = ("stale",)


class Stale(Exception):
    """What is under way is wanted no more."""


def _press(line: Connection, shelf: Shelf | None) -> None:
    """In the process: copy after copy, until nobody is left who would send one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # with its files put away

    def look() -> None:
        if line.poll():
            line.recv()
            raise Stale

    kept = pdf.Kept()
    while True:
        try:
            copy = line.recv()
            if copy is not None:
                line.send(_set(copy, shelf, look, kept))
        except (OSError, EOFError):
            return
        pdf.clear()


def _set(copy: pdf.Copy, shelf: Shelf | None, look: Callable[[], None], kept: pdf.Kept) -> Any:
    try:
        with pdf.between_pages(look):
            return pdf.render_copy(copy, lambda _: look(), shelf=shelf, kept=kept)
    except Stale:
        return _STALE
    except (OSError, EOFError):
        raise
    except Exception:  # noqa: BLE001 - told to who asked, who is still there
        return traceback.format_exc()


@dataclass(slots=True)
class Cold:
    """A press that sets at once, in this process: for tests, and for who has no other."""

    done: Done
    shelf: Shelf | None = None
    aside: bool = False

    def put(self, name: str, sent: Sent) -> None:
        self.done(name, sent, pdf.render_copy(sent.copy, shelf=self.shelf))

    def prefer(self, name: str) -> None:
        """There is no other order."""
