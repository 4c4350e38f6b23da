"""What is to be done next, each thing once. Whoever asks again for a thing that still waits has
asked once; whoever asks for one that is under way makes what is under way stale."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import Generic, TypeVar

T = TypeVar("T")


class Errands(Generic[T]):
    """Things to be done, by name. Safe to use from any thread."""

    def __init__(self) -> None:
        self._waiting: dict[str, T] = {}
        self._bell = threading.Condition()
        self._first: tuple[str, ...] = ()
        self._over = False

    def put(self, name: str, what: T) -> None:
        """`what` instead of anything of that name that still waits."""
        with self._bell:
            self._waiting[name] = what
            self._bell.notify()

    def prefer(self, names: Iterable[str]) -> None:
        """These are done before all others."""
        with self._bell:
            self._first = tuple(names)

    def take(self) -> tuple[str, T] | None:
        """The next thing, when there is one; None when there will be none any more."""
        with self._bell:
            while not self._waiting and not self._over:
                self._bell.wait()
            if self._over:
                return None
            name = next((n for n in self._first if n in self._waiting), next(iter(self._waiting)))
            return name, self._waiting.pop(name)

    def waits(self, name: str) -> bool:
        """Whether a thing of that name waits: what was taken under it is stale by now."""
        with self._bell:
            return name in self._waiting or self._over

    def close(self) -> None:
        with self._bell:
            self._over = True
            self._bell.notify_all()
