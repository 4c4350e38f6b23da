"""Writes cffi's compiled form of the C declarations that WeasyPrint makes at import.

Run by `make lock`'s author when WeasyPrint's pinned version moves; tests/test_loading.py holds that
what is written is what this writes.

    python tools/declare.py
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "fleuron/formats/pdf/loading/declared.py"

# In a process of its own: here WeasyPrint may be loaded already, with what stands in for cffi.
_HEARD = """
import sys, cffi
texts = []
class Heard(cffi.FFI):
    def cdef(self, text, **options):
        assert not options, options
        texts.append(text)
        super().cdef(text)
cffi.FFI = Heard
import weasyprint.text.ffi
sys.stdout.write("".join(texts))
"""
_HEAD = '''"""C declarations of Pango and HarfBuzz, compiled. Written by tools/declare.py."""

from typing import Any

DIGEST = "{digest}"
'''


def declared() -> str:
    """The module, as it is to be written."""
    import cffi

    command = [sys.executable, "-c", _HEARD]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    compiler = cffi.FFI()
    compiler.cdef(done.stdout)
    compiler.set_source("declared", None)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "declared.py"
        compiler.emit_python_code(str(path))
        lines = path.read_text("utf-8").splitlines(keepends=True)
    code = "".join(line for line in lines if not line.startswith("#"))
    code = code.replace("ffi = _cffi", "ffi: Any = _cffi")
    return _HEAD.format(digest=hashlib.sha256(done.stdout.encode()).hexdigest()) + "\n" + code


if __name__ == "__main__":
    TARGET.write_text(declared(), "utf-8")
