"""Faces that Pango knows, for all documents that are set in them. Markup and assets in;
WeasyPrint's font configuration out.

To make one, Pango reads all fonts of the machine and the faces of the edition, from files; and of
its memory a third of a megabyte is never given back. So one is made for each set of faces, and kept
while editions are set in it. Its files lie in a folder that goes when it does, or when the process
ends that made it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from multiprocessing.util import Finalize
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any

from weasyprint.text.fonts import FontConfiguration

_MOST = 4  # sets of faces; editions side by side seldom have more
_DECLARED = re.compile(r"@font-face\s*\{[^{}]*\}")
_kept: dict[bytes, Faces] = {}


class Faces(FontConfiguration):  # type: ignore[misc]
    """Faces with a folder of their own, which a copy of the process leaves alone."""

    def __init__(self) -> None:
        super().__init__()
        folder = mkdtemp(prefix="fleuron-faces-")
        Finalize(self, rmtree, (folder, True), exitpriority=0)
        self._folder = Path(folder)

    def __del__(self) -> None:
        """The folder is not WeasyPrint's to delete."""


def faces(markup: str, assets: Mapping[str, tuple[str, bytes]]) -> Faces:
    """The faces that the style sheets of `markup` declare, whose files are among the `assets`."""
    key = _key(markup, assets)
    found = _kept.pop(key, None) or Faces()
    _kept[key] = found  # the last that was asked for
    if len(_kept) > _MOST:
        del _kept[next(iter(_kept))]
    return found


@lru_cache(maxsize=256)
def digest(data: bytes) -> str:
    """The digest of a file of the edition, taken once."""
    return sha256(data).hexdigest()


def _key(markup: str, assets: Mapping[str, Any]) -> bytes:
    total = sha256()
    for declared in _DECLARED.findall(markup):
        total.update(declared.encode())
    for name, (_, data) in sorted(assets.items()):
        if name.startswith("fonts/"):
            total.update(f"{name} {digest(data)}".encode())
    return total.digest()
