"""How a mend is put into WeasyPrint: a function and changed lines in; the same, mended, out.

`rewrite` changes lines of a long function where they stand. It first compares a digest of the
function's source, so that a change upstream stops us with a sentence instead of slipping past, and
it exchanges only the code object: whoever has imported the function runs the mended lines, and
names, defaults and tracebacks stay as they were. `replace` sets a new function in the place of an
old one in every WeasyPrint module that holds it. Nothing here knows what a note is.
"""

from __future__ import annotations

import hashlib
import inspect
import linecache
import re
import sys
import textwrap
from collections.abc import Callable
from types import FunctionType
from typing import Any, cast

Change = tuple[str, str]


class Moved(RuntimeError):
    """WeasyPrint is not the version that the mends were written for."""


_sources: dict[FunctionType, str] = {}


def rewrite(function: Callable[..., Any], digest: str, *changes: Change, **names: object) -> None:
    """Exchange lines in `function`; `names` become known to the module that it stands in.

    `digest` is that of the function as WeasyPrint ships it, also where another mend came first.
    """
    function = cast(FunctionType, function)
    where = f"{function.__module__}.{function.__qualname__}"
    source = _sources.get(function) or _shipped(function, digest, where)
    for old, new in changes:
        if source.count(old) != 1:
            raise Moved(f"{where} does not hold these lines once: {old.strip()!r}")
        source = source.replace(old, new)
    for name, value in names.items():
        if function.__globals__.setdefault(name, value) is not value:
            raise Moved(f"{function.__module__} has another “{name}”")
    function.__code__ = _compiled(source, where, function)
    _sources[function] = source


def _shipped(function: FunctionType, digest: str, where: str) -> str:
    source = textwrap.dedent(_block(function))
    if _digest(source) != digest:
        source = textwrap.dedent(inspect.getsource(function))
    if (found := _digest(source)) != digest:
        raise Moved(f"{where} is not the function that was mended (its digest is {found})")
    return source


def _digest(source: str) -> str:
    return hashlib.sha256(source.encode()).hexdigest()[:16]


def _block(function: FunctionType) -> str:
    """The lines of a function, by how far they stand in: `inspect` reads them token by token, which
    took a twentieth of a second for all mends. The digest tells whether they are all."""
    code = function.__code__
    lines = linecache.getlines(code.co_filename)[code.co_firstlineno - 1 :]
    head = next((n for n, line in enumerate(lines) if line.lstrip().startswith("def ")), 0)
    margin = " " * (len(lines[head]) - len(lines[head].lstrip())) if lines else ""
    ends = re.compile(rf"{margin}(?! |\n|\))|(?!{margin})(?!\n)")
    last = next((n for n, s in enumerate(lines[head + 1 :], head + 1) if ends.match(s)), len(lines))
    return "".join(lines[:last]).rstrip("\n") + "\n"


def _compiled(source: str, where: str, function: FunctionType) -> Any:
    """The code of `source`, kept where a traceback finds its lines."""
    file = f"<{where}, mended>"
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    namespace: dict[str, Any] = {}
    exec(compile(source, file, "exec"), function.__globals__, namespace)
    return namespace[function.__name__].__code__


def replace(old: Callable[..., Any], new: Callable[..., Any]) -> None:
    """`new` instead of `old`, in every module of WeasyPrint that has it under a name."""
    for name, module in sorted(sys.modules.items()):
        if name == "weasyprint" or name.startswith("weasyprint."):
            for key, value in list(vars(module).items()):
                if value is old:
                    setattr(module, key, new)
