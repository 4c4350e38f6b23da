"""WeasyPrint loaded in half the time. Nothing in; the module `weasyprint`, as if imported, out.

Two things take most of its import: cffi reads the C declarations of Pango and HarfBuzz anew in each
process, and fontTools is loaded for what we do another way (`mends.axes`). While WeasyPrint is
imported here for the first time, others stand in for them: cffi's own compiled form of the same
declarations (`declared`, written by tools/declare.py), and functions that load fontTools when they
are called. Whoever imports a WeasyPrint module before this one gets the stock, which works as well.
"""

from __future__ import annotations

import hashlib
import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any


class Declarations:
    """Stands in for `cffi.FFI` while WeasyPrint declares what it calls. The declarations must be
    those that were compiled."""

    def __init__(self) -> None:
        from fleuron.formats.pdf.loading import declared

        self.compiled = declared
        self.text = ""

    def cdef(self, text: str) -> None:
        self.text += text

    def __getattr__(self, name: str) -> Any:
        if hashlib.sha256(self.text.encode()).hexdigest() != self.compiled.DIGEST:
            raise ImportError("WeasyPrint's declarations have changed: run tools/declare.py")
        return getattr(self.compiled.ffi, name)


def _called(module: str, name: str) -> Any:
    """A function that loads its module when it is called."""

    def call(*arguments: Any, **options: Any) -> Any:
        return getattr(importlib.import_module(module), name)(*arguments, **options)

    return call


def _stands_in(name: str, **content: Any) -> ModuleType:
    module = ModuleType(name)
    module.__dict__.update(content)
    return module


@contextmanager
def _replaced(modules: list[ModuleType]) -> Iterator[None]:
    """`modules` under their names, where no others are loaded yet."""
    mine = [module for module in modules if module.__name__ not in sys.modules]
    sys.modules.update({module.__name__: module for module in mine})
    try:
        yield
    finally:
        for module in mine:
            del sys.modules[module.__name__]


def _load() -> None:
    declarations = Declarations()
    subset, instancer = "fontTools.subset", "fontTools.varLib.instancer"
    standing_in = [
        _stands_in("cffi", FFI=lambda: declarations),
        _stands_in(subset, **{n: _called(subset, n) for n in ("Options", "Subsetter")}),
        _stands_in(
            instancer,
            instantiateVariableFont=_called(instancer, "instantiateVariableFont"),
        ),
    ]
    with _replaced(standing_in):
        import weasyprint  # noqa: F401
    # WeasyPrint's modules hold what stood in under its name: they get what it stood for.
    for name, module in list(sys.modules.items()):
        if name.startswith("weasyprint.") and vars(module).get("ffi") is declarations:
            vars(module)["ffi"] = declarations.compiled.ffi


if "weasyprint" not in sys.modules:
    _load()

import weasyprint  # noqa: E402

__all__ = ["weasyprint"]
